"""Typeset lines back to running text: a PDF knows lines, a sentence is read across them.

What changes, and nothing else: a line break inside a paragraph becomes a space (nothing between Chinese or Japanese
characters), a word divided at a line's end is made whole, the ligatures ﬀ to ﬆ and the shapes of Arabic letters become
the letters, and white space around lines goes. Every other character stays as the file has it.
"""

import re
import unicodedata
from collections.abc import Set
from dataclasses import dataclass
from itertools import zip_longest

from rag.scripts import is_wide

# ﬀ to ﬆ, and the shapes that Arabic letters have by their neighbours
_PRESENTED = (*range(0xFB00, 0xFB07), *range(0xFB50, 0xFBB2), *range(0xFBD3, 0xFD3E), *range(0xFE80, 0xFEFD))
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in _PRESENTED}
_LONG = 0.8  # of the page's usual width: a shorter line ends its paragraph
_FULL = 0.9  # the same for a line that ends a sentence: it may well be a paragraph's last
_HALF = 0.5  # unless the next begins in lower case, as few paragraphs do
_NARROW = 30  # characters, one that is two columns wide counted twice; narrower are tables and verse, not paragraphs
_ITEM = re.compile(r"(?:[•◦▪‣·*–—-]|\(?(?:\d{1,3}|[A-Za-z])[.)])\s")
_DIVIDED = re.compile(r"([^\W\d_]+)([-\u2010\u00ad])$")
_WORD = re.compile(r"[^\W\d_]+")
_WORDS = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    page: int
    room: int  # the page's usual width
    after_blank: bool


def join_lines(pages: list[str]) -> tuple[str, tuple[int, ...]]:
    """The running text of a document's pages, and the offset in it at which each page begins."""
    lines = [line for number, page in enumerate(pages) for line in _lines(without_ligatures(page), number)]
    words = _whole_words(lines)
    parts: list[str] = []
    starts: dict[int, int] = {}
    length, joined = 0, False
    for line, following in zip_longest(lines, lines[1:]):
        starts.setdefault(line.page, length)
        part = _with_glue(line, following, words, joined) if following else line.text
        joined = not part.endswith("\n")
        parts.append(part)
        length += len(part)
    return "".join(parts), _filled(starts, len(pages), length)


def without_ligatures(text: str) -> str:
    """With the letters that ligatures and the shapes of Arabic letters stand for."""
    return text.translate(_LIGATURES)


def _lines(page: str, number: int) -> list[_Line]:
    rows = [row.strip(" " if "\t" in row else None) for row in page.split("\n")]
    room = _usual_width([_width(row) for row in rows])
    return [
        _Line(row, number, room, after_blank=index > 0 and not rows[index - 1]) for index, row in enumerate(rows) if row
    ]


def _usual_width(widths: list[int]) -> int:
    """The width below which lie three quarters of the page's characters: prose outweighs the cells of a table."""
    left = 0.75 * sum(widths)
    for width in sorted(widths):
        left -= width
        if left <= 0:
            return width
    return 0


def _whole_words(lines: list[_Line]) -> frozenset[str]:
    """Every word of the document, in lower case, but for the two halves at each division."""
    words: set[str] = set()
    was_divided = False
    for line in lines:
        divided = _DIVIDED.search(line.text)
        found = _WORDS.findall((line.text[: divided.start()] if divided else line.text).casefold())
        words.update(found[1:] if was_divided else found)
        was_divided = divided is not None
    return frozenset(words)


def _filled(starts: dict[int, int], pages: int, length: int) -> tuple[int, ...]:
    """A page without text begins where the next one does."""
    offsets = [length] * pages
    for page in reversed(range(pages)):
        offsets[page] = length = starts.get(page, length)
    return tuple(offsets)


def _with_glue(line: _Line, following: _Line, words: Set[str], joined: bool) -> str:
    """The line with what stands between it and the next."""
    if not _goes_on(line, following):
        is_gap = joined or following.after_blank or (following.page != line.page and not _is_table(line, following))
        return line.text + ("\n\n" if is_gap else "\n")
    divided, head = _DIVIDED.search(line.text), _WORD.match(following.text)
    if divided and (head or following.text[0].isdigit()):
        return line.text[: -1 if head and _is_division(divided, head[0], words) else None]
    return line.text + ("" if is_wide(line.text[-1]) and is_wide(following.text[0]) else " ")


def _is_table(line: _Line, following: _Line) -> bool:
    """Whether both are rows of one."""
    return line.text.count("\t") == following.text.count("\t") > 0


def _goes_on(line: _Line, following: _Line) -> bool:
    """Whether the next line belongs to the same paragraph."""
    if "\t" in line.text + following.text:
        return False
    if line.room < _NARROW or following.after_blank or _ITEM.match(following.text) or following.text.isdecimal():
        return False
    share = _width(line.text) / line.room
    least = _HALF if following.text[0].islower() else _FULL if line.text[-1] in ".!?:。！？" else _LONG
    return share >= least


def _is_division(divided: re.Match[str], head: str, words: Set[str]) -> bool:
    """Whether the hyphen only divides a word; the document's other words tell, a division where they do not."""
    first, hyphen = divided[1].casefold(), divided[2]
    if hyphen == "\u00ad":
        return True
    if not head[0].islower():
        return False
    joined = first + head.casefold()
    is_compound = f"{first}-{head.casefold()}" in words or (len(first) > 3 and first in words)
    return joined in words or not is_compound


def _width(text: str) -> int:
    return len(text) + sum(map(is_wide, text))
