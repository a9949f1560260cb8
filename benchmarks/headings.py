"""Whether a question that heads a section of a manual finds that section, in a folder of the manual's translations.

    python -m benchmarks.headings FILE... [--beside FILE...]

Each FILE is the same manual in another language, its sections numbered alike ("7.5. What is a conffile?"); files beside
them only stand in the way. Every numbered heading that asks is put as a question. Printed is how often the first
passage found, and one of the first five, lies in the section of that number, in the question's own translation or in
any.
"""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.folders import indexed
from rag.documents import load_file
from rag.engine import Engine
from rag.types import NearPassage

_HEADING = re.compile(r"^[ \t]*(\d{1,2}\.\d{1,2})\.?[ \t]+([^\n]{8,140}[?？])$", re.MULTILINE)
_SECTION = re.compile(r"^[ \t]*\d{1,2}(?:\.\d{1,2})+\.?[ \t]+\S", re.MULTILINE)


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("files", type=Path, nargs="+")
    wanted.add_argument("--beside", type=Path, nargs="*", default=[])
    options = wanted.parse_args()
    documents = [load_file(file, document_id=file.name) for file in (*options.files, *options.beside)]
    with indexed(documents) as engine:
        print(figures(engine, {each.id: sections(each.text) for each in documents[: len(options.files)]}))


Sections = dict[str, tuple[str, int, int]]  # number -> heading, start, end


def sections(text: str) -> Sections:
    """The last of each number: a table of contents comes first."""
    starts = [match.start() for match in _SECTION.finditer(text)]
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    return {match[1]: (match[2], match.start(), ends[match.start()]) for match in _HEADING.finditer(text)}


def figures(engine: Engine, manuals: dict[str, Sections]) -> str:
    asked = list(results(engine, manuals))
    told = [f"{name} {100 * sum(values) / len(asked):.1f}" for name, *values in zip(NAMES, *asked, strict=True)]
    return f"{len(asked)} headings: " + ", ".join(told)


NAMES = ("own section first", "any translation's first", "own among five", "any among five")


def results(engine: Engine, manuals: dict[str, Sections]) -> Iterator[tuple[bool, ...]]:
    for manual, own in manuals.items():
        for number, (heading, *_) in own.items():
            places = [
                (each.document_id, lies_in(each, manuals.get(each.document_id, {}).get(number)))
                for each in engine.search(heading, k=5)
            ]
            found = [inside for _, inside in places]
            owned = [inside and document == manual for document, inside in places]
            yield owned[0], found[0], any(owned), any(found)


def lies_in(passage: NearPassage, section: tuple[str, int, int] | None) -> bool:
    """Whether more of the passage than not does."""
    if section is None:
        return False
    _, start, end = section
    return min(end, passage.end) - max(start, passage.start) > (passage.end - passage.start) / 2


if __name__ == "__main__":
    main()
