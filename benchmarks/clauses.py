"""Whether the part of a document that a question names by its number is quoted.

    python -m benchmarks.clauses FOLDER [--parts 60] [--seed 1]

The folder's documents have numbered headings ("7.4. Conflicting packages"). A sample of the numbers is asked for in
several wordings. Printed is how often the first quotation opens a part of that number, and how often anything is
quoted for a number that no document has. And what the headings of a sample say is asked about, with and without their
number: how often the first quotation is from that part.
"""

import argparse
import random
import re
from collections.abc import Sequence
from pathlib import Path

from benchmarks.folders import documents_in, indexed
from rag.engine import Engine
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
    "What does section {number} say about {title}?",
    "According to section {number}, what are the rules for {title}?",
    "Что говорится в разделе {number} о {title}?",
)
WITHOUT = ("What does it say about {title}?", "What are the rules for {title}?", "Что говорится о {title}?")
ABSENT = tuple(f"{first}.{first + 18}.{first + 8}" for first in range(113, 143))
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
    titled = [(number, title, place) for place, each in documents.items() for number, title in titles(each)]
    drawn = random.Random(seed).sample(titled, min(count, len(titled)))
    for wording, without in zip(ABOUT, WITHOUT, strict=True):
        for asked in (wording, without):
            found = [engine.ask(asked.format(number=number, title=title)).quotes for number, title, _ in drawn]
            right = sum(
                is_within(documents, quotes, number) for quotes, (number, _, _) in zip(found, drawn, strict=True)
            )
            print(f"{asked:62} {right} of {len(drawn)} from that part, {sum(map(bool, found))} answered")


def titles(document: Document) -> list[tuple[str, str]]:
    """(number, what its heading says)"""
    lines = [document.text[each.start : each.end] for each in document.headings]
    return [(match[1], line[match.end() :].strip("¶ ")) for line in lines if (match := _NUMBER.match(line))]


def is_within(documents: dict[str, Document], quotes: Sequence[Quote], number: str) -> bool:
    """Whether the first quotation stands below the heading of that number."""
    if not quotes:
        return False
    above = [each for each, start in parts(documents[quotes[0].document_id]) if start < quotes[0].end]
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
