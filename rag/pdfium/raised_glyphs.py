"""Figures that stand raised or lowered beside a word: "10¹⁵", "CO₂", the mark of a note."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from math import inf
from statistics import median

from rag.pdfium.glyphs import Glyph, retold, text_of
from rag.raised import lowered, raised

# Each x the height of the glyph that it stands beside.
SMALLER = 0.9  # and of what is usual in the line
_RAISED, _LOWERED = 0.15, 0.06  # from one baseline to the other
_NEAR = 0.35  # further away stands another cell
_MARK = 2.0  # the width of a mark with which a note may begin
_UPRIGHT = 0.4  # of a line's glyphs have one baseline; else it is turned


def with_raised_told(line: Sequence[Glyph]) -> list[Glyph]:
    """A line whose raised and lowered figures are told in Unicode's own."""
    baselines = Counter(glyph.baseline for glyph in line)
    if len(baselines) == 1 or max(baselines.values()) < _UPRIGHT * len(line):
        return [*line]
    told: list[Glyph] = []
    for shift, run in groupby(zip(_shifts(line), line, strict=True), key=lambda each: each[0]):
        glyphs = [glyph for _, glyph in run]
        if shift:
            glyphs = retold(glyphs, (raised if shift > 0 else lowered)(text_of(glyphs)))
        told += glyphs
    return told


def _shifts(line: Sequence[Glyph]) -> list[int]:
    """Of each glyph 1 if it is raised, -1 if it is lowered, else 0."""
    drawn = [glyph for glyph in line if not glyph.text.isspace()]
    usual = median(glyph.height for glyph in drawn) if drawn else 0.0
    beside = next((glyph for glyph in drawn if glyph.height >= SMALLER * usual), None)
    is_marked = beside and 0 <= beside.left - drawn[0].left < _MARK * beside.height
    reached = drawn[0].left if is_marked else -inf
    shifts: list[int] = []
    for glyph in line:
        shift = 0
        if beside and not glyph.text.isspace():
            is_small = glyph.height < SMALLER * min(usual, beside.height)
            is_near = glyph.left - reached < _NEAR * beside.height
            shift = _shift(glyph, beside) if is_small and is_near else 0
            beside = beside if shift else glyph
            reached = glyph.right
        shifts.append(shift)
    return shifts


def _shift(glyph: Glyph, beside: Glyph) -> int:
    away = glyph.baseline - beside.baseline
    return 1 if away > _RAISED * beside.height else -1 if away < -_LOWERED * beside.height else 0
