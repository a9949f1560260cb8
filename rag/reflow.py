"""Text as it reads, with a map back to where each character stands.

A page broken into lines cuts sentences and words; a column read straight across puts other lines between the halves.
`reflow` puts such text together again for the encoder, the tokenizer and the sentence breaker, and remembers for every
character the offset it came from. The document's own text is never changed: quotations are cut from it.

Far below its column names a row of a table says little. It is told with them: "Station: Harbour; Opened: 1971".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from statistics import median

import numpy as np
from numpy.typing import NDArray

from rag.tables import Row, Span, ToldRow, tables, told_rows

BREAK = "\n"  # between two reflowed lines: no sentence runs across it

_LINE = re.compile(r"[^\n\f\v\x1c-\x1e\x85\u2028\u2029]+")
_CUT = re.compile(r"[^\W\d_][-\u2010\u00ad]$")  # a letter, then a hyphen that ends the line
_SENTENCE_END = re.compile(r"[.!?:;…。！？；：।؟۔።։]['\"»”’)\]）」』]*$")
_MARKUP = re.compile(r"#{1,6}\s|[-*+•]\s|\d+[.)]\s|\||>|\\?\*")  # headings, list items, table rows, rules
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef]$")  # scripts without spaces

_WRAPPED = 50  # a shorter line that does not go on in lower case ended on purpose, unless it fills a narrow column
_FILLED = 0.7  # of the usual length of a line of the column
_LEAST_WRAPPED = 4  # lines that tell of a column
_MOSTLY = 0.8  # of them must have had no room for the next word, where no lower case tells
_ROOM = 0.95  # of the longest line; letters differ in width
_WRAPPED_UNSPACED = 25
_INTERRUPTION = 6  # lines that may stand between the halves of a cut word


@dataclass(frozen=True, slots=True)
class Told:
    """A row of a table within a reflowed text, its cells that are not blank, and the line of the source that it is."""

    start: int
    end: int
    cells: tuple[Span, ...]
    line: Span
    is_named: bool  # with the names of its columns


@dataclass(frozen=True, slots=True)
class Reflowed:
    """`text[i]` stands at `origins[i]` of the source; what joins two things, at the end of the first."""

    text: str
    origins: NDArray[np.int64]  # (len(text),)
    rows: tuple[Told, ...] = ()

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """The smallest stretch of the source that holds `text[start:end]` (start < end)."""
        stretch = self.origins[start:end]
        return int(stretch.min()), int(stretch.max()) + 1

    def span_of(self, start: int, end: int) -> tuple[int, int]:
        """The smallest stretch of `text` that holds all that came from `source[start:end]`; (0, 0) if nothing did."""
        inside = np.flatnonzero((self.origins >= start) & (self.origins < end))
        return (int(inside[0]), int(inside[-1]) + 1) if len(inside) else (0, 0)

    @property
    def without_names(self) -> str:
        """Of columns: with nothing that does not stand there."""
        parts, reached = [], 0
        for row in self.rows:
            parts += [self.text[reached : row.start], " ".join(self.text[start:end] for start, end in row.cells)]
            reached = row.end
        return "".join([*parts, self.text[reached:]])

    def row_at(self, place: int) -> Told | None:
        """The row that came from a place in the source."""
        return next((row for row in self.rows if row.line[0] <= place < row.line[1]), None)


@dataclass(frozen=True, slots=True)
class _Line:
    text: str  # without surrounding white space
    start: int
    after_blank: bool
    row: ToldRow | None = None
    is_cell: bool = False  # all that a row is, or a cell of one that is told cell by cell


def ends_sentence(line: str) -> bool:
    """Whether it ends as a sentence does, or a part of one."""
    return bool(_SENTENCE_END.search(line))


def reflow(source: str, columns: str | None = None) -> Reflowed:
    """`columns`: where the source begins within a table, the row that names its columns, "" where none does."""
    lines = _lines(source, columns)
    wrapped = _wrapped(lines)
    parts: list[str] = []
    origins: list[NDArray[np.int64]] = []
    told: list[Told] = []
    length = 0

    def emit(text: str, where: NDArray[np.int64]) -> None:
        nonlocal length
        parts.append(text)
        origins.append(where)
        length += len(text)

    taken: set[int] = set()
    for first in range(len(lines)):
        if first in taken:
            continue
        if parts:
            emit(BREAK, np.array([lines[first].start - 1]))
        at = first
        while True:
            taken.add(at)
            if row := lines[at].row:
                cells = tuple((length + start, length + end) for start, end in row.cells)
                told.append(Told(length, length + len(row.text), cells, row.line, row.is_named))
                emit(row.text, row.origins)
                break
            line, following, joint = lines[at], *_continuation(lines, at, taken, wrapped)
            text = line.text[:-1] if joint is not None and _CUT.search(line.text) else line.text
            emit(text, np.arange(line.start, line.start + len(text)))
            if joint is None:
                break
            emit(joint, np.full(len(joint), line.start + len(text)))
            at = following
    return Reflowed("".join(parts), np.concatenate(origins) if origins else np.zeros(0, np.int64), tuple(told))


def is_small(character: str) -> bool:
    """Whether it is a small letter of a script whose sentences begin with capitals: Georgian's do not."""
    return character.islower() and not "\u10d0" <= character <= "\u10ff"


