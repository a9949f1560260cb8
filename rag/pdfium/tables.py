"""Tables of a page. A PDF has none, only words and where they stand. Most programs write them cell after cell and row
after row, and that is looked for: what stands beside what, twice or more, with a gap that runs down between.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from math import inf
from statistics import median
from typing import NamedTuple

from rag.pdfium.glyphs import TAB, Glyph, text_of
from rag.pdfium.order import after_space, spoken
from rag.scripts import is_wide

_GAP = 1.0  # x the line's height; what stands further apart are two cells
_UNSPACED = 0.2  # ... and what stands so far apart without a space, where the page writes any
_WRITTEN = 0.05  # of a page's spaces, where it writes them: none are written between cells, and LaTeX writes none
_LEADING = 2.4  # x the height, from one line of a cell to the next, at most
_LINES = 8  # of a cell at most: what is longer is a column of the page
_LEADER = re.compile(r"(?:\.\s?){5}")  # of a table of contents
_CUT_NUMBER = re.compile(r"\w-$")
_TOUCH = 2.0  # points by which neighbouring columns may overlap
_IN_LINE = 3.0  # points, for cells whose left or right sides or middles stand one below the other
_ALIGNED = 0.6  # of a column's cells
_MARKER = re.compile(r"(?:[•◦▪‣·*–—-]|\(?(?:\w{1,4}\.)*\w{1,4}[.)])")  # of a list: no cell of its own


@dataclass(frozen=True, slots=True)
class Table:
    """`lines[first:last]` of a page, the glyphs of each row, its cells parted by tabs."""

    first: int
    last: int
    rows: tuple[Sequence[Glyph], ...]


@dataclass(frozen=True, slots=True)
class _Segment:
    """Glyphs of one line that stand together; in a text from right to left, seen in a mirror."""

    glyphs: Sequence[Glyph]
    line: int
    left: float
    right: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(slots=True)
class _Cell:
    lines: list[_Segment] = field(default_factory=list)
    left: float = inf
    right: float = -inf

    def add(self, segment: _Segment) -> None:
        self.lines.append(segment)
        self.left, self.right = min(self.left, segment.left), max(self.right, segment.right)


@dataclass(slots=True)
class _Row:
    cells: list[_Cell] = field(default_factory=list)
    bottom: float = inf
    top: float = -inf

    @classmethod
    def of(cls, segments: Sequence[_Segment]) -> "_Row":
        """Of one cell."""
        row = cls()
        row.add(segments[0], is_beside=True)
        for segment in segments[1:]:
            row.add(segment, is_beside=False)
        return row

    def add(self, segment: _Segment, *, is_beside: bool) -> None:
        """Beside the last cell, or below its last line."""
        if is_beside:
            self.cells.append(_Cell())
        self.cells[-1].add(segment)
        self.bottom, self.top = min(self.bottom, segment.bottom), max(self.top, segment.top)

    @property
    def last(self) -> _Segment:
        return self.cells[-1].lines[-1]


class _Told(NamedTuple):
    row: _Row
    cells: Sequence[list[Glyph]]  # as they are read


def tables_of(lines: Sequence[Sequence[Glyph]], is_right_to_left: bool) -> list[Table]:
    """The tables among a page's lines, in order."""
    rows: list[_Row] = []
    is_spaced = not is_right_to_left and _is_spaced(lines)  # else pdfium does not say where spaces stand
    for number, line in enumerate(lines):
        for segment in _segments(line, number, is_spaced=is_spaced, is_right_to_left=is_right_to_left):
            _put(segment, rows)
    found = map(_table, _runs(rows, is_right_to_left))
    return [table for table in found if table]


# -- what stands together --------------------------------------------------------


def _segments(line: Sequence[Glyph], number: int, *, is_spaced: bool, is_right_to_left: bool) -> list[_Segment]:
    """From one side to the other. Programs may draw the punctuation of a line before or after the rest of it.

    `is_spaced`: whether the page writes spaces.
    """
    gap, narrow = (share * median(glyph.height for glyph in line) for share in (_GAP, _UNSPACED))
    begins: list[float] = []
    reached = spaced = -inf
    for glyph in sorted(line, key=lambda each: each.left):
        if not _is_space(glyph):
            away = glyph.left - reached
            if reached > -inf and (away > gap or (is_spaced and away > narrow and spaced < reached - _TOUCH)):
                begins.append(glyph.left)
            reached = max(reached, glyph.right)
        elif not glyph.is_guess:
            spaced = glyph.left
    parts: list[list[Glyph]] = [[] for _ in range(len(begins) + 1)]
    for glyph in line:
        parts[bisect_right(begins, glyph.left)].append(glyph)
    found = [_segment(part, number, is_right_to_left) for part in parts if not all(map(_is_space, part))]
    return found[::-1] if is_right_to_left else found


def _is_spaced(lines: Sequence[Sequence[Glyph]]) -> bool:
    guessed = [glyph.is_guess for line in lines for glyph in line if _is_space(glyph)]
    return bool(guessed) and guessed.count(False) > _WRITTEN * len(guessed)


def _segment(glyphs: Sequence[Glyph], line: int, is_right_to_left: bool) -> _Segment:
    seen = [glyph for glyph in glyphs if not _is_space(glyph)]
    left, right = min(glyph.left for glyph in seen), max(glyph.right for glyph in seen)
    if is_right_to_left:
        left, right = -right, -left
    bottom, top = median(glyph.bottom for glyph in seen), max(glyph.top for glyph in seen)
    return _Segment(glyphs, line, left, right, bottom, top)


