"""quoth.db, the truth: documents, passages, raw vectors and tokens, changed one document at a time."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from rag.errors import DocumentNotFound, StoreError, StoreMissing
from rag.store import schema
from rag.store.connections import (
    ReadConnections,
    close_after_writing,
    files_told_plainly,
    flush_folder,
    open_for_writing,
    told_plainly,
)
from rag.store.locks import WriterRole
from rag.store.queries import Queries
from rag.store.rows import Rows, checksum, content_hash, original_row, to_rows
from rag.types import Change, Document, EncoderIdentity, Passage, Vectors

FILE = "quoth.db"


class Database(Queries):
    """Safe to use from many threads; one process at a time may write."""

    def __init__(self, folder: Path, identity: EncoderIdentity, splitter: str, connections: ReadConnections) -> None:
        super().__init__(connections, identity.dimension)
        self.folder = folder
        self.identity = identity
        self.splitter = splitter
        self._path = folder / FILE
        self._role = WriterRole(folder)
        self._writing = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        self._holders = 0  # how many want the role kept for longer than one write

    # -- doors

    @classmethod
    def create(cls, folder: str | Path, identity: EncoderIdentity, splitter: str) -> Self:
        """A new, empty store; the file appears under its name only when it is whole."""
        folder = Path(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"{folder} cannot be made ({error.strerror}): choose another folder") from error
        role = WriterRole(folder)
        role.take()
        try:
            _create_file(folder, identity, splitter)
        finally:
            role.release()
        return cls.open(folder, identity, splitter)

    @classmethod
    def open(cls, folder: str | Path, identity: EncoderIdentity | None = None, splitter: str | None = None) -> Self:
        """An existing store, which opening leaves as it is, but for one of an older format: that is brought up to date.

        Raises StoreMissing, StoreTooNew, StoreDamaged, and ModelMismatch unless built with what is given.
        """
        folder = Path(folder)
        path = folder / FILE
        if not path.is_file():
            raise StoreMissing(f"there is no index in {folder}: run `quoth add PATH`")
        connections = ReadConnections(path)
        with connections.reading() as connection:
            found = schema.check(connection, path, identity, splitter)
            old = schema.is_old(connection)
        if old:
            _migrate(folder)
        return cls(folder, *found, connections)

    def release(self) -> None:
        """Gives up the writer role, which the next write takes again; one that is held by `holding_role` is kept."""
        with self._writing:
            if self._writer is None or self._holders:
                return
            writer, self._writer = self._writer, None
            self._connections.close()  # an idle reader of ours would keep the file in WAL mode
            try:
                with told_plainly(self._path):
                    close_after_writing(writer)
            finally:
                self._role.release()

    def close(self) -> None:
        self.release()
        self._connections.close()

    # -- writing

    def write(
        self, document: Document, passages: Sequence[Passage], vectors: Vectors, tokens: Sequence[Sequence[int]]
    ) -> Change:
        """Add or replace one document whole, on disk when this returns; the same content is left alone.

        Its original is stored with it, if it tells one; of the same content too, where another or none is known.
        """
        if self.holds(document):
            self.note_original(document)
            return "unchanged"
        rows = to_rows(document, passages, vectors, tokens, self.identity.dimension)
        with self.writing() as connection:
            generation = _next_generation(connection)
            replaced = _remove(connection, document.id, generation)
            _insert(connection, rows, generation)
        return "replaced" if replaced else "added"

    def delete(self, document_id: str) -> None:
        """Raises DocumentNotFound."""
        self._one("d.number", document_id)  # not its summary: what is damaged may go as well
        with self.writing() as connection:
            if not _remove(connection, document_id, _next_generation(connection)):
                raise DocumentNotFound(f"no document has the id {document_id}")

    def note_file(self, document_id: str, path: str) -> None:
        """The document is what this file says, until it is replaced or deleted."""
        with self.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (document_id, path))

    def note_original(self, document: Document) -> None:
        """What a document that is held was read from, if it tells that. No answer changes, and so no generation."""
        row = original_row(document)
        if row is None or self._notes(row):
            return
        same = "FROM documents WHERE id = ? AND content_hash = ?"  # it may have been replaced since it was looked at
        with self.writing() as connection:
            values = (*row, document.id, content_hash(document))
            connection.execute(f"INSERT OR REPLACE INTO originals SELECT ?, ?, ?, ?, ?, ? {same}", values)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction of the one writer: all of it is on disk afterwards, or none. Raises StoreLocked."""
        with self._writing, told_plainly(self._path):
            connection = self._take_role()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def take_role(self) -> None:
        """Become the writer now, where the next write would. Raises StoreLocked."""
        with self._writing, told_plainly(self._path):
            self._take_role()

    @contextmanager
    def holding_role(self) -> Iterator[None]:
        """The writer's role, which another thread's `release` does not give up meanwhile. Raises StoreLocked."""
        with self._writing, told_plainly(self._path):
            self._take_role()
            self._holders += 1
        try:
            yield
        finally:
            with self._writing:
                self._holders -= 1

    def check_identity(self) -> None:
        """Raises ModelMismatch where another process has embedded the store anew, by another model or splitter."""
        with self.reading() as connection:
            schema.check(connection, self._path, self.identity, self.splitter)

    def write_refusal(self) -> str | None:
        """Why nothing could be written here now; None where it could, or where another process does."""
        if os.access(self.folder, os.W_OK) and os.access(self._path, os.W_OK):
            return None
        return f"{self.folder} cannot be written to: documents can be searched, not added"

    def _take_role(self) -> sqlite3.Connection:
        if self._writer is None:
            self._role.take()
            try:
                self._writer = self._opened_as_known()
            finally:
                if self._writer is None:
                    self._role.release()
        return self._writer

    def _opened_as_known(self) -> sqlite3.Connection:
        """To write vectors of one model among those of another would be worse than not to write."""
        connection = open_for_writing(self._path)
        try:
            schema.check(connection, self._path, self.identity, self.splitter)
        except BaseException:
            close_after_writing(connection)
            raise
        return connection


