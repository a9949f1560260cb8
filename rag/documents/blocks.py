"""A text put together from a parser's blocks, headings marked by their offsets as it grows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.documents.content import Content, check_characters, well_formed
from rag.types import Heading

_MOST_SPANNED = 100  # columns or rows by one cell
PARAGRAPH_END = "\n\n"  # within a cell
_BLANK = " \t\n\u200b\ufeff"


@dataclass(slots=True)
class Blocks:
    """Blocks are joined by a blank line, the rows of a table by a line feed. `name` is for error messages."""

    name: str
    headings: list[Heading] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _after_row: bool = False
    _pages: list[int] = field(default_factory=list)
    _empty_pages: int = 0  # that have begun since the last block

    def add(self, block: str, *, level: int | None = None) -> None:
        """Adds a block unless it is blank; `level` makes it a heading. Raises DocumentTooLarge."""
        if block := block and well_formed(block).strip(_BLANK):
            start = self._begin("\n\n")
            self._append(block)
            self._after_row = False
            if level is not None:
                self.headings.append(Heading(start, self._length, min(max(level, 1), 6)))

    def add_row(self, cells: Sequence[str]) -> None:
        """Adds a row of a table, below the one before, each cell on one line; one of blank cells ends the table.

        A cell that is alone in its row and has several paragraphs is a box around text. Raises DocumentTooLarge.
        """
        if len(cells) == 1 and PARAGRAPH_END in cells[0].strip():
            for paragraph in cells[0].split(PARAGRAPH_END):
                self.add(paragraph)
            return
        row = "\t".join(re.sub(r"\s+", " ", well_formed(cell)).strip(_BLANK) for cell in cells).rstrip("\t")
        if row:
            self._begin("\n" if self._after_row else "\n\n")
            self._append(row)
        self._after_row = bool(row)

    def add_content(self, content: Content) -> None:
        """Adds what another file says, its headings below those of this one. Raises DocumentTooLarge."""
        start = self._begin("\n\n")
        self._append(content.text)
        self._after_row = False
        self.headings += [
            Heading(start + each.start, start + each.end, min(each.level + 2, 6)) for each in content.headings
        ]

    def end_table(self) -> None:
        """What is added next is no row of the same table."""
        self._after_row = False

    def begin_page(self) -> None:
        """What is added next stands on a page of its own."""
        self._empty_pages += 1
        self.end_table()

    @property
    def pages(self) -> tuple[int, ...]:
        """Where each page begins; one without text does where the next text stands."""
        return (*self._pages, *[self._length] * self._empty_pages)

    def _begin(self, gap: str) -> int:
        """Where the next block stands."""
        if self._parts:
            self._append(gap)
        self._pages += [self._length] * self._empty_pages
        self._empty_pages = 0
        return self._length

    @property
    def text(self) -> str:
        return "".join(self._parts)

    @property
    def first_heading(self) -> str | None:
        return self.text[self.headings[0].start : self.headings[0].end] if self.headings else None

    def _append(self, part: str) -> None:
        self._parts.append(part)
        self._length += len(part)
        check_characters(self._length, self.name)


def spanned(value: str | None) -> int:
    """How many columns or rows a cell takes up, as a file says it."""
    digits = (value or "").strip()
    return min(max(int(digits), 1), _MOST_SPANNED) if digits.isdecimal() else 1
