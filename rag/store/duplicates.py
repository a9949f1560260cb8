"""Documents that say nearly the same, found by the runs of twenty letters that they share.

Of each document only the smallest hashes of its runs are kept (a bottom-k sketch): two sketches tell how much of the
runs two documents share, to within a few per cent, and documents without a common hash are never compared.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from rag.folding import fold

RUN = 20  # folded characters without white space: about four words, in any script
KEPT = 128  # hashes of a document
ALIKE = 0.8  # share of the runs in common from which two documents are told
COMMON = 50  # a run that more documents have is a letterhead and makes none of them alike
_FACTORS = np.cumprod(np.full(RUN, 0x9E3779B97F4A7C15, np.uint64))  # odd powers of an odd number, mod 2^64

Sketch = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Alike:
    """Two documents, by id, and the share of their runs of letters that both have."""

    first: str
    second: str
    share: float


def near_duplicates(connection: sqlite3.Connection) -> list[Alike]:
    """Every pair of documents that say nearly the same, by id."""
    sketches = dict(_sketches(connection))
    pairs = ((pair, _share(*(sketches[each] for each in pair))) for pair in _candidates(sketches))
    return [Alike(*pair, round(share, 2)) for pair, share in sorted(pairs) if share >= ALIKE]


def _sketches(connection: sqlite3.Connection) -> Iterator[tuple[str, Sketch]]:
    for document_id, text in connection.execute("SELECT id, text FROM documents WHERE passages > 0 ORDER BY id"):
        yield str(document_id), _sketch(text.decode("utf-8"))


def _sketch(text: str) -> Sketch:
    letters = "".join(fold(text).split())
    codes = np.frombuffer(letters.encode("utf-32-le"), "<u4").astype(np.uint64)
    padded = np.pad(codes, (0, max(0, RUN - len(codes))))
    mixed = (sliding_window_view(padded, RUN) * _FACTORS).sum(axis=1, dtype=np.uint64)
    mixed ^= mixed >> np.uint64(31)
    return np.unique(mixed * _FACTORS[0])[:KEPT]


def _candidates(sketches: dict[str, Sketch]) -> list[tuple[str, str]]:
    """Pairs whose sketches have enough in common for them to be alike; `_share` decides."""
    owners: defaultdict[int, list[str]] = defaultdict(list)
    for document_id, sketch in sketches.items():
        for value in sketch.tolist():
            owners[value].append(document_id)
    shared = Counter(pair for each in owners.values() if len(each) <= COMMON for pair in combinations(each, 2))
    return [pair for pair, count in shared.items() if 2 * count >= min(len(sketches[each]) for each in pair)]


def _share(first: Sketch, second: Sketch) -> float:
    union = np.union1d(first, second)[: min(KEPT, len(first) + len(second))]
    both = np.intersect1d(first, second)
    return len(np.intersect1d(union, both)) / len(union)
