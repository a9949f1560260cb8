"""The tables of a text: which lines are rows, where their cells stand, which row names the columns.

All of it is told by its looks. Parsers lay a table out as lines with tabs (`rag.documents.blocks`), Markdown writes
them between bars; that some row was a heading in the file is mostly not said there either.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from rag.language import UNKNOWN, identify
from rag.scripts import script_of

PAIR = 2  # cells: a thing and what is said of it, which may be read as a sentence
_ROW = re.compile(r"^[^\n\t|]*(?:\t|\|.*\|)[^\n]*$", re.MULTILINE)
_RULE = re.compile(r"\s*:?-+:?\s*")  # below the column names in Markdown
_BAR = re.compile(r"(?<!\\)\|")
_MARKER = re.compile(r"[(\[]?\w{1,5}(?:\.\w{1,4}){0,4}[.)\]]|[-*+•–—]")  # of a list's item or a clause, before a tab
_PROSE = 160  # characters of a cell; longer ones are texts, and so are shorter ones of two sentences
_SENTENCES = re.compile(r".{30}[.!?。！？]['\"»”)]*\s+[^\W\d_].{15}")
_TRANSLATED = 48  # bytes of a text beside its translation; of a name beside another spelling fewer
_LETTERS = 20  # that tell a cell's script
_ENDS = tuple(".!?;:。！？")  # of a sentence or a part of one
_SURE = 0.9  # belief in the language of a cell
_NAME = 60  # characters of a column's name
_FIELD = 40  # ... and of what a form has beside each other in one line
_LOOKED_AT = 50  # rows that tell whether the first names their columns
_INTERRUPTION = 60  # characters
_YEAR = re.compile(r"(?:1[89]|20)\d\d")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table, `text[start:end]`, and the spans of its cells; that of a blank one is empty."""

    start: int
    end: int
    cells: tuple[Span, ...]
    is_prose: bool  # holds a cell that is a text of its own, or one and its translation
    is_rule: bool = False

    @property
    def full(self) -> list[Span]:
        """Its cells that are not blank."""
        return [cell for cell in self.cells if cell[0] < cell[1]]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows one below the other. `names`: what their columns are called, as it stands in the row `over` them."""

    rows: Sequence[Row]
    names: tuple[str, ...]
    over: Row | None  # None where that row is not in the text


class Columns:
    """The rows of a text that name columns, for whoever sees but a part of it."""

    def __init__(self, text: str) -> None:
        self._tables: list[tuple[int, int, Row | None, str]] = []  # start, end, and the names
        self.texts: dict[int, int] = {}  # where rows begin and end that hold cells of several sentences
        for table in tables(text):
            self.texts |= {row.full[0][0]: row.end for row in table.rows if row.is_prose}
            over = table.over
            begins = table.rows[1] if over is table.rows[0] and len(table.rows) > 1 else table.rows[0]
            names = text[over.start : over.end] if over else ""
            self._tables.append((begins.start, table.rows[-1].end, over, names))

    def at(self, place: int) -> str | None:
        """The names of the columns of the table that a place is in, below them; "": it has none, None: no table."""
        found = self._at(place)
        return found and found[1]

    def row_over(self, place: int) -> Row | None:
        """The row that they stand in."""
        found = self._at(place)
        return found and found[0]

    def _at(self, place: int) -> tuple[Row | None, str] | None:
        number = bisect_right(self._tables, place, key=lambda each: each[0]) - 1
        if number < 0 or place >= self._tables[number][1]:
            return None
        return self._tables[number][2:]


def tables(text: str, columns: str | None = None) -> Iterator[Table]:
    """In order. `columns`: where the text begins within a table, the row that names its columns, "" where none does.

    What interrupts a table at the end of a page, half a cell, does not end it.
    """
    opening_ends = -1 if columns is None else _opening_end(text)
    names: tuple[str, ...] = ()
    over: Row | None = None
    end = 0
    for group in _grouped(rows(text)):
        goes_on = group[0].start <= opening_ends
        if len(group) == 1 and not goes_on and _is_sentence(text, group[0]):
            continue
        own = None if goes_on else _names_of(text, group)
        if own:
            names, over = _texts(text, own), own
        elif goes_on:
            names, over = _names_in(columns or ""), None
        elif not _resumes(group, names, text[end : group[0].start]):
            names, over = (), None
        yield Table(group, names, over)
        end, opening_ends = group[-1].end, -1


def _is_sentence(text: str, row: Row) -> bool:
    """Whether a line with a tab, above and below which stands none, is no row: it may just have a tab in it."""
    return text[row.end - 1] in _ENDS or any(end - start > _FIELD for start, end in row.cells)


def _names_in(columns: str) -> tuple[str, ...]:
    return next((_texts(columns, row) for row in rows(columns)), ())


def _resumes(group: Sequence[Row], names: Sequence[str], between: str) -> bool:
    return (
        len(names) > 2 and len(between.strip()) <= _INTERRUPTION and max(len(row.cells) for row in group) == len(names)
    )


def rows(text: str) -> Iterator[Row]:
    """Every line that looks like a row of a table."""
    if "\t" not in text and "|" not in text:
        return
    before: Row | None = None
    for line in _ROW.finditer(text):
        row = _row(text, *line.span(), follows=before is not None and before.end + 1 == line.start())
        if row is not None:
            yield row
        before = row


# -- a row by itself -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A row with the names of its columns: "Station: Harbour; Opened: 1971".

    `text[i]` stands at `origins[i]` of the source, what is put in at the end of the cell before it. `cells`: where in
    `text` those stand that are not blank. `start`: of its line in the source; `line`: without spaces around it, but
    with its tabs and bars.
    """

    start: int
    line: Span
    text: str
    origins: NDArray[np.int64]  # (len(text),)
    cells: tuple[Span, ...]
    is_named: bool


