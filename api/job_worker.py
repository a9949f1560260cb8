"""Works on the jobs of a store, one after the other, beside the service."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from api.errors import NotReady, error_body, error_type, place_of
from api.job_folder import Job, JobFolder
from api.state import DocumentLoader, EngineDoor
from rag.errors import QuothError, StoreLocked

EVERY_S = 0.5  # between two looks for new jobs, and between two reports of progress
log = logging.getLogger("quoth.api")


class _Cancelled(Exception):
    pass


class _Stopping(Exception):
    pass


class JobWorker:
    def __init__(self, jobs: JobFolder, engine: EngineDoor, load: DocumentLoader) -> None:
        self._jobs = jobs
        self._engine = engine
        self._load = load
        self._stopping = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="quoth-jobs", daemon=True).start()

    def stop(self) -> None:
        """A job that is being worked on is left for the next start, which goes on with it."""
        self._stopping.set()

    def look(self) -> None:
        """Work on all that waits, unless another process does."""
        with self._jobs.worked_on_here() as here:
            if not here:
                return
            for job in self._jobs.jobs():
                if not job.finished:
                    self._work(job)
                elif self._jobs.file(job).exists():  # cancelled before it was begun
                    self._jobs.save(job)
            self._jobs.tidy()

    def _run(self) -> None:
        while not self._stopping.wait(EVERY_S):
            try:
                self.look()
            except OSError as error:  # no room to write down how far a job is: the next look tries again
                log.error("%s at %s", type(error).__name__, place_of(error))

    def _work(self, job: Job) -> None:
        try:
            self._jobs.save(self._done(job))
        except _Cancelled:
            self._jobs.save(replace(job, state="cancelled"))
        except (_Stopping, NotReady, StoreLocked):  # it is gone on with at the next look or the next start
            return
        except QuothError as error:
            self._jobs.save(replace(job, state="failed", error=error_body(error)))
        except OSError:
            raise
        except Exception as error:  # a bug: this job's end, not the worker's
            log.error("%s at %s", type(error).__name__, place_of(error))
            problem = {"type": error_type(type(error)), "message": "Quoth failed here; its log says where."}
            self._jobs.save(replace(job, state="failed", error=problem))

    def _done(self, job: Job) -> Job:
        engine = self._engine()
        self._jobs.save(replace(job, state="working"))
        document = self._load(self._jobs.file(job).read_bytes(), job.name, document_id=job.document_id)
        try:
            change = engine.add(document, self._observed(job), self._jobs.folder(job))
        finally:
            engine.release()
        return replace(job, state="done", progress=1.0, change=change, document_id=document.id)

    def _observed(self, job: Job) -> Callable[[float], None]:
        last = monotonic()

        def progress(done: float) -> None:
            nonlocal last
            if self._stopping.is_set():
                raise _Stopping
            if self._jobs.job(job.id).state == "cancelled":
                raise _Cancelled
            if monotonic() - last >= EVERY_S:
                last = monotonic()
                self._jobs.save(replace(job, state="working", progress=round(done, 3)))

        return progress
