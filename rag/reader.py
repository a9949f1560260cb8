"""Question and passages to spans: the sentence that answers, and how sure that it does.

A sentence is scored by its own vector's cosine with the question (both centred), by how much of the question's
weight in rare subwords it repeats, and by its passage. The confidence is a logistic regression over those figures,
fitted on development data (`training/abstention.py`).
"""

import hashlib
import math
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np

from rag.centring import Centring
from rag.folding import fold
from rag.reflow import reflow
from rag.sentences import sentences
from rag.types import Encoder, Hit, Query, Reading, Span, Vectors

Idf = Callable[[Sequence[int]], Mapping[int, float]]

_OVERLAP = 0.6  # x share of the question's idf that the sentence repeats
_PASSAGE = 0.5  # x the passage's rank score
_ADJOINING = 0.2  # a neighbour that scores no further below the best is quoted with it: one quotation in five
_GAP = 3  # characters of white space between adjoining sentences
_SPANS = 5
_REMEMBERED = 20_000  # sentence vectors, 30 MB


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit, with what speaks for it."""

    start: int  # document offsets
    end: int
    text: str  # as it reads, for the encoder
    hit: Hit
    cosine: float = 0.0
    overlap: float = 0.0

    @property
    def score(self) -> float:
        return self.cosine + _OVERLAP * self.overlap + _PASSAGE * self.hit.rank_score


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic regression from a span's features to the probability that it is right."""

    weights: tuple[float, ...]
    bias: float

    def probability(self, features: Sequence[float]) -> float:
        z = self.bias + sum(w * x for w, x in zip(self.weights, features, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, z))))


FEATURES = (
    "cosine",
    "overlap",
    "passage cosine",
    "passage cosine above the hits' mean",
    "rank score below the best hit",
    "same language",
    "overlap, same language",
    "passage BM25 share, same language",
)

# Fitted by training/abstention.py; the figures and their reliability stand in docs/reader.md.
CALIBRATION = Calibration(weights=(0.0,) * 8, bias=0.0)


class SentenceReader:
    """Chooses among the sentences of the hits by the encoder alone; quotes two when both belong."""

    def __init__(self, encoder: Encoder, centring: Centring, idf: Idf, calibration: Calibration = CALIBRATION) -> None:
        self._encoder = encoder
        self._centring = centring
        self._idf = idf
        self._calibration = calibration
        self._vectors = _VectorCache(encoder)

    def read(self, query: Query, hits: Sequence[Hit]) -> Reading:
        spans: list[Span] = []
        for quoted in self.choose(query, hits):
            probability = self._calibration.probability(self.features(quoted[0], query, hits))
            spans.append(_span(quoted, min(probability, spans[-1].score if spans else 1.0)))
        return Reading(tuple(spans), spans[0].score if spans else 0.0)

    def choose(self, query: Query, hits: Sequence[Hit]) -> list[list[Candidate]]:
        """What to quote, best first: a sentence, or two that adjoin with the better one first."""
        candidates = sorted(self._candidates(query, hits), key=lambda each: -each.score)
        chosen: list[list[Candidate]] = []
        while candidates and len(chosen) < _SPANS:
            quoted = [candidates[0], *_neighbour(candidates[0], candidates)]
            chosen.append(quoted)
            candidates = [each for each in candidates if not _touches(each, _span(quoted, 0.0))]
        return chosen

    def features(self, candidate: Candidate, query: Query, hits: Sequence[Hit]) -> tuple[float, ...]:
        """What the confidence is made from, in the order of `FEATURES`.

        Words in common say much within a language and next to nothing across, so they count apart.
        """
        hit = candidate.hit
        same = float(hit.document.language == query.language)
        return (
            candidate.cosine,
            candidate.overlap,
            hit.score,
            hit.score - sum(each.score for each in hits) / len(hits),
            hit.rank_score - hits[0].rank_score,
            same,
            same * candidate.overlap,
            same * hit.lexical,
        )

    def _candidates(self, query: Query, hits: Sequence[Hit]) -> list[Candidate]:
        found = list(_sentences(hits).values())
        if not found:
            return []
        vectors = self._vectors.of([each.text for each in found])
        centred = self._centring.passage_vectors(vectors, [each.hit.document.language for each in found])
        cosines = centred @ self._centring.query_vector(query.vector, query.language)
        overlaps = self._overlaps(query, [each.text for each in found])
        return [
            replace(each, cosine=float(cosine), overlap=overlap)
            for each, cosine, overlap in zip(found, cosines, overlaps, strict=True)
        ]

    def _overlaps(self, query: Query, texts: Sequence[str]) -> list[float]:
        """The share of the question's idf that each text repeats."""
        idf, most = self._idf(query.tokens), self._most(query)
        tokens = self._encoder.tokenize([fold(text) for text in texts])
        return [sum(idf[token] for token in idf.keys() & set(each)) / most for each in tokens]

    def _most(self, query: Query) -> float:
        return sum(self._idf(query.tokens).values()) or 1.0


def _span(quoted: Sequence[Candidate], probability: float) -> Span:
    start, end = min(each.start for each in quoted), max(each.end for each in quoted)
    return Span(quoted[0].hit.document.id, start, end, None, probability)


def _sentences(hits: Sequence[Hit]) -> dict[tuple[str, int, int], Candidate]:
    """The sentences of all hits, once each though passages overlap, under the better of their hits."""
    found: dict[tuple[str, int, int], Candidate] = {}
    for hit in hits:
        passage = hit.passage
        for start, end in sentences(passage.text, hit.document.language):
            place = (passage.document_id, passage.start + start, passage.start + end)
            text = reflow(passage.text[start:end]).text
            found.setdefault(place, Candidate(place[1], place[2], text, hit))
    return found


def _neighbour(best: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The sentence right before or after that speaks to the question almost as well, if there is one."""
    for each in candidates[1:]:
        if each.score < best.score - _ADJOINING:
            break
        gap = max(each.start - best.end, best.start - each.end)
        if each.hit.document.id == best.hit.document.id and 0 <= gap <= _GAP:
            return [each]
    return []


def _touches(candidate: Candidate, span: Span) -> bool:
    same = candidate.hit.document.id == span.document_id
    return same and candidate.start < span.end and span.start < candidate.end


class _VectorCache:
    """Sentence vectors under the hash of their text: the same passages are read again and again. Holds no text."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._held: OrderedDict[bytes, Vectors] = OrderedDict()
        self._lock = Lock()

    def of(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension)."""
        names = [hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest() for text in texts]
        with self._lock:
            held = {name: self._held[name] for name in names if name in self._held}
        missing = {name: text for name, text in zip(names, texts, strict=True) if name not in held}
        made = dict(zip(missing, self._encoder.encode_passages(list(missing.values())), strict=True))
        with self._lock:
            self._held.update(made)
            while len(self._held) > _REMEMBERED:
                self._held.popitem(last=False)
        return np.vstack([held[name] if name in held else made[name] for name in names])
