"""Compound files (MS-CFB), in which old Office files and Outlook's messages keep their streams."""

import struct
from collections.abc import Sequence
from io import BytesIO
from typing import Any

from rag.documents.content import one_line, quiet
from rag.documents.summary import about_of
from rag.errors import UnreadableDocument

_SUMMARY = "\x05SummaryInformation"
_STREAM = 2
_HEADER = struct.Struct("<HH10xI16xI4xI")  # MS-CFB 2.2, from _SHIFTS on: two shifts, sectors of FAT, mini FAT, DIFAT
_SHIFTS = 30
_PER_FAT_SECTOR = 128  # sectors that one of 512 bytes tells of
# What olefile raises, beside OSError, on directories and tables that no program wrote.
_DAMAGE = (AttributeError, LookupError, MemoryError, OSError, OverflowError, RecursionError, TypeError, ValueError)


class Compound:
    """One that is open."""

    def __init__(self, data: bytes, name: str) -> None:
        """Raises UnreadableDocument."""
        from olefile import OleFileIO
        from olefile.olefile import OleFileError

        quiet("olefile")
        self._name = name
        self._damage = (OleFileError, *_DAMAGE)
        self._left = 4 * len(data)  # bytes to be read; streams that share their sectors could come to any number
        try:
            _check_header(data)
            self._file = OleFileIO()
            self._file._check_duplicate_stream = _pass_over  # it compares each with each
            self._file.open(BytesIO(data))
            _check_size(self._file.root.size, len(data), "short streams")
        except self._damage as error:
            raise self._damaged(error) from error

    def stream(self, *path: str) -> bytes | None:
        """None where there is none of this path. Raises UnreadableDocument where a part of it is missing."""
        entry = self._entry(path)
        if entry is None or entry.entry_type != _STREAM:
            return None
        try:
            _check_size(entry.size, self._left, path[-1])
            self._left -= entry.size
            # Not openstream(path), which goes through all names of a storage, again for each of them.
            data = bytes(self._file._open(entry.isectStart, entry.size).read())
        except self._damage as error:
            raise self._damaged(error) from error
        if len(data) != entry.size:
            raise self._damaged(f"{entry.size:,} bytes of {path[-1]}, of which {len(data):,} are there")
        return data

    def children(self, *path: str) -> Sequence[str]:
        """The names of the streams and storages in the root or a storage, in the order of their names."""
        entry = self._entry(path)
        return [] if entry is None else [child.name for child in entry.kids]

    def _entry(self, path: Sequence[str]) -> Any:
        """None where there is none; names are the same in capitals (MS-CFB 2.6.4)."""
        entry = self._file.root
        for name in path:
            entry = entry and entry.kids_dict.get(name.lower())
        return entry

    @property
    def about(self) -> dict[str, Any]:
        """Title, date and metadata, as `Content` takes them; what cannot be read of them is left out."""
        try:
            return about_of(self.stream(_SUMMARY) or b"")
        except UnreadableDocument:
            return about_of(b"")

    def _damaged(self, found: object) -> UnreadableDocument:
        return UnreadableDocument(
            f"{self._name}: expected a whole Office file, found a damaged one ({one_line(str(found), 120)}); "
            "copy it again, or open it in the program that made it and save it"
        )


def _check_header(data: bytes) -> None:
    """olefile goes through as many sectors as the header says, and a chain of them may go round in a circle.

    Raises ValueError.
    """
    if len(data) < _SHIFTS + _HEADER.size:
        raise ValueError("it ends in its header")
    shift, mini_shift, fat, mini_fat, difat = _HEADER.unpack_from(data, _SHIFTS)
    if shift not in (9, 12) or mini_shift != 6:
        raise ValueError(f"sectors of 2^{shift} and 2^{mini_shift} bytes")
    sectors = len(data) >> shift
    most = 2 * (sectors // _PER_FAT_SECTOR) + _PER_FAT_SECTOR
    if fat > most or difat > most or mini_fat > sectors:
        raise ValueError(f"{max(fat, mini_fat, difat):,} sectors of tables in a file of {sectors:,} sectors")


def _check_size(size: int, left: int, name: str) -> None:
    """Raises ValueError."""
    if size > left:
        raise ValueError(f"{size:,} bytes of {name}, more than the file has")


def _pass_over(sector: int, minifat: bool = False) -> None:
    """Streams may begin in the same sector."""
