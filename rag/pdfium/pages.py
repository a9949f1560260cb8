"""A page's text: its lines in reading order, a blank line where more space than usual stands between two, and around
tables, whose rows are lines with tabs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise, zip_longest
from statistics import median
from typing import Any

from rag.pdfium.filled import filled_in, with_filled
from rag.pdfium.glyphs import BLANK_LINE, LINE_END, TAB, Glyph, lines_of, text_of
from rag.pdfium.mirrored import is_mirrored, with_numbers_turned
from rag.pdfium.order import balance, spoken
from rag.pdfium.raised_glyphs import SMALLER, with_raised_told
from rag.pdfium.struck import strokes_of, without_struck
from rag.pdfium.tables import tables_of

_APART = 1.5  # x the usual distance between lines: another paragraph
_SAME = 0.5  # of the lower one's height, that two parts of one line share
_STACKED = 4  # glyphs
_NEAR = 1.0  # x the height: further away stands another column


def page_text(read: Any) -> str:
    """Of a pypdfium2 text page."""
    return text_of(page_glyphs(read))


def page_glyphs(read: Any) -> list[Glyph]:
    """What `page_text` says, glyph by glyph; what stands between them, and is not drawn, has no width."""
    strokes = strokes_of(read.page)
    whole = (without_struck(line, strokes) for line in _whole_lines(_seen(read)))
    printed = [with_raised_told(line) for line in whole if line]
    return laid_out(with_filled(printed, filled_in(read.page)))


def laid_out(lines: Sequence[list[Glyph]]) -> list[Glyph]:
    """The glyphs of a page's lines in the order in which they are read, with what stands between; and its tables."""
    is_right_to_left = balance(lines) < 0
    gaps = _gaps(lines)
    told: list[Glyph] = []
    reached = 0
    for table in tables_of(lines, is_right_to_left):
        before = slice(reached, table.first)
        told += _plain(lines[before], gaps[before], is_right_to_left)
        told += [BLANK_LINE, *_parted(table.rows), BLANK_LINE]
        reached = table.last
    told += _plain(lines[reached:], gaps[reached:], is_right_to_left)
    return _without_outer_breaks(told)


def _seen(read: Any) -> list[list[Glyph]]:
    """The lines of a page of which something is shown: programs that crop a page leave the rest of it there."""
    box = read.page.get_bbox()  # which may be said of all pages together
    lines = map(with_numbers_turned, lines_of(read)) if is_mirrored(read) else lines_of(read)
    return [line for line in lines if any(_is_within(glyph, box) for glyph in line if not glyph.text.isspace())]


def _is_within(glyph: Glyph, box: tuple[float, float, float, float]) -> bool:
    left, bottom, right, top = box
    across, up = (glyph.left + glyph.right) / 2, (glyph.bottom + glyph.top) / 2
    return left <= across <= right and bottom <= up <= top


def _parted(rows: Iterable[Sequence[Glyph]]) -> list[Glyph]:
    return [glyph for row in rows for glyph in (LINE_END, *row)][1:]


def _plain(lines: Sequence[Sequence[Glyph]], gaps: Sequence[Glyph], is_right_to_left: bool) -> list[Glyph]:
    told: list[Glyph] = []
    for line, gap in zip_longest(lines, gaps):
        told += [
            replace(glyph, text=" ") if glyph.text == TAB.text else glyph for glyph in spoken(line, is_right_to_left)
        ]
        told += [gap] if gap else []
    return told


def _without_outer_breaks(glyphs: list[Glyph]) -> list[Glyph]:
    drawn = [place for place, glyph in enumerate(glyphs) if glyph.text.strip(LINE_END.text)]
    return glyphs[drawn[0] : drawn[-1] + 1] if drawn else []


def _whole_lines(lines: Sequence[list[Glyph]]) -> list[list[Glyph]]:
    """pdfium ends a line at a raised or lowered character too, and the rest of it is the next."""
    whole: list[list[Glyph]] = []
    for line in lines:
        if whole and _goes_on(whole[-1], line[0]):
            whole[-1] += line
        else:
            whole.append(line)
    return whole


def _goes_on(line: Sequence[Glyph], first: Glyph) -> bool:
    last = line[-1]
    height = min(last.height, first.height)
    is_near = -0.1 * height < first.left - last.right < _NEAR * height
    return is_near and (_is_level(last, first) or any(_is_stacked(before, first) for before in line[-_STACKED:-1]))


def _is_stacked(before: Glyph, first: Glyph) -> bool:
    """Whether the figure is raised behind a lowered one, or the other way about: "SO₄²⁻"."""
    is_small = first.height < SMALLER * before.height
    return is_small and not first.text.isalpha() and _is_level(before, first)


def _is_level(one: Glyph, other: Glyph) -> bool:
    return min(one.top, other.top) - max(one.bottom, other.bottom) > _SAME * min(one.height, other.height)


def _gaps(lines: Sequence[Sequence[Glyph]]) -> list[Glyph]:
    """What stands between one line and the next; a line above all others is a head, told last."""
    places = [median(glyph.bottom for glyph in line) for line in lines]
    falls = [above - below for above, below in pairwise(places)]
    usual = median([fall for fall in falls if fall > 0] or [0.0])
    highest = accumulate(places, max)
    return [
        BLANK_LINE if fall > _APART * usual or below > top + _APART * usual else LINE_END
        for fall, below, top in zip(falls, places[1:], highest, strict=False)
    ]
