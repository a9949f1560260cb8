"""What keeps a store folder well: examine, compact, export, import, and putting another store file in place.

A file is never renamed over a quoth.db that can be opened. SQLite's backup writes the new content into it as one
transaction: a killed process leaves the old content or the new, and other processes that have it open see the change
as they see any other. Every such change starts the store's history anew, past both histories' last generation, so
that they build their indexes again.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from glob import escape
from pathlib import Path

from rag.errors import StoreDamaged, StoreError, StoreLocked, StoreMissing
from rag.store import schema, snapshot
from rag.store.connections import (
    PATIENCE_S,
    ReadConnections,
    close_after_writing,
    files_told_plainly,
    flush_folder,
    open_for_writing,
    told_plainly,
)
from rag.store.database import FILE, Database
from rag.store.duplicates import Alike, near_duplicates
from rag.store.examination import SCRATCH, Finding, Wanted, counts, examine, examine_file, leftovers
from rag.store.locks import WriterRole
from rag.types import Document

__all__ = [
    "Alike",
    "Finding",
    "Wanted",
    "alike",
    "compact",
    "continue_numbers",
    "counts",
    "discard",
    "examine",
    "export",
    "forget_snapshots",
    "import_",
    "scratch",
    "take_place",
    "whole_documents",
]


def alike(folder: Path) -> list[Alike]:
    """Documents that say nearly the same; none, for a store that does not open: that is a finding of its own."""
    try:
        with closing(Database.open(folder)) as database, database.reading() as connection:
            return near_duplicates(connection)
    except StoreDamaged:
        return []


def forget_snapshots(database: Database) -> None:
    """Throws the saved indexes away; they are built again from what is stored. Raises StoreLocked."""
    database.take_role()
    _forget_snapshots(database.folder)


def _forget_snapshots(folder: Path) -> None:
    with files_told_plainly(folder):
        for path in (*folder.glob(f"{snapshot.MANIFEST}*"), *snapshot.files(folder)):
            snapshot.remove(path)


# -- compact


def compact(database: Database) -> None:
    """Leaves nothing of deleted text and vectors on the disk. Raises StoreLocked.

    The saved index goes too, and the log of removals, which only older indexes would need: save a new one after it.
    """
    forget_snapshots(database)
    for path in leftovers(database.folder):
        discard(path)
    with _writing(database.folder / FILE) as connection:
        connection.execute("BEGIN IMMEDIATE")
        _forget_history(connection)
        connection.execute("COMMIT")
        connection.execute("VACUUM")
        _fold_log(connection, database.folder / FILE)


def _forget_history(connection: sqlite3.Connection) -> None:
    """Of generations before the last, only that they were; without their stamp no index can follow from them."""
    connection.execute("DELETE FROM removed")
    last = "(SELECT max(generation) FROM changes)"
    connection.execute(
        f"DELETE FROM changes WHERE generation < {last} AND generation NOT IN (SELECT generation FROM documents)"
    )
    connection.execute(f"UPDATE changes SET stamp = '' WHERE generation < {last}")


def _fold_log(connection: sqlite3.Connection, path: Path) -> None:
    """Until this is done, what VACUUM dropped is still in the file."""
    (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StoreLocked(
            f"{path} was read by another process for {PATIENCE_S:.0f} s, so deleted text may still be on the disk: "
            f"run `quoth compact` again"
        )


# -- export and import


def export(database: Database, file: Path) -> None:
    """One file that is a whole store, of one version, whoever writes meanwhile. Raises StoreError."""
    if file.exists():
        raise StoreError(f"{file} is there already: remove it, or choose another name")
    unfinished = file.with_name(f"{file.name}.unfinished")
    with files_told_plainly(file.parent), database.reading() as source:
        try:
            _copy(source, unfinished)
            unfinished.rename(file)
            flush_folder(file.parent)
        finally:
            unfinished.unlink(missing_ok=True)


def import_(file: Path, folder: Path, *, replace: bool = False) -> None:
    """Puts an exported store in place, checked first. Raises StoreError where there are documents and not `replace`."""
    _check_file(file)
    with files_told_plainly(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with suppress(StoreMissing, StoreDamaged):
        Database.open(folder).close()  # brings one of an older format up to date, for which it takes the role itself
    with _role(folder):
        last = _last_generation(folder, replace=replace)
        staged = folder / f"{FILE}.unfinished"
        with files_told_plainly(folder):
            try:
                _stage(file, staged, last or 0)
                _forget_snapshots(folder)
                _put_in_place(staged, folder / FILE, openable=last is not None)
            finally:
                staged.unlink(missing_ok=True)


def _check_file(file: Path) -> None:
    if not file.is_file():
        raise StoreMissing(f"{file} is no file: give one that `quoth export` made")
    connections = ReadConnections(file)
    with connections.reading() as connection:
        identity, _ = schema.check(connection, file, None, None)
        old = schema.is_old(connection)
    connections.close()
    if not old:  # one of an older format is examined when its copy has been brought up to date
        _check_contents(file, file, identity.dimension)


def _check_contents(file: Path, shown: Path, dimension: int) -> None:
    found = examine_file(file, dimension)
    if found:
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        raise StoreDamaged(f"{shown} is not sound ({found[0].subject}: {found[0].problem}{more}): give another copy")


def _last_generation(folder: Path, *, replace: bool) -> int | None:
    """Of the store that is there, if it may go; None where there is none that can be opened."""
    try:
        with closing(Database.open(folder)) as present:
            held, last = len(present.documents()), present.generation
    except StoreMissing:
        return None
    except StoreDamaged:
        if not replace:
            raise
        return None
    if held and not replace:
        raise StoreError(f"{folder} holds {held} documents: give --replace to put the file in their place")
    return last


def _stage(file: Path, staged: Path, last: int) -> None:
    connections = ReadConnections(file)
    with connections.reading() as source:
        _copy(source, staged)
    connections.close()
    with told_plainly(staged), closing(sqlite3.connect(staged, isolation_level=None)) as connection:
        identity, _ = schema.check(connection, file, None, None)
        if schema.is_old(connection):
            schema.migrate(connection)
            _check_contents(staged, file, identity.dimension)
        _begin_history(connection, last)


def _put_in_place(staged: Path, path: Path, *, openable: bool) -> None:
    if openable:
        _pour(staged, path)
        return
    for part in ("-wal", "-shm", "-journal"):  # of a damaged file: SQLite would apply them to the new one
        path.with_name(path.name + part).unlink(missing_ok=True)
    staged.replace(path)
    flush_folder(path.parent)


# -- re-embedding: a new store grows in a folder within the old one's, and takes its place when it is whole


def scratch(database: Database) -> Path:
    """The folder for it: as a killed run left it if the store is still the same, else not there. Raises StoreLocked."""
    folder = database.folder / SCRATCH
    database.take_role()
    if not _goes_on(folder, database):
        discard(folder)
    return folder


def _goes_on(folder: Path, database: Database) -> bool:
    try:
        with closing(Database.open(folder)) as begun:
            return begun.stamp(database.generation) == database.stamp(database.generation)
    except StoreError:
        return False


def continue_numbers(database: Database, folder: Path) -> None:
    """Makes a new, empty store count on from the old one's generation and keys, so that no key means two things."""
    with closing(Database.open(folder)) as begun, database.reading() as old, begun.writing() as new:
        if begun.generation == 0 and not begun.documents():
            last = old.execute("SELECT generation, stamp FROM changes ORDER BY generation DESC LIMIT 1").fetchone()
            new.execute("DELETE FROM changes")
            new.execute("INSERT INTO changes VALUES (?, ?)", last)
            keys = old.execute("SELECT seq FROM sqlite_sequence WHERE name = 'passages'").fetchall()
            new.executemany("INSERT INTO sqlite_sequence VALUES ('passages', ?)", keys)