def _is_space(glyph: Glyph) -> bool:
    return glyph.text.isspace()


def _put(segment: _Segment, rows: list[_Row]) -> None:
    """Beside the last cell, or below its last line, or at the beginning of another row."""
    if rows and _is_beside(segment, rows[-1]):
        _part_from_above(segment, rows)
        rows[-1].add(segment, is_beside=True)
    elif rows and _is_below(segment, rows[-1].last):
        rows[-1].add(segment, is_beside=False)
    else:
        rows.append(_Row.of([segment]))


def _part_from_above(segment: _Segment, rows: list[_Row]) -> None:
    """What stands beside the last line of a first cell, and below all others, does not stand beside those."""
    if len(rows[-1].cells) > 1:
        return
    *above, last = rows[-1].cells[0].lines
    if above and last.bottom < segment.top <= above[-1].bottom:
        rows[-1:] = [_Row.of(above), _Row.of([last])]


def _is_beside(segment: _Segment, row: _Row) -> bool:
    return segment.left >= row.cells[-1].right - _TOUCH and row.bottom < segment.top and segment.bottom < row.top


def _is_below(segment: _Segment, last: _Segment) -> bool:
    falls = last.bottom - segment.bottom
    overlaps = segment.left < last.right and last.left < segment.right
    return overlaps and 0 < falls <= _LEADING * max(last.height, segment.height)


# -- what is a table -------------------------------------------------------------


def _runs(rows: Sequence[_Row], is_right_to_left: bool) -> list[list[_Told]]:
    """Rows of several cells, one below the other."""
    runs: list[list[_Told]] = [[]]
    for row in rows:
        told = _Told(row, [_glyphs(cell, is_right_to_left) for cell in row.cells]) if _may_be_row(row) else None
        if told and not _is_listed([text_of(cell) for cell in told.cells]):
            runs[-1].append(told)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if len(run) > 1]


def _may_be_row(row: _Row) -> bool:
    return len(row.cells) > 1 and all(len(cell.lines) <= _LINES for cell in row.cells)


def _is_listed(texts: Sequence[str]) -> bool:
    """Whether it is an item of a list, or a line of a table of contents."""
    is_item = len(texts) == 2 and _MARKER.fullmatch(texts[0])
    return bool(is_item) or any(map(_LEADER.search, texts))


def _table(run: Sequence[_Told]) -> Table | None:
    columns = _columns([told.row for told in run])
    lines = sorted({segment.line for told in run for cell in told.row.cells for segment in cell.lines})
    first, last = lines[0], lines[-1] + 1
    if columns is None or len(lines) < last - first:
        return None
    return Table(first, last, tuple(_row_glyphs(told, columns) for told in run))


def _columns(run: Sequence[_Row]) -> list[tuple[float, float]] | None:
    """Left and right of each, by the rows of the usual number of cells; None where no gap runs down between two."""
    counts = Counter(len(row.cells) for row in run)
    usual = max(counts, key=lambda count: (counts[count], count))
    like = [row.cells for row in run if len(row.cells) == usual]
    stacked = list(zip(*like, strict=True))
    columns = [(min(cell.left for cell in cells), max(cell.right for cell in cells)) for cells in stacked]
    is_parted = all(one[1] <= other[0] + _TOUCH for one, other in pairwise(columns))
    return columns if len(like) > 1 and is_parted and all(map(_are_aligned, stacked)) else None


def _are_aligned(cells: Sequence[_Cell]) -> bool:
    sides = list(zip(*((cell.left, cell.right, (cell.left + cell.right) / 2) for cell in cells), strict=True))
    usual = map(median, sides)
    return any(
        sum(abs(each - place) <= _IN_LINE for each in side) >= _ALIGNED * len(side)
        for side, place in zip(sides, usual, strict=True)
    )


def _row_glyphs(told: _Told, columns: Sequence[tuple[float, float]]) -> list[Glyph]:
    placed: list[list[Glyph]] = [[] for _ in columns]
    for cell, glyphs in zip(told.row.cells, told.cells, strict=True):
        own = placed[max(range(len(columns)), key=lambda each: _shared(cell, columns[each]))]
        own += after_space(glyphs) if own else glyphs
    while placed and not placed[-1]:
        placed.pop()
    return [glyph for cell in placed for glyph in (TAB, *cell)][1:]


def _shared(cell: _Cell, column: tuple[float, float]) -> float:
    """How much of its width; how far away, below zero."""
    return min(cell.right, column[1]) - max(cell.left, column[0])


def _glyphs(cell: _Cell, is_right_to_left: bool) -> list[Glyph]:
    """A word is hardly ever cut in a cell, a number is ("NP-400"); Chinese and Japanese have no spaces."""
    told: list[Glyph] = []
    for line in cell.lines:
        part = _evenly_spaced(spoken(line.glyphs, is_right_to_left))
        above, below = text_of(told[-2:]), text_of(part[:1])
        is_wide_text = above and below and is_wide(above[-1]) and is_wide(below[0])
        is_joined = not told or is_wide_text or (_CUT_NUMBER.search(above) and below[:1].isdigit())
        told += part if is_joined else after_space(part)
    return told


def _evenly_spaced(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """One space between words, none around them."""
    words = [list(row) for is_space, row in groupby(glyphs, key=_is_space) if not is_space]
    return [glyph for word in words for glyph in after_space(word)][1:]
