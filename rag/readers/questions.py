"""Questions that a text puts itself, as lists of frequent ones and interviews do: what stands below one answers it."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag.reflow import reflow
from rag.tables import row_at

_MARKS = ("?", "？", "؟", "\u037e")
_LONGEST = 300  # characters; a longer stretch that ends with a question is a paragraph of its own
_EDGES = "\n\t|"  # of a line, or of a cell in it
_SPACES = 4  # looked at, at most, before one
_NUMBER = re.compile(r"^[\W\d_]+(?=\w)")


def asks(sentence: str, language: str) -> bool:
    return sentence.rstrip("!！").endswith(_marks(language))


def may_ask(text: str, language: str) -> bool:
    """Whether any of its sentences may."""
    return any(mark in text for mark in _marks(language))


def _marks(language: str) -> tuple[str, ...]:
    """Greek asks with what is a semicolon elsewhere, and seldom with the character that Unicode has for it."""
    return (*_MARKS, ";") if language == "el" else _MARKS


class Questions(NamedTuple):
    """Of a sentence, without their numbers; "" where there is none."""

    above: str  # the question under which it stands
    own: str  # the one whose line it is of: "I forgot my password. What now?"


NO_QUESTIONS = Questions("", "")


def questions_of(text: str, spans: Sequence[tuple[int, int]], language: str) -> list[Questions]:
    """For each sentence of a text. A question is put to the reader if it begins or ends a line or a cell.

    What stands below it answers it, up to the next; of one in a cell only what stands in its row.
    """
    above, found = "", []
    row_ends = len(text)  # of the cell that asks
    for number, (start, end) in enumerate(spans):
        above = above if start < row_ends else ""
        found.append(Questions(_asked_in_row(text, start, end, language) or above, ""))
        ends_line = text[end : end + _SPACES].lstrip(" ")[:1] in _EDGES
        if asks(text[start:end], language) and (ends_line or _begins_line(text, start)):
            first = _first_of_line(text, spans, number)
            line = text[spans[first][0] : end].rpartition("\n\n")[2]  # without a heading that is quoted with it
            above = _NUMBER.sub("", reflow(line).text)
            found[first:] = [Questions("", above)] * (number + 1 - first)
            row_ends = _row_end(text, end)
    return found


def _row_end(text: str, cell_end: int) -> int:
    """Where the row of a cell ends; the end of the text for what is no cell."""
    rest = text[cell_end:].partition("\n")[0]
    return cell_end + len(rest) if "\t" in rest or "|" in rest else len(text)


def _asked_in_row(text: str, start: int, end: int, language: str) -> str:
    """The question that a row of a table answers itself, in a cell behind it; "" without one."""
    is_row = "\t" in text[start:end] or text.startswith("|", start)
    row = row_at(text, start) if is_row else None
    cells = [text[slice(*cell)] for cell in row.full[:-1]] if row else []
    return next((_NUMBER.sub("", cell) for cell in cells if asks(cell, language)), "")


def _first_of_line(text: str, spans: Sequence[tuple[int, int]], number: int) -> int:
    """The sentence with which a question's line begins, if it is a short one; else the question."""
    first, end = number, spans[number][1]
    while first and not _begins_line(text, spans[first][0]) and end - spans[first - 1][0] <= _LONGEST:
        first -= 1
    return first if _begins_line(text, spans[first][0]) else number


def _begins_line(text: str, start: int) -> bool:
    line = text[max(text.rfind(edge, 0, start) for edge in _EDGES) + 1 : start]
    return not any(map(str.isalnum, line))
