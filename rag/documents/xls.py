# mypy: disable-error-code="import-untyped"
"""Old Excel workbooks (xls): what `xlsx` tells of new ones, from their cells' records.

Excel 5 to 2003 keeps these in a compound file; Excel 2 to 4 wrote nothing else.
"""

import struct
from collections.abc import Iterator
from functools import lru_cache
from itertools import compress
from typing import Any

from rag.documents import signatures
from rag.documents.blocks import Blocks
from rag.documents.compound import Compound
from rag.documents.content import Content, one_line
from rag.documents.properties import about
from rag.documents.sheets import Rows, Value, add_sheets, text_of, without_blank_columns
from rag.documents.xls_records import damaged, only_cells
from rag.errors import UnreadableDocument

MEDIA_TYPE = "application/vnd.ms-excel"
_BARE = (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08")  # records that begin a workbook
_STREAMS = ("Workbook", "Book")  # of Excel 97 to 2003; of Excel 5 and 95
_NUMBERS, _TRUTH, _ERROR = (2, 3), 4, 5  # xlrd's kinds of cells
_USUAL_DATE = "mm-dd-yy"  # as xlsx calls the format that stands for what is usual where the file is opened
_USUAL_DATES = (14, *range(27, 37), *range(50, 59), *range(71, 82))  # its number, and East Asia's and Thailand's
# What xlrd raises, beside its own errors, on records that no program wrote.
_DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    struct.error,
    TypeError,
    ValueError,
)


class _Nowhere:
    """Where xlrd's remarks go."""

    def write(self, text: str) -> None: ...


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    stream, said = _opened(data, name)
    blocks = Blocks(name)
    add_sheets(_sheets(only_cells(stream, name), name), blocks)
    return Content(blocks.text, MEDIA_TYPE, headings=tuple(blocks.headings), **said)


def _opened(data: bytes, name: str) -> tuple[bytes, dict[str, Any]]:
    """The workbook's stream, and what the file says about itself."""
    if data.startswith(_BARE) and data[3:4] == b"\x00":
        return data, about(None, None, None)
    signatures.check(data, "compound", name)
    file = Compound(data, name)
    for path in _STREAMS:
        if stream := file.stream(path):
            return stream, file.about
    held = ", ".join(repr(one_line(each)) for each in file.children())[:120] or "nothing"
    raise UnreadableDocument(
        f"{name}: expected an Excel workbook, found an Office file that holds {held}; give it its true ending, or open "
        "it in the program that made it, take off its password if it has one, and save it as xlsx"
    )


def _sheets(stream: bytes, name: str) -> Iterator[tuple[str, Rows]]:
    """Each sheet's name and rows: all that xlrd is asked for, its failures ours."""
    from xlrd import XLRDError, open_workbook

    try:
        with open_workbook(
            file_contents=stream, logfile=_Nowhere(), formatting_info=True, on_demand=True, ragged_rows=True
        ) as book:
            for number, title in enumerate(book.sheet_names()):
                yield title, without_blank_columns(_rows(book, book.sheet_by_index(number)), name)
                book.unload_sheet(number)
    except (XLRDError, *_DAMAGE) as error:
        found = one_line(str(error), 120) or type(error).__name__
        raise damaged(name, found) from error


def _rows(book: Any, sheet: Any) -> Iterator[dict[int, str]]:
    for row in range(sheet.nrows):
        kinds = sheet.row_types(row)
        filled = compress(range(len(kinds)), kinds)  # rows may be wide, and all but their last cells empty
        yield {column: text for column in filled if (text := _text(book, sheet, row, column))}


def _text(book: Any, sheet: Any, row: int, column: int) -> str:
    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    if kind in _NUMBERS:
        number_format = _number_format(book, sheet.cell_xf_index(row, column))
        return text_of(_number(value, number_format, book.datemode), number_format)
    if kind == _ERROR:
        from xlrd import error_text_from_code

        return str(error_text_from_code.get(value, ""))
    return text_of(bool(value) if kind == _TRUTH else value, "General")


def _number_format(book: Any, style: int) -> str:
    key = book.xf_list[style].format_key
    if book.biff_version >= 50 and key in _USUAL_DATES:
        return _USUAL_DATE
    return book.format_map[key].format_str or "General"


def _number(value: float, number_format: str, datemode: int) -> Value:
    """The date or time where the format shows one: by openpyxl, so that it is the same in xlsx."""
    is_date, is_duration = _shows(number_format)
    if not is_date:
        return value
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

    try:
        told: Value = from_excel(value, MAC_EPOCH if datemode else WINDOWS_EPOCH, timedelta=is_duration)
    except (OverflowError, ValueError):
        return "#VALUE!"
    return told


@lru_cache(maxsize=1000)
def _shows(number_format: str) -> tuple[bool, bool]:
    """Whether it is a date or time that the format shows; whether it is one that goes on beyond a day."""
    from openpyxl.styles.numbers import is_date_format, is_timedelta_format

    return is_date_format(number_format), is_timedelta_format(number_format)
