"""What is struck out is left out, and the spaces around it are those of one between two words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents.struck import struck, without_struck

LETTERS = st.text(st.characters(exclude_categories=("Cn", "Cs")))


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (["is ", "500", " 600"], "is 600"),
        (["is ", "500 ", "600"], "is 600"),
        (["is", " 500", " 600"], "is 600"),
        (["is", " 500 ", "600"], "is 600"),
        (["is ", " 500 ", " 600"], "is 600"),
        (["is", " 500", ". Now"], "is. Now"),
        (["is,", " 500 ", "600"], "is, 600"),
        (["one", "s", "self"], "oneself"),
        (["is ", "5", " ", "0", " 600"], "is 600"),
        (["two", " ", "words"], "two words"),
        (["a\t", "b", " c"], "a\tc"),
        (["(", "5 ", "6)"], "(6)"),
        (["这是", "五", "六"], "这是六"),
    ],
)
def test_of_two_spaces_around_it_one_stays_and_no_two_words_become_one(parts: list[str], told: str) -> None:
    marked = [struck(part) if at % 2 else part for at, part in enumerate(parts)]
    assert without_struck("".join(marked)) == told


@given(st.lists(st.tuples(LETTERS, LETTERS)))
def test_nothing_else_is_lost_or_added(parts: list[tuple[str, str]]) -> None:
    told = without_struck("".join(kept + struck(gone) for kept, gone in parts))
    assert told.replace(" ", "") == "".join(kept for kept, _ in parts).replace(" ", "")


@given(LETTERS)
def test_a_text_of_which_nothing_is_struck_out_stays_as_it_is(text: str) -> None:
    assert without_struck(text) == text