def _create_file(folder: Path, identity: EncoderIdentity, splitter: str) -> None:
    path, unfinished = folder / FILE, folder / f"{FILE}.unfinished"
    if path.exists():
        raise StoreError(f"{path} is there already: open it, or choose another folder")
    with files_told_plainly(folder), told_plainly(unfinished):
        for left in folder.glob(f"{unfinished.name}*"):  # by a process that was killed while creating
            left.unlink()
        schema.create(unfinished, identity, splitter)
        unfinished.rename(path)
        flush_folder(folder)


def _migrate(folder: Path) -> None:
    if not os.access(folder, os.W_OK):
        raise StoreError(
            f"{folder} is of an older Quoth and must be brought up to date once: open it where it can be written"
        )
    role = WriterRole(folder)
    role.take()
    try:
        with told_plainly(folder / FILE):
            connection = open_for_writing(folder / FILE)
            try:
                schema.migrate(connection)
            finally:
                close_after_writing(connection)
    finally:
        role.release()


def _next_generation(connection: sqlite3.Connection) -> int:
    (last,) = connection.execute("SELECT max(generation) FROM changes").fetchone()
    connection.execute("INSERT INTO changes VALUES (?, ?)", (last + 1, schema.new_stamp()))
    return int(last) + 1


def _remove(connection: sqlite3.Connection, document_id: str, generation: int) -> bool:
    row = connection.execute("SELECT number FROM documents WHERE id = ?", (document_id,)).fetchone()
    if row is None:
        return False
    connection.execute("INSERT INTO removed SELECT key, ? FROM passages WHERE document = ?", (generation, row[0]))
    connection.execute("DELETE FROM documents WHERE number = ?", row)  # passages, vectors, tokens, original go with it
    return True


def _insert(connection: sqlite3.Connection, rows: Rows, generation: int) -> None:
    document = {**rows.document, "generation": generation}
    names = ", ".join(document)
    marks = ", ".join(f":{name}" for name in document)
    number = connection.execute(f"INSERT INTO documents ({names}) VALUES ({marks})", document).lastrowid
    (used,) = connection.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'passages'").fetchone()
    keys = range(used + 1, used + 1 + len(rows.passages))
    connection.executemany(
        "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        ((key, number, *passage) for key, passage in zip(keys, rows.passages, strict=True)),
    )
    for table, blobs in (("vectors", rows.vectors), ("tokens", rows.tokens)):
        summed = ((key, blob, checksum(key, blob)) for key, blob in zip(keys, blobs, strict=True))
        connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", summed)
    if rows.original is not None:
        connection.execute("INSERT INTO originals VALUES (?, ?, ?, ?, ?, ?)", rows.original)
