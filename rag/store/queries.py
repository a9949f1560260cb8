"""What can be asked of quoth.db; nothing here writes."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.errors import DocumentNotFound, StoreDamaged
from rag.store.connections import ReadConnections
from rag.store.rows import (
    BODY_COLUMNS,
    ORIGINAL_COLUMNS,
    SUMMARY_COLUMNS,
    OriginalRow,
    Tokens,
    blob_checksum,
    check_row,
    content_hash,
    passage_values,
    to_document,
    to_original,
    to_summary,
    to_tokens,
    to_vectors,
)
from rag.types import Document, DocumentSummary, Filters, Keys, Original, Passage, Stretch, Vectors

CHUNK = 2048  # rows fetched at a time: 3 MB of vectors


# CROSS JOIN holds SQLite to this order, and sorting is left to numpy: asked to sort, it walks over every passage.
_KEYS_OF_DOCUMENTS = "SELECT p.key FROM documents d CROSS JOIN passages p ON p.document = d.number"
_LANGUAGE = "coalesce(p.language, d.language)"  # of a passage


_HAS_METADATA = (
    "EXISTS (SELECT 1 FROM json_each(d.metadata) m WHERE m.key = ? AND m.value IN (SELECT value FROM json_each(?)))"
)


class StoredVectors(NamedTuple):
    keys: Keys
    vectors: Vectors  # as the encoder made them, never centred
    languages: list[str]  # of the passage of each key


class StoredTokens(NamedTuple):
    keys: Keys
    tokens: list[Tokens]


class StoredPassage(NamedTuple):
    key: int
    passage: Passage
    document: DocumentSummary

    @property
    def language(self) -> str:
        return self.passage.language or self.document.language


class Place(NamedTuple):
    """Where a passage stands: enough to order it by, without its text."""

    key: int
    ordinal: int
    document_id: str
    language: str
    date: str | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What separates an older generation from `generation`."""

    generation: int
    added: Keys
    removed: Keys


