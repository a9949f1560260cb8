"""What a Word 97 to 2003 file says of its paragraphs and characters. (MS-DOC 2.4.6, 2.6)"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Generic, TypeVar

from rag.documents.doc_bytes import changes, places
from rag.documents.doc_file import CHARACTER_PAGES, PARAGRAPH_PAGES, WordFile
from rag.documents.integers import i16, u16, u32

_ELSEWHERE = (0x6645, 0x6646, 0x646B)  # sprmPHugePapx, and sprmPTableProps
_PAGE = 512  # bytes
_MOST_RUNS = 2_000_000  # each takes some 150 bytes
_STYLE = 0x4600  # sprmPIstd
_WORD_STYLE = 0x4A30  # sprmCIstd
_BEGIN_ANEW = (_STYLE, 0x2664)  # sprmPWall: before it stands what a tracked change has replaced
Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """None is what nothing is said of."""

    style: int = 0
    outline: int | None = None
    list: int | None = None  # counted from 1
    list_level: int | None = None
    is_in_table: bool = False
    ends_row: bool = False
    cell_ends: tuple[int, ...] = ()  # of its row, in twentieths of a point from the margin

    def changed(
        self, said: bytes, styles: "Callable[[int], Paragraph] | None" = None, data: bytes = b""
    ) -> "Paragraph":
        """`styles` tells what a style says: where one is given anew, what was said before no longer holds.

        In the stream `data` stands what is too long to be said here. Raises struct.error.
        """
        paragraph = self
        for code, operand in changes(said):
            if code in _BEGIN_ANEW and styles is not None:
                paragraph = paragraph._anew(styles(u16(operand, 0) if code == _STYLE else paragraph.style))
            elif code in _ELSEWHERE and data:
                at = u32(operand, 0)
                paragraph = paragraph.changed(data[at + 2 : at + 2 + u16(data, at)], styles)
            elif code in _PARAGRAPH:
                paragraph = _PARAGRAPH[code](paragraph, operand)
        return paragraph

    def _anew(self, style: "Paragraph") -> "Paragraph":
        return replace(style, is_in_table=self.is_in_table, ends_row=self.ends_row, cell_ends=self.cell_ends)


@dataclass(frozen=True, slots=True)
class Characters:
    is_hidden: bool = False
    is_deleted: bool = False
    is_struck: bool = False
    is_struck_twice: bool = False  # by two lines
    font: int | None = None
    symbol: tuple[int, int] | None = None  # a font of pictures and the code of what it shows there
    height: int = 0  # above the line 1, below it -1

    @property
    def is_left_out(self) -> bool:
        return self.is_hidden or self.is_deleted

    def changed(self, said: bytes) -> "Characters":
        """These are what the style says, of which some properties are the opposite."""
        characters = self
        for code, operand in changes(said):
            if code in _CHARACTERS:
                characters = _CHARACTERS[code](characters, operand)
            elif code in _TOGGLES:
                toggled: dict[str, Any] = {_TOGGLES[code]: _is_on(operand, getattr(self, _TOGGLES[code]))}
                characters = replace(characters, **toggled)
        return characters


def style_of_words(said: bytes) -> int | None:
    """The number of the style that is named there, the last one."""
    named = [u16(operand, 0) for code, operand in changes(said) if code == _WORD_STYLE]
    return named[-1] if named else None


def _is_on(operand: bytes, style: bool) -> bool:
    return operand[0] == 1 or (operand[0] == 0x80 and style) or (operand[0] == 0x81 and not style)


def _row(operand: bytes) -> tuple[int, ...]:
    """Where the cells of a row end, by its sprmTDefTable."""
    columns = operand[0] if operand else 0
    return tuple(i16(operand, 1 + 2 * each) for each in range(1, columns + 1)) if len(operand) > 2 * columns + 2 else ()


_HEIGHTS = {1: 1, 2: -1}
_CHARACTERS: dict[int, Callable[[Characters, bytes], Characters]] = {
    0x4A4F: lambda said, operand: replace(said, font=u16(operand, 0)),
    0x2A48: lambda said, operand: replace(said, height=_HEIGHTS.get(operand[0], 0)),
    0x6A09: lambda said, operand: replace(said, symbol=(u16(operand, 0), u16(operand, 2))),
}
_TOGGLES = {0x083C: "is_hidden", 0x0800: "is_deleted", 0x0837: "is_struck", 0x2A53: "is_struck_twice"}
_PARAGRAPH: dict[int, Callable[[Paragraph, bytes], Paragraph]] = {
    0x2640: lambda said, operand: replace(said, outline=operand[0]),
    0x460B: lambda said, operand: replace(said, list=u16(operand, 0)),
    0x260A: lambda said, operand: replace(said, list_level=operand[0]),
    0x2416: lambda said, operand: replace(said, is_in_table=operand[0] != 0),
    0x6649: lambda said, operand: replace(said, is_in_table=u32(operand, 0) != 0),
    0x2417: lambda said, operand: replace(said, ends_row=operand[0] != 0),
    0xD608: lambda said, operand: replace(said, cell_ends=_row(operand)),
}


@dataclass(frozen=True, slots=True)
class Run(Generic[Said]):
    begin: int  # in the main stream
    end: int
    said: Said


class Runs(Generic[Said]):
    """In the order of the main stream; of two that overlap, which no program writes, the first is believed."""

    def __init__(self, runs: list[Run[Said]]) -> None:
        self._runs: list[Run[Said]] = []
        for run in sorted(runs, key=lambda run: run.begin):
            if run.begin < run.end and (not self._runs or run.begin >= self._runs[-1].end):
                self._runs.append(run)
        self._begins = [run.begin for run in self._runs]

    def at(self, offset: int) -> Run[Said] | None:
        place = bisect_right(self._begins, offset) - 1
        return self._runs[place] if place >= 0 and offset < self._runs[place].end else None

    def within(self, begin: int, end: int) -> Iterator[Run[Said]]:
        first, last = bisect_right(self._begins, begin) - 1, bisect_left(self._begins, end)
        yield from (self._runs[place] for place in range(max(first, 0), last) if self._runs[place].end > begin)


def paragraph_runs(file: WordFile) -> Runs[bytes]:
    """The number of the style of each and, behind it, what changes it: which is the same for many.

    Raises struct.error, IndexError or ValueError.
    """
    return Runs([run for page in _pages(file, PARAGRAPH_PAGES) for run in _on_page(page, 13, _paragraph_said)])


def character_runs(file: WordFile) -> Runs[bytes]:
    """What is said of each, which is the same for many. Raises struct.error, IndexError or ValueError."""
    return Runs([run for page in _pages(file, CHARACTER_PAGES) for run in _on_page(page, 1, _characters_said)])


def _pages(file: WordFile, place: int) -> list[bytes]:
    """Each once, however often it is named."""
    _, named = places(file.table_at(place), 4)
    begins = dict.fromkeys((u32(number, 0) & 0x3FFFFF) * _PAGE for number in named)
    pages = [file.main[begin : begin + _PAGE] for begin in begins]
    if any(len(page) < _PAGE for page in pages):
        raise ValueError("a page of properties is missing")
    if sum(page[-1] for page in pages) > _MOST_RUNS:
        raise ValueError(f"more than {_MOST_RUNS:,} changes of properties")
    return pages


def _on_page(page: bytes, size: int, said: Callable[[bytes, int], bytes]) -> Iterator[Run[bytes]]:
    count = page[-1]
    first = 4 * (count + 1)
    if first + count * size >= _PAGE:
        raise ValueError("a page of properties is overfull")
    offsets = [u32(page, 4 * each) for each in range(count + 1)]
    for number, (begin, end) in enumerate(pairwise(offsets)):
        at = 2 * page[first + number * size]
        yield Run(begin, end, said(page, at) if at else b"")


def _paragraph_said(page: bytes, at: int) -> bytes:
    if page[at]:
        return page[at + 1 : at + 2 * page[at]]
    return page[at + 2 : at + 2 + 2 * page[at + 1]] if at + 1 < _PAGE else b""


def _characters_said(page: bytes, at: int) -> bytes:
    return page[at + 1 : at + 1 + page[at]]
