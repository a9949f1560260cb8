"""Questions that ask whether something is so, and where they say that it is told."""

import csv
import json
from pathlib import Path

from rag.evaluation.data_sets import ParagraphSet
from rag.evaluation.squad_files import load_squad
from training.whether import QUESTIONS, read_whether

TOLD = {
    "en": ["The fort was built in 1812.", "It burned in 1850."],
    "ru": ["Крепость построили в 1812 году.", "Она сгорела в 1850 году."],
    "zh": ["堡垒建于1812年。1850年烧毁。"],
}


def test_every_question_is_asked_in_every_language_and_most_have_an_answer() -> None:
    with QUESTIONS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert all(row[code].endswith(("?", "？")) for row in rows for code in ("en", "ru", "tr", "zh"))
    assert all(row["paragraph"].isdecimal() and (row["sentence"].isdecimal() or row["sentence"] == "-") for row in rows)
    assert 0.2 < sum(row["sentence"] == "-" for row in rows) / len(rows) < 0.4


def test_a_question_is_answered_inside_the_sentence_that_it_names_where_sentences_count_alike(tmp_path: Path) -> None:
    rows = "paragraph\tsentence\ten\tru\tzh\n0\t1\tA?\tБ?\t丙？\n0\t-\tD?\tЕ?\t己？\n"
    (tmp_path / "q.tsv").write_text(rows, encoding="utf-8")
    sets = {code: _written(tmp_path, code, sentences) for code, sentences in TOLD.items()}
    answered, unanswered = read_whether(tmp_path, sets, tmp_path / "q.tsv")
    assert answered.asked == {"en": "A?", "ru": "Б?", "zh": "丙？"}
    assert set(answered.answered) == {"en", "ru"}
    for code, question in answered.answered.items():
        (span,) = question.spans
        assert span.text in TOLD[code][1]
        assert sets[code].documents[0].text[span.start : span.end] == span.text
    assert not unanswered.answered["ru"].answerable


def _written(folder: Path, code: str, sentences: list[str]) -> ParagraphSet:
    context, breaks = " ".join(sentences), []
    for sentence in sentences:
        start = context.index(sentence)
        breaks.append([start, start + len(sentence)])
    paragraph = {"context": context, "qas": []}
    for name, held in (("xquad", paragraph), ("xquad-r", paragraph | {"sentence_breaks": breaks})):
        text = json.dumps({"data": [{"title": "Fort", "paragraphs": [held]}]})
        (folder / f"{name}.{code}.json").write_text(text, encoding="utf-8")
    return load_squad(folder / f"xquad.{code}.json")
