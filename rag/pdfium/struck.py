"""Words that are struck out: a PDF only draws a line through them."""

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from rag.pdfium.glyphs import Glyph
from rag.pdfium.order import balance
from rag.scripts import is_wide

_THICK, _LONG = 2.5, 2.0  # points: at most, at least
_TOUCH = 0.5  # points
_MOST_DRAWN = 20_000  # objects of a page that are looked at: a map has many more, and strikes nothing out
_FEWEST = 2  # letters and figures: lines through a single one are part of many a drawing
_DEEP = 3  # groups of drawings within each other
# Each x the height of the glyph.
_LOWEST, _HIGHEST = 0.1, 0.5  # where a line through it lies above its baseline: below it underlines, above it
_END = 0.35  # ... and how far from the first and the last glyph it may begin and end: a rule of a chart goes on


_height = attrgetter("height")


class Stroke(NamedTuple):
    """A line from left to right, in points."""

    left: float
    right: float
    height: float  # above the page's origin


def strokes_of(page: Any) -> list[Stroke]:
    """The thin level lines of a pypdfium2 page, by how high they lie; some programs draw one for each letter."""
    strokes = []
    for number, drawn in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=_DEEP)):
        left, bottom, right, top = drawn.get_bounds()
        if top - bottom <= _THICK and right - left >= _LONG:
            strokes.append(Stroke(left, right, (bottom + top) / 2))
        if number >= _MOST_DRAWN:
            break
    whole: list[Stroke] = []
    for stroke in sorted(strokes, key=lambda each: (round(each.height, 1), each.left)):
        if whole and _goes_on(whole[-1], stroke):
            whole[-1] = whole[-1]._replace(right=max(whole[-1].right, stroke.right))
        else:
            whole.append(stroke)
    return sorted(whole, key=_height)


def _goes_on(stroke: Stroke, other: Stroke) -> bool:
    return abs(stroke.height - other.height) < _TOUCH and other.left <= stroke.right + _TOUCH


def without_struck(line: Sequence[Glyph], strokes: Sequence[Stroke]) -> list[Glyph]:
    """The glyphs of a line that no stroke goes through, and one space where what stood between two is gone."""
    if not strokes:
        return [*line]
    kept = [glyph for glyph in line if not glyph.text.isspace()]
    highest = max((glyph.baseline + _HIGHEST * glyph.height for glyph in kept), default=0.0)
    lowest = min((glyph.baseline + _LOWEST * glyph.height for glyph in kept), default=0.0)
    near = strokes[bisect_left(strokes, lowest, key=_height) : bisect_left(strokes, highest, key=_height)]
    struck = {id(glyph) for stroke in near for glyph in _through(line, stroke)}
    return _without(line, struck) if struck else [*line]


def _through(line: Sequence[Glyph], stroke: Stroke) -> list[Glyph]:
    """The glyphs that the stroke goes through, if they are whole words and it begins and ends with them.

    Of words from right to left none: what goes through them was part of a formula, as far as was seen.
    """
    places = [place for place, glyph in enumerate(line) if _is_through(glyph, stroke)]
    found = [line[place] for place in places]
    letters = [glyph for glyph in found if glyph.text.isalnum()]
    if len(letters) < _FEWEST or balance([letters]) < 0:
        return []
    if _is_within_word(line, places[0], -1) or _is_within_word(line, places[-1], 1):
        return []
    near = _END * max(glyph.height for glyph in letters)
    begins = min(glyph.left for glyph in found) - stroke.left
    ends = stroke.right - max(glyph.right for glyph in found)
    return found if max(begins, ends) <= near else []


def _is_within_word(line: Sequence[Glyph], place: int, step: int) -> bool:
    """Whether a word goes on there, before or behind the place; those of Chinese and Japanese have no ends."""
    beside = place + step
    if not 0 <= beside < len(line) or is_wide(line[place].text[0]):
        return False
    return line[place].text.isalnum() and line[beside].text.isalnum()


def _is_through(glyph: Glyph, stroke: Stroke) -> bool:
    above = stroke.height - glyph.baseline
    middle = (glyph.left + glyph.right) / 2
    return stroke.left <= middle <= stroke.right and _LOWEST * glyph.height <= above <= _HIGHEST * glyph.height


def _without(line: Sequence[Glyph], struck: set[int]) -> list[Glyph]:
    kept: list[Glyph] = []
    was_struck = False
    for glyph in line:
        if id(glyph) in struck:
            was_struck = True
        elif not (was_struck and glyph.text.isspace() and (not kept or kept[-1].text.isspace())):
            kept.append(glyph)
            was_struck = False
    return kept
