"""The numbers of pages, as people write them: "3, 7-9"."""

from collections.abc import Iterable
from itertools import groupby

# Among a document's metadata.
UNREAD = "unread_pages"  # those that are pictures, of which nothing is read
OCR = "ocr_pages"  # those whose text was read off a picture of them, letter by letter, and may be read wrong


def told(pages: Iterable[int]) -> str:
    """Of pages that are counted from 0, in order."""
    runs = [[page for _, page in run] for _, run in groupby(enumerate(pages, 1), key=lambda each: each[1] - each[0])]
    return ", ".join(f"{run[0] + 1}-{run[-1] + 1}" if len(run) > 1 else f"{run[0] + 1}" for run in runs)


def pages_in(numbers: str) -> frozenset[int]:
    """The pages, counted from 0, that `told` told."""
    runs = (run.partition("-") for run in numbers.split(", ") if run)
    return frozenset(page for first, _, last in runs for page in range(int(first) - 1, int(last or first)))
