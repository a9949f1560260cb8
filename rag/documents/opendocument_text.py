"""An OpenDocument's text laid out: paragraphs with their numbers, headings, tables as rows, notes and boxes."""

import re
from dataclasses import dataclass, field
from typing import Any

from rag.documents import symbols
from rag.documents.blocks import Blocks
from rag.documents.heights import at_height
from rag.documents.opendocument_numbers import HEADER, ITEM, LIST, Numbers
from rag.documents.opendocument_styles import DRAW, OFFICE, TABLE, TEXT, Styles, number
from rag.documents.opendocument_tables import CELL, COVERED, TABLE_TAG, line_of, rows_of
from rag.documents.struck import struck, without_struck

PARAGRAPHS = (TEXT + "p", TEXT + "h")
_SPACES, _TAB, _BREAK, _NOTE, _WORDS = (TEXT + tag for tag in ("s", "tab", "line-break", "note", "span"))
_MOST_SPACES = 100  # one beside the other
# What an index lists is read where it stands.
_INDEXES = ("table-of-content", "illustration-index", "table-index", "object-index", "user-index", "alphabetical-index")
_LEFT_OUT = {
    *(TEXT + tag for tag in ("tracked-changes", "script", "ruby-text", *_INDEXES)),  # deletions, readings above words
    *(OFFICE + tag for tag in ("annotation", "forms")),
    *(DRAW + tag for tag in ("object", "object-ole")),
    COVERED,
}


class Layout:
    """The state of one pass over a document: the cells being read, innermost last, and what comes after them."""

    def __init__(self, blocks: Blocks, styles: Styles, numbers: Numbers) -> None:
        self.blocks = blocks
        self._styles = styles
        self._numbers = numbers
        self._cells: list[list[str]] = []
        self._is_struck = False  # the cell
        self._notes: list[Any] = []
        self._drawn: list[Any] = []  # above the cells of a sheet

    def lay_out(self, parent: Any) -> None:
        """What an element holds, in its order."""
        for each in parent:
            if each.tag in PARAGRAPHS:
                self._add_paragraph(each)
            elif each.tag == LIST:
                self._add_list(each)
            elif each.tag == TABLE_TAG and not self._cells:  # a table within a cell is part of the cell
                self._add_table(each)
            elif parent.tag == CELL and each.tag.startswith(DRAW):
                self._drawn.append(each)
            elif each.tag not in _LEFT_OUT and not _is_hidden(each):
                self.lay_out(each)

    def lay_out_apart(self, element: Any) -> None:
        """What an element holds that is in no list of those around it."""
        with self._numbers.apart():
            self.lay_out(element)

    def text_of(self, element: Any) -> str:
        """What a cell or a box holds, in one piece; its notes are kept for later."""
        if not len(element):
            return ""
        around, self._is_struck = self._is_struck, self._says_struck("table-cell", element, TABLE)
        self._cells.append([])
        self.lay_out_apart(element)
        self._is_struck = around
        return " ".join(self._cells.pop())

    def _says_struck(self, family: str, element: Any, names: str) -> bool:
        """Of a cell or a paragraph, what its style says, or the cell around it."""
        struck_by = self._styles.struck
        own = struck_by.get((family, element.get(names + "style-name"))) if struck_by else None
        return self._is_struck if own is None else own

    def taken_drawn(self) -> list[Any]:
        """The boxes above the cells that were read."""
        taken, self._drawn = self._drawn, []
        return taken

    def _add_paragraph(self, paragraph: Any) -> None:
        prefix = self._numbers.next(paragraph)
        line = _Line(self._styles, self._says_struck("paragraph", paragraph, TEXT))
        line.read(paragraph)
        text = without_struck("".join(line.parts))
        text = prefix + text.lstrip() if prefix and text.strip() else text
        if self._cells:
            self._cells[-1].append(text)
        else:
            self.blocks.add(text, level=self._styles.level(paragraph))
        for box in line.boxes:
            self.lay_out_apart(box)
        self._notes += line.notes
        self._add_notes()

    def _add_list(self, element: Any) -> None:
        with self._numbers.in_list(element):
            for item in element:
                if item.tag in (ITEM, HEADER):
                    self._numbers.begin_item(item)
                    self.lay_out(item)

    def _add_table(self, table: Any) -> None:
        self.blocks.end_table()
        for cells, times in rows_of(table, self.text_of):
            for _ in range(times if cells else 1):
                self.blocks.add_row(line_of(cells))
            self._add_notes()
        for box in self.taken_drawn():
            self.lay_out_apart(box)

    def _add_notes(self) -> None:
        """After the paragraph or the row that they belong to."""
        if not self._cells:
            notes, self._notes = self._notes, []
            for note in notes:
                self.lay_out_apart(note)


@dataclass(slots=True)
class _Line:
    """What a paragraph holds: its text, and what comes after it."""

    styles: Styles
    is_struck: bool
    parts: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)
    _after_space: bool = True
    _font: str = ""
    _height: int = 0

    def read(self, element: Any) -> None:
        self._add(element.text)
        for each in element:
            if each.tag == _SPACES:
                self._add_mark(" " * (number(each.get(TEXT + "c"), at_most=_MOST_SPACES) or 1))
            elif each.tag in (_TAB, _BREAK):
                self._add_mark("\t" if each.tag == _TAB else "\n")
            elif each.tag == _NOTE:
                self.notes += () if self.is_struck else each.iterchildren(TEXT + "note-body")
            elif each.tag.startswith(DRAW):
                self.boxes.append(each)
            elif each.tag == _WORDS:
                self._read_words(each)
            elif each.tag not in _LEFT_OUT:
                self.read(each)
            self._add(each.tail)

    def _read_words(self, span: Any) -> None:
        style, font, height, is_struck = span.get(TEXT + "style-name"), self._font, self._height, self.is_struck
        if style not in self.styles.hidden:
            own, own_line = self.styles.heights.get(style), self.styles.struck.get(("text", style))
            self._font = self.styles.fonts.get(style) or font
            self._height = height if own is None else own
            self.is_struck = is_struck if own_line is None else own_line
            self.read(span)
            self._font, self._height, self.is_struck = font, height, is_struck

    def _add(self, characters: str | None) -> None:
        """White space is one space; more of it is marked as such."""
        text = symbols.told(self._font, re.sub(r"[ \t\n\r]+", " ", characters or ""))
        text = at_height(text, self._height)
        text = text[1:] if self._after_space and text.startswith(" ") else text
        if text:
            self._add_mark(text)
            self._after_space = text.endswith(" ")

    def _add_mark(self, mark: str) -> None:
        self.parts.append(struck(mark) if self.is_struck else mark)
        self._after_space = False


def _is_hidden(section: Any) -> bool:
    return (section.get(TEXT + "display"), section.get(TEXT + "is-hidden")) in (("none", None), ("condition", "true"))