class Queries:
    """Questions to one store file, from any thread."""

    def __init__(self, connections: ReadConnections, dimension: int) -> None:
        self._connections = connections
        self._dimension = dimension

    def reading(self) -> AbstractContextManager[sqlite3.Connection]:
        """All that this thread reads inside is of one generation."""
        return self._connections.reading()

    @property
    def generation(self) -> int:
        with self.reading() as connection:
            (last,) = connection.execute("SELECT max(generation) FROM changes").fetchone()
        if not isinstance(last, int):
            raise StoreDamaged(f"quoth.db gives {last!r} as its last generation: run `quoth doctor`")
        return last

    def stamp(self, generation: int) -> str | None:
        """The random mark of a generation of this very store."""
        with self.reading() as connection:
            row = connection.execute("SELECT stamp FROM changes WHERE generation = ?", (generation,)).fetchone()
        return None if row is None else str(row[0])

    def holds(self, document: Document) -> bool:
        """Whether this very content is stored under this id."""
        with self.reading() as connection:
            row = connection.execute("SELECT content_hash FROM documents WHERE id = ?", (document.id,)).fetchone()
        return row is not None and row[0] == content_hash(document)

    def document(self, document_id: str) -> Document:
        """Raises DocumentNotFound, and StoreDamaged for one that is not as it was stored."""
        with self.reading():
            return to_document(self.summary(document_id), self._one(BODY_COLUMNS, document_id))

    def document_if(self, document_id: str, content_hash: str) -> Document | None:
        """The document, if it still has this content. Raises StoreDamaged."""
        with self.reading():
            try:
                summary = self.summary(document_id)
            except DocumentNotFound:
                return None
            if summary.content_hash != content_hash:
                return None
            return to_document(summary, self._one(BODY_COLUMNS, document_id))

    def original(self, document_id: str) -> Original | None:
        """The file that a document was read from, where it was told. Raises DocumentNotFound, StoreDamaged."""
        sought = f"SELECT {ORIGINAL_COLUMNS} FROM originals o WHERE o.document = ?"
        with self.reading() as connection:
            self._one("d.number", document_id)
            row = connection.execute(sought, (document_id,)).fetchone()
        return None if row is None else to_original(document_id, row)

    def has_original(self, document_id: str) -> bool:
        """Whether there is one, without a look at what it says; not of a document that is not there."""
        with self.reading() as connection:
            row = connection.execute("SELECT 1 FROM originals WHERE document = ?", (document_id,)).fetchone()
        return row is not None

    def recognized(self, sha256: str) -> bytes | None:
        """What was read off the pages of a file of these bytes, where that is kept and not damaged."""
        sought = (
            f"SELECT o.document, {ORIGINAL_COLUMNS} FROM originals o WHERE o.sha256 = ? AND o.recognized IS NOT NULL"
        )
        with self.reading() as connection:
            row = connection.execute(sought, (bytes.fromhex(sha256),)).fetchone()
        with suppress(StoreDamaged):  # it is read anew then
            return to_original(row[0], row[1:]).recognized if row else None
        return None

    def _notes(self, original: OriginalRow) -> bool:
        """Whether this very row is stored, its bytes included: one that is damaged is not."""
        same = " AND ".join(f"{column} IS ?" for column in OriginalRow._fields)
        with self.reading() as connection:
            row = connection.execute(f"SELECT 1 FROM originals WHERE {same}", original).fetchone()
        return row is not None

    def summary(self, document_id: str) -> DocumentSummary:
        """Raises DocumentNotFound."""
        return to_summary(self._one(SUMMARY_COLUMNS, document_id))

    def _one(self, columns: str, document_id: str) -> tuple[Any, ...]:
        with self.reading() as connection:
            row = connection.execute(f"SELECT {columns} FROM documents d WHERE d.id = ?", (document_id,)).fetchone()
        if row is None:
            raise DocumentNotFound(f"no document has the id {document_id}")
        return tuple(row)

    def documents(self, content_hash: str | None = None) -> tuple[DocumentSummary, ...]:
        """Every document, or those of this content, by id."""
        sought = "SELECT {} FROM documents d WHERE ?1 IS NULL OR d.content_hash = ?1 ORDER BY d.id"
        with self.reading() as connection:
            rows = connection.execute(sought.format(SUMMARY_COLUMNS), (content_hash,)).fetchall()
        return tuple(to_summary(row) for row in rows)

    def files(self) -> dict[str, str]:
        """Path -> id, of the documents of which it was noted that they are what a file says."""
        with self.reading() as connection:
            return dict(connection.execute("SELECT path, document FROM files ORDER BY path").fetchall())

    def count(self) -> int:
        """How many passages there are."""
        with self.reading() as connection:
            return int(connection.execute("SELECT coalesce(sum(passages), 0) FROM documents").fetchone()[0])

    def passages(self, keys: Sequence[int] | Keys) -> list[StoredPassage]:
        """The passages of these keys, in this order; a key that is gone is left out."""
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT p.key, p.ordinal, p.start, p.end, "
                f"substr(d.text, p.byte_start + 1, p.byte_end - p.byte_start), p.language, p.checksum, "
                f"{SUMMARY_COLUMNS} FROM passages p JOIN documents d ON d.number = p.document "
                f"WHERE p.key IN (SELECT value FROM json_each(?))",
                (_json_list(keys),),
            ).fetchall()
        found = {row[0]: _stored_passage(row) for row in rows}
        return [found[int(key)] for key in keys if int(key) in found]

    def places(self, keys: Sequence[int] | Keys) -> list[Place]:
        """The places of these keys, by key; a key that is gone is left out."""
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT p.key, p.ordinal, d.id, {_LANGUAGE}, d.date "
                "FROM passages p JOIN documents d ON d.number = p.document "
                "WHERE p.key IN (SELECT value FROM json_each(?)) ORDER BY p.key",
                (_json_list(keys),),
            ).fetchall()
        return [Place(*row) for row in rows]

    def keys_within(self, document_id: str, start: int, end: int) -> Keys:
        """Of the passages of a document that share text with this stretch of it, ascending."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT p.key FROM passages p JOIN documents d ON d.number = p.document "
                "WHERE d.id = ? AND p.start < ? AND p.end > ? ORDER BY p.key",
                (document_id, end, start),
            ).fetchall()
        return _keys(rows)

    def stretches(self, document_id: str) -> list[Stretch]:
        """Where a document is in another language than most of it, in order."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT p.start, p.end, p.language FROM passages p JOIN documents d ON d.number = p.document "
                "WHERE d.id = ? AND p.language IS NOT NULL ORDER BY p.ordinal",
                (document_id,),
            ).fetchall()
        joined: list[Stretch] = []
        for each in map(Stretch._make, rows):
            goes_on = joined and joined[-1].language == each.language and joined[-1].end >= each.start
            start = joined.pop().start if goes_on else each.start
            joined.append(each._replace(start=start))
        return joined

    def openings(self, keys: Keys) -> Keys:
        """The first passage of each document that has one of these keys and more than one passage, ascending."""
        with self.reading() as connection:
            rows = connection.execute(
                "SELECT DISTINCT o.key FROM passages p JOIN documents d ON d.number = p.document "
                "JOIN passages o ON o.document = p.document AND o.ordinal = 0 "
                "WHERE p.key IN (SELECT value FROM json_each(?)) AND d.passages > 1 ORDER BY o.key",
                (_json_list(keys),),
            ).fetchall()
        return _keys(rows)

    def alive(self, keys: Keys) -> NDArray[np.bool_]:
        """Whether each of these keys is still there."""
        sql = "SELECT key FROM passages WHERE key IN (SELECT value FROM json_each(?))"
        with self.reading() as connection:
            found = _keys(connection.execute(sql, (_json_list(keys),)).fetchall())
        return np.isin(keys, found)

    def keys(self, filters: Filters) -> Keys | None:
        """The keys, ascending, of the passages that may answer; None when all may."""
        conditions, values = _conditions(filters)
        if not conditions:
            return None
        with self.reading() as connection:
            rows = connection.execute(f"{_KEYS_OF_DOCUMENTS} WHERE {' AND '.join(conditions)}", values).fetchall()
        return np.sort(_keys(rows))

    # -- what derived indexes are built from

    def every_key(self) -> Keys:
        """Of all passages, ascending."""
        with self.reading() as connection:
            return _keys(connection.execute("SELECT key FROM passages ORDER BY key").fetchall())

    def vectors(self, keys: Keys | None = None) -> Iterator[StoredVectors]:
        """Raw vectors of these keys, or of all, by key, in chunks. Read within `reading()` for one generation."""
        columns = (
            f"v.key, v.vector, v.checksum, {_LANGUAGE} FROM vectors v "
            "JOIN passages p ON p.key = v.key JOIN documents d ON d.number = p.document"
        )
        for rows in self._chunks(columns, keys):
            matrix = to_vectors(_checked(rows), self._dimension)
            yield StoredVectors(_keys(rows), matrix, [row[3] for row in rows])

    def tokens(self, keys: Keys | None = None) -> Iterator[StoredTokens]:
        """Token ids of these keys, or of all, by key, in chunks. Read within `reading()` for one generation."""
        for rows in self._chunks("v.key, v.tokens, v.checksum FROM tokens v", keys):
            yield StoredTokens(_keys(rows), [to_tokens(blob) for blob in _checked(rows)])

    def _chunks(self, columns: str, keys: Keys | None) -> Iterator[list[tuple[Any, ...]]]:
        wanted = "" if keys is None else "AND v.key IN (SELECT value FROM json_each(?))"
        sql = f"SELECT {columns} WHERE v.key > ? {wanted} ORDER BY v.key LIMIT {CHUNK}"
        values = () if keys is None else (_json_list(keys),)
        last = 0
        while True:
            with self.reading() as connection:
                rows = connection.execute(sql, (last, *values)).fetchall()
            if not rows:
                return
            found = [last, *(row[0] for row in rows)]
            if any(after <= before for before, after in pairwise(found)):
                raise StoreDamaged("keys of quoth.db are out of order: run `quoth doctor`")
            yield rows
            if len(rows) < CHUNK:
                return
            last = found[-1]

    def changes_since(self, generation: int) -> Changes:
        """Which keys came and went after `generation`; a key that did both is only among the removed."""
        with self.reading() as connection:
            added = connection.execute(f"{_KEYS_OF_DOCUMENTS} WHERE d.generation > ?", (generation,)).fetchall()
            removed = connection.execute("SELECT key FROM removed WHERE generation > ?", (generation,)).fetchall()
            return Changes(self.generation, np.sort(_keys(added)), np.sort(_keys(removed)))

    def languages_since(self, generation: int) -> frozenset[str]:
        """Of the passages that came after `generation`."""
        told = f"SELECT DISTINCT {_LANGUAGE} FROM documents d JOIN passages p ON p.document = d.number"
        with self.reading() as connection:
            rows = connection.execute(f"{told} WHERE d.generation > ?", (generation,)).fetchall()
        return frozenset(code for (code,) in rows)


