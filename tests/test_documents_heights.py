"""What files say of words above and below the line, and how these are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents.heights import at_height, height_of


@pytest.mark.parametrize(
    ("said", "height"),
    [
        *(("superscript", 1), ("super 58%", 1), ("33% 58%", 1), ("30000", 1), ("0.5%", 1)),
        *(("subscript", -1), ("sub 58%", -1), ("-33% 58%", -1), ("-25000", -1), ("-0.5%", -1)),
        *(("baseline", 0), ("0% 100%", 0), ("0", 0), ("-0", 0), ("", 0), ("nonsense", 0)),
    ],
)
def test_a_height_is_told_in_a_word_or_in_a_number(said: str, height: int) -> None:
    assert height_of(said) == height


@pytest.mark.parametrize(
    ("text", "height", "told"),
    [
        *(("15", 1, "¹⁵"), ("15", 30, "¹⁵"), ("2", -1, "₂"), ("15", 0, "15"), ("nd", 1, "nd")),
        ("3\x07nd\r4\t5", 1, "³\x07nd\r⁴\t⁵"),
    ],
)
def test_figures_are_told_at_their_height_cell_by_cell_and_words_as_they_are(text: str, height: int, told: str) -> None:
    assert at_height(text, height) == told


@given(st.text(), st.integers(-1, 1))
def test_no_character_changes_its_place(text: str, height: int) -> None:
    assert len(at_height(text, height)) == len(text)
