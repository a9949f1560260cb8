"""The sentence that answers, and how sure that it does.

Every sentence of the hits that are near the best is a candidate. What speaks for it: its vector's cosine with the
question, the question's rare subwords that it repeats, its passage, and what the reading network finds in it. Linear
models over these figures (`training/calibration.py`) give the order of the candidates and the confidence in the first.
"""

import hashlib
import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from threading import Lock
from typing import Protocol

import numpy as np

from rag.centring import Centring
from rag.folding import fold
from rag.readers.calibration import Calibration
from rag.reflow import Reflowed, reflow
from rag.sentences import sentences
from rag.types import Encoder, Hit, Passage, Query, Reading, Span, Vectors

Idf = Callable[[Sequence[int]], Mapping[int, float]]

_ADJOINING = 0.5  # a neighbour whose score is no further below the best is quoted with it: odds of 1.6
_FROM_PASSAGE = 0.9  # x the cosine's weight: two sentences' cosines, each 0.45 from its passage's, which few are
_MOST_LEAD = 1.0  # odds of e
_NEAR = 0.2  # below the best hit's rank score: none of 1,285 development questions is better answered from further away
_BEHIND = 0.5  # x the share of the search that goes to the readings behind earlier questions
_GAP = 3  # characters of white space between adjoining sentences
_SPANS = 5
_DATELINE = 24  # letters and digits: longer ones are sentences
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
SPAN_FEATURES = ("span minus null", "mass", "answerable")
_LEAST = -12.0  # what the network says below this differs by nothing that matters


@dataclass(frozen=True, slots=True)
class Finding:
    """The best answer in a stretch of a text, `text[start:end]`, and what the network makes of it."""

    start: int
    end: int
    minus_null: float  # the span's score less that of "no answer here"
    answerable: float  # logit of the text
    mass: float  # logarithm of the probability that an answer starts and ends in the stretch (mean of the two)

    @property
    def features(self) -> tuple[float, ...]:
        """SPAN_FEATURES."""
        return max(_LEAST, min(-_LEAST, self.minus_null)), max(_LEAST, self.mass), self.answerable


