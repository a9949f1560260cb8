"""Files and the documents made of them: which id a file gets, and how a folder and the index differ."""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from rag.documents import find_files, load_file
from rag.errors import DocumentError, DocumentNotFound
from rag.ocr import Ocr
from rag.store import Store
from rag.types import Document

Difference: TypeAlias = Literal["added", "replaced", "unchanged", "removed", "failed"]


@dataclass(frozen=True, slots=True)
class Compared:
    """A file of a folder, or one that was there, beside what the index holds of it."""

    difference: Difference
    path: Path
    document_id: str  # the one it has in the index, or would get; "" for a file that could not be read
    document: Document | None = None  # the file's, where there is one that could be read
    noted: bool = False  # whether the index knows that the document is this file's
    reason: str = ""  # why it failed


def distinct(document: Document, store: Store) -> Document:
    """The document under an id of its own: a file of the same name that was indexed before keeps the bare name."""
    try:
        held = store.document(document.id)
    except DocumentNotFound:
        return document
    if held.source == document.source or held.text == document.text:
        return document
    return replace(document, id=f"{document.id}-{hashlib.sha256(document.source.encode()).hexdigest()[:8]}")


def compare(folder: Path, store: Store | None, ocr: Ocr | None = None) -> Iterator[Compared]:
    """Every file of the folder and every file once noted from it that is gone; no store holds nothing.

    `ocr`: how pages that are pictures are read, if at all.
    Only documents that were noted as a file's (`note`) can be told to be removed. Raises DocumentError.
    """
    if not folder.is_dir():
        raise DocumentError(f"{folder}: no such folder; check the path")
    files = find_files([folder])
    noted = {} if store is None else _noted_under(folder, store)
    if noted and not files:  # a disk that is not mounted looks like this
        raise DocumentError(
            f"{folder}: empty, but {len(noted)} documents came from it; `quoth delete` them if they may go"
        )
    found: set[str] = set()
    for path in files:
        compared = _compared(path, store, noted.pop(_absolute(path), None), ocr)
        found.add(compared.document_id)
        yield compared
    for name, document_id in noted.items():
        if document_id not in found:  # one that was moved within the folder is there under its new path
            yield Compared("removed", Path(name), document_id)


def note(store: Store, path: Path, document_id: str) -> None:
    """The document is this file's: a later `compare` finds it removed when the file is gone."""
    store.note_file(document_id, _absolute(path))


def _compared(path: Path, store: Store | None, noted: str | None, ocr: Ocr | None) -> Compared:
    try:
        document = load_file(path, ocr=ocr)
    except DocumentError as error:
        return Compared("failed", path, noted or "", reason=str(error))
    if store is None:
        return Compared("added", path, document.id, document)
    if noted is not None:  # under the id and the name it has: called from another folder, its path reads otherwise
        document = replace(document, id=noted, source=store.summary(noted).source)
    else:
        document = distinct(document, store)
    return Compared(_difference(document, store), path, document.id, document, noted=noted is not None)


def _difference(document: Document, store: Store) -> Difference:
    if store.holds(document):
        return "unchanged"
    try:
        store.summary(document.id)
    except DocumentNotFound:
        return "added"
    return "replaced"


def _noted_under(folder: Path, store: Store) -> dict[str, str]:
    root = _absolute(folder).rstrip("/") + "/"
    return {name: document_id for name, document_id in store.files().items() if name.startswith(root)}


def _absolute(path: Path) -> str:
    """Of a name that is not UTF-8 the bytes that are not are told by their numbers: the store keeps text."""
    return os.fsencode(path.resolve()).decode("utf-8", "backslashreplace")
