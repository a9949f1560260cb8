"""A path -> a data set, recognised by what is in it and not by its name."""

import json
from pathlib import Path

from rag.errors import DataSetError
from rag.evaluation.beir_folders import load_beir
from rag.evaluation.data_sets import DataSet, Form
from rag.evaluation.fields import read_text, shown
from rag.evaluation.question_files import load_questions
from rag.evaluation.squad_files import load_parallel, load_squad

EXPECTED = 'questions.jsonl (a "question" on every line), SQuAD 2.0 JSON (a "data" list) or a BEIR folder'


def detect(path: Path) -> Form:
    """Which of the three forms a path has. Raises DataSetError when it has none."""
    if path.is_dir():
        return _detect_folder(path)
    text = read_text(path).strip()
    if not text:
        raise DataSetError(f"{path}: empty; expected {EXPECTED}")
    if "question" in _keys(text.split("\n", 1)[0]):
        return "questions"
    if "data" in _keys(text):
        return "squad"
    raise DataSetError(f"{path}: begins {shown(text, 50)}; expected {EXPECTED}")


def load(*paths: Path) -> DataSet:
    """One path of any form, or several SQuAD files with the same questions in several languages.

    Raises DataSetError, naming the place, what was found and what was expected.
    """
    if len(paths) > 1:
        for path in paths:
            if (form := detect(path)) != "squad":
                raise DataSetError(f"{path}: of the form {form}; several files are expected to be SQuAD 2.0 JSON")
        return load_parallel(paths)
    (path,) = paths
    form = detect(path)
    if form == "questions":
        return load_questions(path)
    return load_squad(path) if form == "squad" else load_beir(path)


def _detect_folder(path: Path) -> Form:
    absent = [name for name in ("corpus.jsonl", "queries.jsonl", "qrels") if not (path / name).exists()]
    if absent:
        raise DataSetError(
            f"{path}: no {', '.join(absent)}; expected a BEIR folder (corpus.jsonl, queries.jsonl, qrels/*.tsv)"
        )
    return "beir"


def _keys(text: str) -> frozenset[str]:
    """The keys of a JSON object; none where the text is not one."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return frozenset()
    return frozenset(value) if isinstance(value, dict) else frozenset()