def told_rows(text: str, table: Table) -> Iterator[Row | ToldRow]:
    """Each row of a table, told unless it is a rule or prose."""
    above: Sequence[str] = ()
    for row in table.rows:
        names = () if row is table.over else table.names
        if row.is_rule or row.is_prose:
            yield row
        else:
            yield _told(text, row, names, _carried(row, names, above))
        if row.cells[0][0] < row.cells[0][1]:
            above = _texts(text, row)


def _carried(row: Row, names: Sequence[str], above: Sequence[str]) -> list[str]:
    """What stands above the blank cells that a row begins with: mostly one cell, that reaches down."""
    if len(names) < 3 or len(row.full) < 2:
        return []
    blank = next(place for place, (start, end) in enumerate(row.cells) if start < end)
    return [_labelled(name, cell) for name, cell in zip(names, above[:blank], strict=False) if cell]


def _told(text: str, row: Row, names: Sequence[str], carried: Sequence[str]) -> ToldRow:
    parts: list[str] = []
    origins: list[NDArray[np.int64]] = []
    cells: list[Span] = []
    length, reached = 0, row.full[0][0]
    before = "".join(f"{each}; " for each in carried)
    for place, (start, end) in enumerate(row.cells):
        if start < end:
            before += _labelled(names[place] if place < len(names) else "", "")
            parts += [before, text[start:end]]
            origins += [np.full(len(before), reached), np.arange(start, end)]
            cells.append((length + len(before), length + len(before) + end - start))
            length, reached, before = cells[-1][1], end, "; "
    said = text[row.start : row.end]
    line = row.start + len(said) - len(said.lstrip(" ")), row.start + len(said.rstrip())
    return ToldRow(row.start, line, "".join(parts), np.concatenate(origins), tuple(cells), bool(names))


def _labelled(name: str, cell: str) -> str:
    return f"{name}: {cell}" if name else cell


def row_at(text: str, place: int) -> Row | None:
    """The row that a place within a table stands in."""
    start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
    return _row(text, start, len(text) if end == -1 else end, follows=True)


def may_begin_within(text: str) -> bool:
    """Whether a part of a text, by its looks, may begin within a table."""
    first = next(rows(text), None)
    return first is not None and first.start <= _opening_end(text)


def _opening_end(text: str) -> int:
    """Where the first blank line behind something stands, or the text ends."""
    found = text.find("\n\n", len(text) - len(text.lstrip()))
    return len(text) if found == -1 else found


