"""PDF: the text layer, page by page, its typesetting undone.

Pages are read by pdfium, in a process of its own (`rag.pdfium`) and within limits of memory and time.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from threading import Timer
from typing import Any

from rag.documents import dates, signatures
from rag.documents.content import Content, check_characters, has_text, one_line, well_formed
from rag.documents.lines import join_lines
from rag.documents.margins import without_repeated_margins
from rag.errors import DocumentTooLarge, UnreadableDocument

MAX_SECONDS = 300  # for one file; a page that draws another a thousand times is short on disk and in characters
MAX_MEMORY = 1 << 30  # bytes


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "pdf", name)
    page_texts, about = _read(data, name)
    text, pages = join_lines(without_repeated_margins(page_texts))
    if not has_text(text):
        raise UnreadableDocument(
            f"{name} has no text: its {len(pages)} page(s) hold pictures without a text layer; run OCR on it first"
        )
    author = _label(about["author"])
    return Content(
        text,
        "application/pdf",
        title=_label(about["title"]),
        date=_date(about["created"]),
        language=_label(about["language"]),
        pages=pages,
        metadata={"author": author} if author else {},
    )


def _read(data: bytes, name: str) -> tuple[list[str], dict[str, str]]:
    """Each page's text, and the file's properties."""
    texts: list[str] = []
    about: dict[str, str] = {}
    characters = 0
    for told in _told(data, name):
        if isinstance(told, str):
            texts.append(well_formed(told))
            characters += len(told)
            check_characters(characters, name)
        elif "refused" in told:
            raise _refusal(told, name)
        else:
            about = told
    return texts, about


def _told(data: bytes, name: str) -> Iterator[Any]:
    """What `rag.pdfium` says. Raises DocumentTooLarge where it takes too long, UnreadableDocument where it fails."""
    command = [sys.executable, "-m", "rag.pdfium", str(MAX_SECONDS), str(MAX_MEMORY)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        clock = Timer(MAX_SECONDS, process.kill)
        clock.start()
        try:
            with suppress(BrokenPipeError), process.stdin as stdin:
                stdin.write(data)
            yield from (json.loads(line) for line in process.stdout if line.endswith(b"\n"))
        except BaseException:
            process.kill()
            raise
        finally:
            clock.cancel()
    if process.returncode in (-signal.SIGKILL, -signal.SIGXCPU):
        raise DocumentTooLarge(f"{name}: not read within {MAX_SECONDS} s; split it into files of fewer pages")
    if process.returncode:
        raise UnreadableDocument(
            f"{name}: reading this PDF failed, or took more than {MAX_MEMORY >> 20} MB of memory, which is the limit; "
            "open and save it again, or export it anew"
        )


def _refusal(told: dict[str, str], name: str) -> UnreadableDocument:
    if told["refused"] == "password":
        return UnreadableDocument(f"{name}: encrypted with a password; save a copy without one and add that")
    return UnreadableDocument(
        f"{name}: expected a PDF, found one that is damaged ({one_line(told['why'], 120).rstrip('.')}); "
        "open and save it again, or export it anew"
    )


def _label(value: str) -> str | None:
    """A text from the file's properties; what is blank, or a program's "(anonymous)", is none."""
    label = one_line(value)
    return None if not label or (label.startswith("(") and label.endswith(")")) else label


def _date(stamp: str) -> str | None:
    """YYYY-MM-DD of a `D:20240403195945+02'00'`."""
    digits = stamp.removeprefix("D:")[:8]
    if not (digits.isascii() and digits.isdigit() and len(digits) == 8):
        return None
    return dates.iso(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
