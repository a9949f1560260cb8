"""The records that a PowerPoint 97 to 2003 file is made of, and which of them hold. (MS-PPT 2.3)"""

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from rag.documents.integers import u32

DOCUMENT, SLIDE_LIST, SLIDE_ENTRY = 0x03E8, 0x0FF0, 0x03F3
SLIDE, SLIDE_HEAD, NOTES = 0x03EE, 0x03EF, 0x03F0
TEXT_KIND, TEXT_WIDE, TEXT_NARROW, TEXT_REFERENCE = 0x0F9F, 0x0FA0, 0x0FA8, 0x0F9E
TEXT_STYLE, SETTINGS, FONTS, FONT = 0x0FA1, 0x03F2, 0x07D5, 0x0FB7
FILLED_IN = (0x0FD8, 0x0FF7, 0x0FF8, 0x0FF9, 0x0FFA, 0x1015)  # numbers of slides, dates, heads and feet within a text
PLACEHOLDER, PLACEHOLDER_2007 = 0x0BC3, 0x0420
DRAWING, DRAWN, GROUP, SHAPE = 0x040C, 0xF002, 0xF003, 0xF004
TEXT_BOX, SHAPE_DATA, ANCHOR_IN_GROUP, MORE_PROPERTIES = 0xF00D, 0xF011, 0xF00F, 0xF122
_EDIT, _DIRECTORY = 0x0FF5, 0x1772
_CONTAINER = 0xF


@dataclass(frozen=True, slots=True)
class Record:
    kind: int
    instance: int
    stream: bytes
    begin: int  # of what it holds
    end: int
    is_container: bool

    @classmethod
    def at(cls, stream: bytes, place: int) -> "Record":
        """Raises struct.error where there is none, ValueError where it is cut."""
        head, kind, size = struct.unpack_from("<HHI", stream, place)
        if place + 8 + size > len(stream):
            raise ValueError("one of its records is cut")
        return cls(kind, head >> 4, stream, place + 8, place + 8 + size, head & 0xF == _CONTAINER)

    @property
    def data(self) -> bytes:
        return self.stream[self.begin : self.end]

    def __iter__(self) -> Iterator["Record"]:
        """Those in it, in their order. Raises ValueError, struct.error."""
        place = self.begin if self.is_container else self.end
        while place < self.end:
            record = Record.at(self.stream, place)
            if record.end > self.end:
                raise ValueError("one of its records is longer than what it stands in")
            yield record
            place = record.end

    def all(self, kind: int) -> Iterator["Record"]:
        return (record for record in self if record.kind == kind)

    def first(self, kind: int) -> "Record | None":
        return next(self.all(kind), None)


def current(stream: bytes, edit_at: int) -> tuple[Record, dict[int, int]]:
    """(the document as it was saved last, and by the numbers of slides and notes where they stand)

    Each time that it is saved quickly, what has changed is added at the end. Raises ValueError, struct.error.
    """
    found: dict[int, int] = {}
    document, seen = None, set[int]()
    edit_at = edit_at if _is_edit(stream, edit_at) else _last_edit(stream)
    while edit_at and edit_at not in seen:
        seen.add(edit_at)
        edit = _of_kind(stream, edit_at, _EDIT)
        before, directory, document_number = struct.unpack_from("<III", edit.data, 8)
        for number, place in _directory(_of_kind(stream, directory, _DIRECTORY).data):
            found.setdefault(number, place)
        document = document_number if document is None else document
        edit_at = before
    if document not in found:
        raise ValueError("its document is missing")
    return _of_kind(stream, found[document], DOCUMENT), found


def _is_edit(stream: bytes, place: int) -> bool:
    return stream[place + 2 : place + 4] == _EDIT.to_bytes(2, "little")


def _last_edit(stream: bytes) -> int:
    """Where the stream that tells it is damaged; 0 where there is none."""
    last = place = 0
    with suppress(ValueError, struct.error):  # what comes after it may be cut
        while place < len(stream):
            record = Record.at(stream, place)
            last = place if record.kind == _EDIT else last
            place = record.end
    return last


def _of_kind(stream: bytes, place: int, kind: int) -> Record:
    record = Record.at(stream, place)
    if record.kind != kind:
        raise ValueError(f"a record of kind {record.kind:#x} where one of {kind:#x} should be")
    return record


def _directory(data: bytes) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(data):
        first, count = u32(data, at) & 0xFFFFF, u32(data, at) >> 20
        for each in range(count):
            yield first + each, u32(data, at + 4 + 4 * each)
        at += 4 + 4 * count
