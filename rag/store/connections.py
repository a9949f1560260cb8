"""SQLite connections to one store file: a pool of read-only ones, the pragmas of the writing one, errors told plainly.

Why the journal mode changes. While a store is written it is in WAL mode: readers in other threads and processes never
wait for the writer nor it for them, and a commit is one fsync. At rest it is in DELETE mode: one file, which opens
read-only on a read-only disk and leaves no -wal or -shm beside it, so that opening never writes. The writer switches
when it takes its role and when it gives it up; where another process still reads, the switch back waits for the next
writer, and nothing else depends on it.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from rag.errors import StoreDamaged, StoreError, StoreLocked

PATIENCE_S = 30.0  # how long a statement waits for another process's lock


class ReadConnections:
    """Read transactions, each on a connection of its own; within one thread, an inner one is part of the outer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle: list[sqlite3.Connection] = []
        self._current = threading.local()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Everything read inside is of one version of the store."""
        outer: sqlite3.Connection | None = getattr(self._current, "connection", None)
        if outer is not None:
            yield outer
            return
        with told_plainly(self._path):
            connection = self._idle.pop() if self._idle else _open_for_reading(self._path)
            self._current.connection = connection
            try:
                connection.execute("BEGIN")
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                connection.close()
                raise
            finally:
                self._current.connection = None
            self._idle.append(connection)

    def close(self) -> None:
        """Closes the idle ones; one in use is closed by who uses it, or with the object."""
        while self._idle:
            self._idle.pop().close()


def _open_for_reading(path: Path) -> sqlite3.Connection:
    try:
        return _connect(path, "mode=ro")
    except sqlite3.OperationalError as error:
        writable = os.access(path.parent, os.W_OK)
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_READONLY and writable:
            # A writer was killed while it changed the journal mode. Restoring the last commit is the one thing that
            # opening may write, and it needs a connection that may.
            _connect(path, "mode=rw").close()
            return _connect(path, "mode=ro")
        # A file left in WAL mode and copied without its -wal onto a disk that takes no -shm. Nobody can be writing.
        if writable or Path(f"{path}-wal").exists():
            raise
        return _connect(path, "immutable=1")


def open_for_writing(path: Path) -> sqlite3.Connection:
    connection = _connect(path, "mode=rw")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def close_after_writing(connection: sqlite3.Connection) -> None:
    """Folds the log into the file, leaving a single file unless another process is reading it."""
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?{mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()  # SQLite opens nothing before the first statement
    except sqlite3.Error:
        connection.close()
        raise
    return connection


_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_OUTSIDE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
# What SQLite says of a flipped byte in its schema or header.
_UNREADABLE = ("no such table", "no such column", "Could not decode", "foreign key mismatch", "unsupported file format")
_SHORT_READ = sqlite3.SQLITE_IOERR_SHORT_READ


@contextmanager
def told_plainly(path: Path) -> Iterator[None]:
    """SQLite's complaints about the file or the disk as StoreErrors; those about our own SQL go through as they are."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the second: not even the complaint could be read
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_MISUSE)
        unreadable = isinstance(error, UnicodeDecodeError) or any(words in str(error) for words in _UNREADABLE)
        if code & 0xFF in _DAMAGED or code == _SHORT_READ or unreadable:
            raise StoreDamaged(
                f"{path} is damaged ({error}): restore it from a backup, or add the documents anew"
            ) from error
        if code & 0xFF in _BUSY:
            raise StoreLocked(f"{path} stayed locked by another process for {PATIENCE_S:.0f} s: try again") from error
        if code & 0xFF in _OUTSIDE:
            raise StoreError(f"{path} cannot be used ({error}): check the disk's free space and permissions") from error
        raise


@contextmanager
def files_told_plainly(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{folder} cannot be written to ({error.strerror}): check the disk's free space and permissions"
        ) from error


def flush_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
