"""Ask, search, add, delete, verify: the two roads of Quoth.

Document -> Passage[] -> vectors and tokens -> Store
turns -> Query -> Hit[] -> Reader -> Span[] -> Answer
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from rag import conversation
from rag.clauses import clauses_of, parts_of, without_parts
from rag.differences import differing
from rag.errors import QuestionError, StoreLocked
from rag.folding import fold
from rag.language import UNKNOWN, guess
from rag.mentions import Mentions
from rag.naming import Names, are_alike, called, opening_of
from rag.part_numbers import spellings
from rag.passages import Splitter, in_context, overlaps
from rag.phrases import phrases_of
from rag.quotation import heading_above, quote, verify
from rag.reflow import reflow
from rag.retriever import Retriever
from rag.scopes import Found, Scope
from rag.store import PartialVectors, Store, content_hash
from rag.tables import Row
from rag.types import (
    Answer,
    Change,
    Document,
    DocumentSummary,
    Encoder,
    Filters,
    Hit,
    NearPassage,
    Original,
    Part,
    Passage,
    Phrase,
    Query,
    Quote,
    Reader,
    Reading,
    Span,
    Step,
    Stretch,
    Vectors,
    Verdict,
)

LONGEST_QUESTION = 4_000  # characters
LONGEST_HISTORY = 50  # earlier questions
MOST_PASSAGES = 100
READ = 20  # passages given to the reader, which reads four to ten
_QUOTES = 3
_SURE = 0.7  # from which on what is found in the documents that are named is not weighed against all else
_LOOKS = 8  # at documents that keep being replaced between search and quotation
LANGUAGE_PRIOR = 0.35  # below this share of belief a question's language is taken for unknown
_LANGUAGE_SURE = 0.8  # ... and from this on for known
_TELLING = 10  # passages that may tell which language a few words are of
_HAS = 0.75  # of the words' weight (idf)
_BATCH = 64  # passages encoded between two reports of progress


def unwatched(done: float) -> None:
    """The progress of an `add` that nobody follows; one that raises breaks the add off, and nothing is written."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Every collaborator is given: `rag.assembly` makes them from settings."""

    encoder: Encoder
    splitter: Splitter
    store: Store
    retriever: Retriever
    reader: Reader
    passages: int  # nearest passages shown unless asked otherwise
    min_confidence: float

    @property
    def mentions(self) -> Mentions:
        return Mentions(self.store)

    # -- the road of questions -------------------------------------------------

    def ask(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        k: int | None = None,
        language: str | None = None,
        filters: Filters | None = None,
        newest: bool = False,
        min_confidence: float | None = None,
        progress: Callable[[Step], None] = lambda step: None,
    ) -> Answer:
        """The answer to a question. `history`: earlier questions, oldest first. `k`: nearest passages shown.

        `language`: the question's own, where the caller knows it. `newest`: of near-equal passages the newer first.
        Below `min_confidence` the answer is not_found.
        `progress` is told of each step as it begins. Raises QuestionError.
        """
        clock = _Clock(progress)
        shown = self._checked(question, history, k)
        clock.begin("search")
        query = self.query(question, history, language, filters)
        clock.mark("encode")
        least = self.min_confidence if min_confidence is None else min_confidence
        scope, hits, reading, quotes = self._read(query, max(READ, shown), filters, newest, least, clock)
        return Answer(
            status="answered" if quotes else "not_found",
            confidence=round(reading.confidence, 4),
            question=question,
            language=query.whole.language,
            searched_for=query.whole.text,
            quotes=quotes,
            passages=tuple(_near(hit) for hit in as_read(hits, reading)[:shown]),
            timings_ms=clock.total(),
            differing=() if scope.apart else differing(quotes),
            lacking=reading.lacking if quotes else self.mentions.nowhere(query, hits, reading),
        )

    def _read(
        self, query: Query, k: int, filters: Filters | None, newest: bool, least: float, clock: "_Clock"
    ) -> Found:
        """Passages and quotations of one version of each document, whoever replaces it meanwhile."""
        for _ in range(_LOOKS):
            if best := self._best(query, k, filters, newest, least, clock):
                return best
        raise StoreLocked("the documents change faster than this question is answered: ask it again")

    def _best(
        self, query: Query, k: int, filters: Filters | None, newest: bool, least: float, clock: "_Clock"
    ) -> Found | None:
        """Of the scopes the first that is sure enough, else the surest.

        None where a document was replaced meanwhile.
        """
        best: Found | None = None
        for scope in self._scopes(query, filters, least):
            hits = self._hits(scope, k, filters, newest)
            clock.mark("search")
            clock.begin("read")
            reading = self.mentions.doubted(scope.read(self.reader, hits[:READ]), query, hits)
            quotes = self._quotes(reading.spans[:_QUOTES] if reading.confidence >= least else (), hits)
            clock.mark("read")
            if quotes is None:
                return None
            found = Found(scope, hits, reading, quotes)
            best = found if best is None or found.is_better_than(best) else best
            if reading.confidence >= scope.enough:
                break
        return best

    def _hits(self, scope: Scope, k: int, filters: Filters | None, newest: bool) -> list[Hit]:
        """Of documents that are each asked for the best of each in turn: alike, one is a copy of the other."""
        turns = zip_longest(
            *(self.retriever.search(scope.asked, k, filters, newest=newest, within=each) for each in scope.searches)
        )
        return [hit for turn in turns for hit in turn if hit is not None][:k]

    def _scopes(self, query: Query, filters: Filters | None, least: float) -> Iterator[Scope]:
        """First the part of a document that is named, or the document, then everywhere."""
        if parts := self.retriever.parts(query, filters):
            yield Scope(self.queries([without_parts(query.text)], query.language)[0], parts, enough=least)
        if inside := self.retriever.nested(query.clauses, filters):
            inner = tuple({number: None for _, number in inside})
            yield Scope(replace(query, clauses=inner), [part for part, _ in inside], enough=least)
        if parts or query.clauses:
            yield Scope(query)
            return
        openings = {
            each.document: opening_of(each.document, each.passage.text)
            for each in self.retriever.openings(query, filters)
        }
        if not are_alike(list(openings.values())):
            yield Scope(query)
            return
        names, meant, asked = self._named(query, list(openings.values()))
        if meant:
            within = [Part(each.id, 0, each.characters) for place, each in enumerate(openings) if place in meant]
            yield Scope(asked, within, apart=len(meant) > 1, enough=max(least, _SURE))
        yield Scope(query, names=names, openings={each.id: text for each, text in openings.items()})

    def _named(self, query: Query, openings: Sequence[str]) -> tuple[Names, list[int], Query]:
        """The names in a question, the openings of the documents that they mean, and what is asked within these.

        Within those that a message names it is asked with the question that it goes on with ("And Peter Keller?"),
        without any name; within those of earlier questions it speaks for itself.
        """
        names = Names.of(query.text, openings, self._rarity)
        meant = names.meant()
        if not query.behind:
            return names, meant, self.queries([names.asked_within(meant)], query.language)[0] if meant else query
        every = Names.of(query.whole.text, openings, self._rarity)
        if not meant:
            return every, every.meant(), replace(query, behind=(), share=0.0)
        asked = every.unnamed if names.asks() else every.unnamed.removesuffix(names.unnamed).rstrip()
        return names, meant, self.queries([asked or every.question], query.whole.language)[0]

    def _rarity(self, words: Sequence[str]) -> list[float]:
        """Of each word's rarest subword, from 0 to 1."""
        tokens = self.encoder.tokenize(words)
        idf = self.store.idf([token for ids in tokens for token in ids])
        most = math.log1p(len(self.store)) or 1.0
        return [min(1.0, max((idf[token] for token in ids), default=0.0) / most) for ids in tokens]

    def _quotes(self, spans: Sequence[Span], hits: Sequence[Hit]) -> tuple[Quote, ...] | None:
        """None where a document is no longer the one that was searched: its offsets would point elsewhere."""
        searched = {hit.document.id: hit.document.content_hash for hit in hits}
        documents: dict[str, Document] = {}
        for document_id in {span.document_id for span in spans}:
            document = self.store.document_if(document_id, searched[document_id])
            if document is None:
                return None
            documents[document_id] = document
        return tuple(
            quote(documents[span.document_id], span, self._names_over(span, searched[span.document_id]))
            for span in spans
        )

    def _names_over(self, span: Span, content_hash: str) -> Row | None:
        columns = self.store.columns(span.document_id, content_hash) if span.is_row else None
        return columns.row_over(span.start) if columns else None

    def search(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        k: int | None = None,
        language: str | None = None,
        filters: Filters | None = None,
        newest: bool = False,
    ) -> tuple[NearPassage, ...]:
        """The nearest passages alone, best first. Raises QuestionError."""
        shown = self._checked(question, history, k)
        query = self.query(question, history, language, filters)
        return tuple(_near(hit) for hit in self.retriever.search(query, shown, filters, newest=newest))

    def verify(self, answer: Mapping[str, Any]) -> Verdict:
        """Re-check every quotation of an Answer JSON against the stored documents."""
        return verify(answer, self.store.document)

    def query(
        self,
        question: str,
        history: Sequence[str] = (),
        language: str | None = None,
        filters: Filters | None = None,
    ) -> Query:
        """A question made ready to search with, together with the earlier ones where it goes on with their subject."""
        message, carried = conversation.alone(question), conversation.carried(history, question)
        if not carried:
            return self.queries([message], language)[0]
        texts = [message, carried[-1], *(conversation.behind(each, message) for each in carried)]
        alone, before, *behind = self.queries(texts, language)
        found = [conversation.Found(*self.retriever.nearest(each, filters)) for each in (alone, before, behind[-1])]
        share = conversation.share(conversation.probability(conversation.evidence(*found)))
        return replace(alone, behind=tuple(behind), share=share) if share else alone

    def queries(self, texts: Sequence[str], language: str | None = None) -> list[Query]:
        """Each text by itself, encoded in one batch."""
        encoded = self.encoder.read_queries(texts)
        tokens = self.encoder.tokenize(list(map(fold, texts)))
        return [
            Query(
                text,
                language or self._language_of(text, ids),
                vector,
                tuple(ids),
                states,
                self._phrases([(fold(phrase), "") for phrase in phrases_of(text)]),
                self._phrases(clauses_of(text), spellings),
                self._phrases(parts_of(text), spellings),
            )
            for text, (vector, states), ids in zip(texts, encoded, tokens, strict=True)
        ]

    def _language_of(self, text: str, tokens: Sequence[int]) -> str:
        """A few words may be of many languages: then they are of one in which a passage has them, if there is any."""
        likeliest, belief = guess(text, expected=self.store.languages())
        if belief >= _LANGUAGE_SURE:
            return likeliest
        language = likeliest if belief >= LANGUAGE_PRIOR else UNKNOWN
        told = self._languages_with(tokens)
        return language if language in told or not told else told[0]

    def _languages_with(self, tokens: Sequence[int]) -> list[str]:
        """Of the passages that have nearly all of the tokens, the best first."""
        keys, _ = self.store.lexical(tokens, _TELLING)
        stored = {each.key: each for each in self.store.passages(keys)}
        best = [stored[key] for key in keys.tolist() if key in stored]
        texts = self.encoder.tokenize([fold(each.passage.text) for each in best])
        shares = overlaps(self.store.idf(tokens), texts)
        return [each.language for each, share in zip(best, shares, strict=True) if share >= _HAS]

    def _phrases(self, named: Sequence[tuple[str, str]], looked_for: Callable[[str], str] = str) -> tuple[Phrase, ...]:
        """`named`: (phrase, ""), or (number, word) of a part."""
        tokens = self.encoder.tokenize([looked_for(text) for text, _ in named])
        return tuple(Phrase(text, tuple(ids), word) for (text, word), ids in zip(named, tokens, strict=True))

    def _checked(self, question: str, history: Sequence[str], k: int | None) -> int:
        if not question.strip():
            raise QuestionError("the question is empty; ask something of the documents")
        longest = max(map(len, (question, *history)))
        if longest > LONGEST_QUESTION:
            raise QuestionError(f"a question has {longest} characters, at most {LONGEST_QUESTION} can be asked")
        if len(history) > LONGEST_HISTORY:
            raise QuestionError(f"the history has {len(history)} questions, give the last {LONGEST_HISTORY} at most")
        shown = self.passages if k is None else k
        if not 1 <= shown <= MOST_PASSAGES:
            raise QuestionError(f"k is {shown}, expected 1 to {MOST_PASSAGES}")
        return shown

    def warm(self) -> None:
        """Load what the first question would: by one of our own, of which one passage is read."""
        query = self.query("Quoth?")
        self.reader.read(query, self.retriever.search(query, 1))

    def save(self) -> None:
        """Keep the vector index on disk if much came since it was last kept, so that the next start is quick.

        Raises StoreError.
        """
        self.store.snapshot_if_behind()

    def refresh(self) -> None:
        """See what other processes wrote; questions do so themselves. Raises ModelMismatch."""
        self.store.refresh()

    def write_refusal(self) -> str | None:
        """Why documents cannot be added now, if so."""
        return self.store.write_refusal()

    def release(self) -> None:
        """Let another process write; the next write here takes the role again."""
        self.store.release()

    def close(self) -> None:
        self.store.close()

    # -- the road of documents -------------------------------------------------

    def add(
        self, document: Document, progress: Callable[[float], None] = unwatched, keep_in: Path | None = None
    ) -> Change:
        """Add or replace a document by its id; unchanged content is left alone. On disk when this returns.

        `keep_in`: a folder for the vectors that are ready, from where an add that was broken off goes on.
        """
        if self.store.holds(document):
            self.store.note_original(document)
            return "unchanged"
        passages = self.splitter.split(document, self._count)
        texts = [reflow(passage.text, passage.columns).text for passage in passages]
        vectors = self._encoded(texts, progress, self._partial(document, keep_in))
        return self.store.write(document, passages, vectors, self._words(document, passages, texts))

    def _encoded(
        self, texts: Sequence[str], progress: Callable[[float], None], partial: PartialVectors | None
    ) -> Vectors:
        parts = [partial.read()[: len(texts)]] if partial else []
        done = sum(map(len, parts))
        for start in range(done, len(texts), _BATCH):
            parts.append(self.encoder.encode_passages(texts[start : start + _BATCH]))
            if partial:
                partial.append(start, parts[-1])
            progress(min(1.0, (start + _BATCH) / len(texts)))
        return np.vstack(parts)

    def _partial(self, document: Document, folder: Path | None) -> PartialVectors | None:
        if folder is None:
            return None
        key = f"{self.encoder.identity} {self.splitter.fingerprint} {content_hash(document)}"
        return PartialVectors(folder, key, self.encoder.identity.dimension)

    def add_many(self, documents: Iterable[Document]) -> Iterator[Change]:
        """As `add`, for many short documents: their passages are encoded together. Each is on disk when it is told."""
        for group in self._grouped(documents):
            texts = [reflow(passage.text, passage.columns).text for _, passages in group for passage in passages]
            vectors = self.encoder.encode_passages(texts)
            done = 0
            for document, passages in group:
                own = slice(done, done + len(passages))
                yield self.store.write(document, passages, vectors[own], self._words(document, passages, texts[own]))
                done += len(passages)

    def _words(self, document: Document, passages: Sequence[Passage], texts: Sequence[str]) -> list[list[int]]:
        """Tokens of each passage for the word search. `texts`: the passages as they read."""
        names = [f"{called(document)}\n{heading_above(document, passage.start) or ''}" for passage in passages]
        tokens = self.encoder.tokenize([fold(text) for text in (*texts, *names)])
        return in_context(tokens[: len(texts)], tokens[len(texts) :])

    def _grouped(self, documents: Iterable[Document]) -> Iterator[list[tuple[Document, list[Passage]]]]:
        group: list[tuple[Document, list[Passage]]] = []
        for document in documents:
            held = self.store.holds(document)  # then the store says "unchanged" without a look at passages
            group.append((document, [] if held else self.splitter.split(document, self._count)))
            if sum(len(passages) for _, passages in group) >= _BATCH:
                yield group
                group = []
        if group:
            yield group

    def delete(self, document_id: str) -> None:
        """Raises DocumentNotFound."""
        self.store.delete(document_id)

    def documents(self, content_hash: str | None = None) -> tuple[DocumentSummary, ...]:
        """Every document, or those of this content."""
        return self.store.documents(content_hash)

    def document(self, document_id: str) -> Document:
        """Raises DocumentNotFound."""
        return self.store.document(document_id)

    def stretches(self, document_id: str) -> list[Stretch]:
        """Where a document is in another language than most of it, in order."""
        return self.store.stretches(document_id)

    def original(self, document_id: str) -> Original | None:
        """The file that a document was read from, where it is known. Raises DocumentNotFound, StoreDamaged."""
        return self.store.original(document_id)

    def has_original(self, document_id: str) -> bool:
        return self.store.has_original(document_id)

    def _count(self, texts: Sequence[str]) -> list[int]:
        return [len(tokens) for tokens in self.encoder.tokenize(texts)]


def as_read(hits: Sequence[Hit], reading: Reading) -> list[Hit]:
    """The hits in the order that reading them gives; those that were not read as they were found, behind them."""
    read = sorted(
        zip(hits, reading.support, strict=False), key=lambda each: (not each[0].phrased, each[0].copy, -each[1])
    )
    return [*(hit for hit, _ in read), *hits[len(read) :]]


def _near(hit: Hit) -> NearPassage:
    passage, document = hit.passage, hit.document
    return NearPassage(
        passage.text, document.id, document.title, document.source, passage.start, passage.end, round(hit.score, 4)
    )


class _Clock:
    """Milliseconds of each step of an answer, and who is told as a step begins."""

    def __init__(self, begin: Callable[[Step], None]) -> None:
        self.begin = begin
        self._begun = self._last = perf_counter()
        self._marks: dict[str, float] = {}

    def mark(self, step: str) -> None:
        now = perf_counter()
        self._marks[step] = round(self._marks.get(step, 0.0) + (now - self._last) * 1000, 1)
        self._last = now

    def total(self) -> dict[str, float]:
        return {**self._marks, "total": round((self._last - self._begun) * 1000, 1)}
