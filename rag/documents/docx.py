# mypy: disable-error-code="import-untyped"
"""Word (docx): paragraphs, headings by style, tables as tab-separated rows, in document order.

Read without Word, so numbers of lists and text of footnotes, headers and pictures are not in it; deletions under
track changes are left out, insertions are in.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from rag.documents import dates, signatures
from rag.documents.archive import xml_only
from rag.documents.blocks import Blocks
from rag.documents.content import Content, one_line
from rag.errors import UnreadableDocument

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # the same text box a second time
_MARKS = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "\u2011"}
_SKIPPED = (_FALLBACK, _W + "del", _W + "moveFrom", _W + "rubyPr", _W + "rt")
# What python-docx raises, beside lxml's errors and its own, where a part or relation is missing or of another kind.
_DAMAGE = (AssertionError, AttributeError, LookupError, NotImplementedError, RecursionError, TypeError, ValueError)


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    from docx.exceptions import PythonDocxError
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    signatures.check(data, "zip", name)
    package = xml_only(data, name)
    try:
        return _parse(package, name)
    except (LxmlError, OpcError, PythonDocxError, *_DAMAGE) as error:
        raise UnreadableDocument(
            f"{name}: expected a Word document, found a zip archive that is not one, or is damaged "
            f"({one_line(str(error), 120)}); open it in Word and save it as docx"
        ) from error


def _parse(package: Any, name: str) -> Content:
    from docx.api import Document as WordDocument

    document = WordDocument(package)
    blocks = _laid_out(document.element.body, _levels(document.styles), name)
    about = document.core_properties
    return Content(
        blocks.text,
        MEDIA_TYPE,
        title=about.title,
        date=_date(about),
        headings=tuple(blocks.headings),
        metadata={"author": author} if (author := one_line(about.author)) else {},
    )


def _laid_out(body: Any, levels: Mapping[str, int], name: str) -> Blocks:
    """Paragraphs as blocks and outermost table rows as lines, content controls and text boxes included."""
    from lxml import etree

    blocks = Blocks(name)
    walk = etree.iterwalk(body, events=("start",), tag=(_W + "p", _W + "tr", *_SKIPPED))
    for _, element in walk:
        if element.tag == _W + "p":
            blocks.add(_text(element), level=_level(element, levels))
        else:
            walk.skip_subtree()
        if element.tag == _W + "tr":
            blocks.add("\t".join(_cells(element)).strip(), row=True)
    return blocks


def _cells(row: Any) -> Iterator[str]:
    """The text of each cell on one line; a table inside a cell is part of its text."""
    for cell in row.iter(_W + "tc"):
        if next(cell.iterancestors(_W + "tr")) is row:
            yield re.sub(r"\s+", " ", " ".join(map(_text, cell.iter(_W + "p")))).strip()


def _text(paragraph: Any) -> str:
    """A paragraph's own text, without that of the text boxes anchored in it."""
    from lxml import etree

    parts = []
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, element in walk:
        if element.tag in _SKIPPED or (element.tag == _W + "p" and element is not paragraph):
            walk.skip_subtree()
        elif element.tag == _W + "t":
            parts.append(element.text or "")
        elif element.tag in _MARKS and element.getparent().tag == _W + "r":  # a tab stop is a w:tab too
            parts.append(_MARKS[element.tag])
    return "".join(parts)


def _level(paragraph: Any, levels: Mapping[str, int]) -> int | None:
    properties = paragraph.find(_W + "pPr")
    if properties is None:
        return None
    style = properties.find(_W + "pStyle")
    own = _outline_level(properties)
    return own or (levels.get(style.get(_W + "val")) if style is not None else None)


def _levels(styles: Any) -> dict[str, int]:
    """Style id to heading level, for the styles that are headings or are based on one."""
    levels: dict[str, int] = {}
    for style in styles.element.iter(_W + "style"):
        found, seen = style, set()
        while found is not None and found not in seen:
            seen.add(found)
            if level := _style_level(found):
                levels[style.get(_W + "styleId")] = level
                break
            based_on = found.find(_W + "basedOn")
            found = None if based_on is None else styles.element.get_by_id(based_on.get(_W + "val"))
    return levels


def _style_level(style: Any) -> int | None:
    name = style.find(_W + "name")
    words = (name.get(_W + "val") or "").lower() if name is not None else ""
    if heading := re.fullmatch(r"heading ([1-9])", words):
        return int(heading[1])
    properties = style.find(_W + "pPr")
    return 1 if words == "title" else _outline_level(properties) if properties is not None else None


def _outline_level(properties: Any) -> int | None:
    outline = properties.find(_W + "outlineLvl")
    value = "" if outline is None else outline.get(_W + "val", "")
    return int(value) + 1 if value in tuple("012345678") else None  # 9 is body text


def _date(about: Any) -> str | None:
    """When the document was made; python-docx's own template carries 2013, which says nothing of its copies."""
    created = about.created
    if not isinstance(created, datetime) or about.author == "python-docx":
        return None
    return dates.iso(created.year, created.month, created.day)
