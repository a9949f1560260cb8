"""What the service does for its store beside answering: sees other processes' writes, and saves the vector index."""

import threading

from api.errors import NotReady
from api.state import EngineDoor
from rag.engine import Engine
from rag.errors import ModelMismatch, StoreDamaged, StoreError, StoreLocked

EVERY_S = 1.0


class Watch:
    """Looks at the store once a second, in a thread of its own; health is answered from what it saw last."""

    def __init__(self, engine: EngineDoor) -> None:
        self._engine = engine
        self._stopping = threading.Event()
        self._trouble: str | None = None
        self._write_refusal: str | None = None

    def start(self) -> None:
        threading.Thread(target=self._run, name="quoth-watching", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def trouble(self) -> str | None:
        """Why no question can be answered from this store any more, if so."""
        return self._trouble

    def write_refusal(self) -> str | None:
        """Why documents cannot be added now, if so."""
        return self._write_refusal

    def look(self) -> None:
        try:
            engine = self._engine()
        except NotReady:
            return
        self._trouble, self._write_refusal = _trouble(engine), engine.write_refusal()
        if not self._trouble and not self._write_refusal:
            self._write_refusal = _saved(engine)

    def _run(self) -> None:
        while not self._stopping.wait(EVERY_S):
            self.look()


def _trouble(engine: Engine) -> str | None:
    """Questions would replay what others wrote themselves; done here, none has to wait for it."""
    try:
        engine.refresh()
    except (ModelMismatch, StoreDamaged) as error:
        return str(error)
    except StoreError:  # a lock or a disk that is busy now: the next look tells
        return None
    return None


def _saved(engine: Engine) -> str | None:
    """Saves the index where much came since it was saved; says what hinders it."""
    try:
        engine.save()
    except StoreLocked:  # another process is writing: its index is saved by it, or here a little later
        return None
    except StoreError as error:
        return str(error)
    finally:
        engine.release()
    return None
