"""PDF: the text layer, page by page, its typesetting undone."""

import time
import zlib
from collections.abc import Iterator
from io import BytesIO
from struct import error as StructError  # noqa: N812
from typing import TYPE_CHECKING, Any

from rag.documents import dates, signatures
from rag.documents.content import Content, check_characters, has_text, one_line, quiet, well_formed
from rag.documents.lines import join_lines
from rag.errors import DocumentTooLarge, UnreadableDocument

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_SECONDS = 300  # for one file; a page that draws another a thousand times is short on disk and in characters
# What pypdf raises on damaged files beside its own errors (its errors.py: "broken PDF files might cause other
# Exceptions"): each is a structure that is not there or not of the type the format promises.
_DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    StructError,
    TypeError,
    ValueError,
    zlib.error,
)


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "pdf", name)
    quiet("pypdf")
    page_texts, about = _read(data, name)
    text, pages = join_lines(page_texts)
    if not has_text(text):
        raise UnreadableDocument(
            f"{name} has no text: its {len(pages)} page(s) hold pictures without a text layer; run OCR on it first"
        )
    author = _label(about.get("/Author"))
    return Content(
        text,
        "application/pdf",
        title=_label(about.get("/Title")),
        date=_date(about.get("/CreationDate")),
        language=_label(about.get("/Lang")),
        pages=pages,
        metadata={"author": author} if author else {},
    )


def _read(data: bytes, name: str) -> tuple[list[str], dict[str, Any]]:
    """Each page's text and the file's properties: all that pypdf is asked for, its failures told as ours."""
    from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

    try:
        reader = _opened(data, name)
        info: Any = reader.metadata or {}
        root: Any = reader.trailer["/Root"]
        about = {key: info.get(key) for key in ("/Title", "/Author", "/CreationDate")} | {"/Lang": root.get("/Lang")}
        return list(_page_texts(reader, name)), about
    except LimitReachedError as error:
        raise DocumentTooLarge(
            f"{name}: a part of this PDF unpacks beyond what is safe ({one_line(str(error), 120)}); "
            "save it again from its source"
        ) from error
    except (PyPdfError, DependencyError, *_DAMAGE) as error:
        raise UnreadableDocument(
            f"{name}: expected a PDF, found one that is damaged ({one_line(str(error), 120) or type(error).__name__}); "
            "open and save it again, or export it anew"
        ) from error


def _opened(data: bytes, name: str) -> "PdfReader":
    from pypdf import PasswordType, PdfReader

    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise UnreadableDocument(f"{name}: encrypted with a password; save a copy without one and add that")
    return reader


def _page_texts(reader: "PdfReader", name: str) -> Iterator[str]:
    """Each page's text as pypdf lays it out, within the limits of characters and of time."""
    characters, until = 0, time.monotonic() + MAX_SECONDS
    for page in reader.pages:
        text = well_formed(page.extract_text())
        characters += len(text)
        check_characters(characters, name)
        if time.monotonic() > until:
            raise DocumentTooLarge(f"{name}: not read within {MAX_SECONDS} s; split it into files of fewer pages")
        yield text


def _label(value: Any) -> str | None:
    """A text from the file's properties; what is no text, is blank, or a program's "(anonymous)", is none."""
    label = one_line(value) if isinstance(value, str) else ""
    return None if not label or (label.startswith("(") and label.endswith(")")) else label


def _date(stamp: Any) -> str | None:
    """YYYY-MM-DD of a `D:20240403195945+02'00'`."""
    digits = str(stamp).removeprefix("D:")[:8]
    if not (digits.isascii() and digits.isdigit() and len(digits) == 8):
        return None
    return dates.iso(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
