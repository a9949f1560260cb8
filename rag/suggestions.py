"""What a document can be asked about, in its own words: the questions that stand in it, and the name it repeats most.

Nothing is made up: every suggestion is a slice of the text with its place, as a quotation is.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rag.sentences import sentences
from rag.types import Document, Stretch

_LOOKED_AT = 20_000  # characters: how a document begins says what it is about
_QUESTIONS = 2
_SHORTEST, _LONGEST = 12, 120  # characters of a question worth asking
_MARKS = "># *-•–\t"  # of a quoted line of a message, a heading, an item
_ASKING = ("?", "？", "؟", "՞", ";")  # also full-width, Arabic, Armenian and Greek
_WORD = re.compile(r"[^\W\d_]+(?:['’‘-][^\W\d_]+)*")
_LONGEST_NAME = 40
_SENTENCE_END = re.compile(r"(?:^|[.!?:。…\n][\"'”’»)\]]*)\s*$")

Kind: TypeAlias = Literal["question", "name"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`document.text[start:end] == text`."""

    text: str
    kind: Kind
    document_id: str
    start: int
    end: int
    language: str


def suggestions(document: Document, stretches: Sequence[Stretch] = ()) -> tuple[Suggestion, ...]:
    """The questions that stand in a document, else the name it repeats most; none where it has neither.

    `stretches`: where it is in another language than most of it.
    """

    def suggestion(kind: Kind, start: int, end: int) -> Suggestion:
        others = (each.language for each in stretches if each.start <= start < each.end)
        return Suggestion(document.text[start:end], kind, document.id, start, end, next(others, document.language))

    spans = list(_questions(document))[:_QUESTIONS]
    if spans:
        return tuple(suggestion("question", *span) for span in spans)
    name = _name(document.text[:_LOOKED_AT])
    return () if name is None else (suggestion("name", *name),)


def _questions(document: Document) -> Iterator[tuple[int, int]]:
    text = document.text[:_LOOKED_AT]
    if not any(mark in text for mark in _ASKING):
        return
    for begin, end in sentences(text, document.language):
        start = end - len(text[begin:end].lstrip(_MARKS))
        one_line = "\n" not in text[start:end]
        if text[start:end].endswith(_ASKING) and one_line and _SHORTEST <= end - start <= _LONGEST:
            yield start, end


def _name(text: str) -> tuple[int, int] | None:
    """Where the most frequent name first stands, if any name stands there twice."""
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for start, end in _names(text):
        places[text[start:end]].append((start, end))
    best = max(places.values(), key=len, default=[])
    return best[0] if len(best) > 1 else None


def _names(text: str) -> Iterator[tuple[int, int]]:
    """Two or more capitalised words in a row; the first word of a sentence is no sign of a name."""
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        if run and text[run[-1].end() : word.start()] != " ":
            yield from _named(run)
            run = []
        if word.group().istitle() and not (
            not run and _SENTENCE_END.search(text[max(0, word.start() - 8) : word.start()])
        ):
            run.append(word)
        else:
            yield from _named(run)
            run = []
    yield from _named(run)


def _named(run: list[re.Match[str]]) -> Iterator[tuple[int, int]]:
    if len(run) > 1 and run[-1].end() - run[0].start() <= _LONGEST_NAME:
        yield run[0].start(), run[-1].end()
