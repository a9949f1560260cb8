# mypy: disable-error-code="import-untyped"
"""A Word document's body laid out as plain text, in one pass over its elements."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from rag.documents import symbols
from rag.documents.blocks import PARAGRAPH_END, Blocks, spanned
from rag.documents.docx_math import FORMULA, linear
from rag.documents.docx_numbers import Numbers, W, is_on
from rag.documents.docx_words import Said, WordStyles, said_of
from rag.documents.struck import struck, without_struck

_P, _R, _T, _TBL, _TR, _TC = (W + tag for tag in ("p", "r", "t", "tbl", "tr", "tc"))
NOTES = {W + "footnoteReference": "footnotes", W + "endnoteReference": "endnotes"}  # by reference, the part they are in
_MARKS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "\u2011"}
_SKIPPED = (
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",  # the same text box a second time
    *(W + tag for tag in ("del", "moveFrom", "rPr", "rt")),  # deleted, moved away, no text, readings above characters
)
_SYMBOL = W + "sym"


class _Walk(Protocol):
    def skip_subtree(self) -> None: ...


def flatten(
    body: Any,
    level_of: Callable[[Any], int | None],
    words: WordStyles,
    numbers: Numbers,
    notes: Mapping[tuple[str, str], Any],
    name: str,
) -> Blocks:
    """Paragraphs as blocks, outermost table rows as lines; what content controls and text boxes hold is included.

    A note, by the tag and w:id of its reference, comes after the paragraph or row that it belongs to.
    """
    layout = _Layout(Blocks(name), level_of, words, numbers)
    _lay_out(body, layout, notes)
    return layout.blocks


def _lay_out(body: Any, layout: "_Layout", notes: Mapping[tuple[str, str], Any]) -> None:
    from lxml import etree

    walk = etree.iterwalk(
        body, events=("start", "end"), tag=(_P, _R, _T, _TBL, _TR, _TC, _SYMBOL, FORMULA, *_MARKS, *_SKIPPED, *NOTES)
    )
    for event, element in walk:
        if event == "start":
            layout.open(element, walk)
        else:
            layout.close(element)
        if event == "end" and not layout.is_within:
            for note in layout.taken_notes():
                if note in notes:
                    _lay_out(notes[note], layout, {})


class _Layout:
    """The state of one walk: the paragraphs being read, innermost last, the cells of the table row, and what is noted.

    Of a paragraph the first text is its number.
    """

    def __init__(
        self,
        blocks: Blocks,
        level_of: Callable[[Any], int | None],
        words: WordStyles,
        numbers: Numbers,
    ) -> None:
        self.blocks = blocks
        self._level_of = level_of
        self._words = words
        self._numbers = numbers
        self._paragraphs: list[list[str]] = []
        self._styles: list[str | None] = []  # of these paragraphs
        self._cells: list[list[str]] = []  # one that takes up several columns is followed by blank ones
        self._rows_open = 0
        self._notes: list[tuple[str, str]] = []

    @property
    def is_within(self) -> bool:
        return bool(self._paragraphs or self._rows_open)

    def taken_notes(self) -> list[tuple[str, str]]:
        taken, self._notes = self._notes, []
        return taken

    def open(self, element: Any, walk: _Walk) -> None:
        tag = element.tag
        if tag in _SKIPPED or (tag == _R and _is_hidden(element)):
            walk.skip_subtree()
        elif tag == FORMULA:
            self._add_formula(element)
            walk.skip_subtree()
        elif tag == _P:
            properties = element.find(W + "pPr")
            self._paragraphs.append([self._numbers.next(properties)])
            self._styles.append(_style(properties))
        elif tag == _TBL:
            if not self._rows_open:
                self.blocks.end_table()
        elif tag == _TR:
            self._rows_open += 1
        elif tag == _TC and self._rows_open == 1:
            self._cells.append([])
        elif tag in NOTES:
            self._add_note(element)
        elif self._paragraphs and tag != _R:
            self._add_inline(element)

    def _add_note(self, reference: Any) -> None:
        if not self._is_struck(said_of(reference.getparent())):
            self._notes.append((reference.tag, reference.get(W + "id", "")))

    def _add_inline(self, element: Any) -> None:
        said = said_of(element.getparent())
        text = self._words.told(element.text or "", said) if element.tag == _T else _mark(element)
        self._paragraphs[-1].append(struck(text) if self._is_struck(said) else text)

    def _is_struck(self, said: Said) -> bool:
        return self._words.is_struck(said, self._styles[-1] if self._styles else None)

    def _add_formula(self, formula: Any) -> None:
        if self._paragraphs:
            self._paragraphs[-1].append(linear(formula))

    def close(self, element: Any) -> None:
        if element.tag == _P:
            self._close_paragraph(element)
        elif element.tag == _TC and self._rows_open == 1:
            self._cells += [[] for _ in range(_spanned(element) - 1)]
        elif element.tag == _TR:
            self._close_row()

    def _close_paragraph(self, element: Any) -> None:
        number, *texts = self._paragraphs.pop()
        self._styles.pop()
        text = without_struck("".join(texts))
        text = number + text.lstrip() if number and text.strip() else text
        if not self._rows_open:
            self.blocks.add(text, level=self._level_of(element))
        elif self._cells:
            self._cells[-1].append(text)

    def _close_row(self) -> None:
        self._rows_open -= 1
        if self._rows_open == 0:  # a table within a cell is part of the cell
            self.blocks.add_row([PARAGRAPH_END.join(cell) for cell in self._cells])
            self._cells.clear()


def _spanned(cell: Any) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    return 1 if span is None else spanned(span.get(W + "val"))


def _style(properties: Any) -> str | None:
    """Of a paragraph, by its w:pPr or None."""
    style = None if properties is None else properties.find(W + "pStyle")
    return None if style is None else style.get(W + "val")


def _is_hidden(run: Any) -> bool:
    properties = run.find(W + "rPr")
    return properties is not None and is_on(properties, "vanish")


def _mark(element: Any) -> str:
    if element.tag == _SYMBOL:
        return symbols.shown(element.get(W + "font", ""), _code(element.get(W + "char", "")))
    # A tab stop among a paragraph's properties is a w:tab as well, but not in a run.
    return _MARKS.get(element.tag, "") if element.getparent().tag == _R else ""


def _code(digits: str) -> int:
    return int(digits, 16) if re.fullmatch("[0-9A-Fa-f]{1,4}", digits) else 0
