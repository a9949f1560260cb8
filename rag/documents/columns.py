"""In which column a cell of a table stands: told by where each cell of each row ends on the paper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_JITTER = 20  # twentieths of a point by which the ends of one column may differ
MOST_COLUMNS = 100  # a row has 63 at most; where there are more, the rows are of many tables


@dataclass(frozen=True, slots=True)
class Row:
    cells: list[str]
    ends: tuple[int, ...]  # of its cells, as \\cellx gives them

    @property
    def is_sound(self) -> bool:
        """Whether each cell ends somewhere, to the right of the one before."""
        return len(self.cells) == len(self.ends) and all(before < after for before, after in pairwise(self.ends))


def in_columns(rows: Sequence[Row]) -> Iterator[list[str]]:
    """The cells of each row, each in its column."""
    columns = _columns([row for row in rows if row.is_sound])
    for row in rows:
        yield _placed(row, columns) if columns and row.is_sound else row.cells


def _columns(rows: Sequence[Row]) -> dict[int, int]:
    """By where it ends, the column; no two of a row are one. Empty where there are too many."""
    narrowest = min((after - before for row in rows for before, after in pairwise(row.ends)), default=_JITTER)
    jitter = min(_JITTER, narrowest - 1)
    columns: dict[int, int] = {}
    column, first = -1, -1
    for end in sorted({end for row in rows for end in row.ends}):
        if column < 0 or end - first > jitter:
            column, first = column + 1, end
        columns[end] = column
    return columns if column < MOST_COLUMNS else {}


def _placed(row: Row, columns: dict[int, int]) -> list[str]:
    line: list[str] = []
    column = 0
    for cell, end in zip(row.cells, row.ends, strict=True):
        line += [""] * (column - len(line))
        line.append(cell)
        column = columns[end] + 1
    return line + [""] * (column - len(line))
