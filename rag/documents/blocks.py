"""A text put together from a parser's blocks, headings marked by their offsets as it grows."""

from dataclasses import dataclass, field

from rag.documents.content import check_characters, well_formed
from rag.types import Heading


@dataclass(slots=True)
class Blocks:
    """Blocks are joined by a blank line, the rows of a table by a line feed. `name` is for error messages."""

    name: str
    headings: list[Heading] = field(default_factory=list)
    _parts: list[str] = field(default_factory=list)
    _length: int = 0
    _after_row: bool = False

    def add(self, block: str, *, level: int | None = None, row: bool = False) -> None:
        """Adds a block unless it is blank; `level` makes it a heading. Raises DocumentTooLarge."""
        block = block and well_formed(block).strip(" \t\n\u200b\ufeff")
        if not block:
            return
        if self._parts:
            self._append("\n" if row and self._after_row else "\n\n")
        start = self._length
        self._append(block)
        self._after_row = row
        if level is not None:
            self.headings.append(Heading(start, self._length, min(max(level, 1), 6)))

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
