"""Question to hits: the dense and the lexical half, both cured of their bias to the question's own language, and fused
by a weighted sum; then whole phrases first, and repetitions last.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.centring import Centring
from rag.clauses import nested_in, opens_with, part_of
from rag.folding import fold
from rag.phrases import occurs
from rag.reflow import reflow
from rag.store import LOOKS, LanguageMeans, Place, Store, StoredPassage, distinct
from rag.types import DocumentSummary, Filters, Hit, Keys, LanguageMean, Part, Phrase, Query, Vectors

_POOL = 100  # candidates taken from each half
_MOST_POOL = 6_400  # ... and at most, where the nearest are copies of one passage
_MOST_BM25 = 2.2  # (k1 + 1) x idf is the most that BM25 gives for one token
_COPY = 0.98  # cosine from which on a passage says what another says: a copy with a word or two changed
_PHRASED = 200  # passages looked at for a phrase, those with the most of its words
_OPENINGS = 32  # looked at for what a question names, those with the most of its words
_DOCUMENTS = 10  # looked into for a part that is named: what it is about is seldom said of more
_NESTED = 2  # parts that a question names: one may be inside the other
_NEWEST = 0.02  # rank score by which the newest candidate is preferred to the oldest: near-equal passages swap


@dataclass(frozen=True, slots=True)
class Weights:
    """How the halves are added to one order, chosen on development data (docs/retrieval.md)."""

    lexical: float = 1.2  # x BM25 as a share of the most that this question could have
    usual: int = 3  # what is usual in a language: the mean over so many passages of it, the best ones
    usual_lexical: float = 1.25  # x the usual BM25 is taken off
    usual_most: float = 0.4  # BM25, as such a share, that can be usual: passages that repeat the question are asked for
    usual_cosine: float = 0.35  # x the usual cosine
    few: int = 4  # passages of a language; fewer do not tell what is usual in it


@dataclass(frozen=True, slots=True)
class Retriever:
    store: Store
    centring: Centring
    weights: Weights = Weights()
    per_document: int = 5  # passages of one document before those of others; 0: as many as there are

    def search(
        self,
        query: Query,
        k: int,
        filters: Filters | None = None,
        *,
        newest: bool = False,
        within: Sequence[Part] = (),
    ) -> list[Hit]:
        """The k best passages, best first; fewer only where fewer are allowed. `within`: of these parts alone.

        Passages that hold every phrase of the query or the clause that it names come first; copies of a passage before
        them and what exceeds `per_document` come last. `newest`: of near-equal passages that of the newer document
        first.
        """
        pool, looks = max(_POOL, k), 0
        while True:
            candidates = self._candidates(query, pool, filters, newest, within)
            holding, others = self._parted(candidates, query)
            first, different = self._spread(holding, k)
            rest, more = self._spread(others, k)
            # Only copies call for more: a thousand of one page must not keep every other page out.
            if not within and different + more < k and len(candidates) >= pool and pool < _MOST_POOL:
                pool *= 4
                continue
            ordered = [*first, *rest][:k]
            hits = [_cut(hit, within) for hit in self._hits(ordered, len(first))]
            looks += 1
            if len(hits) == len(ordered) or looks == LOOKS:  # else a document went meanwhile: look again
                return hits

    def parts(self, query: Query, filters: Filters | None = None) -> list[Part]:
        """Where documents have the parts in which the query asks for something; [] where none has one."""
        return [part for part, _ in self.nested(query.parts, filters)] or [
            part
            for number in query.parts
            for document in self._documents_with(number, filters)[:_DOCUMENTS]
            for part in self._parts_of(document, number)
        ]

    def nested(self, named: Sequence[Phrase], filters: Filters | None = None) -> list[tuple[Part, Phrase]]:
        """Of two parts that are named, where documents have one within the other, and which."""
        if len(named) != _NESTED:
            return []
        documents = [document for number in named for document in self._documents_with(number, filters)]
        found = []
        for document in list(dict.fromkeys(documents))[:_DOCUMENTS]:
            whole = self.store.document_if(document.id, document.content_hash)
            one, other = named
            if whole and (inside := nested_in(whole.text, one.numbered, other.numbered)):
                place, inner = inside
                found.append((Part(document.id, *place), one if inner == one.numbered else other))
        return found

    def _documents_with(self, number: Phrase, filters: Filters | None) -> list[DocumentSummary]:
        keys, _ = self.store.lexical(number.tokens, _PHRASED, filters)
        found = self.store.passages(keys)
        return list(dict.fromkeys(each.document for each in found if opens_with(number.text, fold(each.passage.text))))

    def _parts_of(self, document: DocumentSummary, number: Phrase) -> list[Part]:
        whole = self.store.document_if(document.id, document.content_hash)
        place = part_of(whole.text, number.numbered) if whole else None  # else it was replaced meanwhile
        return [Part(document.id, *place)] if place else []

    def openings(self, query: Query, filters: Filters | None = None) -> list[StoredPassage]:
        """How the documents begin that have the nearest passages, where they do not end with that as well."""
        keys = self.store.openings(distinct([self._keys(each, _POOL, filters) for each in (query, *query.behind)]))
        shared = self._bm25_shares(query.whole.tokens, keys)
        return self.store.passages(keys[np.argsort(-shared, kind="stable")[:_OPENINGS]])

    def _candidates(
        self, query: Query, pool: int, filters: Filters | None, newest: bool, within: Sequence[Part]
    ) -> list["_Candidate"]:
        """The best of both halves for each reading of the question, best first."""
        readings = (query, *query.behind)
        places = [self.store.keys_within(part.document_id, part.start, part.end) for part in within]
        keys = distinct(places or [self._keys(reading, pool, filters) for reading in readings])
        reading_vectors = _beside().submit(self.store.vectors_of, keys)
        found = self.store.places(keys)
        there = np.isin(keys, [each.key for each in found])
        shares = [self._bm25_shares(reading.tokens, keys[there]) for reading in readings]
        vectors = reading_vectors.result()[there]
        if not found:
            return []
        languages = [each.language for each in found]
        means = self.store.language_means()
        own = _adapted(self.centring, means)
        compared = own.passage_vectors(self.centring.raw(vectors, languages), languages)
        queries = [own.query_vector(reading.vector, reading.language) for reading in readings]
        codes = np.array(languages)
        figures = [self._figures(*each, compared, codes, means.of) for each in zip(queries, shares, strict=True)]
        weights = [1.0 - query.share, *(query.share / len(query.behind) for _ in query.behind)]
        cosines, lexical, scores = np.average(figures, axis=0, weights=weights)
        if newest:
            scores += _NEWEST * _recency([each.date for each in found])
        columns = (cosines.tolist(), lexical.tolist(), scores.tolist())
        candidates = [_Candidate(*each) for each in zip(found, *columns, vectors, strict=True)]
        candidates.sort(key=lambda one: (-one.rank_score, one.place.document_id, one.place.ordinal))
        return candidates

    def _hits(self, ordered: Sequence["_Candidate"], phrased: int) -> list[Hit]:
        """With their texts; without those that are gone. The first `phrased` hold the phrases."""
        stored = {each.key: each for each in self.store.passages([each.place.key for each in ordered])}
        return [
            Hit(
                self.store.with_columns(stored[each.place.key]),
                stored[each.place.key].document,
                each.cosine,
                each.lexical,
                each.rank_score,
                phrased=place < phrased,
                copy=each.copy,
            )
            for place, each in enumerate(ordered)
            if each.place.key in stored
        ]

    def nearest(self, query: Query, filters: Filters | None = None) -> tuple[Vectors, Vectors]:
        """The question's centred vector and that of the passage nearest to it; zeros where no passage is allowed."""
        vector = self._vector(query)
        keys, _ = self.store.nearest(vector, 1, filters)
        return vector, self.store.vectors_of(keys)[0] if len(keys) else np.zeros_like(vector)

    def _keys(self, query: Query, pool: int, filters: Filters | None) -> Keys:
        near = _beside().submit(self.store.nearest, self._vector(query), pool, filters)
        worded, _ = self.store.lexical(query.tokens, pool, filters)
        nearest, _ = near.result()
        named = (*query.phrases, *query.clauses)
        phrased = [self.store.lexical(phrase.tokens, _PHRASED, filters)[0] for phrase in named]
        return np.concatenate([nearest, worded, *phrased])

    def _figures(
        self,
        query: Vectors,
        shares: Vectors,
        vectors: Vectors,
        languages: NDArray[np.str_],
        sizes: Mapping[str, LanguageMean],
    ) -> tuple[Vectors, Vectors, Vectors]:
        """Cosine, share of BM25 and fused score of each passage."""
        cosines = np.clip(vectors @ query, -1.0, 1.0)
        return cosines, shares, self._fused(cosines, shares, languages, sizes)

    def _vector(self, query: Query) -> Vectors:
        return self.centring.query_vector(query.vector, query.language)

    def _bm25_shares(self, tokens: Sequence[int], keys: Keys) -> Vectors:
        most = _MOST_BM25 * sum(self.store.idf(tokens).values()) or 1.0
        return np.asarray(self.store.bm25(tokens, keys) / most, np.float32)

    def _fused(
        self, cosines: Vectors, bm25: Vectors, languages: NDArray[np.str_], sizes: Mapping[str, LanguageMean]
    ) -> Vectors:
        """Cosine and words in common, less what is usual among the best passages of the same language.

        Only passages in the question's language share its words, and vectors lie nearer to some languages than to
        others even when they are centred. Either way a language would win as a whole: taking off what its best
        passages have in common leaves what sets a passage apart from them (as CSLS does, Conneau et al. 2018). But
        where they repeat most of the question it is they that are asked for, as by the heading of a section, and not
        what other languages have for lack of a better one. Within one language the order is that of the plain sum.

        A stray paragraph in another language has nothing to stand out from: from it is taken off what is usual in the
        others, as far as it is more.
        """
        fused = np.asarray(cosines + self.weights.lexical * bm25, np.float32)
        groups = {code: np.flatnonzero(languages == code) for code in set(languages.tolist())}
        usual = {code: self._usual(fused[group], cosines[group], bm25[group]) for code, group in groups.items()}
        known = {
            code: max(len(group), sizes[code].passages if code in sizes else 0) / self.weights.few
            for code, group in groups.items()
        }
        common = max((usual[code] for code in groups if known[code] >= 1.0), default=0.0)
        for code, group in groups.items():
            fused[group] -= usual[code] + max(0.0, 1.0 - known[code]) * max(0.0, common - usual[code])
        return fused

    def _usual(self, fused: Vectors, cosines: Vectors, bm25: Vectors) -> float:
        """Of the passages of one language."""
        weights = self.weights
        best = np.argsort(-fused, kind="stable")[: weights.usual]
        words = min(float(bm25[best].mean()), weights.usual_most)
        return float(weights.usual_cosine * cosines[best].mean() + weights.usual_lexical * weights.lexical * words)

    def _parted(
        self, candidates: Sequence["_Candidate"], query: Query
    ) -> tuple[list["_Candidate"], list["_Candidate"]]:
        """Those that hold every phrase, or open with the clause that is named, if there is any, and the others."""
        if not (query.phrases or query.clauses):
            return [], list(candidates)
        stored = self.store.passages([each.place.key for each in candidates])
        holding = {each.key for each in stored if _holds(each.passage.text, query)}
        return (
            [each for each in candidates if each.place.key in holding],
            [each for each in candidates if each.place.key not in holding],
        )

    def _spread(self, candidates: Sequence["_Candidate"], k: int) -> tuple[list["_Candidate"], int]:
        """Copies last, before them what exceeds `per_document`; and how many of the first k are no copies."""
        kept: list[_Candidate] = []
        vectors = np.empty((k, len(candidates[0].vector) if candidates else 0), np.float32)  # of those kept
        crowding: list[_Candidate] = []
        copies: list[_Candidate] = []
        taken: Counter[str] = Counter()
        for each in candidates:
            name = each.place.document_id
            if (vectors[: len(kept)] @ each.vector >= _COPY).any():
                copies.append(each._replace(copy=True))
            elif self.per_document and taken[name] >= self.per_document:
                crowding.append(each)
            else:
                vectors[len(kept)] = each.vector
                kept.append(each)
                taken[name] += 1
            if len(kept) == k:
                break
        return [*kept, *crowding, *copies][:k], len(kept) + len(crowding)


