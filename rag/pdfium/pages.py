"""A page's text: its lines in reading order, a blank line where more space than usual stands between two, and around
tables, whose rows are lines with tabs.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise, zip_longest
from statistics import median
from typing import Any

from rag.pdfium.glyphs import Glyph, lines_of
from rag.pdfium.order import balance, line_text
from rag.pdfium.tables import tables_of

_APART = 1.5  # x the usual distance between lines: another paragraph
_SAME = 0.5  # of the lower one's height, that two parts of one line share
_NEAR = 1.0  # x the height: further away stands another column


def page_text(read: Any) -> str:
    """Of a pypdfium2 text page."""
    lines = _whole_lines(lines_of(read))
    is_right_to_left = balance(lines) < 0
    gaps = _gaps(lines)
    parts: list[str] = []
    reached = 0
    for table in tables_of(lines, is_right_to_left):
        before = slice(reached, table.first)
        parts += [_plain(lines[before], gaps[before], is_right_to_left), "\n\n", "\n".join(table.rows), "\n\n"]
        reached = table.last
    parts.append(_plain(lines[reached:], gaps[reached:], is_right_to_left))
    return "".join(parts).strip("\n")


def _plain(lines: Sequence[Sequence[Glyph]], gaps: Sequence[str], is_right_to_left: bool) -> str:
    texts = [line_text(line, is_right_to_left).replace("\t", " ") for line in lines]
    return "".join(text + gap for text, gap in zip_longest(texts, gaps, fillvalue=""))


def _whole_lines(lines: Sequence[list[Glyph]]) -> list[list[Glyph]]:
    """pdfium ends a line at a raised or lowered character too, and the rest of it is the next."""
    whole: list[list[Glyph]] = []
    for line in lines:
        if whole and _goes_on(whole[-1][-1], line[0]):
            whole[-1] += line
        else:
            whole.append(line)
    return whole


def _goes_on(last: Glyph, first: Glyph) -> bool:
    shared = min(last.top, first.top) - max(last.bottom, first.bottom)
    height = min(last.height, first.height)
    return shared > _SAME * height and -0.1 * height < first.left - last.right < _NEAR * height


def _gaps(lines: Sequence[Sequence[Glyph]]) -> list[str]:
    """What stands between one line and the next; a line above all others is a head, told last."""
    places = [median(glyph.bottom for glyph in line) for line in lines]
    falls = [above - below for above, below in pairwise(places)]
    usual = median([fall for fall in falls if fall > 0] or [0.0])
    highest = accumulate(places, max)
    return [
        "\n\n" if fall > _APART * usual or below > top + _APART * usual else "\n"
        for fall, below, top in zip(falls, places[1:], highest, strict=False)
    ]
