"""The sentence that answers, and how sure that it does.

Every sentence of the hits is a candidate. What speaks for it: its vector's cosine with the question, the question's
rare subwords that it repeats, its passage, and what the reading network finds in it. Two linear models over these
figures (`training/calibration.py`) give the order of the candidates and the confidence in the first.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Protocol

import numpy as np

from rag.centring import Centring
from rag.folding import fold
from rag.readers.calibration import Calibration
from rag.reflow import Reflowed, reflow
from rag.sentences import sentences
from rag.types import Encoder, Hit, Query, Reading, Span, Vectors

Idf = Callable[[Sequence[int]], Mapping[int, float]]

_ADJOINING = 0.5  # a neighbour whose score is no further below the best is quoted with it: odds of 1.6
_GAP = 3  # characters of white space between adjoining sentences
_SPANS = 5
_REMEMBERED = 20_000  # sentence vectors, 30 MB

WORD_FEATURES = (
    "cosine",
    "overlap",
    "passage cosine",
    "passage cosine above the hits' mean",
    "rank score below the best hit",
    "same language",
    "overlap, same language",
    "passage BM25 share, same language",
)
SPAN_FEATURES = ("span minus null", "answerable", "start probability", "end probability", "found")
_NOTHING_FOUND = -12.0  # span minus null of a sentence in which the network sees no answer


@dataclass(frozen=True, slots=True)
class Finding:
    """A possible answer in a passage, `text[start:end]` of what was read, and what the network makes of it."""

    start: int
    end: int
    minus_null: float  # its score less that of "no answer here"
    answerable: float  # logit of the passage
    start_probability: float
    end_probability: float

    @property
    def features(self) -> tuple[float, ...]:
        score = max(_NOTHING_FOUND, min(-_NOTHING_FOUND, self.minus_null))
        return score, self.answerable, self.start_probability, self.end_probability, 1.0


class Network(Protocol):
    """Reads a question together with each of several texts; the findings of a text best first."""

    def find(self, question: str, texts: Sequence[str]) -> list[list[Finding]]: ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a hit, with what speaks for it."""

    start: int  # document offsets
    end: int
    text: str  # as it reads, for the encoder
    hit: Hit
    highlight: tuple[int, int] | None = None  # document offsets of the answer that the network found in it
    features: tuple[float, ...] = ()
    score: float = 0.0  # its place in the order
    lead: float = 0.0  # its score less that of the next


class EvidenceReader:
    """Chooses among the sentences of the hits. Without a network, by the encoder and words alone."""

    def __init__(
        self, encoder: Encoder, centring: Centring, idf: Idf, calibration: Calibration, network: Network | None = None
    ) -> None:
        self._encoder = encoder
        self._centring = centring
        self._idf = idf
        self._calibration = calibration
        self._network = network
        self._vectors = _VectorCache(encoder)

    def read(self, query: Query, hits: Sequence[Hit]) -> Reading:
        spans: list[Span] = []
        for quoted in self.choose(query, hits):
            probability = self._calibration.probability(quoted[0].features, quoted[0].lead)
            spans.append(_span(quoted, min(probability, spans[-1].score if spans else 1.0)))
        return Reading(tuple(spans), spans[0].score if spans else 0.0)

    def choose(self, query: Query, hits: Sequence[Hit]) -> list[list[Candidate]]:
        """What to quote, best first: a sentence, or two that adjoin with the better one first."""
        scored = [replace(each, score=self._calibration.score(each.features)) for each in self.candidates(query, hits)]
        left = sorted(scored, key=lambda each: -each.score)
        chosen: list[list[Candidate]] = []
        while left and len(chosen) < _SPANS:
            best = replace(left[0], lead=left[0].score - left[1].score if len(left) > 1 else 0.0)
            quoted = [best, *_neighbour(best, left)]
            chosen.append(quoted)
            left = [each for each in left if not _touches(each, _span(quoted, 0.0))]
        return chosen

    def candidates(self, query: Query, hits: Sequence[Hit]) -> list[Candidate]:
        """Every sentence of the hits with its features."""
        found = list(_sentences(hits).values())
        if not found:
            return []
        words = self._word_features(query, hits, found)
        if self._network is None:
            return [replace(each, features=row) for each, row in zip(found, words, strict=True)]
        seen = _seen(self._network, query, hits)
        return [_with_evidence(each, row, seen[_place(each.hit)]) for each, row in zip(found, words, strict=True)]

    def _word_features(self, query: Query, hits: Sequence[Hit], found: Sequence[Candidate]) -> list[tuple[float, ...]]:
        """Words in common say much within a language and next to nothing across, so they count apart."""
        vectors = self._vectors.of([each.text for each in found])
        centred = self._centring.passage_vectors(vectors, [each.hit.document.language for each in found])
        cosines = centred @ self._centring.query_vector(query.vector, query.language)
        overlaps = self._overlaps(query, [each.text for each in found])
        usual = sum(hit.score for hit in hits) / len(hits)
        rows: list[tuple[float, ...]] = []
        for each, cosine, overlap in zip(found, cosines.tolist(), overlaps, strict=True):
            hit = each.hit
            same = float(hit.document.language == query.language)
            below = hit.rank_score - hits[0].rank_score
            passage = (hit.score, hit.score - usual, below)
            rows.append((cosine, overlap, *passage, same, same * overlap, same * hit.lexical))
        return rows

    def _overlaps(self, query: Query, texts: Sequence[str]) -> list[float]:
        """The share of the question's idf that each text repeats."""
        idf = self._idf(query.tokens)
        most = sum(idf.values()) or 1.0
        tokens = self._encoder.tokenize([fold(text) for text in texts])
        return [sum(idf[token] for token in idf.keys() & set(each)) / most for each in tokens]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A passage as it was read, and what was found in it."""

    start: int  # of the passage in its document
    reflowed: Reflowed
    findings: Sequence[Finding]
    answerable: float

    def place(self, finding: Finding) -> tuple[int, int]:
        start, end = self.reflowed.source_span(finding.start, finding.end)
        return self.start + start, self.start + end


def _seen(network: Network, query: Query, hits: Sequence[Hit]) -> dict[tuple[str, int], _Seen]:
    texts = [reflow(hit.passage.text) for hit in hits]
    findings = network.find(query.text, [each.text for each in texts])
    return {
        _place(hit): _Seen(hit.passage.start, text, found, found[0].answerable if found else 0.0)
        for hit, text, found in zip(hits, texts, findings, strict=True)
    }


def _with_evidence(candidate: Candidate, words: tuple[float, ...], seen: _Seen) -> Candidate:
    """The candidate with the best finding that lies inside it, if there is one."""
    for finding in seen.findings:
        start, end = seen.place(finding)
        if candidate.start <= start and end <= candidate.end:
            return replace(candidate, highlight=(start, end), features=(*words, *finding.features))
    return replace(candidate, features=(*words, _NOTHING_FOUND, seen.answerable, 0.0, 0.0, 0.0))


def _place(hit: Hit) -> tuple[str, int]:
    return hit.passage.document_id, hit.passage.ordinal


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


def _span(quoted: Sequence[Candidate], probability: float) -> Span:
    start, end = min(each.start for each in quoted), max(each.end for each in quoted)
    return Span(quoted[0].hit.document.id, start, end, quoted[0].highlight, probability)


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
