"""What stands on a page and where: the glyphs in the order that pdfium reads them in, line by line."""

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import pypdfium2.raw as pdfium

from rag.pdfium.replaced import Box, Replaced

_HYPHEN = "\u0002"  # what pdfium gives instead of a hyphen that ends a line, and of the break after it

_LOOKED_AT = 100  # characters of a page, to tell how it is drawn


@dataclass(frozen=True, slots=True)
class Glyph:
    """One mark: a letter, or a syllable or ligature of several. Lengths are in points, from the page's lower left."""

    text: str
    origin: float  # where the pen was: of the letters that hang over their neighbours it still tells the order
    left: float
    right: float
    bottom: float
    top: float
    is_guess: bool = False  # a space that pdfium put where it saw a gap
    is_replaced: bool = False  # told by the program in other words than it drew
    baseline: float = 0.0  # on which it stands
    is_word: bool = False  # whole, or the space behind one, told in the order in which it is read

    @property
    def height(self) -> float:
        return self.top - self.bottom


# What a page's text has between its glyphs.
TAB, LINE_END, BLANK_LINE = (Glyph(text, 0.0, 0.0, 0.0, 0.0, 0.0) for text in ("\t", "\n", "\n\n"))


def sample_of(read: Any) -> range:
    """The places of a hundred characters or so of a pypdfium2 text page, from its first to its last."""
    count = pdfium.FPDFText_CountChars(read.raw)
    return range(0, count, max(count // _LOOKED_AT, 1))


def text_of(glyphs: Iterable[Glyph]) -> str:
    return "".join(glyph.text for glyph in glyphs)


def retold(glyphs: Sequence[Glyph], text: str) -> list[Glyph]:
    """The glyphs with another text of the same length."""
    letters = iter(text)
    return [replace(glyph, text="".join(islice(letters, len(glyph.text)))) for glyph in glyphs]


def lines_of(read: Any) -> list[list[Glyph]]:
    """The lines of a pypdfium2 text page; none is empty."""
    lines: list[list[Glyph]] = [[]]
    origin_before: tuple[float, float] | None = None
    for text, is_guess, origin, box in _characters(read):
        line = lines[-1]
        if text in "\r\n":
            lines.append([])
        elif text == _HYPHEN:
            line.append(Glyph("-", origin[0], *box, baseline=origin[1]))
            lines.append([])
        elif line and origin == origin_before and not (is_guess or text.isspace() or line[-1].text.isspace()):
            line[-1] = _joined(line[-1], text, box)
        else:
            line.append(Glyph(text, origin[0], *box, is_guess=is_guess, baseline=origin[1]))
        origin_before = origin
    replaced = Replaced(read.page)
    return [[_widened(glyph, replaced) for glyph in line] if replaced else line for line in lines if line]


def _joined(glyph: Glyph, text: str, box: Box) -> Glyph:
    """pdfium tells the characters of one glyph apart, but not where each begins."""
    return replace(glyph, text=glyph.text + text, left=min(glyph.left, box[0]), right=max(glyph.right, box[1]))


def _widened(glyph: Glyph, replaced: Replaced) -> Glyph:
    right = replaced.right((glyph.left, glyph.right, glyph.bottom, glyph.top))
    return glyph if right is None else replace(glyph, right=max(right, glyph.right), is_replaced=True)


def _characters(read: Any) -> Iterator[tuple[str, bool, tuple[float, float], Box]]:
    """(character, whether it is pdfium's, origin, (left, right, bottom, top)); those without a meaning are left out."""
    page, x, y, box = read.raw, ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
    high = 0
    for index in range(pdfium.FPDFText_CountChars(page)):
        code = pdfium.FPDFText_GetUnicode(page, index)
        if 0xD800 <= code < 0xDC00:
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + code - 0xDC00 if high else 0
        high = 0
        if not code or code > 0x10FFFF:
            continue
        pdfium.FPDFText_GetCharOrigin(page, index, x, y)
        pdfium.FPDFText_GetLooseCharBox(page, index, box)
        is_guess = chr(code).isspace() and pdfium.FPDFText_IsGenerated(page, index) == 1
        yield chr(code), is_guess, (x.value, y.value), (box.left, box.right, box.bottom, box.top)
