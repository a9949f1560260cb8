"""The XML inside an Office file, unpacked under limits before any parser sees it."""

import re
import zlib
from io import BytesIO
from lzma import LZMAError
from zipfile import BadZipFile, ZipFile, ZipInfo

from rag.errors import DocumentTooLarge, UnreadableDocument

MAX_XML_BYTES = 64 * 1024 * 1024  # of all parts together; Word's XML runs to a few times its text
MAX_XML_TAGS = 3_000_000  # opening and closing; an element takes some 300 bytes once parsed
MAX_PARTS = 10_000
_CHUNK = 64 * 1024
_DAMAGE = (BadZipFile, EOFError, LZMAError, NotImplementedError, OSError, RuntimeError, ValueError, zlib.error)


def xml_only(data: bytes, name: str) -> BytesIO:
    """The archive again with its XML parts stored as they are and all others empty.

    Declared sizes are summed first, which refuses an honest bomb unread; then every part is unpacked piecewise, since
    a size can be a lie and zipfile's own `read` believes it only after inflating up to 2 GB. Pictures are never
    unpacked. Raises DocumentTooLarge, UnreadableDocument.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            return _rebuilt(archive, name)
    except _DAMAGE as error:
        raise UnreadableDocument(
            f"{name}: expected a zip archive of document parts, found a damaged one ({error}); "
            "open and save it again, without a password"
        ) from error


def _rebuilt(archive: ZipFile, name: str) -> BytesIO:
    members = {member.filename: member for member in archive.infolist()}
    if len(members) > MAX_PARTS:
        raise DocumentTooLarge(f"{name}: {len(members):,} parts inside, the limit is {MAX_PARTS:,}; save it anew")
    _check_size(sum(member.file_size for member in members.values() if _is_xml(member)), name)
    rebuilt, left = BytesIO(), MAX_XML_BYTES
    tags = 0
    with ZipFile(rebuilt, "w") as copy:
        for member in members.values():
            part = _unpacked(archive, member, left, name) if _is_xml(member) else b""
            left -= len(part)
            tags += part.count(b"<")
            _check_part(part, member, tags, name)
            copy.writestr(ZipInfo(member.filename), part)
    return rebuilt


def _unpacked(archive: ZipFile, member: ZipInfo, limit: int, name: str) -> bytes:
    part = bytearray()
    with archive.open(member) as file:
        while chunk := file.read(_CHUNK):
            part += chunk
            _check_size(MAX_XML_BYTES - limit + len(part), name)
    return bytes(part)


def _check_size(size: int, name: str) -> None:
    if size > MAX_XML_BYTES:
        raise DocumentTooLarge(
            f"{name}: unpacks to {size:,} bytes of XML or more, the limit is {MAX_XML_BYTES:,}; "
            "split it into smaller documents"
        )


def _check_part(part: bytes, member: ZipInfo, tags: int, name: str) -> None:
    if tags > MAX_XML_TAGS:
        raise DocumentTooLarge(
            f"{name}: more than {MAX_XML_TAGS:,} XML tags inside, the limit; split it into smaller documents"
        )
    plain = part.replace(b"\x00", b"")  # the same in UTF-16
    # An OpenDocument's manifest often names a DTD, which is never loaded.
    doctype = rb"<!DOCTYPE[^>]*\[" if member.filename == "META-INF/manifest.xml" else rb"<!DOCTYPE"
    if b"<!ENTITY" in plain or re.search(doctype, plain):
        # ECMA-376 part 2 forbids them; entities are how XML bombs and XXE are built.
        raise UnreadableDocument(
            f"{name}: {member.filename[:80]!r} declares XML entities, which no document needs; save it again from the "
            "program it was made with"
        )


def _is_xml(member: ZipInfo) -> bool:
    return member.filename.lower().endswith((".xml", ".rels"))
