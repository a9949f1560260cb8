"""The golden questions over the seeds are what they claim to be: no model is needed to read them."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
FILES = [HERE / "golden" / name for name in ("seeds.jsonl", "seeds-second.jsonl")]
LINES = [line for path in FILES for line in path.read_text(encoding="utf-8").splitlines()]
QUESTIONS: list[dict[str, Any]] = [json.loads(line) for line in LINES]
SEEDS = {path.stem: path.read_text(encoding="utf-8") for path in (HERE.parent / "seeds").glob("00[0-4]_*.txt")}
ANSWERABLE = [q for q in QUESTIONS if q["answers"]]
UNANSWERABLE = [q for q in QUESTIONS if not q["answers"]]
FOLLOW_UPS = [q for q in QUESTIONS if q["history"]]
LANGUAGES = {"en", "ru", "az", "tr", "zh"}
REQUIRED = {"id", "question", "language", "history", "answers"}


def seed_language(name: str) -> str:
    return "ru" if name.startswith("004_") else "en"


def homes(question: dict[str, Any], answer: str) -> list[str]:
    """The seeds the answer may be quoted from: the named one, or every one that has it."""
    names = [question["document"]] if "document" in question else sorted(SEEDS)
    return [name for name in names if answer in SEEDS[name]]


def is_cross_language(question: dict[str, Any]) -> bool:
    languages = {seed_language(name) for answer in question["answers"] for name in homes(question, answer)}
    return question["language"] not in languages


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])[\"”»]?\s+|\n{2,}", text)


def each(questions: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("question", questions, ids=[q["id"] for q in questions])


@each(QUESTIONS)
def test_a_line_has_just_the_known_keys_with_values_of_the_right_kind(question: dict[str, Any]) -> None:
    assert set(question) - {"document"} == REQUIRED
    assert question["language"] in LANGUAGES
    assert question.get("document", next(iter(SEEDS))) in SEEDS
    for text in [question["question"], *question["history"], *question["answers"]]:
        assert isinstance(text, str)
        assert text
        assert text == text.strip()


@each(QUESTIONS)
def test_an_id_tells_the_language_and_the_kind_of_its_question(question: dict[str, Any]) -> None:
    shape = re.fullmatch(r"(en|ru|az|tr|zh)-(f|u|\d)\d+", question["id"])
    assert shape
    language, kind = shape.groups()
    assert language == question["language"]
    assert (kind == "f") == bool(question["history"])
    if kind != "f":
        assert (kind == "u") == (not question["answers"])


@each(QUESTIONS)
def test_a_question_is_written_in_the_script_of_its_language(question: dict[str, Any]) -> None:
    scripts = {"ru": "[а-яё]", "zh": "[\u4e00-\u9fff]"}
    for text in [question["question"], *question["history"]]:
        for language, script in scripts.items():
            assert bool(re.search(script, text, re.IGNORECASE)) == (question["language"] == language)


def test_every_id_is_used_once() -> None:
    assert [i for i, n in Counter(q["id"] for q in QUESTIONS).items() if n > 1] == []


def test_no_question_is_asked_twice() -> None:
    asked = Counter((*q["history"], q["question"]) for q in QUESTIONS)
    assert [text for text, n in asked.items() if n > 1] == []


def test_there_are_at_least_a_hundred_and_twenty_questions() -> None:
    assert len(QUESTIONS) >= 120


def test_every_language_has_its_share() -> None:
    by_language = Counter(q["language"] for q in QUESTIONS)
    assert set(by_language) == LANGUAGES
    assert min(by_language.values()) >= 24


def test_every_document_is_asked_about_at_least_twelve_times() -> None:
    by_document = Counter(q["document"] for q in QUESTIONS if "document" in q)
    assert len(SEEDS) == 5
    assert {name: by_document[name] for name in SEEDS if by_document[name] < 12} == {}


def test_at_least_half_of_the_answerable_questions_cross_languages() -> None:
    assert sum(is_cross_language(q) for q in ANSWERABLE) * 2 >= len(ANSWERABLE)


def test_questions_cross_both_into_english_and_into_russian() -> None:
    into = Counter(seed_language(q["document"]) for q in ANSWERABLE if "document" in q and is_cross_language(q))
    assert min(into["en"], into["ru"]) >= 12


def test_at_least_thirty_two_questions_are_unanswerable_and_every_language_has_some() -> None:
    assert len(UNANSWERABLE) >= 32
    assert min(Counter(q["language"] for q in UNANSWERABLE)[language] for language in LANGUAGES) >= 6


def test_an_unanswerable_question_names_no_document() -> None:
    assert [q["id"] for q in UNANSWERABLE if "document" in q] == []


def test_at_least_twelve_questions_follow_up_on_another_and_every_language_has_some() -> None:
    assert len(FOLLOW_UPS) >= 12
    assert min(Counter(q["language"] for q in FOLLOW_UPS)[language] for language in LANGUAGES) >= 2


@each(ANSWERABLE)
def test_every_answer_stands_in_the_named_document_or_in_a_seed(question: dict[str, Any]) -> None:
    assert [answer for answer in question["answers"] if not homes(question, answer)] == []


@each(ANSWERABLE)
def test_no_answer_stands_in_more_than_two_sentences_of_its_document(question: dict[str, Any]) -> None:
    for answer in question["answers"]:
        for name in homes(question, answer):
            assert 1 <= sum(answer in sentence for sentence in sentences(SEEDS[name])) <= 2, (answer, name)
