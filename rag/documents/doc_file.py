"""A Word 97 to 2003 file opened: its streams, and where in them each of its tables stands. (MS-DOC 2.5)"""

import struct
from dataclasses import dataclass

from rag.documents.compound import Compound
from rag.documents.integers import u16, u32
from rag.errors import UnreadableDocument

_WORD_97 = 0xA5EC
_LOCKED, _IN_TABLE_1 = 0x0100, 0x0200
_TABLES = 0x9A  # where the places of tables stand
# Places of tables among those places. (2.5.6)
STYLES, FOOTNOTES, FOOTNOTE_TEXTS, CHARACTER_PAGES, PARAGRAPH_PAGES, FONTS, PIECES = 1, 2, 3, 12, 13, 15, 33
ENDNOTES, ENDNOTE_TEXTS, LISTS, LIST_OVERRIDES = 46, 47, 73, 74
_LENGTHS = {"body": 0x4C, "footnotes": 0x50, "headers": 0x54, "macros": 0x58, "comments": 0x5C} | {
    "endnotes": 0x60,
    "boxes": 0x64,
}


@dataclass(frozen=True, slots=True)
class WordFile:
    main: bytes  # the stream that holds the text, and pages of properties
    table: bytes  # the one that holds all else
    data: bytes  # and one for what is too long
    stretches: dict[str, tuple[int, int]]  # of the text, by what they are

    @classmethod
    def of(cls, compound: Compound, name: str) -> "WordFile":
        """Raises UnreadableDocument, struct.error."""
        main = compound.stream("WordDocument")
        if main is None:
            raise UnreadableDocument(
                f"{name}: expected a Word file, found an Office file that is none; give the file its true ending"
            )
        _check(main, name)
        table = compound.stream("1Table" if u16(main, 0x0A) & _IN_TABLE_1 else "0Table")
        if table is None:
            raise struct.error("its table of contents is missing")
        return cls(main, table, compound.stream("Data") or b"", _stretches(main))

    def table_at(self, place: int) -> bytes:
        """Of one of the places above; b"" where it is not in the file."""
        begin, size = self.table_place(place)
        return self.table[begin : begin + size]

    def table_place(self, place: int) -> tuple[int, int]:
        """(where it begins, its size)"""
        return u32(self.main, _TABLES + 8 * place), u32(self.main, _TABLES + 8 * place + 4)


def _check(main: bytes, name: str) -> None:
    if u16(main, 0) != _WORD_97:
        raise UnreadableDocument(
            f"{name}: expected a Word 97 to 2003 file, found one of an older Word; open it and save it as docx"
        )
    if u16(main, 0x0A) & _LOCKED:
        raise UnreadableDocument(f"{name}: locked with a password; save it without one")


def _stretches(main: bytes) -> dict[str, tuple[int, int]]:
    found, begin = {}, 0
    for kind, at in _LENGTHS.items():
        found[kind] = (begin, begin + u32(main, at))
        begin = found[kind][1]
    return found
