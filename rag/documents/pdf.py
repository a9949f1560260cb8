"""PDF: the text layer, page by page, its typesetting undone; pages that are pictures are read by Tesseract, if at all.

Pages are read by pdfium, in a process of its own (`rag.pdfium`) and within limits of memory and time.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from rag import page_numbers
from rag.documents import dates, signatures
from rag.documents.content import Content, check_characters, has_text, one_line, well_formed
from rag.documents.lines import join_lines
from rag.documents.margins import without_repeated_margins
from rag.documents.pdf_process import told
from rag.errors import UnreadableDocument
from rag.ocr import Ocr, packed, text_of

MEDIA_TYPE = "application/pdf"
_LONGEST_LABEL = 20  # characters


def parse(data: bytes, name: str, ocr: Ocr | None = None) -> Content:
    """`ocr`: how pages that are pictures are read, if at all.

    Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge.
    """
    signatures.check(data, "pdf", name)
    return content_of(data, name, ocr, MEDIA_TYPE)


def content_of(data: bytes, name: str, ocr: Ocr | None, media_type: str) -> Content:
    """Of a PDF, or of pictures, which are made one on the way. Raises UnreadableDocument or DocumentTooLarge."""
    read = _read(data, name, ocr)
    text, pages = join_lines(without_repeated_margins(read.texts))
    if not has_text(text):
        raise UnreadableDocument(f"{name} has no text: {_nothing_read(read, ocr)}")
    labels = {
        "author": _label(read.about["author"]),
        page_numbers.UNREAD: page_numbers.told(read.unread),
        page_numbers.OCR: page_numbers.told(read.off_pictures),
    }
    return Content(
        text,
        media_type,
        title=_label(read.about["title"]),
        date=_date(read.about["created"]) if media_type == MEDIA_TYPE else None,
        language=_label(read.about["language"]),
        pages=pages,
        page_labels=tuple(one_line(label, _LONGEST_LABEL) for label in read.about["page_labels"]),
        metadata={key: label for key, label in labels.items() if label},
        recognized=packed(read.by, read.recognized) if read.recognized else None,
    )


def _nothing_read(read: "_Read", ocr: Ocr | None) -> str:
    pages = len(read.texts)
    if ocr is None or not ocr.languages:
        return (
            f"its {pages} page(s) hold pictures without a text layer; install Tesseract with the data of its language, "
            "which Quoth then reads them with, or run OCR on it first"
        )
    if not read.unread:
        return f"nothing is written on its {pages} page(s); leave it out"
    return (
        f"on its {pages} page(s), which are pictures, Tesseract finds no words; it reads {', '.join(ocr.languages)}: "
        "install the data of another language, or scan it anew"
    )


@dataclass(slots=True)
class _Read:
    about: dict[str, Any]  # the file's properties
    by: str  # what reads pages that are pictures
    texts: list[str] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)  # pages that are pictures
    off_pictures: list[int] = field(default_factory=list)  # pages whose text was, now or before
    recognized: dict[int, Any] = field(default_factory=dict)  # as `rag.ocr.Recognized`

    def add(self, page: dict[str, Any]) -> None:
        """The page that follows, as `rag.pdfium.reading` tells it."""
        number, found = len(self.texts), page["ocr"]
        text = well_formed(text_of(found) if found else page["text"])
        self.texts.append(text)
        if found is not None:
            self.recognized[number] = found
        if found or (page["is_layer"] and text):
            self.off_pictures.append(number)
        elif page["is_picture"]:
            self.unread.append(number)


def _read(data: bytes, name: str, ocr: Ocr | None) -> _Read:
    by, known = ocr.known_of(hashlib.sha256(data).hexdigest()) if ocr else ("", {})
    values = told(data, name, "texts", "+".join(ocr.languages) if ocr else "", ",".join(map(str, known)))
    read = _Read(next(values), by)
    characters = 0
    for number, page in enumerate(values):
        read.add(page | {"ocr": known[number]} if number in known else page)
        characters += len(read.texts[-1])
        check_characters(characters, name)
        if ocr and number in read.recognized:
            ocr.progress(name, number + 1, read.about["pages"])
    return read


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
