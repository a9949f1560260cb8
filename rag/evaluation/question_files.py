"""questions.jsonl: one question a line, about documents that are in an index already."""

from pathlib import Path

from rag.evaluation.data_sets import GoldQuestion, QuestionSet
from rag.evaluation.fields import Record, json_lines
from rag.language import UNKNOWN


def load_questions(path: Path) -> QuestionSet:
    """Raises DataSetError."""
    questions: dict[str, GoldQuestion] = {}
    for record in json_lines(path):
        question = _question(record)
        if question.id in questions:
            raise record.fail(f'the id "{question.id}" stands on an earlier line too; expected each once')
        questions[question.id] = question
    return QuestionSet(path.stem, tuple(questions.values()))


def _question(record: Record) -> GoldQuestion:
    answers = record.strings("answers")
    if "" in answers:
        raise record.fail('"answers" holds an empty string, which every quote contains; for "no answer" write []')
    return GoldQuestion(
        id=record.required("id", str),
        question=record.required("question", str),
        language=record.optional("language", str) or UNKNOWN,
        history=record.strings("history", default=()),
        document=record.optional("document", str) or None,
        answers=answers,
    )