def _has_no_case(letter: str) -> bool:
    return letter.isalpha() and not letter.isupper() and not is_small(letter)


def _lines(source: str, columns: str | None) -> list[_Line]:
    rows = {row.start: row for table in tables(source, columns) for row in told_rows(source, table)}
    lines: list[_Line] = []
    last_end = 0
    for match in _LINE.finditer(source):
        text = match.group().strip()
        if text:
            start = match.start() + match.group().index(text[0])
            after_blank = source.count("\n", last_end, start) > 1
            if match.start() in rows:
                lines += _row_lines(source, rows[match.start()], after_blank)
            else:
                lines.append(_Line(text, start, after_blank))
            last_end = start + len(text)
    return lines


def _row_lines(source: str, row: Row | ToldRow, after_blank: bool) -> Iterator[_Line]:
    if isinstance(row, ToldRow):
        yield _Line(row.text, row.start, after_blank, row, is_cell=True)
    elif row.is_prose:
        yield from (_Line(source[slice(*cell)], cell[0], after_blank, is_cell=True) for cell in row.full)


def _wrapped(lines: list[_Line]) -> float:
    """The length from which a line is taken for broken by the width of its column, in characters.

    Of narrow columns tell lines that go on in lower case; in scripts without it, that the next word found no room.
    """
    pairs = [each for each in pairwise(lines) if not each[1].after_blank and not _ends(*each)]
    usual = [len(line.text) for line, following in pairs if is_small(following.text[0])]
    if len(usual) < _LEAST_WRAPPED:
        caseless = [(len(line.text), _word(following)) for line, following in pairs if _has_no_case(following.text[0])]
        usual = [length for length, _ in caseless]
        full = sum(length + word > _ROOM * max(usual) for length, word in caseless)
        usual = usual if full >= _MOSTLY * len(usual) else []
    return _FILLED * median(usual) if len(usual) >= _LEAST_WRAPPED else inf


def _word(line: _Line) -> int:
    """Length of its first word with the space before it."""
    return 1 if _UNSPACED.match(line.text[0]) else 1 + len(line.text.split(maxsplit=1)[0])


def _continuation(lines: list[_Line], at: int, taken: set[int], wrapped: float) -> tuple[int, str | None]:
    """(line that goes on where line `at` stops, what joins them), or (-1, None)."""
    line = lines[at]
    if line.is_cell:
        return -1, None
    if _CUT.search(line.text):
        for candidate in range(at + 1, min(at + 2 + _INTERRUPTION, len(lines))):
            if candidate not in taken and lines[candidate].text[0].islower() and not lines[candidate].is_cell:
                return candidate, ""
    elif at + 1 < len(lines) and at + 1 not in taken and _goes_on(line, lines[at + 1], wrapped):
        return at + 1, "" if _UNSPACED.search(line.text) else " "
    return -1, None


def _goes_on(line: _Line, following: _Line, wrapped: float) -> bool:
    if _ends(line, following):
        return False
    if is_small(following.text[0]):
        return True
    usual = _WRAPPED_UNSPACED if _UNSPACED.search(line.text) else _WRAPPED
    return not following.after_blank and len(line.text) >= min(usual, wrapped)


def _ends(line: _Line, following: _Line) -> bool:
    if line.is_cell or following.is_cell:
        return True
    return bool(ends_sentence(line.text) or _MARKUP.match(line.text) or _MARKUP.match(following.text))