def whole_documents(database: Database) -> Iterator[Document]:
    """Every document, by id. Raises StoreDamaged at one that is not as it was stored: it would get a new hash."""
    for summary in database.documents():
        yield database.document(summary.id)


def take_place(database: Database, folder: Path) -> None:
    """The finished store's content becomes the old one's, in one transaction. The caller opens the store anew."""
    with closing(Database.open(folder)) as grown:
        if _hashes(grown) != _hashes(database):
            raise StoreError(f"{folder} does not hold the documents of {database.folder}: run the command again")
        noted = [(document, path) for path, document in database.files().items()]
        with grown.writing() as connection:
            connection.executemany("INSERT INTO files VALUES (?, ?)", noted)
            _carry_originals(database, connection)
            _begin_history(connection, database.generation)
    forget_snapshots(database)
    _pour(folder / FILE, database.folder / FILE)
    discard(folder)


def _carry_originals(database: Database, new: sqlite3.Connection) -> None:
    """As they are, one at a time; not those that are of no document, which doctor finds."""
    with database.reading() as old:
        rows = old.execute("SELECT * FROM originals WHERE document IN (SELECT id FROM documents)")
        new.executemany("INSERT INTO originals VALUES (?, ?, ?, ?, ?, ?)", rows)


def _hashes(database: Database) -> dict[str, str]:
    return {summary.id: summary.content_hash for summary in database.documents()}


# -- helpers


def _begin_history(connection: sqlite3.Connection, past: int) -> None:
    """A generation past `past` and past all of its own, and nothing before it that an index could follow from."""
    (last,) = connection.execute("SELECT max(generation) FROM changes").fetchone()
    connection.execute("INSERT INTO changes VALUES (?, ?)", (max(last, past) + 1, schema.new_stamp()))
    _forget_history(connection)


def _copy(source: sqlite3.Connection, path: Path) -> None:
    for left in path.parent.glob(f"{escape(path.name)}*"):  # by a process that was killed while copying
        left.unlink()
    with told_plainly(path), closing(sqlite3.connect(path, isolation_level=None)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")  # the header of a store that is being written says WAL


def _pour(source: Path, path: Path) -> None:
    """The content of one store file into another, in one transaction of SQLite's."""
    with _writing(path) as target, told_plainly(source), closing(sqlite3.connect(source)) as connection:
        connection.backup(target)


@contextmanager
def _writing(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection without a transaction, for who holds the role: VACUUM and backup want none."""
    with told_plainly(path):
        connection = open_for_writing(path)
        try:
            yield connection
        finally:
            close_after_writing(connection)


@contextmanager
def _role(folder: Path) -> Iterator[None]:
    role = WriterRole(folder)
    role.take()
    try:
        yield
    finally:
        role.release()


def discard(path: Path) -> None:
    """A file or a folder, if it is there. Raises StoreError."""
    with files_told_plainly(path.parent):
        snapshot.remove(path)
