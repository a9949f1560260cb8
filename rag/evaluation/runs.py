"""A data set put to an engine, question by question."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Protocol, TypeAlias, TypeVar

from rag.errors import DataSetError
from rag.evaluation import answer_text, measures
from rag.evaluation.data_sets import (
    GoldQuestion,
    JudgedQuery,
    JudgedSet,
    ParagraphQuestion,
    ParagraphSet,
    ParallelSet,
    QuestionSet,
)
from rag.evaluation.results import PAIRS, Outcome
from rag.language import UNKNOWN
from rag.types import Answer, Document, DocumentSummary, Filters, NearPassage, Quote, Verdict, answer_json

Progress: TypeAlias = Callable[[str, int, int], None]  # ("adding" or "asking", done, of how many)
Item = TypeVar("Item")

SHOWN = 10  # passages asked for where paragraphs are ranked
DEPTH = 100  # passages searched where documents are ranked
NEAREST = 100  # documents kept of them
SAME, CROSS = PAIRS


class Engine(Protocol):
    """The part of `rag.engine.Engine` that is measured."""

    def ask(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        k: int | None = None,
        filters: Filters | None = None,
        min_confidence: float | None = None,
    ) -> Answer: ...

    def search(
        self, question: str, *, k: int | None = None, filters: Filters | None = None
    ) -> tuple[NearPassage, ...]: ...

    def add(self, document: Document) -> Any: ...

    def documents(self) -> tuple[DocumentSummary, ...]: ...

    def document(self, document_id: str) -> Document: ...

    def verify(self, answer: Mapping[str, Any]) -> Verdict: ...


@dataclass(frozen=True, slots=True)
class Run:
    """The outcomes of a data set, and what a reader of them should know."""

    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()


def silent(stage: str, done: int, total: int) -> None:
    """No progress shown."""


# -- the kinds of run --------------------------------------------------


def run_questions(
    data_set: QuestionSet, engine: Engine, *, limit: int | None = None, seed: int = 0, progress: Progress = silent
) -> Run:
    """Over the documents that the engine holds already. The language in the file is never told to it."""
    library = _Library(engine)
    questions = sampled(data_set.questions, limit, seed)
    notes = _unfit(questions, library, data_set.name)
    return Run(
        tuple(
            _question_outcome(question, _ask(engine, question.question, history=question.history), library)
            for question in _followed(questions, "asking", progress)
        ),
        notes,
    )


def run_paragraphs(
    data_set: ParagraphSet,
    engine: Engine,
    *,
    limit: int | None = None,
    seed: int = 0,
    given: bool = False,
    progress: Progress = silent,
) -> Run:
    """Over an engine of its own, which the paragraphs are added to.

    `given`: each question is asked of its own paragraph alone, to measure reading without retrieval.
    """
    add_documents(engine, data_set.documents, progress)
    outcomes = []
    for question in _followed(sampled(data_set.questions, limit, seed), "asking", progress):
        filters = Filters(documents=(question.document_id,)) if given else None
        outcomes.append(_paragraph_outcome(question, _ask(engine, question.question, k=SHOWN, filters=filters)))
    return Run(tuple(outcomes))


def run_parallel(
    data_set: ParallelSet, engine: Engine, *, limit: int | None = None, seed: int = 0, progress: Progress = silent
) -> Run:
    """Over an engine of its own, which the paragraphs of all languages are added to. Nothing is read, only searched.

    `limit`: questions, each of which is asked in every language.
    """
    add_documents(engine, data_set.documents, progress)
    ids = sampled([question.id for question in next(iter(data_set.sets.values())).questions], limit, seed)
    asked = data_set.asked()
    texts = {told: tuple(each.id for each in one.documents) for told, one in data_set.sets.items()}
    turns = [(name, language) for name in ids for language in asked]
    outcomes: list[Outcome] = []
    for name, language in _followed(turns, "asking", progress):
        gold = {told: questions[name].document_id for told, questions in asked.items()}
        outcomes += _parallel_outcomes(engine, asked[language][name], language, gold, texts)
    return Run(tuple(outcomes))


def run_judged(
    data_set: JudgedSet, engine: Engine, *, limit: int | None = None, seed: int = 0, progress: Progress = silent
) -> Run:
    """Over an engine of its own, which the corpus is added to."""
    add_documents(engine, data_set.documents, progress)
    queries = sampled(data_set.queries, limit, seed)
    outcomes = tuple(_judged_outcome(query, engine) for query in _followed(queries, "asking", progress))
    return Run(outcomes, tuple(_cautions(data_set, outcomes)))


def add_documents(engine: Engine, documents: Sequence[Document], progress: Progress = silent) -> None:
    """All of them, in one stroke where the engine has `add_many`."""
    add_many = getattr(engine, "add_many", None)
    if add_many is None:
        for document in _followed(documents, "adding", progress):
            engine.add(document)
        return
    progress("adding", 0, len(documents))
    for done, _ in enumerate(add_many(documents) or (), start=1):
        progress("adding", done, len(documents))


def sampled(items: Sequence[Item], limit: int | None, seed: int) -> Sequence[Item]:
    """A seeded sample in the items' own order; all of them where `limit` does not bite."""
    if limit is None or limit >= len(items):
        return items
    if limit < 1:
        raise DataSetError(f"a limit of {limit} questions; expected at least 1")
    return [items[position] for position in sorted(random.Random(seed).sample(range(len(items)), limit))]


