"""Which FAISS index for many passages: recall after exact re-scoring, time of a search, bytes a passage, time to make.

    python -m benchmarks.vector_indexes REAL --size 100k [--json FILE] [--kinds KIND...]

REAL and the vectors are those of `benchmarks.scale`, centred as the store centres them. KIND is a name of FAISS's index
factory, or `usearch` (from the extra `benchmarks`), a peer: that library's HNSW graph over bytes with its own settings.
Recall is of the nearest 10 among the candidates that the index gives, scored exactly; `IVF` is asked to look through an
eighth, a quarter, a half and all of its lists.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import faiss
import numpy as np

from benchmarks.scale import SIZES, Real, spread
from rag.centring import Centring
from rag.encoders.weights import SHA256
from rag.types import Vectors

KINDS = (
    "Flat",
    "SQfp16",
    "SQ8",
    "SQ4",
    "IVF256,SQ4",
    "IVF256,PQ192x4fs",
    "IVF256,PQ128x4fs",
    "IVF256,PQ96x4fs",
    "usearch",
)
Search = Callable[[Any], Any]
CANDIDATES = (50, 100, 200, 400)
TRAINED_ON = 65_536
BLOCK = 10_000


def drawn(real: Real, size: int) -> Vectors:
    centring, languages = Centring.shipped(SHA256, 1.0), sorted(real.vectors)
    draw = np.random.default_rng(1)
    vectors = np.empty((size, 384), np.float32)
    for first in range(0, size, BLOCK):
        language = languages[first // BLOCK % len(languages)]
        count = min(BLOCK, size - first)
        vectors[first : first + count] = centring.passage_vectors(real.drawn(language, count, draw), [language] * count)
    return vectors


def nearest(vectors: Vectors, queries: Vectors) -> Any:
    """The ten nearest rows of each query."""
    return np.array([np.argpartition(-(vectors @ query), 10)[:10] for query in queries])


def measured(kind: str, vectors: Vectors, queries: Vectors, right: Any) -> Iterator[dict[str, Any]]:
    begun = perf_counter()
    index = _usearch(vectors) if kind == "usearch" else _faiss(kind, vectors)
    made = perf_counter() - begun
    size = len(index.save() if kind == "usearch" else faiss.serialize_index(index)) / len(vectors)
    for looked_through, search in _searches(index):
        found, times = _searched(search, queries)
        yield {
            "index": kind,
            "lists": looked_through,
            "bytes": round(size),
            "made_s": round(made, 1),
            **spread(times),
            **{f"recall@10 of {count}": _recall(found, vectors, queries, right, count) for count in CANDIDATES},
        }


def _faiss(kind: str, vectors: Vectors) -> Any:
    index = faiss.index_factory(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
    index.train(vectors[:: max(1, len(vectors) // TRAINED_ON)])
    for first in range(0, len(vectors), BLOCK):
        index.add(vectors[first : first + BLOCK])
    return index


def _usearch(vectors: Vectors) -> Any:
    from usearch.index import Index

    index = Index(ndim=vectors.shape[1], metric="ip", dtype="i8")
    index.add(np.arange(len(vectors)), vectors)
    return index


def _searches(index: Any) -> Iterator[tuple[str, Search]]:
    """The share of the lists that is looked through, and a query's candidates."""
    if not isinstance(index, faiss.Index):
        yield "", lambda query: index.search(query, max(CANDIDATES)).keys.astype(np.int64)
        return
    lists = getattr(index, "nlist", 0)
    for share in (8, 4, 2, 1) if lists else (1,):
        if lists:
            index.nprobe = lists // share
        yield f"1/{share}" if lists else "", lambda query: index.search(query[None], max(CANDIDATES))[1][0]


def _searched(search: Search, queries: Vectors) -> tuple[list[Any], list[float]]:
    """The candidates of each query, and the milliseconds they took."""
    found, times = [], []
    for query in queries:
        begun = perf_counter()
        found.append(search(query))
        times.append((perf_counter() - begun) * 1000)
    return found, times


def _recall(found: list[Any], vectors: Vectors, queries: Vectors, right: Any, count: int) -> float:
    hits = 0
    for rows, query, wanted in zip(found, queries, right, strict=True):
        candidates = rows[:count][rows[:count] >= 0]
        best = candidates[np.argsort(-(vectors[candidates] @ query))[:10]]
        hits += len(np.intersect1d(best, wanted))
    return round(hits / (10 * len(queries)), 4)


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("real", type=Path)
    wanted.add_argument("--kinds", nargs="+", default=KINDS, metavar="KIND")
    wanted.add_argument("--size", choices=SIZES, default="10k")
    wanted.add_argument("--json", type=Path)
    options = wanted.parse_args()
    real, centring = Real.load(options.real), Centring.shipped(SHA256, 1.0)
    vectors = drawn(real, SIZES[options.size])
    queries = np.array([centring.query_vector(query.vector, query.language) for query in real.queries[::3]])
    right = nearest(vectors, queries)
    rows = []
    for kind in options.kinds:
        for row in measured(kind, vectors, queries, right):
            if not rows:
                print("| " + " | ".join(row) + " |")
                print("|---" * len(row) + "|")
            print("| " + " | ".join(map(str, row.values())) + " |", flush=True)
            rows.append(row)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
