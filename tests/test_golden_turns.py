"""The conversations that follow-ups are measured on are what they claim to be."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from rag.engine import Engine

GOLDEN = Path(__file__).parent / "golden"
SEEDS = {path.stem: path.read_text(encoding="utf-8") for path in (GOLDEN.parent.parent / "seeds").glob("00?_*.txt")}
KEYS = {"id", "kind", "part", "language", "question", "history"}


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GOLDEN / name).read_text(encoding="utf-8").splitlines()]


OVER_SEEDS, OVER_XQUAD = rows("seeds-turns.jsonl"), rows("xquad-turns.jsonl")
ALL = OVER_SEEDS + OVER_XQUAD


def test_a_line_has_just_the_known_keys() -> None:
    assert {frozenset(each) for each in OVER_SEEDS} == {frozenset(KEYS | {"document", "answers"})}
    assert {frozenset(each) for each in OVER_XQUAD} == {frozenset(KEYS | {"paragraphs", "asks"})}


def test_every_conversation_has_two_or_three_turns_and_is_told_once() -> None:
    assert {len(each["history"]) for each in ALL} == {1, 2}
    assert len({(*each["history"], each["question"]) for each in ALL}) == len({each["id"] for each in ALL}) == len(ALL)


def test_every_language_has_its_share_and_a_third_change_the_subject() -> None:
    assert len(ALL) >= 60
    assert len(set(Counter(each["language"] for each in ALL).values())) == 1
    assert {each["language"] for each in ALL} == {"en", "ru", "tr", "zh", "az"}
    assert sum(each["kind"] == "changed" for each in ALL) * 3 >= len(ALL)
    assert {each["kind"] for each in ALL} == {"leaning", "changed"}


def test_half_is_held_out() -> None:
    for kind in ("leaning", "changed"):
        parts = Counter(each["part"] for each in ALL if each["kind"] == kind)
        assert set(parts) == {"tune", "held out"}
        assert min(parts.values()) * 3 >= sum(parts.values())


@pytest.mark.parametrize("row", OVER_SEEDS, ids=[each["id"] for each in OVER_SEEDS])
def test_every_answer_stands_in_its_document(row: dict[str, Any]) -> None:
    assert [answer for answer in row["answers"] if answer not in SEEDS[row["document"]]] == []


@pytest.mark.model
def test_follow_ups_find_their_document_and_a_change_of_subject_finds_the_other(seeds_engine: Engine) -> None:
    # What is measured, and what is aimed at, stands in docs/conversation.md; this holds against falling back.
    found = Counter(
        row["kind"]
        for row in OVER_SEEDS
        if seeds_engine.search(row["question"], history=row["history"], k=1)[0].document_id == row["document"]
    )
    asked = Counter(row["kind"] for row in OVER_SEEDS)
    assert found["leaning"] / asked["leaning"] >= 0.65
    assert found["changed"] / asked["changed"] >= 0.65
