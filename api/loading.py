"""The engine is loaded beside the service, so that health, page and port are there from the first moment."""

import threading
from collections.abc import Callable

from api.errors import NotReady
from rag.engine import Engine


class EngineLoader:
    """Loads an engine once, in a thread of its own; called, it is the door of State."""

    def __init__(self, factory: Callable[[], Engine]) -> None:
        self._factory = factory
        self._done = threading.Event()
        self._engine: Engine | None = None
        self._stopping = False
        self.error: Exception | None = None

    def start(self, *, on_ready: Callable[[], None], on_failure: Callable[[], None]) -> None:
        """Both are called in the loading thread."""
        threading.Thread(target=self._load, args=(on_ready, on_failure), name="quoth-loading", daemon=True).start()

    def stop(self) -> None:
        """From now on nothing new is taken; what has its engine keeps it."""
        self._stopping = True

    def __call__(self, wait_s: float = 0.0) -> Engine:
        if self._stopping:
            raise NotReady("Quoth is stopping.")
        self._done.wait(wait_s)
        if self._engine is None:
            raise NotReady("Quoth is still loading; ask again in a moment.")
        return self._engine

    def _load(self, on_ready: Callable[[], None], on_failure: Callable[[], None]) -> None:
        try:
            self._engine = self._factory()
        except Exception as error:  # raised again where the service is waited for
            self.error = error
        self._done.set()
        (on_ready if self.error is None else on_failure)()
