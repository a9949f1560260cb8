"""Words in quotation marks."""

import pytest

from rag.phrases import occurs, phrases_of


@pytest.mark.parametrize(
    "question",
    [
        'who said "red fox" first?', "who said “red fox” first?", "wer sagte „red fox“ zuerst?",
        "кто сказал «red fox»?", "谁说「red fox」？", "谁说《red fox》？",
    ],
)  # fmt: skip
def test_a_phrase_is_what_stands_between_quotation_marks_of_any_script(question: str) -> None:
    assert phrases_of(question) == ["red fox"]


def test_every_phrase_counts_once_in_the_order_of_the_question() -> None:
    assert phrases_of('"b c" or «da» or "b c"') == ["b c", "da"]


@pytest.mark.parametrize("question", ["what's Baku's name?", 'a 6" pipe', '""', '" "', "» a «", ""])
def test_apostrophes_lone_marks_and_nothing_open_no_phrase(question: str) -> None:
    assert phrases_of(question) == []


@pytest.mark.parametrize(
    ("phrase", "text", "there"),
    [
        ("red fox", "a red fox.", True), ("red fox", "a red foxglove", False), ("cat", "concatenate", False),
        ("战略伙伴", "建立战略伙伴关系", True), ("a+b", "it says a+b here", True), ("c++", "in c++, say", True),
    ],
)  # fmt: skip
def test_a_phrase_occurs_in_whole_words_where_words_are_spaced(phrase: str, text: str, there: bool) -> None:
    assert occurs(phrase, text) is there
