"""pdfium in a process of its own (`python -m rag.pdfium`), within limits of memory and time."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Timer
from typing import Any

from rag.documents.content import one_line
from rag.errors import DocumentTooLarge, UnreadableDocument
from rag.pdfium import is_pdf

MAX_SECONDS = 300  # for one file; a page that draws another a thousand times is short on disk and in characters
MAX_MEMORY = 1 << 30  # bytes


def told(data: bytes, name: str, what: str, *arguments: str | int) -> Iterator[dict[str, Any]]:
    """The values that `rag.pdfium` says of a file.

    Raises DocumentTooLarge where it takes too long, UnreadableDocument.
    """
    kind = "a PDF" if is_pdf(data) else "a picture"
    command = [sys.executable, "-m", "rag.pdfium", str(MAX_SECONDS), str(MAX_MEMORY), what, *map(str, arguments)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        clock = _Clock(process.kill)
        try:
            with suppress(BrokenPipeError), process.stdin as stdin:
                stdin.write(data)
            for line in process.stdout:
                if line.endswith(b"\n"):
                    value = _unless_refused(json.loads(line), name, kind)
                    if value.get("ocr") is not None:
                        clock.wind_up()
                    yield value
        except BaseException:
            process.kill()
            raise
        finally:
            clock.stop()
    if process.returncode in (-signal.SIGKILL, -signal.SIGXCPU):
        raise DocumentTooLarge(f"{name}: not read within {MAX_SECONDS} s; split it into files of fewer pages")
    if process.returncode:
        raise UnreadableDocument(
            f"{name}: reading this file failed, or took more than {MAX_MEMORY >> 20} MB of memory, which is the limit; "
            "open and save it again, or export it anew"
        )


class _Clock:
    """Rings after MAX_SECONDS. Reading a page off its picture takes seconds, and there may be any number of them: each
    that is done winds it up again.
    """

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring = ring
        self._timer = self._started()

    def wind_up(self) -> None:
        self._timer.cancel()
        self._timer = self._started()

    def stop(self) -> None:
        self._timer.cancel()

    def _started(self) -> Timer:
        timer = Timer(MAX_SECONDS, self._ring)
        timer.start()
        return timer


def _unless_refused(value: dict[str, Any], name: str, kind: str) -> dict[str, Any]:
    if "refused" not in value:
        return value
    if value["refused"] == "password":
        raise UnreadableDocument(f"{name}: encrypted with a password; save a copy without one and add that")
    if value["refused"] == "ocr":
        raise UnreadableDocument(
            f"{name}: Tesseract failed on one of its pages, which are pictures ({one_line(value['why'], 200)}); "
            "install it anew, or set QUOTH_OCR=off to have the other pages alone"
        )
    raise UnreadableDocument(
        f"{name}: expected {kind}, found one that is damaged ({one_line(value['why'], 120).rstrip('.')}); "
        "open and save it again, or export it anew"
    )
