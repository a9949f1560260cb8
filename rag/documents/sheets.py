"""The sheets of a spreadsheet, whatever its format."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from typing import TypeAlias

from rag.documents.blocks import Blocks
from rag.documents.content import check_characters
from rag.documents.number_formats import moment, shown

Rows: TypeAlias = list[list[str]]
Value: TypeAlias = str | bool | float | datetime | date | time | timedelta | None

_GIVEN_BY_PROGRAM = re.compile(r"sheet|[^\W\d_]+[ _]?\d{1,2}", re.IGNORECASE)  # Sheet1, Tabelle1, Лист1, 工作表1


def is_told(name: str, sheets: int) -> bool:
    """Whether the name of one of so many sheets with text stands above it: that of one alone may say nothing."""
    return sheets > 1 or not _GIVEN_BY_PROGRAM.fullmatch(name)


def add_sheets(sheets: Iterable[tuple[str, Rows]], blocks: Blocks) -> None:
    """Each sheet that says something as a table, under its name. Raises DocumentTooLarge."""
    told = ((name, rows) for name, rows in sheets if rows)
    first = list(islice(told, 2))  # enough to know whether one is alone; all of them may be more than memory holds
    for name, rows in chain(first, told):
        if is_told(name, len(first)):
            blocks.add(name, level=2)
        for row in rows:
            blocks.add_row(row)
        blocks.end_table()


def without_blank_columns(rows: Iterable[Mapping[int, str]], name: str) -> Rows:
    """The rows, each given as its texts by their columns; [] where none says anything.

    Columns that are blank all the way down are room between others. Raises DocumentTooLarge: a text that a file holds
    once may stand in every cell.
    """
    kept = []
    characters = 0
    for row in rows:
        characters += sum(map(len, row.values()))
        check_characters(characters, name)
        kept.append(row)
    used = sorted(set().union(*kept))
    return [[row.get(place, "") for place in used] for row in kept] if used else []


def text_of(value: Value, number_format: str) -> str:
    """A cell's value as Excel shows it."""
    if value is None or isinstance(value, str):
        return (value or "").strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime | date | time | timedelta):
        return moment(value, number_format)
    return shown(value, number_format)
