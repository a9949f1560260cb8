# mypy: disable-error-code="import-untyped"
"""A Word document's body laid out as plain text, in one pass over its elements."""

import re
from collections.abc import Callable
from typing import Any, Protocol

from rag.documents.blocks import Blocks

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_P, _R, _T, _TR, _TC = (W + tag for tag in ("p", "r", "t", "tr", "tc"))
_MARKS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "\u2011"}
_SKIPPED = (
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",  # the same text box a second time
    *(W + tag for tag in ("del", "moveFrom", "rPr", "rt")),  # deleted, moved away, no text, readings above characters
)


class _Walk(Protocol):
    def skip_subtree(self) -> None: ...


def flatten(body: Any, level_of: Callable[[Any], int | None], name: str) -> Blocks:
    """Paragraphs as blocks, outermost table rows as lines; what content controls and text boxes hold is included."""
    from lxml import etree

    layout = _Layout(Blocks(name), level_of)
    walk = etree.iterwalk(body, events=("start", "end"), tag=(_P, _T, _TR, _TC, *_MARKS, *_SKIPPED))
    for event, element in walk:
        if event == "start":
            layout.open(element, walk)
        else:
            layout.close(element)
    return layout.blocks


class _Layout:
    """The state of one walk: the paragraphs being read, innermost last, and the cells of the table row."""

    def __init__(self, blocks: Blocks, level_of: Callable[[Any], int | None]) -> None:
        self.blocks = blocks
        self._level_of = level_of
        self._paragraphs: list[list[str]] = []
        self._cells: list[list[str]] = []
        self._rows_open = 0

    def open(self, element: Any, walk: _Walk) -> None:
        tag = element.tag
        if tag in _SKIPPED:
            walk.skip_subtree()
        elif tag == _P:
            self._paragraphs.append([])
        elif tag == _TR:
            self._rows_open += 1
        elif tag == _TC and self._rows_open == 1:
            self._cells.append([])
        elif self._paragraphs:
            self._paragraphs[-1].append(_inline(element))

    def close(self, element: Any) -> None:
        if element.tag == _P:
            self._close_paragraph(element)
        elif element.tag == _TR:
            self._close_row()

    def _close_paragraph(self, element: Any) -> None:
        text = "".join(self._paragraphs.pop())
        if not self._rows_open:
            self.blocks.add(text, level=self._level_of(element))
        elif self._cells:
            self._cells[-1].append(text)

    def _close_row(self) -> None:
        self._rows_open -= 1
        if self._rows_open == 0:  # a table within a cell is part of the cell
            cells = [re.sub(r"\s+", " ", " ".join(cell)).strip() for cell in self._cells]
            self._cells.clear()
            self.blocks.add("\t".join(cells), row=True)


def _inline(element: Any) -> str:
    if element.tag == _T:
        return element.text or ""
    # A tab stop among a paragraph's properties is a w:tab as well, but not in a run.
    return _MARKS.get(element.tag, "") if element.getparent().tag == _R else ""
