# mypy: disable-error-code="import-untyped"
"""Word (docx): paragraphs, headings by style, tables as tab-separated rows, in document order.

Read without Word, so numbers of lists and text of footnotes, headers and pictures are not in it; deletions under
track changes are left out, insertions are in.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from rag.documents import dates, signatures
from rag.documents.archive import xml_only
from rag.documents.content import Content, one_line
from rag.documents.docx_text import W, flatten
from rag.errors import UnreadableDocument

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What python-docx raises, beside lxml's errors and its own, where a part or relation is missing or of another kind.
_DAMAGE = (AssertionError, AttributeError, LookupError, NotImplementedError, RecursionError, TypeError, ValueError)


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "zip", name)
    body, levels, about = _read(xml_only(data, name), name)
    blocks = flatten(body, lambda paragraph: _level(paragraph, levels), name)
    return Content(blocks.text, MEDIA_TYPE, headings=tuple(blocks.headings), **about)


def _read(package: BytesIO, name: str) -> tuple[Any, dict[str, int], dict[str, Any]]:
    """The body, the headings' styles and the properties: all that python-docx is asked for, its failures ours."""
    from docx.api import Document as WordDocument
    from docx.exceptions import PythonDocxError
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        document = WordDocument(package)
        if document.element.body is None:
            raise ValueError("no body")
        return document.element.body, _levels(document.styles), _about(document.core_properties)
    except (LxmlError, OpcError, PythonDocxError, *_DAMAGE) as error:
        raise UnreadableDocument(
            f"{name}: expected a Word document, found a zip archive that is not one, or is damaged "
            f"({one_line(str(error), 120)}); open it in Word and save it as docx"
        ) from error


def _about(properties: Any) -> dict[str, Any]:
    author = one_line(properties.author)
    return {"title": properties.title, "date": _date(properties), "metadata": {"author": author} if author else {}}


def _level(paragraph: Any, levels: Mapping[str, int]) -> int | None:
    properties = paragraph.find(W + "pPr")
    if properties is None:
        return None
    style = properties.find(W + "pStyle")
    own = _outline_level(properties)
    return own or (levels.get(style.get(W + "val")) if style is not None else None)


def _levels(styles: Any) -> dict[str, int]:
    """Style id to heading level, for the styles that are headings or are based on one."""
    levels: dict[str, int] = {}
    for style in styles.element.iter(W + "style"):
        found, seen = style, set()
        while found is not None and found not in seen:
            seen.add(found)
            if level := _style_level(found):
                levels[style.get(W + "styleId")] = level
                break
            based_on = found.find(W + "basedOn")
            found = None if based_on is None else styles.element.get_by_id(based_on.get(W + "val"))
    return levels


def _style_level(style: Any) -> int | None:
    name = style.find(W + "name")
    words = (name.get(W + "val") or "").lower() if name is not None else ""
    if heading := re.fullmatch(r"heading ([1-9])", words):
        return int(heading[1])
    properties = style.find(W + "pPr")
    return 1 if words == "title" else _outline_level(properties) if properties is not None else None


def _outline_level(properties: Any) -> int | None:
    outline = properties.find(W + "outlineLvl")
    value = "" if outline is None else outline.get(W + "val", "")
    return int(value) + 1 if value in tuple("012345678") else None  # 9 is body text


def _date(about: Any) -> str | None:
    """When the document was made; python-docx's own template carries 2013, which says nothing of its copies."""
    created = about.created
    if not isinstance(created, datetime) or about.author == "python-docx":
        return None
    return dates.iso(created.year, created.month, created.day)
