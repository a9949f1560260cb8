"""Word 97 to 2003 files (MS-DOC), written for the tests: as little of each table as a reader needs."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from compound_files import compound_file

_STYLES, _FOOTNOTES, _FOOTNOTE_TEXTS, _CHARACTER_PAGES, _PARAGRAPH_PAGES, _FONTS, _PIECES = 1, 2, 3, 12, 13, 15, 33
_HEADER, _PAGE = 0x600, 512


@dataclass(frozen=True)
class WordText:
    """`text` ends paragraphs in \\r and cells in \\x07. What is said of a paragraph is said at the place of its end."""

    text: str
    pieces: Sequence[tuple[int, bool]] = ()  # where each begins, and whether its characters have two bytes
    paragraphs: Mapping[int, bytes] = field(default_factory=dict)
    characters: Mapping[int, bytes] = field(default_factory=dict)
    styles: Sequence[tuple[int, int, bytes]] = ()  # Word's own kind, the one that it is based on, what it says
    word_styles: Sequence[tuple[int, bytes]] = ()  # behind these: the one that each is based on, what it says
    fonts: Sequence[str] = ()
    notes: str = ""  # of one footnote, referred to at the beginning
    data: bytes = b""
    flags: int = 0

    @property
    def file(self) -> bytes:
        """Raises UnicodeEncodeError where characters of one byte are none of the Western code page."""
        return compound_file(self.streams)

    @property
    def streams(self) -> dict[str, bytes]:
        main, table = bytearray(_HEADER), bytearray()
        struct.pack_into("<HH", main, 0, 0xA5EC, 0xC1)
        struct.pack_into("<H", main, 0x0A, self.flags)
        struct.pack_into("<II", main, 0x4C, _units(self.text), _units(self.notes))
        offsets = self._add_pieces(main, table)
        paragraphs = {offsets[at]: _papx(said) for at, said in self.paragraphs.items()}
        characters = {offsets[at]: bytes([len(said)]) + said for at, said in self.characters.items()}
        _add_pages(main, table, _PARAGRAPH_PAGES, paragraphs)
        _add_pages(main, table, _CHARACTER_PAGES, characters)
        _add_table(main, table, _STYLES, _style_sheet(self.styles, self.word_styles))
        _add_table(main, table, _FONTS, _font_table(self.fonts))
        if self.notes:
            _add_table(main, table, _FOOTNOTES, struct.pack("<IIH", 0, _units(self.text), 1))
            _add_table(main, table, _FOOTNOTE_TEXTS, struct.pack("<II", 0, _units(self.notes)))
        return {"WordDocument": bytes(main), "0Table": bytes(table), "Data": self.data}

    def _add_pieces(self, main: bytearray, table: bytearray) -> list[int]:
        """The offset of each character; the last piece stands first in the stream."""
        units = (self.text + self.notes).encode("utf-16-le", "surrogatepass")
        pieces = self.pieces or [(0, True)]
        begins = [begin for begin, _ in pieces]
        ends = [*begins[1:], len(units) // 2]
        described: list[bytes] = []
        offsets = [0] * (len(units) // 2)
        for (begin, is_wide), end in reversed([*zip(pieces, ends, strict=True)]):
            part, width = units[2 * begin : 2 * end], 2 if is_wide else 1
            described.insert(0, struct.pack("<HIH", 0, len(main) if is_wide else len(main) * 2 | 0x40000000, 0))
            offsets[begin:end] = range(len(main), len(main) + (end - begin) * width, width)
            main += part if is_wide else part.decode("utf-16-le").encode("cp1252")
        plc = struct.pack(f"<{len(begins) + 1}I", *begins, ends[-1]) + b"".join(described)
        _add_table(main, table, _PIECES, b"\x02" + struct.pack("<I", len(plc)) + plc)
        return offsets


def _add_pages(main: bytearray, table: bytearray, place: int, said: Mapping[int, bytes]) -> None:
    """A page for each character of which something is said."""
    numbers = []
    for offset, what in said.items():
        main += b"\0" * (-len(main) % _PAGE)
        numbers.append(len(main) // _PAGE)
        page = bytearray(_PAGE)
        struct.pack_into("<II", page, 0, offset, offset + 2)
        page[8], page[-1] = 16, 1
        page[32 : 32 + len(what)] = what
        main += page
    places = struct.pack(f"<{len(numbers) + 1}I", *range(len(numbers) + 1)) if numbers else b""
    _add_table(main, table, place, places + b"".join(struct.pack("<I", number) for number in numbers))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _papx(said: bytes) -> bytes:
    """Its style's number and what changes it, behind their length in words."""
    return bytes([0, len(said) // 2 + 1]) + (said + b"\0" if len(said) % 2 else said)


def _add_table(main: bytearray, table: bytearray, place: int, said: bytes) -> None:
    struct.pack_into("<II", main, 0x9A + 8 * place, len(table), len(said))
    table += said


def _style_sheet(styles: Sequence[tuple[int, int, bytes]], word_styles: Sequence[tuple[int, bytes]]) -> bytes:
    written = [_style(kind, base << 4 | 1, b"\0\0" + said) for kind, base, said in styles]
    written += [_style(0xFFE, base << 4 | 2, said) for base, said in word_styles]
    return struct.pack("<HHH", 4, len(written), 10) + b"".join(struct.pack("<H", len(each)) + each for each in written)


def _style(kind: int, base: int, said: bytes) -> bytes:
    return struct.pack("<HHHHHHHH", kind, base, 0, 0, 0, 0, 0, len(said)) + said


def _font_table(fonts: Sequence[str]) -> bytes:
    named = [bytes(39) + (font + "\0").encode("utf-16-le") for font in fonts]
    return struct.pack("<HH", len(named), 0) + b"".join(bytes([len(each)]) + each for each in named)
