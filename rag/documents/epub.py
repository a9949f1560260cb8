# mypy: disable-error-code="import-untyped"
"""Books (EPUB 2 and 3): the chapters in reading order, each a page of XHTML, without the table of contents."""

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

from rag.documents import dates, html, signatures
from rag.documents.archive import root_of, unpacked
from rag.documents.blocks import Blocks
from rag.documents.content import Content, one_line
from rag.documents.decoding import decode
from rag.errors import UnreadableDocument

MEDIA_TYPE = "application/epub+zip"
_CONTAINER, _ENCRYPTION = "META-INF/container.xml", "META-INF/encryption.xml"
_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_READ = (".xml", ".opf", ".xhtml", ".html", ".htm")


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "zip", name)
    parts = unpacked(data, name, lambda path: path.lower().endswith(_READ))
    place = _package_place(parts, name)
    package = _root(parts, place, name)
    chapters = list(_chapters(package, posixpath.dirname(place)))
    _check_protection(parts, chapters, name)
    blocks = Blocks(name)
    for path in chapters:
        if text := parts.get(path):
            html.add_whole(html.closed(decode(text, name)[0]), blocks)
    author = ", ".join(_said(package, "creator"))
    return Content(
        blocks.text,
        MEDIA_TYPE,
        title=next(_said(package, "title"), None),
        date=dates.first_in(next(_said(package, "date"), "")),
        language=next(_said(package, "language"), None),
        headings=tuple(blocks.headings),
        metadata={"author": author} if author else {},
    )


def _package_place(parts: Mapping[str, bytes], name: str) -> str:
    for element in _root(parts, _CONTAINER, name).iter("{*}rootfile"):
        return str(element.get("full-path", ""))
    raise _no_book(name, "its container names no package")


def _root(parts: Mapping[str, bytes], path: str, name: str) -> Any:
    from lxml.etree import LxmlError

    try:
        return root_of(parts[path])
    except KeyError as error:
        raise _no_book(name, f"no part {path!r}") from error
    except (LxmlError, ValueError) as error:
        raise _no_book(name, str(error)) from error


def _chapters(package: Any, folder: str) -> Iterator[str]:
    """Their paths in the archive, in the order of the spine."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is not None and "nav" not in item.get("properties", "").split():
            yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href", "").partition("#")[0])))


def _check_protection(parts: Mapping[str, bytes], chapters: list[str], name: str) -> None:
    if _ENCRYPTION not in parts:
        return
    locked = {unquote(each.get("URI", "")) for each in _root(parts, _ENCRYPTION, name).iter("{*}CipherReference")}
    if locked.intersection(chapters):  # fonts may be disguised in a book that is open otherwise
        raise UnreadableDocument(f"{name}: its chapters are encrypted; only a copy without protection can be read")


def _said(package: Any, what: str) -> Iterator[str]:
    for element in package.iter(_DUBLIN_CORE + what):
        if words := one_line("".join(element.itertext())):
            yield words


def _no_book(name: str, why: str) -> UnreadableDocument:
    return UnreadableDocument(
        f"{name}: expected an EPUB, found a zip archive that is not one, or is damaged ({one_line(why, 120)}); "
        "save or download it again"
    )
