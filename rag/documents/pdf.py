"""PDF: the text layer, page by page, its typesetting undone.

Pages are read by pdfium, in a process of its own (`rag.pdfium`) and within limits of memory and time.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from rag.documents import dates, signatures
from rag.documents.content import Content, check_characters, has_text, one_line, well_formed
from rag.documents.lines import join_lines
from rag.documents.margins import without_repeated_margins
from rag.documents.pdf_process import told
from rag.errors import UnreadableDocument

MEDIA_TYPE = "application/pdf"
_LONGEST_LABEL = 20  # characters
UNREAD = "unread_pages"  # among a document's metadata: those that are pictures


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "pdf", name)
    page_texts, about = _read(data, name)
    text, pages = join_lines(without_repeated_margins(page_texts))
    if not has_text(text):
        raise UnreadableDocument(
            f"{name} has no text: its {len(pages)} page(s) hold pictures without a text layer; run OCR on it first"
        )
    labels = {"author": _label(about["author"]), UNREAD: page_numbers(about["pictures"])}
    return Content(
        text,
        MEDIA_TYPE,
        title=_label(about["title"]),
        date=_date(about["created"]),
        language=_label(about["language"]),
        pages=pages,
        page_labels=tuple(one_line(label, _LONGEST_LABEL) for label in about["page_labels"]),
        metadata={key: label for key, label in labels.items() if label},
    )


def page_numbers(pages: Iterable[int]) -> str:
    """Pages that are counted from 0, in order, as people write them: "3, 7-9"."""
    runs = [[page for _, page in run] for _, run in groupby(enumerate(pages, 1), key=lambda each: each[1] - each[0])]
    return ", ".join(f"{run[0] + 1}-{run[-1] + 1}" if len(run) > 1 else f"{run[0] + 1}" for run in runs)


def _read(data: bytes, name: str) -> tuple[list[str], dict[str, Any]]:
    """Each page's text, and the file's properties."""
    texts: list[str] = []
    about: dict[str, Any] = {}
    characters = 0
    for value in told(data, name, "texts"):
        if isinstance(value, dict):
            about |= value
        else:
            texts.append(well_formed(value))
            characters += len(value)
            check_characters(characters, name)
    return texts, about


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
