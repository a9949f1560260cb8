"""A real server over the small engine: `served.py PORT LOADING_SECONDS ASKING_SECONDS [FILE_MADE_WHEN_ASKED]`."""

import sys
from pathlib import Path
from time import sleep
from typing import Any

from fakes import FakeEngine, make_document

from api.server import serve
from rag.errors import StoreMissing
from rag.types import Answer

TEXT = "The meeting took place in Baku on April 2. Liu Jianchao led the delegation from China."


class SlowEngine(FakeEngine):
    def __init__(self, asking_s: float) -> None:
        super().__init__([make_document("minutes", TEXT)])
        self.asking_s = asking_s

    def ask(self, question: str, **options: Any) -> Answer:
        for mark in sys.argv[4:]:
            Path(mark).touch()
        sleep(self.asking_s)
        return super().ask(question, **options)


def main() -> None:
    port, loading_s, asking_s = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])

    def load() -> Any:
        if loading_s < 0:
            raise StoreMissing("There is no index here.")
        sleep(loading_s)
        return SlowEngine(asking_s)

    serve(load, port=port, version="9.9")


if __name__ == "__main__":
    main()
