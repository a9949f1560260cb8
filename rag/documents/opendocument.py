# mypy: disable-error-code="import-untyped"
"""OpenDocument: texts (odt, ott), spreadsheets (ods) and presentations (odp), as LibreOffice and others save them.

Paragraphs with their numbers, headings, tables as tab-separated rows, in document order; a note comes after the
paragraph that it belongs to. Page headers, comments and text in pictures are not in it; deletions under track changes
and what is struck out are left out, insertions are in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from rag.documents import dates, opendocument_sheets, opendocument_slides, signatures
from rag.documents.archive import root_of, xml_parts
from rag.documents.blocks import Blocks
from rag.documents.content import Content, one_line
from rag.documents.naming import ending_of
from rag.documents.opendocument_numbers import Numbers
from rag.documents.opendocument_styles import OFFICE, Styles
from rag.documents.opendocument_text import Layout
from rag.errors import UnreadableDocument, UnsupportedFormat

_TYPE = "application/vnd.oasis.opendocument."
MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".odt": f"{_TYPE}text",
        ".ott": f"{_TYPE}text-template",
        ".ods": f"{_TYPE}spreadsheet",
        ".odp": f"{_TYPE}presentation",
    }
)
_BODIES = {".odt": "text", ".ott": "text", ".ods": "spreadsheet", ".odp": "presentation"}
_WORDS = {"text": "a text document", "spreadsheet": "a spreadsheet", "presentation": "a presentation"}
_OTHER = "a drawing or another kind of OpenDocument"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_ENCRYPTION = "{*}encryption-data"  # in the manifest's namespace, of which there have been two


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "zip", name)
    read = _read(xml_parts(data, name), name)
    kind = _BODIES[ending_of(name)]
    if read.kind != kind:
        raise UnsupportedFormat(
            f"{name}: the ending promises {_WORDS[kind]}, but the content is {_WORDS.get(read.kind, _OTHER)}; "
            "give the file its true ending or save it in the format it promises"
        )
    blocks = Blocks(name)
    try:
        _lay_out(read, blocks)
    except RecursionError as error:
        raise _damaged(name, "nested too deeply") from error
    return Content(
        blocks.text,
        MEDIA_TYPES[ending_of(name)],
        pages=blocks.pages,
        headings=tuple(blocks.headings),
        **_about(read.meta),
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """Of a package: the roots of its parts, None for one that it has not."""

    content: Any
    styles: Any
    meta: Any
    body: Any  # office:text and the like

    @property
    def kind(self) -> str:
        """text, spreadsheet, presentation, drawing, ..."""
        return str(self.body.tag).rpartition("}")[2]


def _read(parts: Mapping[str, bytes], name: str) -> _Read:
    from lxml.etree import LxmlError

    try:
        manifest = _root(parts, "META-INF/manifest.xml")
        if manifest is not None and next(manifest.iter(_ENCRYPTION), None) is not None:
            raise UnreadableDocument(f"{name}: encrypted with a password; save a copy without one and add that")
        content, styles, meta = (_root(parts, f"{part}.xml") for part in ("content", "styles", "meta"))
    except LxmlError as error:
        raise _damaged(name, one_line(str(error), 120)) from error
    if content is None:
        raise _damaged(name, "it has no content.xml")
    bodies = [each for body in content.iterchildren(OFFICE + "body") for each in body]
    if content.tag != OFFICE + "document-content" or not bodies:
        raise _damaged(name, "its content.xml holds no document")
    return _Read(content, styles, meta, bodies[0])


def _root(parts: Mapping[str, bytes], path: str) -> Any:
    """Of a part, None where there is none."""
    return root_of(parts[path]) if path in parts else None


def _damaged(name: str, why: str) -> UnreadableDocument:
    ending = ending_of(name)
    return UnreadableDocument(
        f"{name}: expected an OpenDocument file ({ending[1:]}), found a zip archive that is not one, or is damaged "
        f"({why}); open it in LibreOffice and save it as {ending[1:]}"
    )


def _lay_out(read: _Read, blocks: Blocks) -> None:
    styles = Styles.of(read.styles, read.content)
    layout = Layout(blocks, styles, Numbers.of(styles, read.styles, read.content))
    if read.kind == "presentation":
        opendocument_slides.lay_out(read.body, layout)
    elif read.kind == "spreadsheet":
        opendocument_sheets.lay_out(read.body, layout, styles)
    else:
        layout.lay_out(read.body)


def _about(meta: Any) -> dict[str, Any]:
    """The language is told only where somebody has said it: that of the styles is the program's own."""
    found = () if meta is None else meta.iterfind(f"{OFFICE}meta/*")
    stated = {each.tag: "".join(each.itertext()) for each in found}
    author = one_line(stated.get(_META + "initial-creator") or stated.get(_DUBLIN_CORE + "creator") or "")
    return {
        "title": stated.get(_DUBLIN_CORE + "title"),
        "date": dates.first_in(stated.get(_META + "creation-date") or stated.get(_DUBLIN_CORE + "date") or ""),
        "language": stated.get(_DUBLIN_CORE + "language"),
        "metadata": {"author": author} if author else {},
    }
