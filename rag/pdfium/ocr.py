"""The words of a page that is a picture, as a scanner makes it, and where on the page they stand.

Tesseract reads the picture, line by line; then the page is laid out as any other: tables, columns and gaps are told by
where the words stand. What comes is what `rag.pdfium.facsimile.places` says of a page that has a text, and how the page
is turned to stand upright.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from statistics import median
from typing import Any

from PIL import Image

from rag.pdfium import tesseract
from rag.pdfium.facsimile import MOST_PIXELS, box_of
from rag.pdfium.glyphs import Glyph
from rag.pdfium.ocr_languages import is_script_asked, to_begin_with, told_by
from rag.pdfium.pages import laid_out
from rag.pdfium.tesseract import Word
from rag.scripts import is_wide

_DOTS = 300  # in an inch: what Tesseract has learned from
_POINTS = 72  # in an inch
_SURE = 0.7  # a page read less surely may stand on its side, or be in other languages
_LEAST = 0.45  # a line read less surely is part of a drawing
_RULES = frozenset("|¦_")  # what is read where the rules of a table are
_UNSPACED = 0.5  # x the height: in scripts that part no words, less is no space


@dataclass(frozen=True, slots=True)
class Picture:
    """A page, in shades of grey."""

    image: Image.Image
    scale: float  # pixels for a point
    turn: int = 0  # degrees, clockwise, from how the page is shown

    @classmethod
    def of(cls, page: Any) -> "Picture":
        """Of a pypdfium2 page."""
        across, down = page.get_size()
        scale = min(_DOTS / _POINTS, math.sqrt(MOST_PIXELS / (across * down)))
        return cls(page.render(scale=scale, grayscale=True).to_pil(), scale)

    def turned(self, turn: int) -> "Picture":
        """Clockwise, by quarters."""
        return Picture(self.image.rotate(-turn, expand=True), self.scale, (self.turn + turn) % 360)

    @property
    def dots(self) -> int:
        return round(self.scale * _POINTS)

    def pgm(self) -> bytes:
        out = BytesIO()
        self.image.save(out, "PPM")
        return out.getvalue()


class PictureReader:
    """Reads the pages of one file, several at once if need be. `languages`: of Tesseract, at least one."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = languages
        self._told: list[str] = []  # those of the page that was read last

    def places(self, picture: Picture) -> dict[str, Any] | None:
        """None where no words are found. Raises TesseractFailed, TimeoutError."""
        picture, lines = self._read(picture, self._told or to_begin_with(self._languages, self._script(picture)))
        if _worth(lines) < _SURE:
            picture, lines = self._read_otherwise(picture, lines)
        glyphs = laid_out([_glyphs(line, picture) for line in map(_printed, lines) if line])
        return _places(glyphs, picture) if any(glyph.text.isalnum() for glyph in glyphs) else None

    def _read(self, picture: Picture, languages: Sequence[str]) -> tuple[Picture, list[list[Word]]]:
        """In these languages, or in those that the page then turns out to be in."""
        lines = _lines(picture, languages)
        told = told_by([" ".join(word.text for word in line) for line in lines], self._languages)
        if _worth(lines) and told and told != languages:
            lines = _lines(picture, told)
            self._told = told
        return picture, lines

    def _read_otherwise(self, picture: Picture, lines: list[list[Word]]) -> tuple[Picture, list[list[Word]]]:
        """Upright, and from the beginning, if it is the surer for it."""
        setting = tesseract.setting(picture.pgm(), picture.dots)
        if setting is None:
            return picture, lines
        upright = picture.turned(setting.turn)
        again = self._read(upright, to_begin_with(self._languages, setting.script))
        return again if _worth(again[1]) > _worth(lines) else (picture, lines)

    def _script(self, picture: Picture) -> str | None:
        setting = tesseract.setting(picture.pgm(), picture.dots) if is_script_asked(self._languages) else None
        return setting.script if setting else None


def _lines(picture: Picture, languages: Sequence[str]) -> list[list[Word]]:
    return tesseract.lines(picture.pgm(), languages, picture.dots)


def _worth(lines: Sequence[Sequence[Word]]) -> float:
    """How surely they are read; nothing if they run up or down, as Tesseract reads a page that lies on its side."""
    across = sum(max(word.right for word in line) - min(word.left for word in line) for line in lines)
    down = sum(max(word.bottom for word in line) - min(word.top for word in line) for line in lines)
    return tesseract.certainty(lines) if across > down else 0.0


def _printed(line: Sequence[Word]) -> list[Word]:
    """The words of a line, without the rules of a table; none of one that is part of a drawing.

    Of a line that is read everything is told, be it ever so unsure: without a "not" it would say the opposite.
    """
    words = [word for word in line if not _RULES.issuperset(word.text)]
    return words if words and tesseract.line_certainty(words) >= _LEAST else []


def _glyphs(line: Sequence[Word], picture: Picture) -> list[Glyph]:
    """A glyph for each word, all as high as the line is, in points from the picture's lower left."""
    height = median([word.bottom - word.top for word in line])
    told: list[Glyph] = []
    for before, word in pairwise([None, *line]):
        assert word is not None
        if before and _is_parted(before, word, height):
            told.append(_glyph(Word(" ", before.right, word.top, word.left, word.bottom, 1.0), height, picture))
        told.append(_glyph(word, height, picture))
    return told


def _is_parted(before: Word, word: Word, height: float) -> bool:
    """Whether a space stands between two words of a line."""
    last, first = before.text[-1], word.text[0]
    if is_wide(last) or is_wide(first) or _is_unspaced(last) or _is_unspaced(first):
        return max(word.left - before.right, before.left - word.right) > _UNSPACED * height
    return True


def _is_unspaced(character: str) -> bool:
    """Thai, Lao, Tibetan, Burmese and Khmer."""
    return "\u0e00" <= character <= "\u0fff" or "\u1000" <= character <= "\u109f" or "\u1780" <= character <= "\u17ff"


def _glyph(word: Word, height: float, picture: Picture) -> Glyph:
    middle, points = (word.top + word.bottom) / 2, 1 / picture.scale
    left, right = word.left * points, word.right * points
    bottom, top = ((picture.image.height - middle + side * height / 2) * points for side in (-1, 1))
    return Glyph(word.text, left, left, right, bottom, top, is_guess=word.text == " ", baseline=bottom, is_word=True)


def _places(glyphs: Sequence[Glyph], picture: Picture) -> dict[str, Any]:
    """As of the page that is turned so; `turn` says how, in degrees, clockwise."""
    width, height = (side / picture.scale for side in picture.image.size)
    frame = [(0, 1), (1 / width, 0), (0, -1 / height)]
    told = [[glyph.text, _rounded(box_of(glyph))] for glyph in glyphs]
    return {"size": (width, height), "frame": frame, "glyphs": told, "turn": picture.turn}


def _rounded(box: list[float] | None) -> list[float] | None:
    return None if box is None else [round(side, 1) for side in box]
