# mypy: disable-error-code="import-untyped"
"""Excel (xlsx): each sheet's rows as lines, cells parted by tabs, numbers and dates as text.

Formulas stand as what they came to when the file was saved. Hidden sheets, notes, charts and text boxes are not in it.
"""

import warnings
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from rag.documents import signatures
from rag.documents.archive import xml_only
from rag.documents.blocks import Blocks
from rag.documents.content import Content, one_line
from rag.documents.number_formats import moment, shown
from rag.documents.properties import about
from rag.documents.sheets import is_told
from rag.errors import UnreadableDocument

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What openpyxl raises, beside its own errors and the XML parsers', where a part is missing or of another kind.
_DAMAGE = (AttributeError, LookupError, NotImplementedError, OSError, RecursionError, TypeError, ValueError)


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "zip", name)
    sheets, properties = _read(xml_only(data, name), name)
    blocks = Blocks(name)
    told = [(title, rows) for title, rows in sheets if rows]
    for title, rows in told:
        if is_told(title, len(told)):
            blocks.add(title, level=2)
        for row in rows:
            blocks.add_row(row)
        blocks.end_table()
    return Content(
        blocks.text,
        MEDIA_TYPE,
        headings=tuple(blocks.headings),
        **about(properties.title, properties.creator, properties.created),
    )


def _read(package: BytesIO, name: str) -> tuple[list[tuple[str, list[list[str]]]], Any]:
    """(each sheet's name and rows, the file's properties): all that openpyxl is asked for, its failures ours."""
    from lxml.etree import LxmlError
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it leaves out, which is never text
            workbook = load_workbook(package, read_only=True, data_only=True)
            visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
            return [(sheet.title, _without_blank_columns(_rows(sheet))) for sheet in visible], workbook.properties
    except (InvalidFileException, LxmlError, SyntaxError, *_DAMAGE) as error:
        raise UnreadableDocument(
            f"{name}: expected an Excel workbook, found a zip archive that is not one, or is damaged "
            f"({one_line(str(error), 120)}); open it in Excel and save it as xlsx"
        ) from error


def _rows(sheet: Any) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # what a file says of its size may be wrong
    for row in sheet.iter_rows():
        yield [_text(cell) for cell in row]


def _without_blank_columns(rows: Iterator[list[str]]) -> list[list[str]]:
    """The rows, [] where none says anything; columns that are blank all the way down are room between others."""
    kept = list(rows)
    used = sorted({place for row in kept for place, text in enumerate(row) if text})
    return [[row[place] for place in used if place < len(row)] for row in kept] if used else []


def _text(cell: Any) -> str:
    value = cell.value
    if value is None or isinstance(value, str):
        return (value or "").strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime | date | time | timedelta):
        return moment(value, cell.number_format)
    return shown(value, cell.number_format)