def _conditions(filters: Filters) -> tuple[list[str], list[str]]:
    conditions, values = [], []
    lists = {
        "d.id IN {}": filters.documents,
        "d.source IN {}": filters.sources,
        "(d.language IN {} OR d.languages IS NOT NULL)": filters.languages,  # spares a look at every passage
        f"{_LANGUAGE} IN {{}}": filters.languages,
    }
    for condition, allowed in lists.items():
        if allowed:
            conditions.append(condition.format("(SELECT value FROM json_each(?))"))
            values.append(json.dumps(allowed))
    for comparison, bound in (("d.date >= ?", filters.date_from), ("d.date <= ?", filters.date_to)):
        if bound is not None:
            conditions.append(comparison)  # NULL passes neither
            values.append(bound)
    for key, allowed in filters.metadata:
        conditions.append(_HAS_METADATA)
        values += [key, json.dumps(allowed)]
    return conditions, values


def _stored_passage(row: Sequence[Any]) -> StoredPassage:
    key, ordinal, start, end, text, language, stored, *summary = row
    document = to_summary(summary)
    check_row(passage_values(ordinal, start, end, text, language), stored, f"passage {ordinal} of {document.id}")
    passage = Passage(document.id, ordinal, start, end, text.decode("utf-8"), language=language)
    return StoredPassage(key, passage, document)


def _checked(rows: Sequence[Sequence[Any]]) -> list[bytes]:
    """The blobs of (key, blob, checksum, ...), none of them damaged."""
    blobs: list[bytes] = []
    for key, blob, stored, *_ in rows:
        if type(key) is not int or type(blob) is not bytes or blob_checksum(key, blob) != stored:
            check_row((key, blob), stored, f"passage {key}'s vector or words")
        blobs.append(blob)
    return blobs


def _json_list(keys: Sequence[int] | Keys) -> str:
    return json.dumps(np.asarray(keys, dtype=np.int64).tolist())


def _keys(rows: Sequence[Sequence[Any]]) -> Keys:
    found = [row[0] for row in rows]
    if not all(isinstance(key, int) for key in found):
        raise StoreDamaged("quoth.db gives keys that are no numbers: run `quoth doctor`")
    return np.array(found, dtype=np.int64)
