"""Word search over subword ids: postings choose the candidates, exact BM25 gives the scores.

What was saved stays in its files, and what came since is in memory: each is searched, and the better of both are the
answer. The score of a passage is computed from its own tokens and exact counts, so it is the same in every process,
whatever was saved when.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.store.locks import ReadWriteLock
from rag.store.postings import idf
from rag.store.rows import Tokens, counts_of, distinct, ids_of
from rag.store.tokens import Bags, Fresh, Part, Saved
from rag.types import Keys, Vectors

K1 = 1.2
B = 0.75
SPARE = 32  # candidates fetched beyond 2 k before the first look
MOST_CANDIDATES = 4096  # beyond this, thousands of equal passages are not sorted out among themselves
SCORED_ALL = 10_000  # so many allowed keys are scored one and all; more are picked from the candidates
LARGE = 200_000  # from so many passages on, tokens that everyone has do not choose candidates
COMMON = 0.1  # of the passages
DEAD = 10_000  # removed passages in memory, beyond as many as live there, before it is made anew


class LexicalIndex:
    """BM25 (k1 1.2, b 0.75) of passages for a bag of token ids; a token that a question repeats counts once."""

    def __init__(self, saved: Saved | None = None) -> None:
        self._saved = saved
        self._fresh = Fresh()
        self._lock = ReadWriteLock()
        self._uncommitted = False

    @property
    def _parts(self) -> tuple[Part, ...]:
        return (self._fresh,) if self._saved is None else (self._saved, self._fresh)

    def __len__(self) -> int:
        return sum(part.passages - part.removed.passages for part in self._parts)

    @property
    def _length(self) -> int:
        """Tokens of all passages."""
        return sum(part.tokens - part.removed.tokens for part in self._parts)

    def add(self, keys: Keys, tokens: Sequence[Tokens]) -> None:
        """A bag (`rag.store.rows.bag`) of each key. Every key is new to the index; the Store sees to it."""
        with self._lock.writing():
            for key, held in zip(keys, tokens, strict=True):
                self._fresh.add(int(key), held)
            self._uncommitted = True

    def remove(self, keys: Keys) -> None:
        """A key that is not there is no error."""
        with self._lock.writing():
            for part in self._parts:
                part.remove(np.asarray(keys, dtype=np.int64))
            removed = self._fresh.removed.passages
            if removed > DEAD + self._fresh.passages - removed:
                self._fresh, self._uncommitted = self._fresh.living(), True

    def _commit(self) -> None:
        """Makes changes visible: put off until someone looks, for a commit costs 10 ms."""
        if not self._uncommitted:
            return
        with self._lock.writing():
            if self._uncommitted:
                self._fresh.postings.commit()
                self._uncommitted = False

    # -- searching

    def search(self, tokens: Sequence[int], k: int, allowed: Keys | None = None) -> tuple[Keys, Vectors]:
        """The k best keys with a token in common (fewer if fewer), best first, ties by smaller key, with BM25.

        In LARGE indexes a passage that is among them by its COMMON tokens alone may be missed.
        """
        self._commit()
        with self._lock.reading():
            weights = self._weights(tokens)
            if k <= 0 or not weights or not len(self):
                return np.empty(0, np.int64), np.empty(0, np.float32)
            if allowed is not None and len(allowed) <= SCORED_ALL:
                return _best(allowed, self._scores(weights, allowed), k)
            found = [self._best_of(part, weights, k, allowed) for part in self._parts]
            keys, scores = (np.concatenate(column) for column in zip(*found, strict=True))
            return _best(keys, scores, k)

    def _best_of(self, part: Part, weights: dict[int, float], k: int, allowed: Keys | None) -> tuple[Keys, Vectors]:
        choosing = _choosing(part, weights)
        inflation = self._inflation(part)
        limit = 2 * k + SPARE
        while choosing:
            fetched, last, rounding = part.postings.candidates(choosing, limit)
            candidates = fetched if allowed is None else fetched[np.isin(fetched, allowed)]
            candidates = distinct([candidates])  # one that was removed and came again is there twice
            keys, scores = _best(candidates, self._scores_in(part, weights, candidates), k)
            whole = len(fetched) < limit
            if whole or (len(keys) == k and (last * inflation + rounding < scores[-1] or _many(len(candidates), k))):
                return keys, scores
            limit *= 4
        return np.empty(0, np.int64), np.empty(0, np.float32)

    def _inflation(self, part: Part) -> float:
        """By how much a passage's score may be above tantivy's, which measures lengths by the mean of its own."""
        if not part.tokens:
            return 1.0
        return max(1.0, (self._length / len(self)) / (part.tokens / part.passages)) * (1 + 1e-5)

    # -- scores

    def score(self, tokens: Sequence[int], keys: Keys) -> Vectors:
        """BM25 of each key; 0 for a key that is not there."""
        self._commit()
        with self._lock.reading():
            return self._scores(self._weights(tokens), np.asarray(keys, dtype=np.int64))

    def idf(self, tokens: Sequence[int]) -> dict[int, float]:
        """How rare each token is: ln(1 + (N - df + 0.5) / (df + 0.5)) over the N passages."""
        self._commit()
        with self._lock.reading():
            return self._weights(tokens)

    def _weights(self, tokens: Sequence[int]) -> dict[int, float]:
        passages = len(self)
        return {token: idf(passages, self._frequency(token)) for token in sorted({int(token) for token in tokens})}

    def _frequency(self, token: int) -> int:
        return sum(part.postings.frequency(token) - part.removed.frequencies[token] for part in self._parts)

    def _scores(self, weights: dict[int, float], keys: Keys) -> Vectors:
        found = np.zeros(len(keys), dtype=np.float32)
        for part in self._parts:
            found += self._scores_in(part, weights, keys)
        return found

    def _scores_in(self, part: Part, weights: dict[int, float], keys: Keys) -> Vectors:
        found = np.zeros(len(keys), dtype=np.float32)
        bags = part.bags(keys)
        if weights and len(bags.places) and self._length:
            frequency, lengths = _frequencies(np.array(list(weights)), bags)
            norm = K1 * (1 - B + B * lengths * len(self) / self._length)
            parts = np.array(list(weights.values())) * frequency * (K1 + 1) / (frequency + norm[:, None])
            found[bags.places] = parts.sum(axis=1)
        return found


def _choosing(part: Part, weights: dict[int, float]) -> dict[int, float]:
    """The tokens by which candidates are fetched: all that are there, in a large part only those that tell them apart.

    The common ones are most of the work and next to none of the score, which counts them all the same (docs/scale.md).
    """
    frequencies = {token: part.postings.frequency(token) for token in weights}
    there = {token: weight for token, weight in weights.items() if frequencies[token]}
    if part.passages < LARGE:
        return there
    return {each: weight for each, weight in there.items() if frequencies[each] <= COMMON * part.passages} or there


def _best(keys: Keys, scores: Vectors, k: int) -> tuple[Keys, Vectors]:
    order = np.lexsort((keys, -scores))[:k]
    order = order[scores[order] > 0]  # without a token in common, or removed
    return keys[order], scores[order]


def _many(candidates: int, k: int) -> bool:
    return candidates >= max(MOST_CANDIDATES, 2 * k)


def _frequencies(query: NDArray[np.int64], bags: Bags) -> tuple[NDArray[Any], NDArray[Any]]:
    """How often each passage (row) has each token of the query (column, ascending); how many tokens it has."""
    passages = len(bags.sizes)
    ids, counts = ids_of(bags.tokens), counts_of(bags.tokens)
    owner = np.repeat(np.arange(passages), bags.sizes)
    column = np.minimum(np.searchsorted(query, ids), len(query) - 1)
    same = query[column] == ids
    cells = owner[same] * len(query) + column[same]
    frequencies = np.bincount(cells, weights=counts[same], minlength=passages * len(query))
    return frequencies.reshape(passages, len(query)), np.bincount(owner, weights=counts, minlength=passages)
