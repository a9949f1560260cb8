"""Printed pages: how many of a text's letters are found on them, and how long it takes to show one.

    python -m benchmarks.pdf_pages FILE.pdf... [--pages N]

Of each file N pages are taken, evenly spread. Times are of whole calls, each a process of its own, as the service makes
them: where the glyphs of a page stand and its picture, 1,200 pixels wide.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from rag.documents import load_bytes
from rag.documents.facsimile import facsimile, picture
from rag.errors import DocumentError
from rag.types import Document


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("files", type=Path, nargs="+")
    wanted.add_argument("--pages", type=int, default=4)
    options = wanted.parse_args()
    letters = found = pages = 0
    times: dict[str, list[float]] = {"places": [], "picture": []}
    for file in options.files:
        try:
            data = file.read_bytes()
            document = load_bytes(data, file.name)
        except DocumentError as error:
            print(f"left out: {error}")
            continue
        count = len(document.pages)
        for page in range(1, count + 1, max(count // options.pages, 1)):
            own, seen = _letters_found(data, document, page)
            letters, found, pages = letters + own, found + seen, pages + 1
            times["places"].append(_timed(lambda: facsimile(data, document, page, [])))  # noqa: B023
            times["picture"].append(_timed(lambda: picture(data, document, page, 1200)))  # noqa: B023
    print(f"{pages} pages, {letters:,} letters and figures, {letters - found} of them not found on their page")
    for what, taken in times.items():
        print(f"{what}: median {median(taken):.0f} ms, slowest {max(taken):.0f} ms")


def _letters_found(data: bytes, document: Document, page: int) -> tuple[int, int]:
    bare = facsimile(data, document, page, [])
    places = [place for place in range(bare.start, bare.end) if document.text[place].isalnum()]
    seen = facsimile(data, document, page, [(place, place + 1) for place in places])
    return len(places), sum(map(bool, seen.marks))


def _timed(call: Callable[[], object]) -> float:
    """Milliseconds."""
    begun = perf_counter()
    call()
    return 1000 * (perf_counter() - begun)


if __name__ == "__main__":
    main()
