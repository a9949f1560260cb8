"""The store's face: SQLite, FAISS and tantivy as one thing that writes, deletes and searches."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np

from rag.errors import DocumentNotFound, StoreDamaged, StoreMissing
from rag.store import snapshot
from rag.store.database import Database
from rag.store.derived import Derived, Transform, build, save
from rag.store.means import LanguageMeans
from rag.store.queries import Place, StoredPassage
from rag.tables import Columns, may_begin_within
from rag.types import (
    Change,
    Document,
    DocumentSummary,
    EncoderIdentity,
    Filters,
    Keys,
    Original,
    Passage,
    Stretch,
    Vectors,
)

REPLAYED_SHARE = 0.1  # an index is saved anew when more than this share of the passages came or went since
_COLUMNS = 64  # documents whose tables are remembered
LOOKS = 8  # searches before one that deletes keep overtaking gives fewer than k


def _unchanged(vectors: Vectors, languages: Sequence[str]) -> Vectors:
    return vectors


class Store:
    """Documents and their passages, found by vector and by word. Safe to use from many threads.

    Indexes are built at the first search, follow every write of this process and, before each search, the writes of
    others. A search never returns a key whose passage is gone.
    """

    def __init__(
        self, database: Database, transform: Transform = _unchanged, transform_fingerprint: str = "none"
    ) -> None:
        self._database = database
        self._transform = transform
        self._fingerprint = transform_fingerprint
        self._derived: Derived | None = None
        self._following = threading.Lock()
        self._saving = threading.Lock()
        self._columns = lru_cache(maxsize=_COLUMNS)(self._columns_of)
        self._looked_at = -1  # the generation at which the saved index was last found to be near enough

    # -- doors

    @classmethod
    def create(
        cls,
        folder: str | Path,
        identity: EncoderIdentity,
        splitter: str,
        transform: Transform = _unchanged,
        transform_fingerprint: str = "none",
    ) -> Self:
        return cls(Database.create(folder, identity, splitter), transform, transform_fingerprint)

    @classmethod
    def open(
        cls,
        folder: str | Path,
        identity: EncoderIdentity | None = None,
        splitter: str | None = None,
        transform: Transform = _unchanged,
        transform_fingerprint: str = "none",
    ) -> Self:
        """Writes nothing. Raises StoreMissing, StoreTooNew, StoreDamaged, ModelMismatch."""
        return cls(Database.open(folder, identity, splitter), transform, transform_fingerprint)

    @classmethod
    def open_or_create(
        cls,
        folder: str | Path,
        identity: EncoderIdentity,
        splitter: str,
        transform: Transform = _unchanged,
        transform_fingerprint: str = "none",
    ) -> Self:
        try:
            return cls.open(folder, identity, splitter, transform, transform_fingerprint)
        except StoreMissing:
            return cls.create(folder, identity, splitter, transform, transform_fingerprint)

    def release(self) -> None:
        """Let another process write; the next write here takes the role again."""
        self._database.release()

    def close(self) -> None:
        self._derived = None  # its files are mapped
        self._database.close()

    # -- documents

    def write(
        self, document: Document, passages: Sequence[Passage], vectors: Vectors, tokens: Sequence[Sequence[int]]
    ) -> Change:
        """Add or replace one document whole; on disk and found by searches when this returns. Raises StoreLocked.

        `vectors`: as the encoder made them. `tokens`: folded subword ids, a list a passage.
        """
        change = self._database.write(document, passages, vectors, tokens)
        self._follow_if_built()
        return change

    def delete(self, document_id: str) -> None:
        """Raises DocumentNotFound, StoreLocked."""
        self._database.delete(document_id)
        self._follow_if_built()

    def note_file(self, document_id: str, path: str) -> None:
        """The document is what this file says, until it is replaced or deleted. Raises StoreLocked."""
        self._database.note_file(document_id, path)

    def note_original(self, document: Document) -> None:
        """What a document that is held was read from, if it tells that. Raises StoreLocked."""
        self._database.note_original(document)

    def original(self, document_id: str) -> Original | None:
        """The file that a document was read from, where it was told. Raises DocumentNotFound, StoreDamaged."""
        return self._database.original(document_id)

    def recognized(self, sha256: str) -> bytes | None:
        """What was read off the pages of a file of these bytes, where that is kept and not damaged."""
        return self._database.recognized(sha256)

    def has_original(self, document_id: str) -> bool:
        """Whether there is one, without a look at what it says; not of a document that is not there."""
        return self._database.has_original(document_id)

    def files(self) -> dict[str, str]:
        """Path -> id, of the documents that were noted so."""
        return self._database.files()

    def holds(self, document: Document) -> bool:
        """Whether this very content is stored under this id: then there is nothing to encode."""
        return self._database.holds(document)

    def document(self, document_id: str) -> Document:
        """Raises DocumentNotFound."""
        return self._database.document(document_id)

    def document_if(self, document_id: str, content_hash: str) -> Document | None:
        """The document, if it still has this content."""
        return self._database.document_if(document_id, content_hash)

    def summary(self, document_id: str) -> DocumentSummary:
        """Raises DocumentNotFound."""
        return self._database.summary(document_id)

    def documents(self, content_hash: str | None = None) -> tuple[DocumentSummary, ...]:
        """Every document, or those of this content, by id."""
        return self._database.documents(content_hash)

    def passages(self, keys: Sequence[int] | Keys) -> list[StoredPassage]:
        """(key, passage, document) of each key, in this order; a key that is gone is left out.

        Without `columns`: to tell them a whole document may have to be read.
        """
        return self._database.passages(keys)

    def with_columns(self, stored: StoredPassage) -> Passage:
        """The passage as it was split."""
        if not may_begin_within(stored.passage.text):
            return stored.passage
        columns = self.columns(stored.document.id, stored.document.content_hash)
        return replace(stored.passage, columns=columns.at(stored.passage.start) if columns else None)

    def columns(self, document_id: str, content_hash: str) -> Columns | None:
        """What names the columns of a document's tables, if it still has this content."""
        try:
            return self._columns(document_id, content_hash)
        except DocumentNotFound:  # which is not remembered: it may come back
            return None

    def _columns_of(self, document_id: str, content_hash: str) -> Columns:
        document = self._database.document_if(document_id, content_hash)
        if document is None:
            raise DocumentNotFound(f"no document {document_id} has the content {content_hash}")
        return Columns(document.text)

    def places(self, keys: Sequence[int] | Keys) -> list[Place]:
        """Where the passages of these keys stand, by key; a key that is gone is left out."""
        return self._database.places(keys)

    def keys_within(self, document_id: str, start: int, end: int) -> Keys:
        """Of the passages of a document that share text with this stretch of it, ascending."""
        return self._database.keys_within(document_id, start, end)

    def stretches(self, document_id: str) -> list[Stretch]:
        """Where a document is in another language than most of it, in order."""
        return self._database.stretches(document_id)

    def openings(self, keys: Keys) -> Keys:
        """The first passage of each document that has one of these keys and more than one passage, ascending."""
        return self._database.openings(keys)

    @property
    def folder(self) -> Path:
        return self._database.folder

    def write_refusal(self) -> str | None:
        """Why nothing could be written here now, if so."""
        return self._database.write_refusal()

    @property
    def generation(self) -> int:
        return self._database.generation

    @property
    def identity(self) -> EncoderIdentity:
        return self._database.identity

    @property
    def splitter(self) -> str:
        return self._database.splitter

    def __len__(self) -> int:
        """Passages."""
        return self._database.count()

    # -- searching

    def nearest(self, vector: Vectors, k: int, filters: Filters | None = None) -> tuple[Keys, Vectors]:
        """The k passages nearest to a unit vector (transformed as the index is), with their cosines."""
        keys, scores = self._search(lambda now, allowed: now.vectors.search(vector, k, allowed), filters)
        return keys, np.clip(scores, -1.0, 1.0)

    def lexical(self, tokens: Sequence[int], k: int, filters: Filters | None = None) -> tuple[Keys, Vectors]:
        """The k passages with the best BM25 for these tokens; passages without any of them are no hits."""
        return self._search(lambda now, allowed: now.words.search(tokens, k, allowed), filters)

    def bm25(self, tokens: Sequence[int], keys: Keys) -> Vectors:
        """BM25 of each key; 0 without a token in common."""
        return self._now().words.score(tokens, keys)

    def vectors_of(self, keys: Keys) -> Vectors:
        """The index's (transformed) vector of each key; zeros for a key that is gone."""
        return self._now().vectors.vectors(keys)

    def language_means(self) -> LanguageMeans:
        """The mean of each language's vectors, as the encoder made them, when the indexes were last made."""
        return self._now().means

    def languages(self) -> frozenset[str]:
        """Of the passages."""
        return self._now().languages

    def idf(self, tokens: Sequence[int]) -> dict[int, float]:
        """How rare each token is among the passages."""
        return self._now().words.idf(tokens)

    def _search(
        self, search: Callable[[Derived, Keys | None], tuple[Keys, Vectors]], filters: Filters | None
    ) -> tuple[Keys, Vectors]:
        for _ in range(LOOKS):
            allowed = None if filters is None else self._database.keys(filters)
            keys, scores = search(self._now(), allowed)
            alive = self._database.alive(keys)
            if alive.all():
                break
            # Something was deleted between the look at the generation and here: look again, so that k stay k.
        return keys[alive], scores[alive]

    # -- derived indexes

    def refresh(self) -> None:
        """See what was committed since, here or by another process. Searches do this themselves."""
        self._now()

    def snapshot(self) -> None:
        """Save the indexes, so that the next open need not build them. Raises StoreLocked, StoreError."""
        with self._saving, self._database.holding_role():
            save(self._database, self._transform, self._fingerprint)
            if self._derived is not None:
                fresh = build(self._database, self._transform, self._fingerprint)
                with self._following:  # what was in memory is now in files
                    self._derived = fresh
                    self._up_to_date()

    def snapshot_if_behind(self) -> None:
        """Save the indexes if replaying what came since they were saved would take long. Raises as `snapshot`."""
        generation = self._database.generation
        if generation == self._looked_at:
            return
        if self._is_behind():
            self.snapshot()
        self._looked_at = generation

    def _is_behind(self) -> bool:
        with self._database.reading():
            try:
                saved = snapshot.read_manifest(self._database.folder)
            except StoreDamaged:
                return True
            if self._database.stamp(saved.generation) != saved.stamp:
                return True
            changes = self._database.changes_since(saved.generation)
            return len(changes.added) + len(changes.removed) > REPLAYED_SHARE * saved.count

    @property
    def origin(self) -> str:
        """Where the indexes came from, and if not from the saved ones, why."""
        return self._now().origin

    def _now(self) -> Derived:
        """The indexes as of the newest commit."""
        now = self._derived
        if now is not None and now.generation == self._database.generation:
            return now
        with self._following:
            return self._up_to_date()

    def _up_to_date(self) -> Derived:
        with self._database.reading():
            return self._brought_up()

    def _brought_up(self) -> Derived:
        if self._derived is not None and not self._database.stamp(self._derived.generation):
            self._derived = None  # compacted or put in place since: what to replay is no longer known
        if self._derived is None:
            self._database.check_identity()
            self._derived = build(self._database, self._transform, self._fingerprint)
        elif self._derived.generation != self._database.generation:
            behind, self._derived = self._derived, None  # one that fails half-way is built anew
            behind.follow(self._database, self._transform)
            self._derived = behind
        return self._derived

    def _follow_if_built(self) -> None:
        if self._derived is not None:
            self._now()
