"""The part of a document that a question asks for by its number: "3.2", "§ 12", "Article IV", "第十二条"."""

import re
from itertools import pairwise

from rag.folding import fold
from rag.part_numbers import are_same, is_chapter, named_in, opened_by, places_in
from rag.phrases import is_unspaced
from rag.stretches import without
from rag.types import Numbered

_MOST_WORDS = 6  # beside the number: who says more asks what is told there
_OPENING = 40  # characters of a line that may hold its number
_BY_WORD = 4  # likeness
_NOTHING_ELSE = re.compile(r"\W*(\d{1,3}(?:\.\d{1,3}){1,4})\W*")


def clauses_of(question: str) -> list[Numbered]:
    """The parts that are asked for, each once, in order.

    Without a word for the part its number must be all of the question: 3.5 may be millions.
    """
    if alone := _NOTHING_ELSE.fullmatch(fold(question)):
        return [Numbered(alone[1], "")]
    return [] if _asks_more(question) else named_in(question)


def parts_of(question: str) -> list[Numbered]:
    """The parts in which something is asked for, each once, in order."""
    return named_in(question) if _asks_more(question) else []


def without_parts(question: str) -> str:
    """What is asked for in them; the number would lead to other parts as well, and to what else is numbered so."""
    return " ".join(without(question, places_in(question)).split())


def likeness(asked: Numbered, text: str, *, same_language: bool) -> int:
    """How well a line of the folded text opens the part: 4 by its own word, 0 not at all.

    In the language of the question 3, for "3. Rent" is a clause 3 as well. In others 2 by a word for the like and 1
    otherwise: "Статья 3" is asked for as "clause 3", chapter 3 and its point 3 are not.
    """
    words = [each.word for each in opened_by(text) if each.number == asked.number]
    if any(are_same(asked.word, word) for word in words):
        return _BY_WORD
    if same_language or not words:
        return 3 if words else 0
    return 2 if any(word and is_chapter(word) == is_chapter(asked.word) for word in words) else 1


def opens_with(number: str, text: str) -> bool:
    """Whether a line of the folded text begins with this number, as clauses, headings and articles do."""
    return any(each.number == number for each in opened_by(text))


def part_of(text: str, asked: Numbered) -> tuple[int, int] | None:
    """Where the part stands in a text: the longest, where a table of contents has a line for it too.

    Where lines have its word it ends at the next that has it, or one for what holds such parts: those come before the
    first of them. Else at the number that follows on it, or at one of several levels that is none of its own.
    """
    opened = _openings(text)
    own = {each.word for _, each in opened if are_same(each.word, asked.word)}
    opening = {at for at, each in opened if each.number == asked.number and each.word in own}
    if opening:
        first = next(at for at, each in opened if each.word in own)
        holding = {each.word for at, each in opened if at < first and each.word}
        edges = [at for at, each in opened if each.word in own | holding]
    else:
        opening = {at for at, each in opened if each.number == asked.number}
        ends = {*_followers(asked.number)}
        edges = [at for at, each in opened if each.number in ends or _is_no_part_of(each.number, asked.number)]
    starts = [*sorted({*edges, *opening}), len(text)]
    parts = [(start, end) for start, end in pairwise(starts) if start in opening]
    return max(parts, key=lambda part: part[1] - part[0], default=None)


def nested_in(text: str, one: Numbered, other: Numbered) -> tuple[tuple[int, int], Numbered] | None:
    """Where the text has one of two parts within the other ("п. 2 ст. 15"), and which: the outer one has its word."""
    found = []
    for outer, inner in ((one, other), (other, one)):
        place = part_of(text, outer)
        if place is None or not _has_word(text, place[0], outer):
            continue
        begins = text.find("\n", *place) + 1  # the line that opens the outer one is not the inner one's
        within = part_of(text[begins : place[1]], inner) if begins else None
        if within is not None:
            start, end = begins + within[0], begins + within[1]
            found.append((_has_word(text, start, inner), ((start, end), inner)))
    return max(found, key=lambda each: each[0], default=(False, None))[1]


def _has_word(text: str, at: int, asked: Numbered) -> bool:
    """Whether the line that begins there opens the part by its own word."""
    return likeness(asked, fold(text[at : at + _OPENING]), same_language=True) == _BY_WORD


def _openings(text: str) -> list[tuple[int, Numbered]]:
    """The lines that open a part, and which."""
    found: list[tuple[int, Numbered]] = []
    at = 0
    for line in text.splitlines(keepends=True):
        folded = fold(line[:_OPENING])
        found += [(at, each) for each in opened_by(folded if len(line) <= _OPENING else f"{folded} ")]
        at += len(line)
    return found


def _is_no_part_of(number: str, asked: str) -> bool:
    """Whether it is one of several levels that does not belong to the one that is asked for."""
    return "." in number and not f"{number}.".startswith(f"{asked}.")


def _followers(number: str) -> list[str]:
    """7.4 is followed by 7.5, else by 8 or, where that has no line of its own, 8.1."""
    own = [int(each) for each in number.split(".")]
    found = []
    for depth in range(len(own), 0, -1):
        after = ".".join(map(str, [*own[: depth - 1], own[depth - 1] + 1]))
        found += [after, f"{after}.1"]
    return found


def _asks_more(question: str) -> bool:
    return _words(without_parts(question)) > _MOST_WORDS


def _words(text: str) -> float:
    """Two characters of a script that sets no spaces count for one."""
    return sum(len(word) / 2 if is_unspaced(word) else 1 for word in re.findall(r"\w+", text))
