"""Where the cells of an OpenDocument's table stand: repeated ones, and those that take up several columns or rows."""

from collections.abc import Callable, Iterator
from typing import Any

from rag.documents.blocks import spanned
from rag.documents.opendocument_styles import TABLE, number

TABLE_TAG, ROW, CELL = TABLE + "table", TABLE + "table-row", TABLE + "table-cell"
COVERED = TABLE + "covered-table-cell"  # where another cell reaches
_ROWS = tuple(f"{TABLE}{kind}" for kind in ("table-header-rows", "table-rows"))
_WIDE, _HIGH = TABLE + "number-columns-spanned", TABLE + "number-rows-spanned"
_GROUP = TABLE + "table-row-group"
_MOST_COLUMNS = 16_384  # as many as a sheet has
_MOST_ROWS = 1 << 20
_Taken = dict[int, tuple[int, int]]  # columns that a cell takes up, by the row below it and the column after it


def rows_of(table: Any, text_of: Callable[[Any], str]) -> Iterator[tuple[dict[int, str], int]]:
    """Its rows: the texts of the cells that are not blank by their columns, and how often the row is repeated.

    Those that are hidden are left out; what is filtered out or folded away is not.
    """
    taken: _Taken = {}
    line = 0
    for row in _shown(table):
        times = number(row.get(TABLE + "number-rows-repeated"), at_most=_MOST_ROWS) or 1
        yield _placed(row, line, taken, text_of), spanned(str(times))
        line += times


def line_of(cells: dict[int, str], first: int = 0) -> list[str]:
    """A row from this column on, as it is laid out."""
    return [cells.get(column, "") for column in range(first, max(cells, default=-1) + 1)]


def _shown(rows: Any, is_folded: bool = False) -> Iterator[Any]:
    for each in rows:
        if each.tag == ROW and (is_folded or each.get(TABLE + "visibility") != "collapse"):
            yield each
        elif each.tag in _ROWS or each.tag == _GROUP:
            yield from _shown(each, is_folded or each.get(TABLE + "display") == "false")


def _placed(row: Any, line: int, taken: _Taken, text_of: Callable[[Any], str]) -> dict[int, str]:
    """The texts of a row's cells. What they take up is noted.

    The places that a cell takes up have covered cells; should they lack, it is as in HTML: what follows makes way.
    """
    cells: dict[int, str] = {}
    at = 0
    for cell in row:
        times = number(cell.get(TABLE + "number-columns-repeated"), at_most=_MOST_COLUMNS) or 1
        if cell.tag == CELL:
            while at in taken and taken[at][0] > line:
                at = taken[at][1]
            if at >= _MOST_COLUMNS:
                break
            if (text := text_of(cell)).strip():
                cells |= dict.fromkeys(range(at, at + spanned(str(times))), text)
            wide, high = spanned(cell.get(_WIDE)), spanned(cell.get(_HIGH))
            if wide > 1 or high > 1:
                taken |= dict.fromkeys(range(at, at + wide), (line + high, at + wide))
        at = min(at + times, _MOST_COLUMNS) if cell.tag in (CELL, COVERED) else at
    return cells
