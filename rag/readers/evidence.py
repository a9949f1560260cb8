"""The sentence that answers, and how sure that it does.

Every sentence of the hits that are near the best is a candidate. What speaks for it: its vector's cosine with the
question, the question's rare subwords that it repeats, how well each of the question's words is met by one of its own
(`rag.readers.late_interaction`), its passage, and what the reading network finds in it. Linear models over these
figures (`training/calibration.py`) give the order of the candidates and the confidence in the first. The network reads
the four passages that promise most without it, and of the others those that still come near the best.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import compress, islice
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.centring import Centring
from rag.clauses import likeness
from rag.folding import fold
from rag.passages import overlaps
from rag.readers.calibration import Calibration
from rag.readers.candidates import Candidate, adjoin, by_passage, candidates_of, place, span_of, touches
from rag.readers.findings import SPAN_FEATURES, Finding, Network, best_of, span_features
from rag.readers.late_interaction import LateInteraction, Words
from rag.readers.questions import may_ask
from rag.readers.similar_questions import SimilarQuestions
from rag.readers.text_cache import TextCache
from rag.reflow import Reflowed, ends_sentence, reflow
from rag.types import Encoder, Hit, Query, Reading, Span, Vectors

Idf = Callable[[Sequence[int]], Mapping[int, float]]
Readings: TypeAlias = Sequence[tuple[Query, float]]  # what is read for, and its share; the shares sum to 1
Rows: TypeAlias = NDArray[np.float64]  # (candidates, features)

_ADJOINING = 0.5  # a neighbour whose score is no further below the best is quoted with it: odds of 1.6
_ENCODED = 40  # sentences that promise most by all else: of more, as tables have, the others cannot come first
_REMEMBERED = 4_000  # sentences with their words, 40 MB
_MOST_LEAD = 1.0  # odds of e
_MOST_LEAD_UNDER = 5.0  # of what stands under a question over what does not
_NEAR = 0.2  # below the best hit's rank score: none of 1,285 development questions is better answered from further away
_FIRST = 4  # passages read before the others are looked at
_READ = 10  # passages read at most: all twenty bring no more right answers and make slow questions slower by half
_LIFT = 1.0  # with it as many of 1,128 development questions are answered right as when all are read
_ALIKE = 0.2  # from which on what stands under a question is quoted as its answer
_ANSWER = 400  # ... and so many characters of it together
_SPANS = 5
_NAMED = 0.9  # how sure what opens a part is, where the question names it (benchmarks.clauses)
_NOWHERE = 0.5  # x the confidence of anything else, where none has it
# The number before a line of a table of contents, and the page behind it.
_ENTRY = re.compile(r"^\W*\d+(?:\.\d+)*[.)]?\s+|(?:\s*[.·…]){3,}\s*\d*\s*$")

WORD_FEATURES = (
    "cosine",
    "overlap",
    "passage cosine",
    "passage cosine above the hits' mean",
    "rank score below the best hit",
    "same language",
    "overlap, same language",
    "passage BM25 share, same language",
    "words met",
)
_UNREAD = (0.0,) * len(SPAN_FEATURES)


class EvidenceReader:
    """Chooses among the sentences of the hits. Without a network, by the encoder and words alone."""

    def __init__(
        self,
        encoder: Encoder,
        centring: Centring,
        idf: Idf,
        calibration: Calibration,
        network: Network | None = None,
        late: LateInteraction | None = None,
    ) -> None:
        """`late`: for an encoder that has one; the calibration goes with it."""
        self._encoder = encoder
        self._centring = centring
        self._idf = idf
        self._calibration = calibration
        self._network = network
        self._late = late or LateInteraction({})
        self._told = TextCache(self._told_words, _REMEMBERED)
        self._similar = SimilarQuestions(encoder, centring)

    def read(self, query: Query, hits: Sequence[Hit]) -> Reading:
        ordered = self.ordered(query, hits)
        is_there = bool(ordered and ordered[0].named)
        spans: list[Span] = []
        for quoted in self.choose(ordered, pairs=not is_there):
            if is_there and not quoted[0].named:
                break  # what was asked for has been quoted
            probability = self.probability(quoted[0], query, is_there)
            spans.append(span_of(quoted, min(probability, spans[-1].score if spans else 1.0)))
        return Reading(tuple(spans), spans[0].score if spans else 0.0, _support(hits, ordered))

    def probability(self, best: Candidate, query: Query, is_there: bool = False) -> float:
        """That it is right to quote it. `is_there`: whether a part of a document is what the question names."""
        same = best.hit.language == query.language
        if best.questions.above and not (query.clauses or best.is_record):
            return self._calibration.probability_under(best.features, best.asked, best.lead, same_language=same)
        probability = self._calibration.probability(
            best.features, best.lead, same_language=same, is_record=best.is_record
        )
        if not query.clauses:
            return probability
        return max(probability, _NAMED) if is_there else _NOWHERE * probability

    def ordered(self, query: Query, hits: Sequence[Hit]) -> list[Candidate]:
        """The candidates, scored, the best first."""
        scored = [replace(each, score=self._score(each)) for each in self.candidates(query, hits)]
        if query.clauses:
            scored = _likest([_with_name(each, query) for each in scored])
        return sorted(scored, key=_order)

    def _score(self, candidate: Candidate, unread: tuple[float, ...] = ()) -> float:
        return self._calibration.score((*candidate.features, *unread), candidate.asked)

    @staticmethod
    def choose(ordered: Sequence[Candidate], *, pairs: bool = True) -> list[list[Candidate]]:
        """What to quote, best first: a sentence, or, if `pairs`, two that adjoin with the better one first.

        All but the first have no lead: they would not be quoted first.
        Of what stands under the question that is asked all that adjoins, as far as it is short.
        """
        left = list(ordered)
        chosen: list[list[Candidate]] = []
        while left and len(chosen) < _SPANS:
            best = left[0] if chosen else led(left)
            beside = _rest_of_answer if best.asked >= _ALIKE else _neighbour
            quoted = [best, *(beside(best, left) if pairs else ())]
            chosen.append(quoted)
            taken = span_of(quoted, 0.0)
            left = [each for each in left if not touches(each, taken)]
        return chosen

    def candidates(self, query: Query, hits: Sequence[Hit]) -> list[Candidate]:
        """Every sentence of the passages that are read, with its features.

        A follow-up is read as it is searched for, alone and behind the questions before it, and the features are
        averaged.
        """
        readings = _readings(query, query.share)
        found = _telling(query, self._worth_reading(readings, hits))
        if not found:
            return []
        tokens = self._encoder.tokenize([fold(each.text) for each in found])
        rows = _averaged(readings, lambda one: self._word_features(one, hits, found, tokens))
        found = [replace(each, features=row) for each, row in zip(found, map(tuple, rows.tolist()), strict=True)]
        found = self._compared(readings, found)
        return self._read(self._network_readings(query), found) if self._network else found

    def _worth_reading(self, readings: Readings, hits: Sequence[Hit]) -> list[Candidate]:
        """What is near the best hit or stands under a question that is like the one asked, without that question."""
        near = {place(hit) for hit in _near(hits)}
        found = candidates_of(hit for hit in hits if place(hit) in near or may_ask(hit.passage.text, hit.language))
        above = {each.questions.above: each.hit.language for each in found if each.questions.above}
        likeness = self._similar.likeness(readings, above)
        told = [
            replace(each, asked=likeness(each.questions.above)) for each in found if not likeness(each.questions.own)
        ]
        return [each for each in told if each.asked or place(each.hit) in near]

    def _network_readings(self, query: Query) -> Readings:
        """One that knows single questions finds, behind another question, the answer to that one."""
        return _readings(query, query.share if self._network and self._network.answers_the_last else 0.0)

    def _read(self, readings: Readings, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Those of the passages that are read, with SPAN_FEATURES added."""
        promising = sorted(by_passage(candidates), key=lambda group: (not group[0].hit.phrased, -self._unread(group)))
        read = self._with_findings(readings, promising[:_FIRST])
        best = max(map(self._score, read))
        others = promising[_FIRST:_READ]
        others = [group for group in others if group[0].hit.phrased or self._unread(group) + _LIFT >= best]
        return read + self._with_findings(readings, others)

    def _unread(self, group: Sequence[Candidate]) -> float:
        """The score of its best sentence before the network reads it."""
        return max(self._score(each, _UNREAD) for each in group)

    def _with_findings(self, readings: Readings, passages: Sequence[Sequence[Candidate]]) -> list[Candidate]:
        """What the network finds in the sentences of each passage; the answer to the weightiest reading is marked."""
        assert self._network is not None
        found = [_findings(self._network, query.text, passages) for query, _ in readings]
        shares = [share for _, share in readings]
        read: list[Candidate] = []
        for candidate, *findings in zip((each for group in passages for each in group), *found, strict=True):
            added = shares @ np.array([span_features(each) for each in findings])
            features = (*candidate.features, *added.tolist())
            read.append(replace(_marked(candidate, findings[0]), features=features))
        return read

    def _word_features(
        self, query: Query, hits: Sequence[Hit], found: Sequence[Candidate], tokens: Sequence[Sequence[int]]
    ) -> Rows:
        """WORD_FEATURES, with the cosine of the passage for that of the sentence, and no words met.

        Words in common say much within a language and next to nothing across, so they count apart.
        """
        shares = overlaps(self._idf(query.tokens), tokens)
        usual = sum(hit.score for hit in hits) / len(hits)
        rows: list[tuple[float, ...]] = []
        for each, overlap in zip(found, shares, strict=True):
            hit = each.hit
            same = float(hit.language == query.language)
            below = hit.rank_score - hits[0].rank_score
            passage = (hit.score, hit.score - usual, below)
            shared = (same, same * overlap, same * hit.lexical)
            rows.append((hit.score, overlap, *passage, *shared, 0.0))
        return np.array(rows)

    def _compared(self, readings: Readings, candidates: Sequence[Candidate]) -> list[Candidate]:
        """With each sentence's own cosine and the words that it meets.

        Those that promise too little to be encoded meet no more than the worst of the others.
        """
        unread = _UNREAD if self._network else ()
        promising = sorted(range(len(candidates)), key=lambda number: -self._score(candidates[number], unread))
        chosen = [candidates[number] for number in promising[:_ENCODED]]
        told = self._told.of([each.text for each in chosen])
        centred = self._centring.passage_vectors(
            np.array([vector for vector, _ in told]), [each.hit.language for each in chosen]
        )
        rows = _averaged(readings, lambda one: self._comparisons(one, centred, [words for _, words in told])).tolist()
        worst = min(met for _, met in rows)
        compared = [replace(each, features=(*each.features[:-1], worst)) for each in candidates]
        for number, each, (cosine, met) in zip(promising[:_ENCODED], chosen, rows, strict=True):
            compared[number] = replace(each, features=(cosine, *each.features[1:-1], met))
        return compared

    def _comparisons(self, query: Query, centred: Vectors, told: Sequence[Words]) -> Rows:
        """(sentences, 2): cosine, words met."""
        cosines = centred @ self._centring.query_vector(query.vector, query.language)
        asked = self._late.asked(query.states)
        return np.column_stack([cosines, [self._late.met(asked, words) for words in told]])

    def _told_words(self, texts: Sequence[str]) -> list[tuple[Vectors, Words]]:
        return [(vector, self._late.told(states)) for vector, states in self._encoder.read_passages(texts)]


