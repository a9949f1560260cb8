"""What a format's parser finds in a file, and the limits every parser keeps."""

import logging
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.errors import DocumentTooLarge
from rag.types import Heading

MAX_BYTES = 64 * 1024 * 1024  # of a file as it lies on disk
MAX_CHARACTERS = 20_000_000  # code points of a document's text


@dataclass(frozen=True, slots=True)
class Content:
    """A file's text and what the file says about itself; nothing is concluded from it yet."""

    text: str
    media_type: str
    title: str | None = None
    date: str | None = None  # YYYY-MM-DD
    language: str | None = None  # a BCP 47 tag, as declared
    pages: tuple[int, ...] = ()
    headings: tuple[Heading, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    page_labels: tuple[str, ...] = ()  # of each page, where the file calls them otherwise than 1, 2, 3
    recognized: bytes | None = field(default=None, repr=False)  # as `Original.recognized`


def check_bytes(count: int, name: str) -> None:
    """Raises DocumentTooLarge above MAX_BYTES."""
    if count > MAX_BYTES:
        raise DocumentTooLarge(
            f"{name}: the file has {count:,} bytes, the limit is {MAX_BYTES:,}; split it into smaller files"
        )


def check_characters(count: int, name: str) -> None:
    """Raises DocumentTooLarge above MAX_CHARACTERS."""
    if count > MAX_CHARACTERS:
        raise DocumentTooLarge(
            f"{name}: more than {MAX_CHARACTERS:,} characters of text, which is the limit; split it into smaller files"
        )


def unix_newlines(text: str) -> str:
    """Every line ends in one line feed, the only change Quoth makes to a plain text."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def well_formed(text: str) -> str:
    """Text as a parser gave it, without what no document may hold: NUL, lone surrogates, carriage returns."""
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return unix_newlines(paired.replace("\x00", ""))


def one_line(text: str, limit: int = 300) -> str:
    """A label fit for a list or an error message: well formed, no controls or bidi overrides, single spaces."""
    visible = "".join(" " if _is_control(character) else character for character in well_formed(text[: 4 * limit]))
    return re.sub(r"\s+", " ", visible).strip()[:limit].strip()


def has_text(text: str) -> bool:
    """Whether anything but white space, controls and invisible marks is there."""
    return any(unicodedata.category(character)[0] not in "ZC" for character in text.strip())


def quiet(*loggers: str) -> None:
    """Keeps libraries from writing to stderr by themselves; an application that set up logging still hears them."""
    for name in loggers:
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


def _is_control(character: str) -> bool:
    kind = unicodedata.category(character)
    # The zero-width joiners are spelling in Persian and in Indic scripts, not tricks.
    return kind in ("Cc", "Zl", "Zp") or (kind == "Cf" and character not in "\u200c\u200d")
