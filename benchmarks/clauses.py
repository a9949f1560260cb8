"""Whether the part of a document that a question names by its number is quoted.

    python -m benchmarks.clauses FOLDER [--parts 60] [--seed 1]

The folder's documents have numbered headings ("7.4. Conflicting packages"). A sample of the numbers is asked for in
several wordings. Printed is how often the first quotation opens a part of that number, and how often anything is
quoted for a number that no document has.
"""

import argparse
import random
import re
from pathlib import Path

from benchmarks.folders import documents_in, indexed
from rag.types import Document, Quote

WORDINGS = (
    "What does section {} say?",
    "What does section {} of the manual say?",
    "§ {}: what is required?",
    "Что сказано в пункте {}?",
    "{}. madde ne diyor?",
    "{}",
)
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


def parts(document: Document) -> list[tuple[str, int]]:
    """(number, where it begins)"""
    found = [(_NUMBER.match(document.text[each.start : each.end]), each.start) for each in document.headings]
    return [(match[1], start) for match, start in found if match]


def opens(documents: dict[str, Document], quote: Quote, number: str) -> bool:
    own = [start for each, start in parts(documents[quote.document_id]) if each == number]
    return any(quote.start <= start < quote.end for start in own)


if __name__ == "__main__":
    main()
