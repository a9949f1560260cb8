"""Where the cells of an OpenDocument's table stand: repeated ones, and those that take up several columns or rows."""

from collections.abc import Callable, Iterator
from typing import Any

from rag.documents.blocks import spanned
from rag.documents.opendocument_styles import TABLE, number

TABLE_TAG, ROW, CELL = TABLE + "table", TABLE + "table-row", TABLE + "table-cell"
COVERED = TABLE + "covered-table-cell"  # where another cell reaches
_ROWS = tuple(f"{TABLE}{kind}" for kind in ("table-header-rows", "table-rows"))
_GROUP = TABLE + "table-row-group"
_MOST_COLUMNS = 16_384  # as many as a sheet has
_MOST_ROWS = 1 << 20


def rows_of(table: Any, text_of: Callable[[Any], str]) -> Iterator[tuple[dict[int, str], int]]:
    """Its rows: the texts of the cells that are not blank by their columns, and how often the row is repeated.

    Those that are hidden are left out; what is filtered out or folded away is not.
    """
    below: dict[int, int] = {}  # columns, by how many more rows a cell above takes up
    for row in _shown(table):
        times = number(row.get(TABLE + "number-rows-repeated"), at_most=_MOST_ROWS) or 1
        cells, reach = _placed(row, {column for column, rows in below.items() if rows > 0}, text_of)
        below = {column: rows - times for column, rows in (below | reach).items() if rows > times}
        yield cells, min(times, spanned(str(times)))


def line_of(cells: dict[int, str], first: int = 0) -> list[str]:
    """A row from this column on, as it is laid out."""
    return [cells.get(column, "") for column in range(first, max(cells, default=-1) + 1)]


def _shown(rows: Any, is_folded: bool = False) -> Iterator[Any]:
    for each in rows:
        if each.tag == ROW and (is_folded or each.get(TABLE + "visibility") != "collapse"):
            yield each
        elif each.tag in _ROWS or each.tag == _GROUP:
            yield from _shown(each, is_folded or each.get(TABLE + "display") == "false")


def _placed(row: Any, taken: set[int], text_of: Callable[[Any], str]) -> tuple[dict[int, str], dict[int, int]]:
    """The texts of its cells, and the columns of those that reach down, by their rows.

    The places that a cell takes up have covered cells; should they lack, it is as in HTML: what follows makes way.
    """
    cells: dict[int, str] = {}
    reach: dict[int, int] = {}
    at = 0
    for cell in row:
        times = number(cell.get(TABLE + "number-columns-repeated"), at_most=_MOST_COLUMNS) or 1
        if cell.tag == CELL:
            while at in taken:
                at += 1
            wide, high = (spanned(cell.get(f"{TABLE}number-{kind}-spanned")) for kind in ("columns", "rows"))
            if (text := text_of(cell)).strip():
                cells |= dict.fromkeys(range(at, at + spanned(str(times))), text)
            taken |= set(range(at + 1, at + wide))
            reach |= dict.fromkeys(range(at, at + wide), high)
        at = min(at + times, _MOST_COLUMNS) if cell.tag in (CELL, COVERED) else at
    return cells, reach
