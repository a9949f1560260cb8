"""Documents that say nearly the same, found by the runs of five words that they share.

Of each document only the smallest hashes of its runs are kept (a bottom-k sketch): two sketches tell how much of the
runs two documents share, to within a few per cent, and documents without a common hash are never compared.
"""

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, groupby

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from rag.store.rows import Tokens, to_tokens

RUN = 5  # tokens
KEPT = 128  # hashes of a document
ALIKE = 0.8  # share of the runs in common from which two documents are told
COMMON = 50  # a run that more documents have is a letterhead and makes none of them alike
_FACTORS = np.array(  # odd and otherwise of no meaning
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xFF51AFD7ED558CCD], np.uint64
)

Sketch = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Alike:
    """Two documents, by id, and the share of their runs of words that both have."""

    first: str
    second: str
    share: float


def near_duplicates(connection: sqlite3.Connection) -> list[Alike]:
    """Every pair of documents that say nearly the same, by id."""
    sketches = dict(_sketches(connection))
    pairs = ((pair, _share(*(sketches[each] for each in pair))) for pair in _candidates(sketches))
    return [Alike(*pair, round(share, 2)) for pair, share in sorted(pairs) if share >= ALIKE]


def _sketches(connection: sqlite3.Connection) -> Iterator[tuple[str, Sketch]]:
    rows = connection.execute(
        "SELECT d.id, t.tokens FROM documents d JOIN passages p ON p.document = d.number "
        "JOIN tokens t ON t.key = p.key ORDER BY d.id"
    )
    for document_id, group in groupby(rows, key=lambda row: str(row[0])):
        yield document_id, _sketch(to_tokens(tokens) for _, tokens in group)


def _sketch(passages: Iterable[Tokens]) -> Sketch:
    hashes = [_hashes(tokens) for tokens in passages if len(tokens)]
    return np.unique(np.concatenate(hashes))[:KEPT] if hashes else np.empty(0, np.uint64)


def _hashes(tokens: Tokens) -> Sketch:
    padded = np.pad(tokens.astype(np.uint64), (0, max(0, RUN - len(tokens))))
    mixed = (sliding_window_view(padded, RUN) * _FACTORS).sum(axis=1, dtype=np.uint64)
    mixed ^= mixed >> np.uint64(31)
    return np.asarray(mixed * _FACTORS[0], np.uint64)


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