def _grouped(found: Iterator[Row]) -> Iterator[list[Row]]:
    """Rows of one table."""
    group: list[Row] = []
    for row in found:
        if group and group[-1].end + 1 != row.start:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _names_of(text: str, group: Sequence[Row]) -> Row | None:
    """The first row, where it names the columns."""
    first, *others = islice(group, _LOOKED_AT)
    if others and others[0].is_rule:
        return first
    body = [_texts(text, row) for row in others]
    return first if body and not first.is_prose and _are_names(_texts(text, first), body) else None


def _row(text: str, start: int, end: int, *, follows: bool) -> Row | None:
    """`follows`: whether the line before is a row."""
    line = text[start:end]
    is_barred = line.lstrip().startswith("|")
    cells = _barred(text, start, end) if is_barred else _tabbed(text, start, end)
    full = [text[slice(*cell)] for cell in cells if cell[0] < cell[1]]
    if len(cells) < 2 or len(full) < (1 if follows or is_barred else 2):
        return None
    if len(full) == 2 and _MARKER.fullmatch(full[0]):
        return None
    is_rule = is_barred and all(map(_RULE.fullmatch, full))
    return Row(start, end, cells, any(map(_is_prose, full)) or _are_translations(full), is_rule)


def _tabbed(text: str, start: int, end: int) -> tuple[Span, ...]:
    edges = [start - 1, *(start + found.start() for found in re.finditer("\t", text[start:end])), end]
    return tuple(_trimmed(text, before + 1, after) for before, after in pairwise(edges))


def _barred(text: str, start: int, end: int) -> tuple[Span, ...]:
    bars = [start + found.start() for found in _BAR.finditer(text[start:end])]
    edges = bars if text[bars[-1] + 1 : end].strip() == "" else [*bars, end]
    return tuple(_trimmed(text, before + 1, after) for before, after in pairwise(edges))


def _trimmed(text: str, start: int, end: int) -> Span:
    stripped = text[start:end].strip()
    begin = start + text[start:end].index(stripped) if stripped else start
    return begin, begin + len(stripped)


def _is_prose(cell: str) -> bool:
    return len(cell) > _PROSE or bool(_SENTENCES.search(cell))


def _are_translations(cells: Sequence[str]) -> bool:
    """Whether two are texts in different languages: a contract of two columns says everything twice."""
    told = [each for each in cells if len(each.encode()) >= _TRANSLATED]
    if len(told) < 2:
        return False
    scripts = {"LATIN" if each.isascii() else script_of(each, _LETTERS) for each in told}
    return len(scripts) > 1 or (
        all(each.endswith(_ENDS) for each in told) and len(set(map(_surely, told)) - {UNKNOWN}) > 1
    )


@lru_cache(maxsize=4096)  # a cell is looked at whenever its passage is
def _surely(cell: str) -> str:
    return identify(cell, least=_SURE)


def _texts(text: str, row: Row) -> tuple[str, ...]:
    return tuple(text[start:end] for start, end in row.cells)


# -- column names --------------------------------------------------------------


def _are_names(first: Sequence[str], body: Sequence[Sequence[str]]) -> bool:
    """Words above figures, years above other figures, or words above three columns and more.

    Above two columns of words stands no name: these are mostly things and what is said of them, from the first row on.
    """
    named = first[1:] if not first[0] else first
    if len(set(named)) < len(named) or not all(0 < len(each) <= _NAME for each in named):
        return False
    columns = [[row[place] for row in body if place < len(row) and row[place]] for place in range(len(first))]
    figured = [place for place, column in enumerate(columns) if column and _share(column) >= 0.8]
    if any(_is_figure(first[place]) and not _is_year_above(first[place], columns[place]) for place in figured):
        return False
    if len(first) == 2:
        return len(body) >= 3 and any(first[place] and _share(columns[place]) == 1 for place in figured)
    return bool(figured) or not any(map(_is_figure, named))


def _share(column: Sequence[str]) -> float:
    """Of figures."""
    return sum(map(_is_figure, column)) / len(column)


def _is_figure(cell: str) -> bool:
    """Whether digits outweigh letters."""
    return sum(map(str.isdigit, cell)) > sum(map(str.isalpha, cell))


def _is_year_above(name: str, column: Sequence[str]) -> bool:
    return bool(_YEAR.fullmatch(name)) and not all(map(_YEAR.fullmatch, column))