# -- one question ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Reply:
    """The answer as people get it, and as it is when the system has to answer."""

    answer: Answer
    forced: Answer
    differences: tuple[str, ...]
    milliseconds: float

    @property
    def first(self) -> Quote | None:
        return self.forced.quotes[0] if self.forced.quotes else None

    @property
    def answered(self) -> bool:
        return self.answer.status == "answered"

    def outcome(self, question: GoldQuestion | ParagraphQuestion, **more: Any) -> Outcome:
        return Outcome(
            id=question.id,
            question=question.question,
            answerable=question.answerable,
            ranking=_distinct(passage.document_id for passage in self.answer.passages),
            status=self.answer.status,
            quote=self.first.text if self.first else None,
            quote_document=self.first.document_id if self.first else None,
            confidence=self.answer.confidence,
            differences=self.differences,
            milliseconds=self.milliseconds,
            **more,
        )


def _ask(
    engine: Engine,
    question: str,
    *,
    history: Sequence[str] = (),
    k: int | None = None,
    filters: Filters | None = None,
) -> _Reply:
    begun = perf_counter()
    answer = forced = engine.ask(question, history=history, k=k, filters=filters)
    milliseconds = (perf_counter() - begun) * 1000
    if answer.status == "not_found":
        forced = engine.ask(question, history=history, k=k, filters=filters, min_confidence=0.0)
    verdict = engine.verify(answer_json(forced))
    differences = () if verdict.ok else (verdict.difference or "the engine's verify gave no reason",)
    return _Reply(answer, forced, differences, milliseconds)


def _question_outcome(question: GoldQuestion, reply: _Reply, library: "_Library") -> Outcome:
    def right(found: Sequence[Quote | NearPassage]) -> float:
        return float(any(is_right(each, question) for each in found))

    scores = {"answered unanswerable": float(reply.answered)}
    if question.answerable:
        scores = {
            "right@1": right(reply.answer.quotes[:1]),
            "right@3": right(reply.answer.quotes[:3]),
            "right@1 forced": right(reply.forced.quotes[:1]),
            "passage@1": right(reply.answer.passages[:1]),
            "passage@3": right(reply.answer.passages[:3]),
            "refused answerable": float(not reply.answered),
        }
    return reply.outcome(
        question,
        scores=scores,
        expected=question.answers,
        right=bool(right(reply.forced.quotes[:1])),
        groups={"language": question.language} | library.pair(question),
    )


def is_right(found: Quote | NearPassage, question: GoldQuestion) -> bool:
    """The contract's rule: from `document`, where one is named, and containing one of `answers`."""
    in_place = question.document is None or found.document_id.startswith(question.document)
    return in_place and any(answer in found.text for answer in question.answers)


