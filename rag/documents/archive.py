# mypy: disable-error-code="import-untyped"
"""The parts inside an Office file or a book, unpacked under limits before any parser sees it."""

import re
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from lzma import LZMAError
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from rag.errors import DocumentTooLarge, UnreadableDocument

MAX_XML_BYTES = 64 * 1024 * 1024  # of all parts together; Word's XML runs to a few times its text
MAX_XML_TAGS = 3_000_000  # opening and closing; an element takes some 300 bytes once parsed
MAX_PARTS = 10_000
_CHUNK = 64 * 1024
_DAMAGE = (BadZipFile, EOFError, LZMAError, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error)


def xml_only(data: bytes, name: str) -> BytesIO:
    """An Office file again with its XML parts stored as they are and all others empty.

    Raises DocumentTooLarge, UnreadableDocument.
    """
    return packed(xml_parts(data, name))


def packed(parts: Mapping[str, bytes]) -> BytesIO:
    """An Office file of these parts by their paths, stored as they are."""
    rebuilt = BytesIO()
    with ZipFile(rebuilt, "w") as copy:
        for path, part in parts.items():
            copy.writestr(ZipInfo(path), part)
    return rebuilt


def xml_parts(data: bytes, name: str) -> dict[str, bytes]:
    """The parts of an Office file by their paths, empty but for XML: pictures are never unpacked.

    Raises DocumentTooLarge, UnreadableDocument.
    """
    parts = unpacked(data, name, _is_xml)
    for path, part in parts.items():
        _check_entities(part, path, name)
    return parts


def root_of(part: bytes) -> Any:
    """The root of an XML part; entities are never expanded, and nothing else is ever loaded. Raises lxml's errors."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, huge_tree=False
    )
    return etree.fromstring(part, parser)


def unpacked(data: bytes, name: str, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """The archive's parts by their paths, those that are not wanted empty.

    Declared sizes are summed first, which refuses an honest bomb unread; then every part is unpacked piecewise, since
    a size can be a lie and zipfile's own `read` believes it only after inflating up to 2 GB. Raises DocumentTooLarge,
    UnreadableDocument.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            return _unpacked(archive, name, wanted)
    except _DAMAGE as error:
        raise UnreadableDocument(
            f"{name}: expected a zip archive of document parts, found a damaged one ({error}); "
            "open and save it again, without a password"
        ) from error


def _unpacked(archive: ZipFile, name: str, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    members = {member.filename: member for member in archive.infolist()}
    if len(members) > MAX_PARTS:
        raise DocumentTooLarge(f"{name}: {len(members):,} parts inside, the limit is {MAX_PARTS:,}; save it anew")
    _check_size(sum(member.file_size for path, member in members.items() if wanted(path)), name)
    parts: dict[str, bytes] = {}
    size = tags = 0
    for path, member in members.items():
        parts[path] = _part(archive, member, size, name) if wanted(path) else b""
        size += len(parts[path])
        tags += parts[path].count(b"<")
        if tags > MAX_XML_TAGS:
            raise DocumentTooLarge(
                f"{name}: more than {MAX_XML_TAGS:,} XML tags inside, the limit; split it into smaller documents"
            )
    return parts


def _part(archive: ZipFile, member: ZipInfo, before: int, name: str) -> bytes:
    part = bytearray()
    with archive.open(member) as file:
        while chunk := file.read(_CHUNK):
            part += chunk
            _check_size(before + len(part), name)
    return bytes(part)


def _check_size(size: int, name: str) -> None:
    if size > MAX_XML_BYTES:
        raise DocumentTooLarge(
            f"{name}: unpacks to {size:,} bytes of XML or more, the limit is {MAX_XML_BYTES:,}; "
            "split it into smaller documents"
        )


def _check_entities(part: bytes, path: str, name: str) -> None:
    plain = part.replace(b"\x00", b"")  # the same in UTF-16
    # An OpenDocument's manifest often names a DTD, which is never loaded.
    doctype = rb"<!DOCTYPE[^>]*\[" if path == "META-INF/manifest.xml" else rb"<!DOCTYPE"
    if b"<!ENTITY" in plain or re.search(doctype, plain):
        # ECMA-376 part 2 forbids them; entities are how XML bombs and XXE are built.
        raise UnreadableDocument(
            f"{name}: {path[:80]!r} declares XML entities, which no document needs; "
            "save it again from the program that made it"
        )


def _is_xml(path: str) -> bool:
    return path.lower().endswith((".xml", ".rels"))
