"""SQuAD 2.0 JSON: every paragraph becomes a document, every answer keeps its checked place in it."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from rag.errors import DataSetError
from rag.evaluation.data_sets import GoldSpan, ParagraphQuestion, ParagraphSet, ParallelSet
from rag.evaluation.fields import Record, json_object, shown
from rag.language import identify
from rag.types import Document


def load_squad(path: Path, *, identify: Callable[[str], str] = identify) -> ParagraphSet:
    """A context that stands in several places is one document. Raises DataSetError."""
    documents: dict[str, Document] = {}  # by context
    questions: dict[str, ParagraphQuestion] = {}
    for article in json_object(path).records("data"):
        title = (article.optional("title", str) or "").replace("_", " ")
        for paragraph in article.records("paragraphs"):
            context = paragraph.required("context", str)
            if context not in documents:
                documents[context] = _document(paragraph, f"{path.stem}-{len(documents):05d}", title, identify)
            for record in paragraph.records("qas"):
                question = _question(record, documents[context])
                if question.id in questions:
                    raise record.fail(f'the id "{question.id}" stands in an earlier place too; expected each once')
                questions[question.id] = question
    return ParagraphSet(path.stem, tuple(documents.values()), tuple(questions.values()))


def load_parallel(paths: Sequence[Path], *, identify: Callable[[str], str] = identify) -> ParallelSet:
    """Files that ask the same questions, one in each language. Raises DataSetError."""
    sets: dict[str, ParagraphSet] = {}
    for path in paths:
        loaded = load_squad(path, identify=identify)
        language = _language(loaded)
        if language in sets:
            raise DataSetError(f"{path}: in {language}, as {sets[language].name} is; expected each language once")
        sets[language] = loaded
    first, *others = ({question.id for question in each.questions} for each in sets.values())
    for path, ids in zip(paths[1:], others, strict=True):
        if ids != first:
            raise DataSetError(
                f"{path}: shares {len(ids & first)} of its {len(ids)} question ids with {paths[0].name}, which has "
                f"{len(first)}; expected the same questions in every file"
            )
    return ParallelSet("+".join(each.name for each in sets.values()), sets)


def _language(loaded: ParagraphSet) -> str:
    """That of most paragraphs."""
    ((language, _),) = Counter(document.language for document in loaded.documents).most_common(1)
    return language


def _document(paragraph: Record, name: str, title: str, identify: Callable[[str], str]) -> Document:
    context = paragraph.required("context", str)
    if not context.strip():
        raise paragraph.fail('"context" is empty; expected a text')
    return Document(id=name, text=context, title=title or name, source=paragraph.place, language=identify(context))


def _question(record: Record, document: Document) -> ParagraphQuestion:
    spans = tuple(_span(answer, document.text) for answer in record.records("answers", default=()))
    impossible = record.optional("is_impossible", bool)
    if impossible is not None and impossible == bool(spans):
        raise record.fail(
            f'"is_impossible" is {shown(impossible)} with {len(spans)} answers; expected answers just when it is false'
        )
    return ParagraphQuestion(
        id=record.required("id", str),
        question=record.required("question", str),
        document_id=document.id,
        spans=spans,
    )


def _span(answer: Record, context: str) -> GoldSpan:
    text, start = answer.required("text", str), answer.required("answer_start", int)
    found = context[start : start + len(text)] if start >= 0 else ""
    if not text or found != text:
        raise answer.fail(
            f'"answer_start" {start} leads to {shown(found)}; expected {shown(text)} (offsets count code points)'
        )
    return GoldSpan(text, start)