def _paragraph_outcome(question: ParagraphQuestion, reply: _Reply) -> Outcome:
    gold = [span.text for span in question.spans]
    said = _said(reply.answer)
    exact, overlap = answer_text.exact_match(gold, said), answer_text.f1(gold, said)
    scores = {"EM": exact, "F1": overlap}
    if question.answerable:
        scores |= _answerable_scores(question, reply) | {"EM answerable": exact, "F1 answerable": overlap}
    else:
        scores["answered unanswerable"] = float(reply.answered)
    return reply.outcome(question, scores=scores, expected=tuple(gold), right=_holds_span(reply.forced, question))


def _answerable_scores(question: ParagraphQuestion, reply: _Reply) -> dict[str, float]:
    ranking = _distinct(passage.document_id for passage in reply.answer.passages)
    grades = {question.document_id: 1}
    gold = [span.text for span in question.spans]
    return {
        "paragraph@1": measures.hit(ranking, grades, 1),
        "paragraph@5": measures.hit(ranking, grades, 5),
        "RR@10": measures.reciprocal_rank(ranking, grades, 10),
        "sentence@1": float(_holds_span(reply.answer, question)),
        "sentence@1 forced": float(_holds_span(reply.forced, question)),
        "EM forced": answer_text.exact_match(gold, _said(reply.forced)),
        "F1 forced": answer_text.f1(gold, _said(reply.forced)),
        "refused answerable": float(not reply.answered),
    }


def _holds_span(answer: Answer, question: ParagraphQuestion) -> bool:
    """The first quote holds a gold answer in its own place, not merely the same words."""
    if not answer.quotes or answer.quotes[0].document_id != question.document_id:
        return False
    first = answer.quotes[0]
    return any(first.start <= span.start and span.end <= first.end for span in question.spans)


def _said(answer: Answer) -> str:
    """The exact answer of the first quote, the whole quote where there is none, "" when nothing is said."""
    if not answer.quotes:
        return ""
    first = answer.quotes[0]
    if first.highlight is None:
        return first.text
    start, end = first.highlight
    return first.text[start - first.start : end - first.start]


def _judged_outcome(query: JudgedQuery, engine: Engine) -> Outcome:
    begun = perf_counter()
    passages = engine.search(query.text, k=DEPTH)
    milliseconds = (perf_counter() - begun) * 1000
    # A document stands where its best passage does. As BEIR has it, a query that is itself a document does not count.
    ranking = _distinct(each.document_id for each in passages if each.document_id != query.id)[:NEAREST]
    return Outcome(
        id=query.id,
        question=query.text,
        scores={
            "nDCG@10": measures.ndcg(ranking, query.grades, 10),
            "RR@10": measures.reciprocal_rank(ranking, query.grades, 10),
            "R@10": measures.recall(ranking, query.grades, 10),
            "R@100": measures.recall(ranking, query.grades, 100),
            "AP@100": measures.average_precision(ranking, query.grades, 100),
        },
        answerable=True,
        ranking=ranking,
        expected=tuple(sorted(measures.relevant_ids(query.grades))),
        milliseconds=milliseconds,
    )


