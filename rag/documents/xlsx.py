# mypy: disable-error-code="import-untyped"
"""Excel (xlsx): each sheet's rows as lines, cells parted by tabs, numbers and dates as text.

Formulas stand as what they came to when the file was saved. Hidden sheets, notes, charts and text boxes are not in it.
"""

import warnings
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

from rag.documents import signatures
from rag.documents.archive import packed, root_of, xml_parts
from rag.documents.blocks import Blocks
from rag.documents.content import Content, one_line
from rag.documents.heights import at_height, height_of
from rag.documents.properties import about
from rag.documents.sheets import Rows, add_sheets, text_of, without_blank_columns
from rag.documents.struck import struck, without_struck
from rag.errors import UnreadableDocument

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_STRIKE = b"strike"  # of a font
# What openpyxl raises, beside its own errors and the XML parsers', where a part is missing or of another kind.
_DAMAGE = (AttributeError, LookupError, NotImplementedError, OSError, RecursionError, TypeError, ValueError)


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "zip", name)
    parts = {path: _as_shown(part) for path, part in xml_parts(data, name).items()}
    may_be_struck = any(_STRIKE in part for part in parts.values())
    sheets, properties = _read(packed(parts), may_be_struck, name)
    blocks = Blocks(name)
    add_sheets(sheets, blocks)
    return Content(
        blocks.text,
        MEDIA_TYPE,
        headings=tuple(blocks.headings),
        **about(properties.title, properties.creator, properties.created),
    )


def _as_shown(part: bytes) -> bytes:
    """Raised and lowered figures take the place of ordinary ones, and marks that of words that are struck out.

    openpyxl does not tell them apart in every cell.
    """
    from lxml import etree

    if b"vertAlign" not in part and _STRIKE not in part:
        return part
    try:
        root = root_of(part)
    except etree.LxmlError:
        return part  # openpyxl will say what is wrong with it, or not need it
    for run in root.iter("{*}r"):
        properties, text = run.find("{*}rPr"), run.find("{*}t")
        if properties is not None and text is not None:
            text.text = _told(text.text or "", properties)
    return bytes(etree.tostring(root, encoding="UTF-8"))


def _told(text: str, properties: Any) -> str:
    aligned, line = properties.find("{*}vertAlign"), properties.find("{*}strike")
    is_struck = line is not None and line.get("val") not in ("0", "false")
    told = text if aligned is None else at_height(text, height_of(aligned.get("val", "")))
    return struck(told) if is_struck else told


def _read(package: BytesIO, may_be_struck: bool, name: str) -> tuple[list[tuple[str, Rows]], Any]:
    """(each sheet's name and rows, the file's properties): all that openpyxl is asked for, its failures ours."""
    from lxml.etree import LxmlError
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what it leaves out, which is never text
            workbook = load_workbook(package, read_only=True, data_only=True)
            visible = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible"]
            rows = [(sheet.title, without_blank_columns(_rows(sheet, may_be_struck), name)) for sheet in visible]
            return rows, workbook.properties
    except (InvalidFileException, LxmlError, SyntaxError, *_DAMAGE) as error:
        raise UnreadableDocument(
            f"{name}: expected an Excel workbook, found a zip archive that is not one, or is damaged "
            f"({one_line(str(error), 120)}); open it in Excel and save it as xlsx"
        ) from error


def _rows(sheet: Any, may_be_struck: bool) -> Iterator[dict[int, str]]:
    sheet.reset_dimensions()  # what a file says of its size may be wrong
    for row in sheet.iter_rows():
        shown = {place: text for place, cell in enumerate(row) if (text := _text(cell))}
        yield {at: text for at, text in shown.items() if not _is_struck(row[at])} if may_be_struck else shown


def _text(cell: Any) -> str:
    # The style of a text, or of nothing, may be damaged and is not asked for.
    is_plain = cell.value is None or isinstance(cell.value, str)
    return without_struck(text_of(cell.value, "General" if is_plain else cell.number_format)).strip()


def _is_struck(cell: Any) -> bool:
    with suppress(LookupError):  # of a style that is damaged
        return bool(cell.font.strike)
    return False
