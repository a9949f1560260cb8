"""Raised and lowered figures of a PDF are told as such, and nothing else is taken for one."""

import pytest
from test_documents_pdf import sized_pdf

from rag.documents import load_bytes

Run = tuple[float, float, float, str]  # how large, how far to the right, how far above the line, what it says


def text_of(*runs: Run) -> str:
    return load_bytes(sized_pdf([(size, 72 + x, 700 + y, words) for size, x, y, words in runs]), "a.pdf").text


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        ([(12, 0, 0, "About 10"), (7, 49, 5, "15"), (12, 57, 0, " cells.")], "About 10¹⁵ cells."),
        ([(12, 0, 0, "in 1999."), (7, 43, 5, "3"), (12, 47, 0, " It rained.")], "in 1999.³ It rained."),
        ([(12, 0, 0, "CO"), (7, 18, -3, "2"), (12, 22, 0, " rose.")], "CO₂ rose."),
        ([(12, 0, 0, "SO"), (7, 17, -3, "4"), (7, 21, 5, "2-"), (12, 28, 0, " fell.")], "SO₄²⁻ fell."),
        ([(7, 0, 4, "3"), (12, 4, 0, "We refer to it.")], "³We refer to it."),
        ([(12, 0, 0, "the 2"), (7, 27, 5, "nd"), (12, 35, 0, " time")], "the 2nd time"),
    ],
)
def test_raised_and_lowered_figures_are_told_as_they_stand(runs: list[Run], told: str) -> None:
    assert text_of(*runs) == told


@pytest.mark.parametrize(
    "runs",
    [
        [(12, 0, 0, "See No "), (8, 42, 0, "15"), (12, 52, 0, " here.")],  # small on the same line
        [(12, 0, 0, "See No "), (12, 42, 5, "15"), (12, 56, 0, " here.")],  # raised and as large
        [(12, 0, 0, "Net sales grew"), (7, 140, 4, "15 (8)"), (12, 200, 0, "again")],  # apart, as another cell is
    ],
)
def test_what_is_only_small_or_only_higher_or_stands_apart_is_told_plainly(runs: list[Run]) -> None:
    assert "15" in text_of(*runs)
    assert not set(text_of(*runs)) & set("¹⁵⁸₁₅")
