# mypy: disable-error-code="import-untyped"
"""Word (docx): paragraphs with their numbers, headings by style, tables as tab-separated rows, in document order.

A footnote comes after the paragraph that it belongs to. Headers, comments and text in pictures are not in it; deletions
under track changes and what is struck out are left out, insertions are in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from rag.documents import signatures
from rag.documents.archive import xml_only
from rag.documents.content import Content, one_line
from rag.documents.docx_numbers import Numbers, W, inherited
from rag.documents.docx_text import NOTES, flatten
from rag.documents.docx_words import WordStyles
from rag.documents.properties import about
from rag.documents.styles import level_named
from rag.errors import UnreadableDocument

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What python-docx raises, beside lxml's errors and its own, where a part or relation is missing or of another kind.
_DAMAGE = (AssertionError, AttributeError, LookupError, NotImplementedError, RecursionError, TypeError, ValueError)


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "zip", name)
    read = _read(xml_only(data, name), name)
    blocks = flatten(
        read.body,
        lambda paragraph: _level(paragraph, read.levels),
        read.words,
        read.numbers,
        read.notes,
        name,
    )
    return Content(blocks.text, MEDIA_TYPE, headings=tuple(blocks.headings), **read.about)


@dataclass(frozen=True, slots=True)
class _Read:
    """Of a package."""

    body: Any
    levels: dict[str | None, int | None]  # of headings, by their style
    words: WordStyles
    numbers: Numbers
    notes: dict[tuple[str, str], Any]  # by the tag and w:id of their references
    about: dict[str, Any]  # its properties


def _read(package: BytesIO, name: str) -> _Read:
    """All that python-docx is asked for, its failures ours."""
    from docx.api import Document as WordDocument
    from docx.exceptions import PythonDocxError
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        document = WordDocument(package)
        if document.element.body is None:
            raise ValueError("no body")
        properties = document.core_properties
        parts = _parts(document.part)
        styles = {style.get(W + "styleId"): style for style in document.styles.element.iter(W + "style")}
        return _Read(
            document.element.body,
            inherited(styles, _style_level),
            WordStyles.of(styles),
            Numbers.of(parts.get("numbering"), styles),
            {key: note for reference, kind in NOTES.items() for key, note in _notes(parts.get(kind), reference)},
            about(properties.title, properties.author, properties.created),
        )
    except (LxmlError, OpcError, PythonDocxError, *_DAMAGE) as error:
        raise UnreadableDocument(
            f"{name}: expected a Word document, found a zip archive that is not one, or is damaged "
            f"({one_line(str(error), 120)}); open it in Word and save it as docx"
        ) from error


def _parts(main: Any) -> dict[str, Any]:
    """The roots of the parts that the main one names, by what they are to it; python-docx has parsed some itself."""
    from docx.opc.part import XmlPart
    from docx.oxml import parse_xml

    related = {each.reltype.rpartition("/")[2]: each for each in main.rels.values() if not each.is_external}
    wanted = {kind: related[kind].target_part for kind in ("numbering", *NOTES.values()) if kind in related}
    return {kind: part.element if isinstance(part, XmlPart) else parse_xml(part.blob) for kind, part in wanted.items()}


def _notes(part: Any, reference: str) -> Iterator[tuple[tuple[str, str], Any]]:
    for note in () if part is None else part:
        if isinstance(note.tag, str):
            yield (reference, note.get(W + "id", "")), note


def _level(paragraph: Any, levels: Mapping[str | None, int | None]) -> int | None:
    properties = paragraph.find(W + "pPr")
    if properties is None:
        return None
    style = properties.find(W + "pStyle")
    own = _outline_level(properties)
    return own or (levels.get(style.get(W + "val")) if style is not None else None)


def _style_level(style: Any) -> int | None:
    name = style.find(W + "name")
    named = level_named(name.get(W + "val") or "") if name is not None else None
    properties = style.find(W + "pPr")
    return named or (_outline_level(properties) if properties is not None else None)


def _outline_level(properties: Any) -> int | None:
    outline = properties.find(W + "outlineLvl")
    value = "" if outline is None else outline.get(W + "val", "")
    return int(value) + 1 if value in tuple("012345678") else None  # 9 is body text
