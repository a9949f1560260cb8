"""BEIR folders: corpus.jsonl, queries.jsonl and relevance judgments in qrels/*.tsv."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from rag.errors import DataSetError
from rag.evaluation.data_sets import JudgedQuery, JudgedSet
from rag.evaluation.fields import Record, json_lines, read_text, shown
from rag.language import identify
from rag.types import Document

SPLITS = ("test", "dev", "train")  # the first that is there is taken

Grades: TypeAlias = dict[str, dict[str, int]]  # query -> document -> grade


def load_beir(path: Path, *, split: str | None = None, identify: Callable[[str], str] = identify) -> JudgedSet:
    """The queries that have judgments in one split ("test" where there is one). Raises DataSetError."""
    qrels = _qrels_file(path / "qrels", split)
    grades = _grades(qrels)
    documents = _documents(path / "corpus.jsonl", identify)
    queries = _queries(path / "queries.jsonl", grades, qrels)
    relevant = {document for row in grades.values() for document, grade in row.items() if grade > 0}
    return JudgedSet(path.name, qrels.stem, tuple(documents.values()), queries, len(relevant - documents.keys()))


def _qrels_file(folder: Path, split: str | None) -> Path:
    found = {path.stem: path for path in sorted(folder.glob("*.tsv"))}
    for name in (split,) if split else (*SPLITS, *found):
        if name in found:
            return found[name]
    raise DataSetError(f"{folder}: found {sorted(found) or 'no .tsv file'}; expected {split or 'test'}.tsv")


def _grades(path: Path) -> Grades:
    grades: Grades = {}
    for query, document, grade in _rows(path):
        grades.setdefault(query, {})[document] = grade
    if not grades:
        raise DataSetError(f"{path}: no judgments; expected lines of query, document and grade, between tabs")
    return grades


def _rows(path: Path) -> Iterator[tuple[str, str, int]]:
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        cells = line.rstrip("\r").split("\t")
        if (number == 1 and cells[0] in ("query-id", "query_id")) or not line.strip():
            continue  # the heading
        if len(cells) != 3 or not cells[2].strip().lstrip("-").isdecimal():
            raise DataSetError(
                f"{path}, line {number}: found {shown(line)}; expected query, document and whole grade, between tabs"
            )
        yield cells[0], cells[1], int(cells[2])


def _documents(path: Path, identify: Callable[[str], str]) -> dict[str, Document]:
    """By id. Documents without any text cannot be indexed and are left out."""
    documents: dict[str, Document] = {}
    for record in json_lines(path):
        document = _document(record, identify)
        if document.id in documents:
            raise record.fail(f'the _id "{document.id}" stands on an earlier line too; expected each once')
        if document.text.strip():
            documents[document.id] = document
    return documents


def _document(record: Record, identify: Callable[[str], str]) -> Document:
    title, text = record.optional("title", str) or "", record.required("text", str)
    # As everyone runs BEIR, the title is searched with the text.
    whole = f"{title}\n\n{text}" if title else text
    name = record.required("_id", str)
    return Document(id=name, text=whole, title=title or name, source=record.place, language=identify(whole))


def _queries(path: Path, grades: Mapping[str, Mapping[str, int]], qrels: Path) -> tuple[JudgedQuery, ...]:
    texts = {record.required("_id", str): record.required("text", str) for record in json_lines(path)}
    unknown = sorted(grades.keys() - texts.keys())
    if unknown:
        raise DataSetError(f"{qrels}: judges the query {shown(unknown[0])}; expected only queries of {path}")
    return tuple(JudgedQuery(query, texts[query], row) for query, row in grades.items())