class Network(Protocol):
    """Reads a question together with each of several texts; for each stretch its finding, if it has words."""

    def find(
        self, question: str, texts: Sequence[str], stretches: Sequence[Sequence[tuple[int, int]]]
    ) -> list[list[Finding | None]]: ...


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
    lead: float = 0.0  # over the next


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
        ordered = self.ordered(query, hits)
        spans: list[Span] = []
        for quoted in self.choose(ordered):
            best = quoted[0]
            same = best.hit.document.language == query.language
            probability = self._calibration.probability(best.features, best.lead, same_language=same)
            spans.append(_span(quoted, min(probability, spans[-1].score if spans else 1.0)))
        return Reading(tuple(spans), spans[0].score if spans else 0.0, _support(hits, ordered))

    def ordered(self, query: Query, hits: Sequence[Hit]) -> list[Candidate]:
        """The candidates, scored, the best first."""
        scored = [replace(each, score=self._calibration.score(each.features)) for each in self.candidates(query, hits)]
        return sorted(scored, key=lambda each: -each.score)

    @staticmethod
    def choose(ordered: Sequence[Candidate]) -> list[list[Candidate]]:
        """What to quote, best first: a sentence, or two that adjoin with the better one first."""
        left = list(ordered)
        chosen: list[list[Candidate]] = []
        while left and len(chosen) < _SPANS:
            best = replace(left[0], lead=lead(each.score for each in left[:2]))
            quoted = [best, *_neighbour(best, left)]
            chosen.append(quoted)
            taken = _span(quoted, 0.0)
            left = [each for each in left if not _touches(each, taken)]
        return chosen

    def candidates(self, query: Query, hits: Sequence[Hit]) -> list[Candidate]:
        """Every sentence of the hits that are near the best with its features.

        A follow-up is read as it is searched for: alone and behind the question before it, and the features are
        averaged. Behind it, the network finds the answer to that question too; alone, it knows of no subject.
        """
        found = list(_sentences(_near(hits)).values())
        if not found:
            return []
        tokens = self._encoder.tokenize([fold(each.text) for each in found])
        alone, *behind = (self._read_for(each, hits, found, tokens) for each in (query, *query.behind[:1]))
        return _averaged(alone, behind[0], _BEHIND * query.share) if behind else alone

    def _read_for(
        self, query: Query, hits: Sequence[Hit], found: Sequence[Candidate], tokens: Sequence[Sequence[int]]
    ) -> list[Candidate]:
        """The sentences that were found, and their folded subwords -> what speaks for each as an answer to one text."""
        words = self._word_features(query, hits, found, tokens)
        findings: Sequence[Finding | None] = [None] * len(found)
        if self._network is not None:
            findings = _findings(self._network, query.text, found)
            words = [(*row, *_features(finding)) for row, finding in zip(words, findings, strict=True)]
        marked = [_marked(each, finding) for each, finding in zip(found, findings, strict=True)]
        return self._with_cosines(query, [replace(each, features=row) for each, row in zip(marked, words, strict=True)])

    def _word_features(
        self, query: Query, hits: Sequence[Hit], found: Sequence[Candidate], tokens: Sequence[Sequence[int]]
    ) -> list[tuple[float, ...]]:
        """WORD_FEATURES, with the cosine of the passage for that of the sentence.

        Words in common say much within a language and next to nothing across, so they count apart.
        """
        overlaps = self._overlaps(query, tokens)
        usual = sum(hit.score for hit in hits) / len(hits)
        rows: list[tuple[float, ...]] = []
        for each, overlap in zip(found, overlaps, strict=True):
            hit = each.hit
            same = float(hit.document.language == query.language)
            below = hit.rank_score - hits[0].rank_score
            passage = (hit.score, hit.score - usual, below)
            rows.append((hit.score, overlap, *passage, same, same * overlap, same * hit.lexical))
        return rows

    def _with_cosines(self, query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Each sentence's own cosine, where it may decide which comes first: four in five need not be encoded."""
        scores = [self._calibration.score(each.features) for each in candidates]
        least = max(scores) - _FROM_PASSAGE * self._calibration.order[0]
        contending = {place: each for place, each in enumerate(candidates) if scores[place] >= least}
        vectors = self._vectors.of([each.text for each in contending.values()])
        centred = self._centring.passage_vectors(vectors, [each.hit.document.language for each in contending.values()])
        cosines = (centred @ self._centring.query_vector(query.vector, query.language)).tolist()
        completed = list(candidates)
        for (place, each), cosine in zip(contending.items(), cosines, strict=True):
            completed[place] = replace(each, features=(cosine, *each.features[1:]))
        return completed

    def _overlaps(self, query: Query, tokens: Sequence[Sequence[int]]) -> list[float]:
        """The share of the question's idf that each text repeats."""
        idf = self._idf(query.tokens)
        most = sum(idf.values()) or 1.0
        return [sum(idf[token] for token in idf.keys() & set(each)) / most for each in tokens]


def _averaged(alone: Sequence[Candidate], behind: Sequence[Candidate], share: float) -> list[Candidate]:
    one, other = (np.array([each.features for each in read]) for read in (alone, behind))
    rows = ((1 - share) * one + share * other).tolist()
    return [replace(each, features=tuple(row)) for each, row in zip(alone, rows, strict=True)]


def _findings(network: Network, question: str, candidates: Sequence[Candidate]) -> list[Finding | None]:
    """What the network finds in each candidate, read within its passage; at offsets of the document."""
    passages = [list(group) for _, group in groupby(candidates, key=lambda each: _place(each.hit))]
    texts = [reflow(group[0].hit.passage.text) for group in passages]
    stretches = [
        [text.span_of(each.start - each.hit.passage.start, each.end - each.hit.passage.start) for each in group]
        for group, text in zip(passages, texts, strict=True)
    ]
    found = network.find(question, [text.text for text in texts], stretches)
    return [
        finding and _in_document(finding, text, group[0].hit.passage)
        for group, text, findings in zip(passages, texts, found, strict=True)
        for finding in findings
    ]


def _in_document(finding: Finding, text: Reflowed, passage: Passage) -> Finding:
    start, end = text.source_span(finding.start, finding.end)
    return replace(finding, start=passage.start + start, end=passage.start + end)


def lead(best: Iterable[float]) -> float:
    """Of the first score over the second. Much more than the next is not much surer: both may be far off."""
    first, *others = best
    return min(_MOST_LEAD, first - others[0]) if others else 0.0


def _features(finding: Finding | None) -> tuple[float, ...]:
    return (_LEAST, _LEAST, _LEAST) if finding is None else finding.features


def _marked(candidate: Candidate, finding: Finding | None) -> Candidate:
    if finding is None or finding.minus_null <= 0:
        return candidate  # what the network likes less than "no answer here" is no answer to point at
    inside = candidate.start <= finding.start and finding.end <= candidate.end  # a cut word may lie in two sentences
    return replace(candidate, highlight=(finding.start, finding.end)) if inside else candidate


def _support(hits: Sequence[Hit], ordered: Sequence[Candidate]) -> tuple[float, ...]:
    """Of each hit the score of its best sentence. A sentence that several hits share speaks for the best of them."""
    best: dict[tuple[str, int], float] = {}
    for each in ordered:
        best.setdefault(_place(each.hit), each.score)
    return tuple(best.get(_place(hit), -math.inf) for hit in hits)


def _place(hit: Hit) -> tuple[str, int]:
    return hit.passage.document_id, hit.passage.ordinal


def _near(hits: Sequence[Hit]) -> list[Hit]:
    """Those worth reading."""
    best = max((hit.rank_score for hit in hits), default=0.0)
    return [hit for hit in hits if hit.phrased or hit.rank_score >= best - _NEAR]


def _sentences(hits: Sequence[Hit]) -> dict[tuple[str, int, int], Candidate]:
    """The sentences of the hits, once each though passages overlap, under the better of their hits."""
    found: dict[tuple[str, int, int], Candidate] = {}
    for hit in hits:
        passage = hit.passage
        for start, end in _quotable(passage.text, hit.document.language):
            place = (passage.document_id, passage.start + start, passage.start + end)
            text = reflow(passage.text[start:end]).text
            found.setdefault(place, Candidate(place[1], place[2], text, hit))
    return found


def _quotable(text: str, language: str) -> list[tuple[int, int]]:
    """Its sentences; a dateline or the number of a paragraph is none without what it opens."""
    spans: list[tuple[int, int]] = []
    for start, end in sentences(text, language):
        opened = spans and _opens(text, *spans[-1]) and not text[spans[-1][1] : start].strip(" ")
        spans.append((spans.pop()[0] if opened else start, end))
    return spans


def _opens(text: str, start: int, end: int) -> bool:
    letters = [each for each in text[start:end] if each.isalnum()]
    short = len(letters) < _DATELINE and any(each.isdigit() for each in letters)
    return short and (start == 0 or text[start - 1] == "\n")


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
