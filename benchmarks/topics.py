"""What is quoted when the question is a few words, a topic, as people type into a search box.

    python -m benchmarks.topics FOLDER [--headings 200] [--seed 1]

The headings of the folder's documents, a sample of them, are put as questions. Printed is how often something is
quoted, and of that how often the first quotation stands in a section of that heading and is headings and no more.
"""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

from benchmarks.folders import documents_in, indexed
from rag.types import Document, Quote

NUMBERS = " .0123456789"  # of a section: nobody types them


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("folder", type=Path)
    wanted.add_argument("--headings", type=int, default=200)
    wanted.add_argument("--seed", type=int, default=1)
    options = wanted.parse_args()
    documents = documents_in(options.folder)
    topics = sorted({topic for each in documents.values() for topic, _, _ in sections(each)})
    topics = random.Random(options.seed).sample(topics, min(options.headings, len(topics)))
    with indexed(documents.values()) as engine:
        quoted = [(topic, quotes[0]) for topic in topics if (quotes := engine.ask(topic).quotes)]
    within = sum(stands_in(documents[quote.document_id], quote, topic) for topic, quote in quoted)
    bare = sum(is_bare(documents[quote.document_id], quote) for _, quote in quoted)
    told = f"{100 * len(quoted) / len(topics):.1f} % quoted, of these"
    print(f"{len(topics)} topics: {told} {100 * within / len(quoted):.1f} % from a section of that heading,")
    print(f"{100 * bare / len(quoted):.1f} % headings and no more")


def sections(document: Document) -> Iterator[tuple[str, int, int]]:
    """(heading, start, end)"""
    ends = [each.start for each in document.headings[1:]] + [len(document.text)]
    for heading, end in zip(document.headings, ends, strict=True):
        if topic := document.text[heading.start : heading.end].strip(NUMBERS + "#\n"):
            yield topic, heading.start, end


def stands_in(document: Document, quote: Quote, topic: str) -> bool:
    return any(start <= quote.start < end for heading, start, end in sections(document) if heading == topic)


def is_bare(document: Document, quote: Quote) -> bool:
    inside = sum(max(0, min(each.end, quote.end) - max(each.start, quote.start)) for each in document.headings)
    return inside >= len(quote.text.replace("\n\n", ""))


if __name__ == "__main__":
    main()
