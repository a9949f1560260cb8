"""Questions that ask whether something is so, which no development set has.

Written for Quoth about paragraphs of XQuAD (Artetxe et al. 2020), in its words as little as may be, in English,
Russian, Turkish and Chinese. Each names the sentence that answers it, as XQuAD-R (Roy et al. 2020) counts them, or none
where the article does not say.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.evaluation.data_sets import GoldSpan, ParagraphQuestion, ParagraphSet

QUESTIONS = Path(__file__).parent / "whether.tsv"


@dataclass(frozen=True, slots=True)
class Whether:
    """One question in several languages."""

    paragraph: int  # place among XQuAD's paragraphs
    asked: Mapping[str, str]  # language -> the question
    answered: Mapping[str, ParagraphQuestion]  # language of the paragraph -> where it answers


def read_whether(folder: Path, sets: Mapping[str, ParagraphSet], questions: Path = QUESTIONS) -> Iterator[Whether]:
    """The questions on the paragraphs of `sets`, XQuAD by language; `folder` holds the sentences of xquad-r."""
    cut = {code: _sentences(folder / f"xquad-r.{code}.json") for code in sets}
    with questions.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="\t")):
            place = int(row["paragraph"])
            yield Whether(
                place,
                {code: row[code] for code in sets},
                {
                    code: _answered(f"whether {number}", data, place, cut[code][place], row["sentence"])
                    for code, data in sets.items()
                    if len(cut[code][place]) == len(cut["en"][place])  # else sentences do not count alike
                },
            )


def _sentences(path: Path) -> list[list[tuple[int, int]]]:
    """Of each paragraph where its sentences start and end."""
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    return [
        [(start, end) for start, end in paragraph["sentence_breaks"]]
        for article in articles
        for paragraph in article["paragraphs"]
    ]


def _answered(
    name: str, data: ParagraphSet, place: int, sentences: list[tuple[int, int]], sentence: str
) -> ParagraphQuestion:
    """The middle of the sentence stands for all of it: Quoth may cut sentences a little differently."""
    document = data.documents[place]
    if sentence == "-":
        return ParagraphQuestion(name, "", document.id, ())
    start, end = sentences[int(sentence)]
    third = (end - start) // 3
    return ParagraphQuestion(
        name, "", document.id, (GoldSpan(document.text[start + third : end - third], start + third),)
    )
