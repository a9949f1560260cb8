"""Everything the service works with, in one place: build it by hand in a test, by `serve` in earnest."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from api.job_folder import JobFolder
from api.keys import KeyFile
from api.metrics import Metrics
from rag.engine import Engine
from rag.ocr import Ocr
from rag.types import Document

_CORES = os.cpu_count() or 1


class EngineDoor(Protocol):
    """Gives the engine when it is loaded."""

    def __call__(self, wait_s: float = 0.0) -> Engine:
        """Waits at most `wait_s` for it; raises NotReady."""
        ...


class DocumentLoader(Protocol):
    def __call__(
        self, data: bytes, name: str, *, document_id: str | None = None, source: str | None = None
    ) -> Document: ...


def load_document(
    data: bytes, name: str, *, document_id: str | None = None, source: str | None = None, ocr: Ocr | None = None
) -> Document:
    """rag.documents, imported when the first file comes: its parsers take their time."""
    from rag.documents import load_bytes

    return load_bytes(data, name, document_id=document_id, source=source, ocr=ocr)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may take before the others are served."""

    json_bytes: int = 1 << 20
    upload_bytes: int = 64 << 20  # of one request, all its files together
    body_idle_s: float = 30.0  # a body of which nothing arrives for so long is given up
    questions: int = 2 * _CORES  # answered at once
    questions_waiting: int = 4 * _CORES
    question_wait_s: float = 5.0  # longest wait in that queue
    uploads: int = 2
    uploads_waiting: int = 16
    upload_wait_s: float = 60.0
    loading_wait_s: float = 10.0  # longest wait of a question for an engine that is loading


@dataclass(frozen=True, slots=True)
class State:
    """The collaborators of the service."""

    engine: EngineDoor
    version: str
    load: DocumentLoader = load_document
    jobs: JobFolder | None = None  # where large uploads are kept, if they are taken
    keys: KeyFile | None = None  # who is let in; None: everyone
    limits: Limits = field(default_factory=Limits)
    metrics: Metrics = field(default_factory=Metrics)
    bound_host: str = "127.0.0.1"  # the address we listen on
    allowed_hosts: frozenset[str] = frozenset()  # further names the operator listed; "*" allows any
    trouble: Callable[[], str | None] = lambda: None  # why no question can be answered any more, if so
    write_refusal: Callable[[], str | None] = lambda: None  # why documents cannot be added now, if so


def opened(engine: Engine) -> EngineDoor:
    """The door to an engine that is there already."""

    def door(wait_s: float = 0.0) -> Engine:
        return engine

    return door
