"""What a system is measured on: questions.jsonl, SQuAD 2.0 JSON, the same in several languages, or a BEIR folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rag.types import Document

Form: TypeAlias = Literal["questions", "squad", "parallel", "beir"]


@dataclass(frozen=True, slots=True)
class GoldQuestion:
    """A line of questions.jsonl: a right quote comes from `document` and contains one of `answers`."""

    id: str
    question: str
    language: str  # "und" where the file does not say; never told to the system
    history: tuple[str, ...]
    document: str | None  # a document's id, or how it begins
    answers: tuple[str, ...]  # () marks a question the documents do not answer

    @property
    def answerable(self) -> bool:
        return bool(self.answers)


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions over documents that are in an index already."""

    name: str
    questions: tuple[GoldQuestion, ...]


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """An answer with its place: `document.text[start:end] == text`."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class ParagraphQuestion:
    """A SQuAD question: about one paragraph, answered by one of `spans` or, without any, not answered."""

    id: str
    question: str
    document_id: str
    spans: tuple[GoldSpan, ...]

    @property
    def answerable(self) -> bool:
        return bool(self.spans)


@dataclass(frozen=True, slots=True)
class ParagraphSet:
    """SQuAD 2.0: every paragraph is a document of its own."""

    name: str
    documents: tuple[Document, ...]
    questions: tuple[ParagraphQuestion, ...]


@dataclass(frozen=True, slots=True)
class ParallelSet:
    """One SQuAD set in several languages: a question id names the same question in each, asked of the same paragraph.

    XQuAD (Artetxe et al. 2020), searched as LAReQA does (Roy et al. 2020).
    """

    name: str
    sets: Mapping[str, ParagraphSet]  # by language

    @property
    def documents(self) -> tuple[Document, ...]:
        return tuple(document for each in self.sets.values() for document in each.documents)

    def asked(self) -> dict[str, dict[str, ParagraphQuestion]]:
        """By language and question id."""
        return {language: {each.id: each for each in one.questions} for language, one in self.sets.items()}


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query and the grade of every judged document; a grade above 0 is relevant."""

    id: str
    text: str
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """A BEIR folder: a corpus, and queries with relevance judgments."""

    name: str
    split: str
    documents: tuple[Document, ...]
    queries: tuple[JudgedQuery, ...]
    missing: int  # judged relevant, yet not in the corpus: nothing can find them


DataSet: TypeAlias = QuestionSet | ParagraphSet | ParallelSet | JudgedSet