def _telling(query: Query, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Without lines that are the topic asked for and no more, as tables of contents have, unless there is nothing else.

    A sentence, or the line of a list that says less than the question, may affirm what is asked.
    """
    if query.clauses:
        return candidates
    asked = _words(query.text)
    lines = [_ENTRY.sub("", each.text) for each in candidates]
    telling = [ends_sentence(line) or _words(line) != asked for line in lines]
    return list(compress(candidates, telling)) or candidates


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", fold(text)))


def _order(candidate: Candidate) -> tuple[int, bool, float]:
    """Of what opens the part that is named, what may be a line of a table of contents comes last."""
    is_line = candidate.named > 0 and not ends_sentence(candidate.text)
    return -candidate.named, is_line, -candidate.score


def _with_name(candidate: Candidate, query: Query) -> Candidate:
    """Told whether it opens the part of a document that the question names: all of that is what is asked for."""
    passage, begins = candidate.hit.passage, candidate.start - candidate.hit.passage.start
    opens_line = begins == 0 or passage.text[begins - 1] == "\n"
    lines = fold(candidate.text if opens_line else candidate.text.partition("\n")[2])
    same = candidate.hit.language == query.language
    likest = max(likeness(each.numbered, lines, same_language=same) for each in query.clauses)
    return replace(candidate, named=likest, highlight=None) if likest else candidate


def _likest(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Where a document has the part by its word ("Article 3"), the point 3 of another article is not asked for."""
    most: dict[str, int] = {}
    for each in candidates:
        most[each.hit.document.id] = max(most.get(each.hit.document.id, 0), each.named)
    return [each for each in candidates if not each.named or each.named == most[each.hit.document.id]]


def led(ordered: Sequence[Candidate]) -> Candidate:
    """The first, with its lead."""
    first = ordered[0]
    rivals = (each.score for each in ordered[1:] if _is_rival(each, first))
    most = _MOST_LEAD_UNDER if first.questions.above else _MOST_LEAD
    return replace(first, lead=lead((first.score, *islice(rivals, 1)), most))


def _is_rival(candidate: Candidate, first: Candidate) -> bool:
    """Neither a copy of it nor of the same answer to a question of the text."""
    same_answer = first.questions.above and candidate.questions.above == first.questions.above
    return candidate.text != first.text and not same_answer


def _readings(query: Query, share: float) -> Readings:
    """The weightiest first. `share`: that of the message behind the questions before it."""
    both = [(query, 1 - share), (query.whole, share)] if share else [(query, 1.0)]
    return sorted(both, key=lambda each: -each[1])


def _averaged(readings: Readings, figures: Callable[[Query], NDArray[np.floating]]) -> Rows:
    return np.asarray(sum(share * figures(query) for query, share in readings))


class _Part(NamedTuple):
    """What the network reads at once: a passage for its sentences, or one row of a table."""

    candidates: Sequence[Candidate]
    text: Reflowed  # of the passage
    start: int  # of what is read of it
    end: int
    stretches: Sequence[tuple[int, int]]  # where an answer may stand in that: in a sentence, or in a cell of the row


def _findings(network: Network, question: str, passages: Sequence[Sequence[Candidate]]) -> list[Finding | None]:
    """What the network finds in each candidate; at offsets of the document."""
    parts = [part for group in passages for part in _parts(group)]
    texts = [part.text.text[part.start : part.end] for part in parts]
    found: dict[tuple[str, int, int], Finding | None] = {}
    for part, findings in zip(parts, network.find(question, texts, [part.stretches for part in parts]), strict=True):
        own = findings if len(part.candidates) > 1 else [best_of(findings)]
        for each, finding in zip(part.candidates, own, strict=True):
            found[each.place] = finding and _in_document(finding, part)
    return [found[each.place] for group in passages for each in group]


def _parts(group: Sequence[Candidate]) -> Iterator[_Part]:
    """A row is read by itself: of several, which all have such a cell, the network takes one for another."""
    passage = group[0].hit.passage
    text = reflow(passage.text, passage.columns)
    sentences = [each for each in group if not each.is_row]
    if sentences:
        stretches = [text.span_of(each.start - passage.start, each.end - passage.start) for each in sentences]
        yield _Part(sentences, text, 0, len(text.text), stretches)
    for each in group:
        if row := each.is_row and text.row_at(each.start - passage.start):
            yield _Part(
                [each], text, row.start, row.end, [(start - row.start, end - row.start) for start, end in row.cells]
            )


def _in_document(finding: Finding, part: _Part) -> Finding:
    start, end = part.text.source_span(part.start + finding.start, part.start + finding.end)
    begin = part.candidates[0].hit.passage.start
    return replace(finding, start=begin + start, end=begin + end)


def lead(best: Iterable[float], most: float = _MOST_LEAD) -> float:
    """Of the first score over the second. Much more than the next is not much surer: both may be far off."""
    first, *others = best
    return min(most, first - others[0]) if others else 0.0


def _marked(candidate: Candidate, finding: Finding | None) -> Candidate:
    if finding is None or finding.minus_null <= 0:
        return candidate  # what the network likes less than "no answer here" is no answer to point at
    inside = candidate.start <= finding.start and finding.end <= candidate.end  # a cut word may lie in two sentences
    return replace(candidate, highlight=(finding.start, finding.end)) if inside else candidate


def _support(hits: Sequence[Hit], ordered: Sequence[Candidate]) -> tuple[float, ...]:
    """Of each hit the score of its best sentence. A sentence that several hits share speaks for the best of them."""
    best: dict[tuple[str, int], float] = {}
    for each in ordered:
        best.setdefault(place(each.hit), each.score)
    return tuple(best.get(place(hit), -math.inf) for hit in hits)


def _near(hits: Sequence[Hit]) -> list[Hit]:
    """Those worth reading."""
    best = max((hit.rank_score for hit in hits), default=0.0)
    return [hit for hit in hits if hit.phrased or hit.rank_score >= best - _NEAR]


def _neighbour(best: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The sentence right before or after that speaks to the question almost as well, if there is one."""
    for each in candidates[1:]:
        if each.score < best.score - _ADJOINING:
            break
        if adjoin(best, each):
            return [each]
    return []


def _rest_of_answer(best: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The sentences around it that stand under the same question, first those before it."""
    inside = sorted(
        (each for each in candidates if each.questions.above == best.questions.above), key=lambda each: each.place
    )
    number = [each.place for each in inside].index(best.place)
    first, last, rest = best, best, []
    for each in reversed(inside[:number]):
        if not adjoin(each, first) or last.end - each.start > _ANSWER:
            break
        first = each
        rest.append(each)
    for each in inside[number + 1 :]:
        if not adjoin(last, each) or each.end - first.start > _ANSWER:
            break
        last = each
        rest.append(each)
    return rest
