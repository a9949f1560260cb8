"""The heads and feet that run through a document's pages: each is told once, where it comes first.

A sentence that goes on over the page would have them in its middle. What runs stands apart from the rest of its page,
by a blank line, and says the same on three pages, but for the number of each. Where the number of the page stands, so
does what is said beside it, the name of a chapter, if that is told somewhere else.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, takewhile

_BLOCKS, _LINES = 2, 2  # at most, in a head or a foot, and in each of them
_PAGES = 3  # at least
_NUMBER = re.compile(r"\d{1,9}")
_PAGE_NUMBER = re.compile(r"^\d{1,5}(?=\s)|(?<=\s)\d{1,5}$")


def without_repeated_margins(pages: Sequence[str]) -> list[str]:
    """The text of each page, without what earlier pages have told."""
    rows = [[row.strip() for row in page.split("\n")] for page in pages]
    margins = [_margins(own, page) for page, own in enumerate(rows)]
    counts = Counter(key for own in margins for margin in own.values() for key in (*margin.keys, *margin.titles))
    told: set[str] = set()
    said = {_letters(row) for own, apart in zip(rows, margins, strict=True) for row in _between(own, apart)}
    for own, apart in zip(rows, margins, strict=True):
        for place, margin in apart.items():
            running = {key for key in margin.keys if counts[key] >= _PAGES}
            titles = {title for key, title in margin.titles.items() if counts[key] >= _PAGES}
            said_here = {_letters(own[place]), *titles}
            if running & told or titles & said:
                own[place] = ""
            told |= running
            said |= said_here
    return ["\n".join(own).strip("\n") for own in rows]


@dataclass(frozen=True, slots=True)
class _Margin:
    """A line of a head or foot, by what it may be known on other pages."""

    keys: frozenset[str]  # as it stands, and with its first or last number counted from that of the page
    titles: Mapping[str, str]  # a number at one of its ends, counted so: the letters of what stands beside it


def _between(rows: Sequence[str], apart: Mapping[int, _Margin]) -> list[str]:
    return [row for place, row in enumerate(rows) if place not in apart]


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _margins(rows: Sequence[str], page: int) -> dict[int, _Margin]:
    """The lines of a page's head and foot, by where they stand."""
    blocks = [list(block) for is_text, block in groupby(range(len(rows)), lambda place: bool(rows[place])) if is_text]
    for most in range(_BLOCKS, 0, -1):
        edges = {"head": _short(blocks[:most]), "foot": _short(blocks[: -most - 1 : -1])}
        if sum(map(len, edges.values())) < len(blocks):  # the page says something else
            return {
                place: _margin(edge, rows[place], page) for edge, places in edges.items() for place in chain(*places)
            }
    return {}


def _short(blocks: Sequence[list[int]]) -> list[list[int]]:
    """Those at the beginning that may be a head or foot."""
    return list(takewhile(lambda block: len(block) <= _LINES, blocks))


def _margin(edge: str, row: str, page: int) -> _Margin:
    told = f"{edge} {row.casefold()}"
    numbers = list(_NUMBER.finditer(told))
    counted = {
        f"{told[: number.start()]}{int(number[0]) - page}+{told[number.end() :]}"
        for number in (*numbers[:1], *numbers[-1:])
    }
    titles = {
        f"{edge} page {int(number[0]) - page}": _letters(row[: number.start()] + row[number.end() :])
        for number in _PAGE_NUMBER.finditer(row)
    }
    return _Margin(frozenset({told, *counted}), titles)
