"""The pages of a PDF as they were printed, and where on them a stretch of the document's text stands.

A document's text is what its pages say with the typesetting undone (`rag.documents.lines`): white space, hyphens at the
ends of lines, ligatures and repeated heads are not as they are drawn. Everything else is, in the same order, so the two
are aligned line by line. Only where a mark is drawn depends on it: what is quoted does not.
"""

import unicodedata
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from rag.documents.lines import without_ligatures
from rag.documents.pdf_process import told
from rag.errors import PageMissing
from rag.ocr import unpacked
from rag.types import Document

_HYPHENS = "-\u2010\u00ad"
_TELLING = 30  # letters of two lines: fewer may stand anywhere
_FURTHEST = 4_000  # letters of a page that lines may be missing of
_SAME_LINE = 0.5  # of the lower one's height, that two boxes of one line share
_NEAR = 1.5  # x the height: what stands further apart is marked apart


class Drawn(NamedTuple):
    """What is drawn on a page, in points from its origin at the lower left."""

    left: float
    bottom: float
    right: float
    top: float


class Box(NamedTuple):
    """What is seen of a page, in shares of its width and height from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Facsimile:
    """Where things stand on a printed page."""

    page: int  # from 1
    pages: int
    width: float  # points
    height: float
    start: int  # of its text in the document
    end: int
    marks: tuple[tuple[Box, ...], ...]  # of each stretch that was asked for a box a line; () where it is elsewhere


def _recognized(packed: bytes | None, page: int) -> Mapping[str, Any]:
    """What was read off a page that is a picture, and where it stands; {} where it has a text."""
    return unpacked(packed)[1].get(page, {}) if packed else {}


def picture(data: bytes, document: Document, page: int, width: int, recognized: bytes | None = None) -> bytes:
    """A PNG of a page, which is counted from 1, so many pixels wide.

    `recognized`: as the original tells it; a page that was read off its picture stands upright. Raises PageMissing,
    UnreadableDocument, DocumentTooLarge.
    """
    _check(document, page)
    turn = _recognized(recognized, page - 1).get("turn", 0)
    (value,) = told(data, document.id, "picture", page - 1, width, turn)
    return b64decode(value["png"])


def facsimile(
    data: bytes,
    document: Document,
    page: int,
    stretches: Iterable[tuple[int, int]],
    recognized: bytes | None = None,
) -> Facsimile:
    """`stretches`: (start, end) in the document's text. `recognized`, and what is raised: as of `picture`."""
    start, end = _check(document, page)
    read = _recognized(recognized, page - 1)
    (value,) = [read] if read else told(data, document.id, "places", page - 1)
    width, height = value["size"]
    boxes = aligned(document.text[start:end], value["glyphs"])
    marks = (
        tuple(_seen(mark, value["frame"]) for mark in _marks(boxes[max(first - start, 0) : max(last - start, 0)]))
        for first, last in stretches
    )
    return Facsimile(page, len(document.pages), width, height, start, end, tuple(marks))


def _check(document: Document, page: int) -> tuple[int, int]:
    """Where the page's text begins and ends."""
    if not 1 <= page <= len(document.pages):
        raise PageMissing(f"{document.id} has {len(document.pages)} pages, and no page {page}")
    start, end = (*document.pages, len(document.text))[page - 1 : page + 1]
    return start, end


def aligned(text: str, glyphs: Sequence[tuple[str, Sequence[float] | None]]) -> list[Drawn | None]:
    """Of each character of a page's text the box of the glyph that shows it; None where none does.

    `glyphs`: what each says, and its box. A line of them is passed over where the text does not have it.
    """
    places = [place for place, character in enumerate(text) if _counts(character)]
    letters = "".join(_letter(text[place]) for place in places)
    boxes: list[Drawn | None] = [None] * len(text)
    reached = 0
    lines = list(_lines(glyphs))
    said = ["".join(letter for letter, _ in line) for line in lines]
    for line, own, following in zip(lines, said, [*said[1:], ""], strict=True):
        found = _place_of(own, following, letters, reached)
        if found is None:
            continue
        for place, (_, box) in zip(places[found:], line, strict=False):
            boxes[place] = Drawn(*box)
        reached = found + len(line)
    return boxes


def _lines(glyphs: Iterable[tuple[str, Sequence[float] | None]]) -> Iterator[list[tuple[str, Sequence[float]]]]:
    """The letters of each line, with the boxes that show them."""
    line: list[tuple[str, Sequence[float]]] = []
    for said, box in glyphs:
        if "\n" in said:
            yield line
            line = []
        elif box is not None:
            line += [(_letter(letter), box) for letter in without_ligatures(said) if _counts(letter)]
    yield line


def _place_of(line: str, following: str, letters: str, reached: int) -> int | None:
    """Where the line stands in the text: right behind the last one. It stands further on, together with the one that
    follows on it, where the text was read otherwise, by an older Quoth.
    """
    if letters.startswith(line, reached):
        return reached
    both = line + following
    found = letters.find(both, reached, reached + _FURTHEST) if len(both) >= _TELLING else -1
    return found if found >= 0 else None


def _letter(character: str) -> str:
    """One character for those that look alike: what is raised is told so only since files were read so."""
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


def _counts(character: str) -> bool:
    return not character.isspace() and character not in _HYPHENS


def _marks(boxes: Iterable[Drawn | None]) -> list[Drawn]:
    """One box for what stands together in a line."""
    marks: list[Drawn] = []
    for box in boxes:
        if box is None:
            continue
        if marks and _is_beside(marks[-1], box):
            last = marks[-1]
            marks[-1] = Drawn(*map(min, last[:2], box[:2]), *map(max, last[2:], box[2:]))
        else:
            marks.append(box)
    return marks


def _is_beside(mark: Drawn, box: Drawn) -> bool:
    shared = min(mark.top, box.top) - max(mark.bottom, box.bottom)
    height = min(mark.top - mark.bottom, box.top - box.bottom)
    gap = max(box.left - mark.right, mark.left - box.right)
    return shared > _SAME_LINE * height and gap < _NEAR * height


def _seen(drawn: Drawn, frame: Sequence[Sequence[float]]) -> Box:
    """`frame`: where the origin is seen, and how far on a point to the right and one up are."""
    (left, right), (top, bottom) = (
        sorted(o + x * r + y * u for x, y in ((drawn.left, drawn.bottom), (drawn.right, drawn.top)))
        for o, r, u in zip(*frame, strict=True)
    )
    return Box(left, top, right, bottom)
