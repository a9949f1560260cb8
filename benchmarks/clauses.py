"""Whether the part of a document that a question names by its number is quoted.

    python -m benchmarks.clauses FOLDER [--parts 60] [--seed 1]

The folder's documents have numbered headings ("7.4. Conflicting packages"). A sample of the numbers is asked for in
several wordings. Printed is how often the first quotation opens a part of that number, and how often anything is
quoted for a number that no document has. And six words of a sentence further down in a part are asked about, with its
number and without: how often the first quotation is that sentence, and how often it is from that part.
"""

import argparse
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from benchmarks.folders import documents_in, indexed
from rag.engine import Engine
from rag.sentences import sentences
from rag.types import Document, Quote

WORDINGS = (
    "What does section {} say?",
    "What does section {} of the manual say?",
    "§ {}: what is required?",
    "Что сказано в пункте {}?",
    "{}. madde ne diyor?",
    "{}",
)
ABOUT = (
    "In section {number}, what is said of {piece}?",
    "What does § {number} require of {piece}?",
    "Что сказано в пункте {number} о {piece}?",
    "What is said of {piece}?",
)
ABSENT = tuple(f"{first}.{first + 18}.{first + 8}" for first in range(113, 143))
_WORDS = 6
_DEEP = 400  # characters below the heading
_NUMBER = re.compile(r"#*\s*(\d+(?:\.\d+)+)\.?\s")


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("folder", type=Path)
    wanted.add_argument("--parts", type=int, default=60)
    wanted.add_argument("--seed", type=int, default=1)
    options = wanted.parse_args()
    documents = documents_in(options.folder)
    numbers = sorted({number for each in documents.values() for number, _ in parts(each)})
    numbers = random.Random(options.seed).sample(numbers, min(options.parts, len(numbers)))
    with indexed(documents.values()) as engine:
        for wording in WORDINGS:
            quoted = [(number, engine.ask(wording.format(number)).quotes) for number in numbers]
            right = sum(bool(quotes) and opens(documents, quotes[0], number) for number, quotes in quoted)
            anyway = sum(bool(engine.ask(wording.format(number)).quotes) for number in ABSENT)
            print(
                f"{wording:40} {right} of {len(numbers)} quoted first; {anyway} of {len(ABSENT)} absent ones answered"
            )
        ask_about(engine, documents, options.seed, options.parts)


def ask_about(engine: Engine, documents: dict[str, Document], seed: int, count: int) -> None:
    pieces = [piece for each in documents.values() for piece in pieces_of(each, seed)]
    drawn = random.Random(seed).sample(pieces, min(count, len(pieces)))
    for wording in ABOUT:
        found = [engine.ask(wording.format(number=each.number, piece=each.words)).quotes for each in drawn]
        firsts = [(quotes[0], each) for quotes, each in zip(found, drawn, strict=True) if quotes]
        right = sum(
            quote.document_id == each.document_id and quote.start <= each.start < quote.end for quote, each in firsts
        )
        within = sum(is_within(documents, quote, each.number) for quote, each in firsts)
        print(f"{wording:45} {right} of {len(drawn)} that sentence first, {within} that part, {len(firsts)} answered")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a sentence that stands further down in a part."""

    document_id: str
    number: str
    start: int  # of the sentence
    words: str


def pieces_of(document: Document, seed: int) -> Iterator[Piece]:
    own = parts(document)
    rng = random.Random(f"{seed} {document.id}")
    for (number, start), (_, end) in pairwise([*own, ("", len(document.text))]):
        for first, last in sentences(document.text[start:end], document.language):
            sentence = document.text[start + first : start + last]
            words = sentence.split()
            if first > _DEEP and len(words) >= 2 * _WORDS and "\n" not in sentence and "\t" not in sentence:
                place = rng.randrange(2, len(words) - _WORDS)
                yield Piece(document.id, number, start + first, " ".join(words[place : place + _WORDS]).strip(".,;:()"))


def is_within(documents: dict[str, Document], quote: Quote, number: str) -> bool:
    """Whether it stands below the heading of that number."""
    above = [each for each, start in parts(documents[quote.document_id]) if start < quote.end]
    return bool(above) and f"{above[-1]}.".startswith(f"{number}.")


def parts(document: Document) -> list[tuple[str, int]]:
    """(number, where it begins)"""
    found = [(_NUMBER.match(document.text[each.start : each.end]), each.start) for each in document.headings]
    return [(match[1], start) for match, start in found if match]


def opens(documents: dict[str, Document], quote: Quote, number: str) -> bool:
    own = [start for each, start in parts(documents[quote.document_id]) if each == number]
    return any(quote.start <= start < quote.end for start in own)


if __name__ == "__main__":
    main()
