"""Two locks: one writer among processes, and many readers or one writer among threads."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.errors import StoreError, StoreLocked


class WriterRole:
    """Who may write to a store folder: the process that holds `writer.lock`, which names its pid.

    `flock` and not `lockf`: it belongs to the open file, so a second Store in the same process is refused too, and
    reading the holder's pid does not drop it. The kernel lets go when the process dies, however it dies.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "writer.lock"
        self._file: int | None = None

    @property
    def held(self) -> bool:
        return self._file is not None

    def take(self) -> None:
        """Raises StoreLocked with the holder's pid; taking what one has is no error."""
        if self._file is not None:
            return
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(
                f"{self._path.parent} cannot be written to ({error.strerror}): searching still works"
            ) from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(file, 32, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(file)
            raise StoreLocked(
                f"{self._path.parent} is being written to by process {holder}: stop it, or add through it"
            ) from error
        self._file = file
        try:
            os.ftruncate(file, 0)
            os.pwrite(file, f"{os.getpid()}\n".encode("ascii"), 0)
        except OSError as error:
            self.release()
            raise StoreError(
                f"{self._path} cannot be written to ({error.strerror}): check the disk's free space"
            ) from error

    def release(self) -> None:
        """The file stays (removing it would let two processes lock two files of one name)."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class ReadWriteLock:
    """Many readers or one writer; a waiting writer goes before readers that come after it. Not re-entrant."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._readers = 0
        self._writers_waiting = 0
        self._writing = False

    @contextmanager
    def reading(self) -> Iterator[None]:
        with self._turn:
            self._turn.wait_for(lambda: not self._writing and not self._writers_waiting)
            self._readers += 1
        try:
            yield
        finally:
            with self._turn:
                self._readers -= 1
                self._turn.notify_all()

    @contextmanager
    def writing(self) -> Iterator[None]:
        with self._turn:
            self._writers_waiting += 1
            try:
                self._turn.wait_for(lambda: not self._writing and not self._readers)
            finally:
                self._writers_waiting -= 1
            self._writing = True
        try:
            yield
        finally:
            with self._turn:
                self._writing = False
                self._turn.notify_all()
