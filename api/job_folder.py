"""Uploads that are worked on beside the service, as files: any process of the store sees them, and a restart goes on.

A job is a folder: `file` as it was sent, `job.json`, the vectors that are ready, and the empty `cancel` once somebody
wants no more of it. It appears under its name when its file is whole; from then on only the worker writes the rest.
"""

import fcntl
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO, Literal, TypeAlias

from api.errors import Busy, JobNotFound
from rag.errors import StoreError
from rag.types import Change

JobState: TypeAlias = Literal["waiting", "working", "done", "failed", "cancelled"]
MOST_UNFINISHED = 100
MOST_FINISHED = 100  # remembered; the oldest go first
ABANDONED_AFTER_S = 3600.0  # an upload that a killed process left
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Job:
    """One file on its way into the index."""

    id: str
    name: str  # of the file
    document_id: str | None  # the one asked for, and then the one it got
    state: JobState
    progress: float  # share of its passages that are encoded
    change: Change | None
    error: dict[str, str] | None
    begun: float  # seconds since 1970

    @property
    def finished(self) -> bool:
        return self.state in ("done", "failed", "cancelled")


class JobFolder:
    def __init__(self, path: Path) -> None:
        self._path = path

    def jobs(self) -> list[Job]:
        """Every job, the oldest first."""
        found = [self._read(path) for path in self._path.glob("*") if _ID.fullmatch(path.name)]
        return sorted((job for job in found if job is not None), key=lambda job: (job.begun, job.id))

    def job(self, job_id: str) -> Job:
        """Raises JobNotFound."""
        job = self._read(self._path / job_id) if _ID.fullmatch(job_id) else None
        if job is None:
            raise JobNotFound(f"There is no job {job_id[:40]!r}.")
        return job

    def folder(self, job: Job) -> Path:
        return self._path / job.id

    def file(self, job: Job) -> Path:
        return self.folder(job) / "file"

    @contextmanager
    def receiving(self, name: str, document_id: str | None) -> Iterator[tuple[Job, BinaryIO]]:
        """A job to be, and where its file is written; it is one when the block ends well. Raises Busy, StoreError."""
        if sum(not job.finished for job in self.jobs()) >= MOST_UNFINISHED:
            raise Busy(f"{MOST_UNFINISHED} jobs are waiting already; send it when some are done.")
        job = Job(secrets.token_hex(8), name, document_id, "waiting", 0.0, None, None, time.time())
        unfinished = self._path / f"{job.id}.unfinished"
        try:
            unfinished.mkdir(parents=True)
            with (unfinished / "file").open("wb") as file:
                yield job, file
                file.flush()
                os.fsync(file.fileno())
            _write(unfinished / "job.json", job)
            unfinished.rename(self._path / job.id)
        except OSError as error:
            raise StoreError(f"the upload could not be kept ({error.strerror}): check the disk's free space") from error
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)

    def save(self, job: Job) -> None:
        """By the worker alone. What is finished needs its file no more, and may be text that is to be deleted."""
        _write(self._path / job.id / "job.json", job)
        for path in self.folder(job).iterdir() if job.finished else ():
            if path.name != "job.json":
                path.unlink()

    def cancel(self, job_id: str) -> None:
        """An unfinished job is worked on no more, a finished one is forgotten. Raises JobNotFound."""
        job = self.job(job_id)
        if job.finished:
            shutil.rmtree(self._path / job.id)
        else:
            (self._path / job.id / "cancel").touch()

    def tidy(self) -> None:
        """By the worker alone: forgets the oldest finished jobs, and uploads whose process was killed."""
        finished = [job for job in self.jobs() if job.finished]
        for job in finished[: len(finished) - MOST_FINISHED] if len(finished) > MOST_FINISHED else ():
            shutil.rmtree(self._path / job.id)
        for path in self._path.glob("*.unfinished"):
            if time.time() - path.stat().st_mtime > ABANDONED_AFTER_S:
                shutil.rmtree(path)

    @contextmanager
    def worked_on_here(self) -> Iterator[bool]:
        """Whether this process may work on the jobs: one of all that serve the store does. Writes nothing for none."""
        if not self._path.is_dir() or not os.access(self._path, os.W_OK):
            yield False
            return
        with (self._path / "worker.lock").open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def _read(self, path: Path) -> Job | None:
        try:
            job = Job(**json.loads((path / "job.json").read_bytes()))
        except FileNotFoundError:  # forgotten this very moment
            return None
        cancelled = not job.finished and (path / "cancel").exists()
        return replace(job, state="cancelled") if cancelled else job


def _write(path: Path, job: Job) -> None:
    unfinished = path.with_name("job.json.unfinished")
    with unfinished.open("w", encoding="ascii") as file:
        json.dump(asdict(job), file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