def _parallel_outcomes(
    engine: Engine,
    question: ParagraphQuestion,
    asked: str,
    gold: Mapping[str, str],
    texts: Mapping[str, Sequence[str]],
) -> Iterator[Outcome]:
    """Of a question asked in one language: over all passages, over all but its own, and over each language alone.

    `gold`: language -> the document that answers in it; `texts`: language -> its documents.
    """

    def ranking(documents: Iterable[str], k: int) -> tuple[str, ...]:
        found = engine.search(question.question, k=k, filters=Filters(documents=tuple(documents)))
        return _distinct(each.document_id for each in found)

    begun = perf_counter()
    pool = ranking((), DEPTH)
    milliseconds = (perf_counter() - begun) * 1000
    grades = dict.fromkeys(gold.values(), 1)
    elsewhere = ranking((each for own in texts.values() for each in own if each != gold[asked]), 1)
    yield Outcome(
        id=f"{question.id} {asked}",
        question=question.question,
        scores={
            "AP@100": measures.average_precision(pool, grades, DEPTH),
            "elsewhere@1": measures.hit(elsewhere, grades, 1),
        },
        answerable=True,
        ranking=pool,
        groups={"language": asked},
        expected=tuple(sorted(gold.values())),
        milliseconds=milliseconds,
    )
    for told, document_id in gold.items():
        found = ranking(texts[told], SHOWN)
        yield Outcome(
            id=f"{question.id} {asked} → {told}",
            question=question.question,
            scores={"paragraph@1": measures.hit(found, {document_id: 1}, 1)},
            answerable=True,
            ranking=found,
            groups={"pair": SAME if told == asked else CROSS, "languages": f"{asked} → {told}"},
            expected=(document_id,),
        )


def _cautions(data_set: JudgedSet, outcomes: Sequence[Outcome]) -> Iterator[str]:
    if data_set.missing:
        yield f"{data_set.missing} relevant documents are not in the corpus: nothing can find them"
    within = min(NEAREST, len(data_set.documents) - 1)
    short = sum(len(outcome.ranking) < within for outcome in outcomes)
    if short:
        yield f"the {DEPTH} nearest passages came from fewer documents for {short} queries: R@100 and AP@100 may be low"


# -- the documents a question is about ---------------------------------------


class _Library:
    """The documents of an engine: their languages, and which of them hold an answer."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._languages = {summary.id: set(map(_primary, summary.languages)) for summary in engine.documents()}
        self._texts: dict[str, str] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._languages)

    def named(self, question: GoldQuestion) -> tuple[str, ...]:
        """The documents that the question allows: those it names, or all."""
        return tuple(name for name in self._languages if name.startswith(question.document or ""))

    def holding(self, question: GoldQuestion) -> tuple[str, ...]:
        """Those of them that contain an answer."""
        return tuple(
            name for name in self.named(question) if any(answer in self._text(name) for answer in question.answers)
        )

    def pair(self, question: GoldQuestion) -> dict[str, str]:
        """Whether question and answering document share a language, and which languages meet."""
        found = self.named(question) if question.document else self.holding(question)
        if not question.answerable or not found:
            return {}
        asked = _primary(question.language)
        languages = set().union(*(self._languages[name] for name in found))
        same = asked in languages and asked != UNKNOWN
        told = asked if same else "/".join(sorted(languages))
        return {"pair": SAME if same else CROSS, "languages": f"{asked} → {told}"}

    def _text(self, name: str) -> str:
        if name not in self._texts:
            self._texts[name] = self._engine.document(name).text
        return self._texts[name]


def _unfit(questions: Sequence[GoldQuestion], library: _Library, name: str) -> tuple[str, ...]:
    """Notes on gold answers that this index cannot give; an error where none of the named documents is there."""
    naming = [question for question in questions if question.document]
    absent = [question.id for question in naming if not library.named(question)]
    if naming and len(absent) == len(naming):
        raise DataSetError(
            f"{name}: none of its documents is in this index, as {naming[0].document!r}; "
            f"found {', '.join(library.ids[:5]) or 'an empty index'}; add the documents first (quoth add)"
        )
    lost = [each.id for each in questions if each.answerable and each.id not in absent and not library.holding(each)]
    return (
        *([f"documents not in this index, counted as wrong: questions {', '.join(absent)}"] if absent else []),
        *(
            [f"answers that stand in no allowed document, counted as wrong: questions {', '.join(lost)}"]
            if lost
            else []
        ),
    )


def _primary(language: str) -> str:
    return language.lower().replace("_", "-").split("-")[0]


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _followed(items: Sequence[Item], stage: str, progress: Progress) -> Iterable[Item]:
    for done, item in enumerate(items):
        progress(stage, done, len(items))
        yield item
    progress(stage, len(items), len(items))
