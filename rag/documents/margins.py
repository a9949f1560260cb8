"""The heads and feet that run through a document's pages: each is told once, where it comes first.

A sentence that goes on over the page would have them in its middle. What runs stands apart from the rest of its page,
by a blank line, and says the same on three pages, but for the number of each.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain, groupby, takewhile

_BLOCKS, _LINES = 2, 2  # at most, in a head or a foot, and in each of them
_PAGES = 3  # at least
_NUMBER = re.compile(r"\d{1,9}")


def without_repeated_margins(pages: Sequence[str]) -> list[str]:
    """The text of each page, without what earlier pages have told."""
    rows = [[row.strip() for row in page.split("\n")] for page in pages]
    margins = [_margins(own, page) for page, own in enumerate(rows)]
    counts = Counter(key for own in margins for keys in own.values() for key in keys)
    told: set[str] = set()
    for own, places in zip(rows, margins, strict=True):
        for place, keys in places.items():
            running = {key for key in keys if counts[key] >= _PAGES}
            if running & told:
                own[place] = ""
            told |= running
    return ["\n".join(own).strip("\n") for own in rows]


def _margins(rows: Sequence[str], page: int) -> dict[int, set[str]]:
    """Where the lines of a page's head and foot stand, and what each may be known by on other pages."""
    blocks = [list(block) for is_text, block in groupby(range(len(rows)), lambda place: bool(rows[place])) if is_text]
    for most in range(_BLOCKS, 0, -1):
        edges = {"head": _short(blocks[:most]), "foot": _short(blocks[: -most - 1 : -1])}
        if sum(map(len, edges.values())) < len(blocks):  # the page says something else
            return {place: _keys(edge, rows[place], page) for edge, places in edges.items() for place in chain(*places)}
    return {}


def _short(blocks: Sequence[list[int]]) -> list[list[int]]:
    """Those at the beginning that may be a head or foot."""
    return list(takewhile(lambda block: len(block) <= _LINES, blocks))


def _keys(edge: str, row: str, page: int) -> set[str]:
    """The line as it stands, and with its first or last number counted from that of the page."""
    told = f"{edge} {row.casefold()}"
    numbers = list(_NUMBER.finditer(told))
    return {told} | {
        f"{told[: number.start()]}{int(number[0]) - page}+{told[number.end() :]}"
        for number in (*numbers[:1], *numbers[-1:])
    }
