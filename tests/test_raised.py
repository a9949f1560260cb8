"""A raised or lowered figure is told as one: what stands beside it is not part of the number."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.folding import fold
from rag.raised import lowered, raised


@pytest.mark.parametrize(
    ("run", "told"),
    [
        ("15", "¹⁵"),
        ("-3", "⁻³"),
        ("\u22123", "⁻³"),
        ("2n+1", "²ⁿ⁺¹"),
        ("(1)", "⁽¹⁾"),
        ("1, 2", "¹, ²"),
        ("2+", "²⁺"),
    ],
)
def test_raised_figures_are_told_as_they_stand(run: str, told: str) -> None:
    assert raised(run) == told


@pytest.mark.parametrize(
    "run", ["nd", "2nd", "th", "me", "in", "o", "a", "n", "i", "TM", "[3]", "*", "-", "+", "()", "", " ", "٣"]
)
def test_other_raised_words_stay_as_they_are(run: str) -> None:
    assert raised(run) == lowered(run) == run


def test_lowered_figures_are_told_as_they_stand_and_letters_as_they_are() -> None:
    assert (lowered("2"), lowered("10+"), lowered("(n)"), lowered("n"), lowered("i")) == ("₂", "₁₀₊", "(n)", "n", "i")


@given(st.text(st.sampled_from("0123456789+-=()ni., abc")))
def test_nothing_is_lost_and_nothing_moves(run: str) -> None:
    for told in (raised(run), lowered(run)):
        assert len(told) == len(run)
        assert unicodedata.normalize("NFKC", told).replace("\u2212", "-") == run


def test_a_raised_figure_behind_a_number_is_searched_for_as_one_of_its_own() -> None:
    assert fold("Статья 12¹") == fold("Статья 12.1")
    assert fold("10¹⁵") == "10.15"
    assert fold("m² of CO₂") == "m2 of co2"
    assert fold("see above³ and ³") == "see above3 and 3"
