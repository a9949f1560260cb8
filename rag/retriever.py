"""Question to hits: the dense and the lexical half, both cured of their bias to the question's own language, and fused
by a weighted sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.centring import Centring
from rag.store import Store, StoredPassage
from rag.types import Filters, Hit, Keys, Query, Vectors

_POOL = 100  # candidates taken from each half
_MOST_BM25 = 2.2  # (k1 + 1) x idf is the most that BM25 gives for one token


@dataclass(frozen=True, slots=True)
class Weights:
    """How the halves are added to one order, chosen on development data (docs/retrieval.md)."""

    lexical: float = 1.2  # x BM25 as a share of the most this question could have, above what is usual
    usual: int = 3  # what is usual: the mean over so many nearest passages of the same language
    same_language: float = 0.01  # a mild preference: the same event may be told in several languages


@dataclass(frozen=True, slots=True)
class Retriever:
    store: Store
    centring: Centring
    weights: Weights = Weights()

    def search(self, query: Query, k: int, filters: Filters | None = None) -> list[Hit]:
        """The k best passages, best first; fewer only where fewer are allowed."""
        readings = (query, *query.behind)
        keys = [self._candidates(reading, max(_POOL, k), filters) for reading in readings]
        found = self.store.passages(np.unique(np.concatenate(keys)))
        if not found:
            return []
        figures = [self._figures(reading, found) for reading in readings]
        weights = [1.0 - query.share, *(query.share / len(query.behind) for _ in query.behind)]
        cosines, shares, scores = np.average(figures, axis=0, weights=weights)
        hits = [
            Hit(each.passage, each.document, float(cosine), float(lexical), float(score))
            for each, cosine, lexical, score in zip(found, cosines, shares, scores, strict=True)
        ]
        hits.sort(key=lambda hit: (-hit.rank_score, hit.document.id, hit.passage.ordinal))
        return hits[:k]

    def nearest(self, query: Query, filters: Filters | None = None) -> tuple[Vectors, Vectors]:
        """The question's centred vector and that of the passage nearest to it; zeros where no passage is allowed."""
        vector = self._vector(query)
        keys, _ = self.store.nearest(vector, 1, filters)
        return vector, self.store.vectors_of(keys)[0] if len(keys) else np.zeros_like(vector)

    def _candidates(self, query: Query, pool: int, filters: Filters | None) -> Keys:
        nearest, _ = self.store.nearest(self._vector(query), pool, filters)
        worded, _ = self.store.lexical(query.tokens, pool, filters)
        return np.union1d(nearest, worded)

    def _figures(self, query: Query, found: Sequence[StoredPassage]) -> tuple[Vectors, Vectors, Vectors]:
        """Cosine, share of BM25 and fused score of each passage."""
        keys = np.array([each.key for each in found])
        cosines = np.clip(self.store.vectors_of(keys) @ self._vector(query), -1.0, 1.0)
        shares = self._bm25_shares(query.tokens, keys)
        return cosines, shares, self._fused(query, cosines, shares, [each.document.language for each in found])

    def _vector(self, query: Query) -> Vectors:
        return self.centring.query_vector(query.vector, query.language)

    def _bm25_shares(self, tokens: Sequence[int], keys: Keys) -> Vectors:
        most = _MOST_BM25 * sum(self.store.idf(tokens).values()) or 1.0
        return np.asarray(self.store.bm25(tokens, keys) / most, np.float32)

    def _fused(self, query: Query, cosines: Vectors, bm25: Vectors, languages: Sequence[str]) -> Vectors:
        """Cosine plus the words in common beyond what is usual among the nearest passages of the same language.

        Only passages in the question's language share its words, so BM25 as it is would undo the centring of the
        vectors: taking off each language's own level is the same cure for the lexical half.
        """
        beyond = bm25.copy()
        own = np.array([language == query.language for language in languages])
        codes = np.array(languages)
        for code in set(languages):
            group = np.flatnonzero(codes == code)
            nearest = group[np.argsort(-cosines[group], kind="stable")[: self.weights.usual]]
            beyond[group] -= bm25[nearest].mean()
        fused = cosines + self.weights.lexical * beyond + self.weights.same_language * own
        return np.asarray(fused, np.float32)
