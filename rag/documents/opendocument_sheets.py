"""The sheets of an OpenDocument spreadsheet: each a table as it is displayed, its name above it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from rag.documents.opendocument_styles import OFFICE, TABLE, Styles, number
from rag.documents.opendocument_tables import CELL, COVERED, ROW, TABLE_TAG, line_of, rows_of
from rag.documents.opendocument_text import PARAGRAPHS, Layout
from rag.documents.sheets import is_told

_COLUMN, _GROUP = TABLE + "table-column", TABLE + "table-column-group"
_COLUMNS = tuple(f"{TABLE}{kind}" for kind in ("table-columns", "table-header-columns"))
_STYLE, _OF_CELLS, _REPEATED = (
    TABLE + name for name in ("style-name", "default-cell-style-name", "number-columns-repeated")
)
_MOST_COLUMNS = 16_384
_VALUES = {"string": OFFICE + "string-value", "float": OFFICE + "value", "date": OFFICE + "date-value"}


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    rows: list[tuple[dict[int, str], int]]  # the cells by their columns, and how often it is repeated
    boxes: list[Any]

    @property
    def has_text(self) -> bool:
        return bool(self.boxes) or any(cells for cells, _ in self.rows)


def lay_out(body: Any, layout: Layout, styles: Styles) -> None:
    """Those sheets that are shown and hold text. The name of one that is alone is left out where it says nothing."""
    shown = [each for each in body.iterchildren(TABLE_TAG) if each.get(TABLE + "style-name") not in styles.hidden]
    for each in shown:
        _tell_styles(each, styles)
    sheets = [sheet for sheet in (_read(each, layout) for each in shown) if sheet.has_text]
    for sheet in sheets:
        if is_told(sheet.name, len(sheets)):
            layout.blocks.add(sheet.name, level=2)
        _add_rows(sheet, layout)
        for box in sheet.boxes:
            layout.lay_out_apart(box)


def _read(sheet: Any, layout: Layout) -> _Sheet:
    hidden = sorted(set(_hidden_columns(sheet)))
    rows = [
        ({at - bisect_left(hidden, at): text for at, text in cells.items() if at not in hidden}, times)
        for cells, times in rows_of(sheet, lambda cell: layout.text_of(cell) or _value(cell))
    ]
    boxes = [*layout.taken_drawn(), *sheet.iterchildren(TABLE + "shapes")]
    return _Sheet(sheet.get(TABLE + "name", ""), rows, [box for box in boxes if _has_text(box)])


def _add_rows(sheet: _Sheet, layout: Layout) -> None:
    first = min((min(cells) for cells, _ in sheet.rows if cells), default=0)  # sheets begin where it pleases
    layout.blocks.end_table()
    for cells, times in sheet.rows:
        for _ in range(times if cells else 1):
            layout.blocks.add_row(line_of(cells, first))


def _tell_styles(sheet: Any, styles: Styles) -> None:
    """A cell that names no style is of that which its row or its column names: asked only where one strikes out."""
    columns = [column for column, _ in _columns(sheet)]
    named = {each.get(_OF_CELLS) for each in (*columns, *sheet.iter(ROW))}
    if not any(styles.struck.get(("table-cell", name)) for name in named):
        return
    ends = list(accumulate(map(_times, columns)))
    for row in sheet.iter(ROW):
        at = 0
        for cell in row.iterchildren(CELL, COVERED):
            place = bisect_right(ends, at)
            name = row.get(_OF_CELLS) or (columns[place].get(_OF_CELLS) if place < len(columns) else None)
            if name and cell.get(_STYLE) is None:
                cell.set(_STYLE, name)
            at += _times(cell)


def _times(repeated: Any) -> int:
    return number(repeated.get(_REPEATED), at_most=_MOST_COLUMNS) or 1


def _hidden_columns(sheet: Any) -> Iterator[int]:
    at = 0
    for column, is_folded in _columns(sheet):
        times = _times(column)
        if column.get(TABLE + "visibility") == "collapse" and not is_folded:
            yield from range(at, min(at + times, _MOST_COLUMNS))
        at = min(at + times, _MOST_COLUMNS)


def _columns(parent: Any, is_folded: bool = False) -> Iterator[tuple[Any, bool]]:
    for each in parent:
        if each.tag == _COLUMN:
            yield each, is_folded
        elif each.tag in _COLUMNS or each.tag == _GROUP:
            yield from _columns(each, is_folded or each.get(TABLE + "display") == "false")


def _value(cell: Any) -> str:
    """Of a cell that says nothing of how it is displayed, as some programs write them."""
    attribute = None if cell.find(PARAGRAPHS[0]) is not None else _VALUES.get(cell.get(OFFICE + "value-type"))
    return str(cell.get(attribute, "")) if attribute else ""


def _has_text(box: Any) -> bool:
    return any("".join(each.itertext()).strip() for each in box.iter(*PARAGRAPHS))
