"""In which font and how high the characters of a PowerPoint 97 to 2003 text stand. (MS-PPT 2.9.44 to 2.9.47, 2.9.20)"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from rag.documents import symbols
from rag.documents.heights import at_height
from rag.documents.integers import u16, u32
from rag.documents.ppt_records import FONT, FONTS, SETTINGS, Record

# What a run may say, in the order that it is said in: the bits that announce it, and its size in bytes.
_OF_PARAGRAPHS: Sequence[tuple[int, int]] = (
    (0xF, 2), (1 << 7, 2), (1 << 4, 2), (1 << 6, 2), (1 << 5, 4), (1 << 11, 2), (1 << 12, 2), (1 << 13, 2),
    (1 << 14, 2), (1 << 8, 2), (1 << 10, 2), (1 << 15, 2), (1 << 20, 0), (1 << 16, 2), (0xE0000, 2), (1 << 21, 2),
)  # fmt: skip
_TABS = 1 << 20
_OF_CHARACTERS: Sequence[tuple[int, int]] = (
    (0xFFFF, 2), (1 << 16, 2), (1 << 21, 2), (1 << 22, 2), (1 << 23, 2), (1 << 17, 2), (1 << 18, 4), (1 << 19, 2),
)  # fmt: skip
_FONT, _SYMBOL_FONT, _HEIGHT = 1 << 16, 1 << 23, 1 << 19
_BELOW = 1 << 15  # heights from here on are negative ones


def fonts_of(document: Record) -> dict[int, str]:
    """Their names by their numbers."""
    settings = document.first(SETTINGS)
    fonts = settings.first(FONTS) if settings else None
    return {each.instance: _name(each) for each in fonts.all(FONT)} if fonts else {}


def told(text: str, style: bytes, fonts: Mapping[int, str]) -> str:
    """The text, what fonts of pictures show in place of their letters, and figures above and below the line as such.

    Its characters are units of UTF-16, as its style counts them. What is damaged of its style says nothing.
    """
    parts, at = [], 0
    with suppress(struct.error):
        for length, font, height in _runs(_Reader(style), len(text) + 1):
            parts.append(at_height(symbols.told(fonts.get(font, ""), text[at : at + length]), height))
            at += length
    return "".join(parts) + text[at:]


@dataclass(slots=True)
class _Reader:
    data: bytes
    at: int = 0

    def number(self, size: int = 2) -> int:
        value = u16(self.data, self.at) if size == 2 else u32(self.data, self.at)
        self.at += size
        return value

    def said(self, kinds: Sequence[tuple[int, int]]) -> dict[int, int]:
        """What is said of a run, by the bits that announce it."""
        announced = self.number(4)
        said = {}
        for bits, size in kinds:
            if bits == _TABS and announced & bits:
                count = self.number()
                self.at += 4 * count
            elif announced & bits:
                said[bits] = self.number(size)
        return said


def _runs(reader: _Reader, length: int) -> Iterator[tuple[int, int, int]]:
    """The characters of each run, the number of its font and its height: those of the paragraphs come first."""
    passed = 0
    while passed < length:
        passed += max(reader.number(4), 1)
        reader.number()  # how far it is indented
        reader.said(_OF_PARAGRAPHS)
    passed = 0
    while passed < length:
        count = reader.number(4)
        said = reader.said(_OF_CHARACTERS)
        height = said.get(_HEIGHT, 0)
        yield count, said.get(_SYMBOL_FONT, said.get(_FONT, -1)), -height if height >= _BELOW else height
        passed += max(count, 1)


def _name(font: Record) -> str:
    return font.data[:64].decode("utf-16-le", "replace").partition("\0")[0]
