# mypy: disable-error-code="import-untyped"
"""Excel (xlsx): each sheet's rows as lines, cells parted by tabs, numbers and dates as text.

Formulas stand as what they came to when the file was saved. Hidden sheets, notes, charts and text boxes are not in it.
"""

import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from rag.documents import signatures
from rag.documents.archive import xml_only
from rag.documents.blocks import Blocks
from rag.documents.content import Content, one_line
from rag.documents.properties import about
from rag.documents.sheets import Rows, add_sheets, text_of, without_blank_columns
from rag.errors import UnreadableDocument

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What openpyxl raises, beside its own errors and the XML parsers', where a part is missing or of another kind.
_DAMAGE = (AttributeError, LookupError, NotImplementedError, OSError, RecursionError, TypeError, ValueError)


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "zip", name)
    sheets, properties = _read(xml_only(data, name), name)
    blocks = Blocks(name)
    add_sheets(sheets, blocks)
    return Content(
        blocks.text,
        MEDIA_TYPE,
        headings=tuple(blocks.headings),
        **about(properties.title, properties.creator, properties.created),
    )


def _read(package: BytesIO, name: str) -> tuple[list[tuple[str, Rows]], Any]:
    """(each sheet's name and rows, the file's properties): all that openpyxl is asked for, its failures ours."""
    from lxml.etree import LxmlError
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it leaves out, which is never text
            workbook = load_workbook(package, read_only=True, data_only=True)
            visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
            return [(sheet.title, without_blank_columns(_rows(sheet), name)) for sheet in visible], workbook.properties
    except (InvalidFileException, LxmlError, SyntaxError, *_DAMAGE) as error:
        raise UnreadableDocument(
            f"{name}: expected an Excel workbook, found a zip archive that is not one, or is damaged "
            f"({one_line(str(error), 120)}); open it in Excel and save it as xlsx"
        ) from error


def _rows(sheet: Any) -> Iterator[dict[int, str]]:
    sheet.reset_dimensions()  # what a file says of its size may be wrong
    for row in sheet.iter_rows():
        yield {place: text for place, cell in enumerate(row) if (text := _text(cell))}


def _text(cell: Any) -> str:
    # The style of a text, or of nothing, may be damaged and is not asked for.
    is_plain = cell.value is None or isinstance(cell.value, str)
    return text_of(cell.value, "General" if is_plain else cell.number_format)