class _Candidate(NamedTuple):
    place: Place
    cosine: float
    lexical: float
    rank_score: float
    vector: Vectors  # (dimension,), centred as the index is
    copy: bool = False


def _holds(text: str, query: Query) -> bool:
    if query.clauses:
        lines = fold(text)
        if any(opens_with(clause.text, lines) for clause in query.clauses):
            return True
    if not query.phrases:
        return False
    folded = fold(reflow(text).without_names)
    return all(occurs(phrase.text, folded) for phrase in query.phrases)


def _cut(hit: Hit, parts: Sequence[Part]) -> Hit:
    """Without what its passage has of other parts than these."""
    passage = hit.passage
    for part in parts:
        start, end = max(passage.start, part.start), min(passage.end, part.end)
        if part.document_id == passage.document_id and start < end:
            text = passage.text[start - passage.start : end - passage.start]
            columns = passage.columns if start == passage.start else None
            return replace(hit, passage=replace(passage, start=start, end=end, text=text, columns=columns))
    return hit


@lru_cache(maxsize=8)  # the means stay the same object until the indexes are made anew
def _adapted(centring: Centring, means: LanguageMeans) -> Centring:
    return centring.adapted(means.of)


@cache
def _beside() -> ThreadPoolExecutor:
    """For one half of a search while the other is done: both are mostly out of the interpreter's hands."""
    return ThreadPoolExecutor(4, thread_name_prefix="quoth-nearest")


def _recency(dates: Sequence[str | None]) -> Vectors:
    """0 for the oldest date and for none, 1 for the newest, evenly between. (n,)"""
    known = sorted({date for date in dates if date is not None})
    place: dict[str | None, float] = {date: rank / max(1, len(known) - 1) for rank, date in enumerate(known)}
    return np.array([place.get(date, 0.0) for date in dates], np.float32)
