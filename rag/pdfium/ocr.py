"""The words of a page that is a picture, as a scanner makes it, and where on the page they stand.

Tesseract reads the picture, line by line; then the page is laid out as any other: tables, columns and gaps are told by
where the words stand. What comes is what `rag.pdfium.facsimile.places` says of a page that has a text, and how the page
is turned to stand upright.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from operator import attrgetter
from statistics import median
from threading import Lock
from typing import Any

from PIL import Image

from rag.pdfium import tesseract
from rag.pdfium.facsimile import box_of, scale_of
from rag.pdfium.glyphs import Glyph
from rag.pdfium.ocr_languages import is_script_asked, of_other_scripts, to_begin_with, told_by
from rag.pdfium.order import after_space
from rag.pdfium.pages import laid_out
from rag.pdfium.tesseract import Word

_DOTS = 300  # in an inch: what Tesseract has learned from
_POINTS = 72  # in an inch
_SURE = 0.7  # a page read less surely may stand on its side, or be in other languages
_POOR = 0.5  # a page read less surely is read in another script than its own
_TELLING = 200  # letters: fewer are no text, but what is seen in a photograph
_LEAST = 0.45  # a line read less surely is part of a drawing
_RULES = frozenset("|¦_")  # what is read where the rules of a table are


@dataclass(frozen=True, slots=True)
class Picture:
    """A page, in shades of grey."""

    image: Image.Image
    scale: float  # pixels for a point
    turn: int = 0  # degrees, clockwise, from how the page is shown

    @classmethod
    def of(cls, page: Any) -> "Picture":
        """Of a pypdfium2 page."""
        scale = scale_of(page, _DOTS / _POINTS)
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


@dataclass(frozen=True, slots=True)
class _Reading:
    picture: Picture
    languages: Sequence[str]
    lines: list[list[Word]]

    @property
    def worth(self) -> float:
        """How surely it is read; nothing if lines run up or down, as Tesseract reads a page that lies on its side."""
        across = sum(max(word.right for word in line) - min(word.left for word in line) for line in self.lines)
        down = sum(max(word.bottom for word in line) - min(word.top for word in line) for line in self.lines)
        return tesseract.certainty(self.lines) if across > down else 0.0

    @property
    def letters(self) -> int:
        return sum(len(word.text) for line in self.lines for word in line)


class PictureReader:
    """Reads the pages of one file, several at once if need be. `languages`: of Tesseract, at least one."""

    def __init__(self, languages: Sequence[str]) -> None:
        self._languages = languages
        self._told: Sequence[str] = ()  # those of the page that was read last
        self._has_searched = False
        self._searching = Lock()

    def places(self, picture: Picture) -> dict[str, Any] | None:
        """None where no words are found. Raises TesseractFailed, TimeoutError."""
        reading = self._read(picture, self._told or to_begin_with(self._languages, self._script(picture)))
        if reading.worth < _SURE:
            reading = self._read_upright(reading)
        if reading.worth < _POOR and reading.letters > _TELLING:
            with self._searching:
                reading = self._read_otherwise(reading)
        if reading.worth >= _POOR:
            self._told = reading.languages
        glyphs = laid_out([_glyphs(line, reading.picture) for line in map(_printed, reading.lines) if line])
        return _places(glyphs, reading.picture) if any(glyph.text.isalnum() for glyph in glyphs) else None

    def _script(self, picture: Picture) -> str | None:
        setting = tesseract.setting(picture.pgm(), picture.dots) if is_script_asked(self._languages) else None
        return setting.script if setting else None

    def _read(self, picture: Picture, languages: Sequence[str]) -> _Reading:
        """In these languages, or in those that the page then turns out to be in."""
        reading = _Reading(picture, languages, _lines(picture, languages))
        told = told_by([" ".join(word.text for word in line) for line in reading.lines], self._languages)
        if not reading.worth or told in ([], languages):
            return reading
        return _Reading(picture, told, _lines(picture, told))

    def _read_upright(self, reading: _Reading) -> _Reading:
        """Turned, or in languages of another script, if that is the surer."""
        setting = tesseract.setting(reading.picture.pgm(), reading.picture.dots)
        if setting is None:
            return reading
        languages = to_begin_with(self._languages, setting.script)
        if setting.turn == 0 and reading.languages[0] in languages:
            return reading
        again = self._read(reading.picture.turned(setting.turn), languages)
        return again if again.worth >= max(reading.worth, _POOR) else reading

    def _read_otherwise(self, reading: _Reading) -> _Reading:
        """As the page before it, or the first time in one script after the other: not every script can be told."""
        others = [self._told] if self._has_searched else of_other_scripts(self._languages, reading.languages)
        self._has_searched = True
        for languages in others:
            if reading.worth < _SURE and languages and languages != reading.languages:
                reading = max(reading, self._read(reading.picture, languages), key=_worth)
        if reading.worth >= _POOR:
            self._told = reading.languages
        return reading


_worth = attrgetter("worth")


def _lines(picture: Picture, languages: Sequence[str]) -> list[list[Word]]:
    return tesseract.lines(picture.pgm(), languages, picture.dots)


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
    for word in line:
        glyph = [_glyph(word, height, picture)]
        told += after_space(glyph) if told and not word.is_joined else glyph
    return told


def _glyph(word: Word, height: float, picture: Picture) -> Glyph:
    middle, points = (word.top + word.bottom) / 2, 1 / picture.scale
    left, right = word.left * points, word.right * points
    bottom, top = ((picture.image.height - middle + side * height / 2) * points for side in (-1, 1))
    return Glyph(word.text, left, left, right, bottom, top, baseline=bottom, is_word=True)


def _places(glyphs: Sequence[Glyph], picture: Picture) -> dict[str, Any]:
    """As of the page that is turned so; `turn` says how, in degrees, clockwise."""
    width, height = (side / picture.scale for side in picture.image.size)
    frame = [(0, 1), (1 / width, 0), (0, -1 / height)]
    told = [[glyph.text, _rounded(box_of(glyph))] for glyph in glyphs]
    return {"size": (width, height), "frame": frame, "glyphs": told, "turn": picture.turn}


def _rounded(box: list[float] | None) -> list[float] | None:
    return None if box is None else [round(side, 1) for side in box]
