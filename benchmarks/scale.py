"""The store at 10,000 to 1,000,000 passages: opening it, searching it by word and by vector, adding to it.

    python -m benchmarks.scale REAL --size 1M --store FOLDER [--json FILE]

REAL is what `benchmarks.real_vectors` wrote. The store is made of it where FOLDER does not hold one (a million
passages: about 3 GB and ten minutes), and is then measured; it is left there. A passage is four sentences drawn from
those of one language, found by its own words and its neighbours'. Its vector keeps the mean and the covariance of that
language's: half of its variance is a real vector's own, the other half the difference of two others, so that the
clusters of real vectors stay. Questions are real.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from rag.centring import Centring
from rag.encoders import bundled
from rag.encoders.weights import SHA256
from rag.passages import in_context
from rag.retriever import Retriever
from rag.store import Store, lexical
from rag.types import Document, EncoderIdentity, Keys, Passage, Query, Vectors

SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1M": 1_000_000}
IDENTITY = EncoderIdentity(bundled.NAME, 384, 512, "query: ", "passage: ", SHA256)
SPLITTER = "four sentences"
SENTENCE = 80  # tokens; longer ones are paragraphs
PASSAGES = 50  # of a document
ADDED = 30  # documents of three passages
POOL = 100  # what the retriever asks of each half


@dataclass(frozen=True)
class Real:
    """Sentences and questions as they were encoded."""

    sentences: dict[str, list[tuple[str, list[int]]]]  # by language: text and tokens
    vectors: dict[str, Vectors]
    queries: list[Query]

    @classmethod
    def load(cls, folder: Path) -> "Real":
        texts = json.loads((folder / "texts.json").read_bytes())
        with np.load(folder / "vectors.npz") as archive:
            vectors, asked = archive["passages"], archive["queries"]
        sentences: dict[str, list[tuple[str, list[int]]]] = {}
        rows: dict[str, list[int]] = {}
        for row, each in enumerate(texts["passages"]):
            if len(each["tokens"]) <= SENTENCE:
                sentences.setdefault(each["language"], []).append((each["text"], each["tokens"]))
            rows.setdefault(each["language"], []).append(row)
        queries = [
            Query(each["text"], each["language"], vector, tuple(each["tokens"]))
            for each, vector in zip(texts["queries"], asked, strict=True)
        ]
        return cls(sentences, {language: vectors[own] for language, own in rows.items()}, queries)

    def document(self, number: int, passages: int = PASSAGES) -> tuple[Document, list[Passage], Vectors, list[Any]]:
        """What `Store.write` takes; the same for the same number."""
        draw = np.random.default_rng(number)
        language = sorted(self.sentences)[number % len(self.sentences)]
        parts, tokens = [], []
        for _ in range(passages):
            four = [self.sentences[language][place] for place in draw.integers(0, len(self.sentences[language]), 4)]
            parts.append(" ".join(text for text, _ in four) + "\n")
            tokens.append([token for _, ids in four for token in ids])
        words = in_context(tokens, [[]] * passages)
        name = f"document{number}"
        document = Document(name, "".join(parts), name, f"{name}.txt", language)
        return document, _passages(name, parts), self.drawn(language, passages, draw), words

    def drawn(self, language: str, count: int, draw: np.random.Generator) -> Vectors:
        vectors = self.vectors[language]
        mean = vectors.mean(axis=0)
        own, one, other = (vectors[draw.integers(0, len(vectors), count)] for _ in range(3))
        drawn = mean + np.sqrt(0.5) * (own - mean) + 0.5 * (one - other)
        return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def _passages(name: str, parts: list[str]) -> list[Passage]:
    ends = np.cumsum([len(part) for part in parts]).tolist()
    return [
        Passage(name, place, end - len(part), end, part)
        for place, (part, end) in enumerate(zip(parts, ends, strict=True))
    ]


# -- the store


def make(folder: Path, real: Real, size: int) -> None:
    """Goes on where it was broken off."""
    centring = Centring.shipped(SHA256, 1.0)
    with closing(
        Store.open_or_create(folder, IDENTITY, SPLITTER, centring.passage_vectors, centring.fingerprint)
    ) as store:
        begun = perf_counter()
        for number in range(len(store) // PASSAGES, size // PASSAGES):
            store.write(*real.document(number))
            if number % 200 == 0:
                print(f"\r{number * PASSAGES:,} passages, {perf_counter() - begun:.0f} s", end="", flush=True)
        print()


def _opened(folder: Path) -> Store:
    centring = Centring.shipped(SHA256, 1.0)
    return Store.open(folder, IDENTITY, SPLITTER, centring.passage_vectors, centring.fingerprint)


# -- measuring


def measure(folder: Path, real: Real) -> dict[str, Any]:
    centring, asked = Centring.shipped(SHA256, 1.0), real.queries[::3]
    if not (folder / "manifest.json").exists():
        with closing(_opened(folder)) as store:
            print(f"saved in {timed(store.snapshot) / 1000:.1f} s")
    with closing(_opened(folder)) as store:
        opened = timed(store.refresh)
        retriever = Retriever(store, centring)
        vectors = [centring.query_vector(query.vector, query.language) for query in asked]
        searches: dict[str, list[Callable[[], object]]] = {
            "lexical": [lambda query=query: store.lexical(query.tokens, POOL) for query in asked],
            "nearest 10": [lambda vector=vector: store.nearest(vector, 10) for vector in vectors],
            "nearest 100": [lambda vector=vector: store.nearest(vector, POOL) for vector in vectors],
            "whole search": [lambda query=query: retriever.search(query, 10) for query in asked],
        }
        found: dict[str, Any] = {"passages": len(store), "origin": store.origin, "open_ms": round(opened, 1)}
        for name, calls in searches.items():
            for call in calls[:20]:
                call()
            found[name] = spread([timed(call) for call in calls])
        found["recall@10"] = _recall(store, vectors)
        found["kept@10"] = _kept(retriever, asked)
        found["add"] = spread([timed(partial(store.write, *added)) for added in _added(real)])
        found["find what was added"] = spread([timed(lambda: retriever.search(asked[0], 10))])
        for number in range(ADDED):
            store.delete(f"document{10**9 + number}")
        found["bytes on disk"] = {
            kind: sum(map(_size, folder.glob(f"{kind}*"))) for kind in ("quoth.db", "index", "words")
        }
    return found


def _added(real: Real) -> Iterator[tuple[Any, ...]]:
    for number in range(ADDED):
        yield real.document(10**9 + number, 3)


def _recall(store: Store, queries: list[Vectors]) -> float:
    """Of the ten nearest by exact inner products over all that is stored."""
    matrix = np.array(queries)
    best = np.full((len(queries), 10), -2.0, np.float32)
    keys = np.zeros((len(queries), 10), np.int64)
    for chunk in store._database.vectors():
        scores = matrix @ store._transform(chunk.vectors, chunk.languages).T
        both = np.hstack([best, scores])
        both_keys = np.hstack([keys, np.broadcast_to(chunk.keys, scores.shape)])
        order = np.argpartition(-both, 10, axis=1)[:, :10]
        best, keys = np.take_along_axis(both, order, 1), np.take_along_axis(both_keys, order, 1)
    found: list[Keys] = [store.nearest(query, 10)[0] for query in queries]
    return round(float(np.mean([len(np.intersect1d(*pair)) / 10 for pair in zip(found, keys, strict=True)])), 4)


def _kept(retriever: Retriever, asked: list[Query]) -> float:
    """Of the ten that are found when every token of the question chooses candidates."""

    def ten() -> list[set[tuple[str, int]]]:
        return [{(hit.document.id, hit.passage.ordinal) for hit in retriever.search(query, 10)} for query in asked]

    found, large = ten(), lexical.LARGE
    lexical.LARGE = sys.maxsize
    whole, lexical.LARGE = ten(), large
    return round(float(np.mean([len(ours & every) / 10 for ours, every in zip(found, whole, strict=True)])), 4)


def timed(act: Callable[[], object]) -> float:
    begun = perf_counter()
    act()
    return (perf_counter() - begun) * 1000


def spread(times: list[float]) -> dict[str, float]:
    return {"p50_ms": round(float(np.median(times)), 2), "p95_ms": round(float(np.percentile(times, 95)), 2)}


def _size(path: Path) -> int:
    return sum(each.stat().st_size for each in path.rglob("*")) if path.is_dir() else path.stat().st_size


def _table(found: dict[str, Any]) -> str:
    lines = [f"{found['passages']:,} passages, opened in {found['open_ms'] / 1000:.2f} s, {found['origin']}"]
    lines += [f"| {'':<20} | p50 ms | p95 ms |", "|---|---|---|"]
    for name, value in found.items():
        if isinstance(value, dict) and "p50_ms" in value:
            lines.append(f"| {name:<20} | {value['p50_ms']:>6} | {value['p95_ms']:>6} |")
    lines.append(f"recall@10 {found['recall@10']}, kept@10 {found['kept@10']}; bytes a passage on disk: ")
    return "\n".join(lines) + ", ".join(
        f"{name} {size / found['passages']:.0f}" for name, size in found["bytes on disk"].items()
    )


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("real", type=Path)
    wanted.add_argument("--size", choices=SIZES, default="10k")
    wanted.add_argument("--store", type=Path, required=True)
    wanted.add_argument("--json", type=Path)
    wanted.add_argument("--anew", action="store_true", help="throw the store away first")
    wanted.add_argument("--make", action="store_true", help="make the store and measure nothing")
    options = wanted.parse_args()
    real = Real.load(options.real)
    if options.anew:
        shutil.rmtree(options.store, ignore_errors=True)
    make(options.store, real, SIZES[options.size])
    if options.make:
        return
    found = measure(options.store, real)
    print(_table(found))
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
