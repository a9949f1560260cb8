# mypy: disable-error-code="import-untyped"
"""An element tree of a page, HTML or trafilatura's own, laid out as plain text."""

import re
from typing import Any, Protocol

from rag.documents.blocks import Blocks, spanned


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


# HTML's blocks, and on the last line those of trafilatura's TEI.
_BLOCKS = _names("""
address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form h1 h2
h3 h4 h5 h6 header hr li main nav ol option p pre section summary table tbody tfoot thead ul
ab head item list quote
""")
_UNSEEN = _names("""
audio canvas iframe link math meta noscript object script select style svg template textarea title video
""")
_PERMALINKS = ("¶", "#", "§", "🔗", "\uf0c1")
_LEVELS = {f"h{level}": level for level in range(1, 7)}
_ROWS, _CELLS, _BREAKS, _VERBATIM = ("row", "tr"), ("cell", "td", "th"), ("lb", "br"), ("pre", "code")


class _Walk(Protocol):
    def skip_subtree(self) -> None: ...


def flatten(root: Any, blocks: Blocks) -> None:
    """Adds its paragraphs, its headings marked, its tables as tab-separated rows."""
    from lxml import etree

    layout = _Layout(blocks)
    walk = etree.iterwalk(root, events=("start", "end"))  # without recursion: pages nest as deep as they like
    for event, element in walk:
        if event == "start":
            layout.open(element, walk)
        else:
            layout.close(element, element is root)


class _Layout:
    """The state of one walk: the inline text gathered so far and the table row being filled."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self._inline: list[str] = []
        self._grid = _Grid()
        self._rows_open = 0
        self._verbatim_open = 0

    def open(self, element: Any, walk: _Walk) -> None:
        if is_unseen(element):
            walk.skip_subtree()
            return
        if element.tag in _ROWS or is_block(element):
            self._flush()
            if element.tag == "table" and not self._rows_open:
                self.blocks.end_table()
                self._grid = _Grid()
        elif element.tag in _BREAKS:
            self._inline.append("\n")
        self._rows_open += element.tag in _ROWS
        self._verbatim_open += element.tag in _VERBATIM
        self._say(element.text)

    def close(self, element: Any, is_root: bool) -> None:
        if not is_unseen(element):
            self._end(element)
        if is_root:
            self._flush()
        else:
            self._say(element.tail)

    def _end(self, element: Any) -> None:
        self._verbatim_open -= element.tag in _VERBATIM
        if element.tag in _ROWS:
            self._close_row()
        elif element.tag in _CELLS and self._rows_open == 1:
            self._grid.add(self._take(), spanned(element.get("colspan")), spanned(element.get("rowspan")))
        elif is_block(element):
            self._flush(_level(element))

    def _say(self, text: str | None) -> None:
        """Inline text, its white space shown as a browser shows it."""
        if not text:
            return
        if not self._verbatim_open:
            text = re.sub(r"[ \t\n\r\f]+", " ", text)
            text = text[1:] if text[0] == " " and self._inline and self._inline[-1][-1:] in (" ", "\n") else text
        self._inline.append(text)

    def _take(self) -> str:
        text = "".join(self._inline)
        self._inline.clear()
        return text

    def _flush(self, level: int | None = None) -> None:
        if self._rows_open:
            self._say(" ")  # between paragraphs within a cell
        else:
            self.blocks.add(self._take(), level=level)

    def _close_row(self) -> None:
        self._rows_open -= 1
        if self._rows_open:
            return  # a table within a cell
        self._grid.add(self._take())
        self.blocks.add_row(self._grid.take_row())


class _Grid:
    """The cells of a row in their columns. Where a cell takes up several, or reaches down to rows below, it is told
    once, and the others are blank.
    """

    def __init__(self) -> None:
        self._cells: list[str] = []
        self._reaching: dict[int, int] = {}  # column: how many rows a cell still takes up there, this one among them

    def add(self, text: str, columns: int = 1, rows: int = 1) -> None:
        while len(self._cells) in self._reaching:
            self._cells.append("")
        own = range(len(self._cells), len(self._cells) + columns)
        self._reaching.update({column: rows for column in own if rows > 1})
        self._cells += [text, *[""] * (columns - 1)]

    def take_row(self) -> list[str]:
        cells, self._cells = self._cells, []
        self._reaching = {column: left - 1 for column, left in self._reaching.items() if left > 1}
        return cells


def is_unseen(element: Any) -> bool:
    # A comment's or entity's tag is a function, not a name.
    return not isinstance(element.tag, str) or element.tag in _UNSEEN or _is_permalink(element)


def _is_permalink(element: Any) -> bool:
    """The sign beside a heading that links to itself, shown where the mouse is."""
    here = element.tag == "a" and element.get("href", "").startswith("#")
    return here and not len(element) and (element.text or "").strip() in _PERMALINKS


def is_block(element: Any) -> bool:
    return element.tag in _BLOCKS or (element.tag == "code" and "\n" in (element.text or ""))


def _level(element: Any) -> int | None:
    """1 to 6 for a heading: `<h2>`, or trafilatura's `<head rend="h2">`."""
    return _LEVELS.get(element.get("rend", "h2") if element.tag == "head" else element.tag)
