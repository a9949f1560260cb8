"""Question to hits: the dense and the lexical half, both cured of their bias to the question's own language, and fused
by a weighted sum.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.centring import Centring
from rag.store import Store
from rag.types import Filters, Hit, Keys, Query, Vectors

_POOL = 100  # candidates taken from each half
_MOST_BM25 = 2.2  # (k1 + 1) x idf is the most that BM25 gives for one token


@dataclass(frozen=True, slots=True)
class Weights:
    """How the halves are added to one order, chosen on development data (docs/retrieval.md)."""

    lexical: float = 1.2  # x BM25 as a share of the most that this question could have
    usual: int = 2  # what is usual in a language: the mean over so many passages of it, the nearest ones
    usual_cosine: float = 0.7  # the share of the usual cosine that is taken off, as the usual BM25 is whole
    same_language: float = 0.01  # a mild preference: the same event may be told in several languages


@dataclass(frozen=True, slots=True)
class Retriever:
    store: Store
    centring: Centring
    weights: Weights = Weights()

    def search(self, query: Query, k: int, filters: Filters | None = None) -> list[Hit]:
        """The k best passages, best first; fewer only where fewer are allowed."""
        vector = self.centring.query_vector(query.vector, query.language)
        pool = max(_POOL, k)
        nearest, _ = self.store.nearest(vector, pool, filters)
        worded, _ = self.store.lexical(query.tokens, pool, filters)
        found = self.store.passages(np.union1d(nearest, worded))
        if not found:
            return []
        keys = np.array([each.key for each in found])
        cosines = np.clip(self.store.vectors_of(keys) @ vector, -1.0, 1.0)
        shares = self._bm25_shares(query.tokens, keys)
        scores = self._fused(query, cosines, shares, [each.document.language for each in found])
        hits = [
            Hit(each.passage, each.document, float(cosine), float(lexical), float(score))
            for each, cosine, lexical, score in zip(found, cosines, shares, scores, strict=True)
        ]
        hits.sort(key=lambda hit: (-hit.rank_score, hit.document.id, hit.passage.ordinal))
        return hits[:k]

    def _bm25_shares(self, tokens: Sequence[int], keys: Keys) -> Vectors:
        most = _MOST_BM25 * sum(self.store.idf(tokens).values()) or 1.0
        return np.asarray(self.store.bm25(tokens, keys) / most, np.float32)

    def _fused(self, query: Query, cosines: Vectors, bm25: Vectors, languages: Sequence[str]) -> Vectors:
        """Cosine and words in common, less what is usual among the nearest passages of the same language.

        Only passages in the question's language share its words, and vectors lie nearer to some languages than to
        others even when they are centred. Either way a language would win as a whole: taking off what its nearest
        passages have in common leaves what sets a passage apart from them (as CSLS does, Conneau et al. 2018). Within
        one language the order is that of the plain sum.
        """
        fused = cosines + self.weights.lexical * bm25
        common = self.weights.usual_cosine * cosines + self.weights.lexical * bm25
        codes = np.array(languages)
        for code in set(languages):
            group = np.flatnonzero(codes == code)
            nearest = group[np.argsort(-cosines[group], kind="stable")[: self.weights.usual]]
            fused[group] -= common[nearest].mean()
        fused += self.weights.same_language * (codes == query.language)
        return np.asarray(fused, np.float32)
