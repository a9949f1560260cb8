"""A text processor's paragraphs, table rows and notes laid out as plain text, in the order that they come."""

from dataclasses import dataclass, field
from typing import TypeAlias

from rag.documents.blocks import PARAGRAPH_END, Blocks
from rag.documents.columns import MOST_COLUMNS, Row, in_columns
from rag.documents.struck import without_struck


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    level: int | None  # of a heading


Piece: TypeAlias = Paragraph | list[str]  # a list is the cells of a row


@dataclass(slots=True)
class Flow:
    """Text that goes on from paragraph to paragraph: the body's, or that of one note or text box."""

    number: str = ""  # of the paragraph that is being read
    pieces: list[Piece] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _cell: list[str] = field(default_factory=list)  # its paragraphs so far
    _cells: list[str] = field(default_factory=list)
    _ends: tuple[int, ...] = ()  # of the row's cells
    _rows: list[Row] = field(default_factory=list)  # of the table so far, for any of them may tell of a column
    _notes: list[Piece] = field(default_factory=list)  # of the paragraph or row so far
    _notes_by_row: list[list[Piece]] = field(default_factory=list)

    def add(self, text: str) -> None:
        self._text.append(text)

    def add_note(self, note: "Flow") -> None:
        self._notes += note.pieces

    def end_paragraph(self, level: int | None, *, is_in_table: bool) -> None:
        if is_in_table:
            self._cell.append(self._taken_text())
            return
        text = self._taken_text()
        self._end_table()
        if text.strip():
            self.pieces.append(Paragraph(text, level))
        self.pieces += self._taken_notes()

    def end_cell(self) -> None:
        self._cell.append(self._taken_text())
        self._cells.append(PARAGRAPH_END.join(self._cell))
        self._cell.clear()

    def begin_row(self) -> None:
        """What is told next of cells is told of another row."""
        self._ends = ()

    def add_end(self, end: int) -> None:
        if len(self._ends) <= MOST_COLUMNS:
            self._ends += (end,)

    def end_row(self) -> None:
        if without_struck("".join(self._text)).strip() or self._cell:
            self.end_cell()
        self._rows.append(Row(self._cells, self._ends))
        self._notes_by_row.append(self._taken_notes())
        self._cells = []

    def end(self) -> None:
        """The text ends here, whether its last paragraph did or not."""
        self.end_paragraph(None, is_in_table=False)

    def _end_table(self) -> None:
        if self._cell or self._cells:
            self.end_row()
        if self._rows:
            for row, notes in zip(in_columns(self._rows), self._notes_by_row, strict=True):
                self.pieces += [row, *notes]
            self.pieces.append([])
            self._rows, self._notes_by_row = [], []

    def _taken_text(self) -> str:
        text, number = without_struck("".join(self._text)), self.number
        self._text, self.number = [], ""
        return number + text.lstrip() if number and text.strip() else text

    def _taken_notes(self) -> list[Piece]:
        notes, self._notes = self._notes, []
        return notes


def laid_out(flow: Flow, name: str) -> Blocks:
    """Raises DocumentTooLarge."""
    blocks = Blocks(name)
    for piece in flow.pieces:
        if isinstance(piece, Paragraph):
            blocks.add(piece.text, level=piece.level)
        else:
            blocks.add_row(piece)
    return blocks
