"""Word search over subword ids: tantivy chooses the candidates, exact BM25 gives the scores. The only tantivy importer.

Tantivy keeps field lengths in one byte (exact to 40 tokens, then rounded down by up to 1/8) and counts deleted passages
until it merges them away, so its scores depend on the order of changes and are up to 12.5 % high. They are only used to
choose candidates; the score of a passage is computed from its own tokens and exact counts, the same in every process.
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.store.locks import ReadWriteLock
from rag.types import Keys, Vectors

K1 = 1.2
B = 0.75
SPARE = 32  # candidates fetched beyond 2 k before the first look
FLOAT32 = 5e-7  # how far tantivy's share of one token may be off: ln(1 + x) of a token that all passages have
MOST_CANDIDATES = 4096  # beyond this, thousands of equal passages are not sorted out among themselves
TERM_SET = 10_000  # so many allowed keys are asked of tantivy as a query (8 ms); more are picked from a longer list
WRITER_BYTES = 50_000_000


class LexicalIndex:
    """BM25 (k1 1.2, b 0.75) of passages for a bag of token ids; a token that a question repeats counts once."""

    def __init__(self) -> None:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("key", indexed=True, fast=True)
        builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
        builder.add_bytes_field("tokens", stored=True)
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        self._writer = self._index.writer(heap_size=WRITER_BYTES, num_threads=1)
        self._searcher = self._index.searcher()
        self._lock = ReadWriteLock()
        self._uncommitted = False
        self._count = 0  # passages
        self._length = 0  # tokens of all of them
        self._frequencies: Counter[int] = Counter()  # in how many passages a token is

    def __len__(self) -> int:
        return self._count

    def add(self, keys: Keys, tokens: Sequence[Sequence[int] | NDArray[np.uint32]]) -> None:
        """Every key is new to the index; the Store sees to it."""
        import tantivy

        with self._lock.writing():
            for key, ids in zip(keys, tokens, strict=True):
                array = np.asarray(ids, dtype="<u4")
                words = array.tolist()
                # Not Document(key=..., tokens=...): keyword construction with a list has killed the writer.
                document = tantivy.Document()
                document.add_integer("key", int(key))
                document.add_text("body", " ".join(map(str, words)))
                document.add_bytes("tokens", array.tobytes())
                self._writer.add_document(document)
                self._tally(words, 1)
            self._uncommitted = True

    def remove(self, keys: Keys) -> None:
        """A key that is not there is no error."""
        if not len(keys):
            return
        self._commit()  # tantivy finds only what is committed
        with self._lock.writing():
            for key, tokens in self._stored(np.asarray(keys, dtype=np.int64)).items():
                self._writer.delete_documents_by_term("key", key)
                self._tally(tokens.tolist(), -1)
            self._uncommitted = True

    def _tally(self, tokens: Sequence[int], step: int) -> None:
        self._count += step
        self._length += step * len(tokens)
        if step > 0:
            self._frequencies.update(set(tokens))
        else:
            self._frequencies.subtract(set(tokens))

    def _commit(self) -> None:
        """Makes changes visible: put off until someone looks, for a commit costs 10 ms."""
        if not self._uncommitted:
            return
        with self._lock.writing():
            if self._uncommitted:
                self._writer.commit()
                self._index.reload()
                self._searcher = self._index.searcher()
                self._uncommitted = False

    # -- searching

    def search(self, tokens: Sequence[int], k: int, allowed: Keys | None = None) -> tuple[Keys, Vectors]:
        """The k best keys with a token in common (fewer if fewer), best first, ties by smaller key, with BM25."""
        self._commit()
        query = _different(tokens)
        with self._lock.reading():
            most = self._count if allowed is None else min(self._count, len(allowed))
            if not len(query) or k <= 0 or not most:
                return np.empty(0, np.int64), np.empty(0, np.float32)
            return self._search(query, min(k, most), allowed)

    def _search(self, query: NDArray[np.int64], k: int, allowed: Keys | None) -> tuple[Keys, Vectors]:
        picked = allowed if allowed is not None and len(allowed) > TERM_SET else None
        asked = self._query(query, allowed if picked is None else None)
        limit = 2 * k + SPARE
        slack = FLOAT32 * len(query)
        while True:
            hits = self._searcher.search(asked, limit, count=False).hits
            keys, addresses = self._pick(hits, picked)
            scores = self._scores(query, [self._tokens(address) for address in addresses])
            best = np.lexsort((keys, -scores))[:k]
            if len(hits) < limit or (len(best) == k and _settled(hits[-1][0] + slack, scores[best[-1]], len(keys), k)):
                return keys[best], scores[best]
            limit *= 4

    def _query(self, query: NDArray[np.int64], allowed: Keys | None) -> Any:
        from tantivy import Occur, Query

        words = Query.boolean_query(
            [
                (Occur.Should, Query.term_query(self._schema, "body", str(token), index_option="freq"))
                for token in query.tolist()
            ]
        )
        if allowed is None:
            return words
        within = Query.const_score_query(self._of_keys(allowed), 0.0)
        return Query.boolean_query([(Occur.Must, words), (Occur.Must, within)])

    def _of_keys(self, keys: Keys) -> Any:
        from tantivy import Query

        return Query.term_set_query(self._schema, "key", [int(key) for key in keys])

    def _pick(self, hits: Sequence[tuple[float, Any]], picked: Keys | None) -> tuple[Keys, list[Any]]:
        addresses = [address for _, address in hits]
        keys = np.array(self._searcher.fast_field_values("key", addresses), dtype=np.int64)
        if picked is None:
            return keys, addresses
        wanted = np.flatnonzero(np.isin(keys, picked))
        return keys[wanted], [addresses[place] for place in wanted]

    def _tokens(self, address: Any) -> NDArray[np.uint32]:
        return np.frombuffer(self._searcher.doc(address).get_first("tokens"), dtype="<u4")

    def _stored(self, keys: Keys) -> dict[int, NDArray[np.uint32]]:
        """The tokens of those of the keys that are there."""
        if not len(keys) or not self._searcher.num_docs:
            return {}
        hits = self._searcher.search(self._of_keys(keys), len(keys), count=False).hits
        found, addresses = self._pick(hits, None)
        return {int(key): self._tokens(address) for key, address in zip(found, addresses, strict=True)}

    # -- scores

    def score(self, tokens: Sequence[int], keys: Keys) -> Vectors:
        """BM25 of each key; 0 for a key that is not there."""
        self._commit()
        query = _different(tokens)
        with self._lock.reading():
            stored = self._stored(np.asarray(keys, dtype=np.int64))
            nothing = np.empty(0, np.uint32)
            return self._scores(query, [stored.get(int(key), nothing) for key in keys])

    def _scores(self, query: NDArray[np.int64], passages: Sequence[NDArray[np.uint32]]) -> Vectors:
        if not len(query) or not passages or not self._length:
            return np.zeros(len(passages), dtype=np.float32)
        frequency = _frequencies(query, passages)
        lengths = np.array([len(tokens) for tokens in passages], dtype=np.float64)
        norm = K1 * (1 - B + B * lengths * self._count / self._length)
        weights = np.array([self._idf(token) for token in query.tolist()])
        parts = weights * frequency * (K1 + 1) / (frequency + norm[:, None])
        return np.asarray(parts.sum(axis=1), dtype=np.float32)

    def idf(self, tokens: Sequence[int]) -> dict[int, float]:
        """How rare each token is: ln(1 + (N - df + 0.5) / (df + 0.5)) over the N passages."""
        with self._lock.reading():
            return {int(token): self._idf(int(token)) for token in tokens}

    def _idf(self, token: int) -> float:
        found = self._frequencies.get(token, 0)
        return math.log(1 + (self._count - found + 0.5) / (found + 0.5))


def _settled(last: float, least: float, candidates: int, k: int) -> bool:
    """Whether no passage behind the last candidate can belong to the best.

    Tantivy's score is not below the exact one, but for float32 and for deleted passages that it still counts.
    """
    return last * (1 + 1e-5) < least or candidates >= max(MOST_CANDIDATES, 2 * k)


def _different(tokens: Sequence[int]) -> NDArray[np.int64]:
    return np.unique(np.asarray(tokens, dtype=np.int64))


def _frequencies(query: NDArray[np.int64], passages: Sequence[NDArray[np.uint32]]) -> NDArray[np.float64]:
    """How often each passage (row) has each token of the query (column)."""
    tokens = np.concatenate(passages).astype(np.int64)
    owner = np.repeat(np.arange(len(passages)), [len(ids) for ids in passages])
    column = np.minimum(np.searchsorted(query, tokens), len(query) - 1)
    same = query[column] == tokens
    cells = owner[same] * len(query) + column[same]
    counts = np.bincount(cells, minlength=len(passages) * len(query))
    return counts.reshape(len(passages), len(query)).astype(np.float64)
