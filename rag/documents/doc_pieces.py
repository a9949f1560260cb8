"""The characters of a Word 97 to 2003 file: in pieces, each somewhere in its main stream. (MS-DOC 2.4.1)

A character here is a unit of UTF-16, as every place in the file counts them.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from rag.documents.content import check_characters
from rag.documents.doc_bytes import places
from rag.documents.doc_file import PIECES, WordFile
from rag.documents.integers import u16, u32, units

_MOST = 2_000_000  # each takes some 200 bytes
_OF_ONE_BYTE = 0x40000000
_WESTERN = bytes(range(256)).decode("cp1252", "replace").replace("\ufffd", "\x00")
# What a piece says in one byte of its paragraphs and characters, by the codes that say the same. (2.9.215)
_SHORT: Mapping[int, int] = {0x18: 0x2416, 0x19: 0x2417, 0x41: 0x0800, 0x5C: 0x083C}


@dataclass(frozen=True, slots=True)
class Piece:
    begin: int  # of its characters
    end: int
    offset: int  # in the main stream
    width: int  # of a character, in bytes
    changes: bytes  # of the properties of all that is in it, after all others

    def offset_of(self, place: int) -> int:
        return self.offset + (place - self.begin) * self.width


class Pieces:
    def __init__(self, file: WordFile, length: int, name: str) -> None:
        """Of the first `length` characters. Raises struct.error, ValueError, DocumentTooLarge."""
        check_characters(length, name)
        self._all = list(_pieces(file.table_at(PIECES), length))
        self._begins = [piece.begin for piece in self._all]
        self.text = "".join(_decoded(file.main, piece) for piece in self._all)
        if len(self.text) != length:
            raise ValueError(f"{length:,} characters, of which {len(self.text):,} are there")

    def __iter__(self) -> Iterator[Piece]:
        return iter(self._all)

    def at(self, place: int) -> Piece:
        return self._all[bisect_right(self._begins, place) - 1]


def _pieces(table: bytes, length: int) -> Iterator[Piece]:
    at, said = 0, []
    while table[at : at + 1] == b"\x01":  # changes of properties that pieces name
        size = u16(table, at + 1)
        said.append(table[at + 3 : at + 3 + size])
        at += 3 + size
    ends, descriptions = places(table[at + 5 :], 8)
    if list(ends) != sorted(ends) or ends[:1] != (0,):
        raise ValueError("its pieces are not in order")
    if len(ends) > _MOST:
        raise ValueError(f"more than {_MOST:,} pieces")
    for (begin, end), description in zip(pairwise(ends), descriptions, strict=True):
        if begin < min(end, length):
            yield _piece(begin, min(end, length), description, said)


def _piece(begin: int, end: int, description: bytes, said: list[bytes]) -> Piece:
    where, change = u32(description, 2), u16(description, 6)
    if where & _OF_ONE_BYTE:
        offset, width = (where & ~_OF_ONE_BYTE) // 2, 1
    else:
        offset, width = where, 2
    return Piece(begin, end, offset, width, _changes(change, said))


def _changes(change: int, said: list[bytes]) -> bytes:
    if change & 1:
        return said[change >> 1] if change >> 1 < len(said) else b""
    code = _SHORT.get(change >> 1 & 0x7F)
    return b"" if code is None else code.to_bytes(2, "little") + bytes([change >> 8])


def _decoded(main: bytes, piece: Piece) -> str:
    data = main[piece.offset : piece.offset_of(piece.end)]
    if piece.width == 1:
        return data.decode("latin-1").translate(_WESTERN)
    return units(data)
