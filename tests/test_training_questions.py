"""Questions that stand in a text, as the confidence in what is below them is fitted."""

import random

import pytest

from rag.types import Part
from training.questions import SHARES, Case, Found, first_is_right, told_by_kind, under_questions, variants, weights

SECTION = Part("article", 0, 10)
PARAGRAPHS = [
    {"context": "The fort was built in 1812.", "qas": [{"question": "When was the fort built?"}]},
    {"context": "It fell in 1840.", "qas": [{"question": "When did it fall?"}, {"question": "What fell?"}]},
]


def case(kind: str, question: str = "Who built the fort of Baku?", of: str = "faq") -> Case:
    return Case(of, kind, "en", "en", question, SECTION, SECTION)


def test_each_paragraph_stands_under_its_first_question() -> None:
    document, sections = under_questions(PARAGRAPHS, "en")
    told = [document.text[each.start : each.end] for each in sections]
    assert told == [
        "When was the fort built?\n\nThe fort was built in 1812.\n\n",
        "When did it fall?\n\nIt fell in 1840.\n\n",
    ]
    assert "".join(told) == document.text


def test_a_question_is_also_asked_of_another_name_and_where_nothing_answers() -> None:
    asked = list(variants(case("asked"), ["Who left the port of Ganja?"], random.Random(1)))
    assert [each.kind for each in asked] == ["asked", "absent", "changed"]
    assert asked[1].question == asked[0].question != asked[2].question
    assert [each.kind for each in variants(case("other"), ["Who left Ganja?"], random.Random(1))] == ["other", "absent"]


def test_the_likeness_of_the_question_above_decides_as_far_as_it_weighs() -> None:
    found = Found(case("asked"), [(2.0, 0.0, False), (0.0, 0.3, True)], None)
    assert not first_is_right(found, 4.0)
    assert first_is_right(found, 8.0)


def test_each_set_and_kind_weighs_by_its_share_however_many_there_are() -> None:
    found = [
        Found(case(*each), [(0.0, 0.0, True)], None)
        for each in [("asked",)] * 3 + [("absent",)] * 2 + [("asked", "?", "xquad")]
    ]
    weight = weights(found)
    assert weight[:3].sum() == pytest.approx(weight[5]) == pytest.approx(SHARES["asked"] * len(found))
    assert weight[3:5].sum() == pytest.approx(SHARES["absent"] * len(found))
    assert (
        told_by_kind(found, [True, False, False, True, True, True], ("asked",))
        == "faq asked 0.333 of 3, xquad asked 1.000 of 1"
    )
