"""Pages that are pictures, read by Tesseract where it is installed: in which languages, and what is kept of it."""

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

from rag.errors import SettingsError
from rag.pdfium import tesseract
from rag.pdfium.tesseract import TesseractFailed

OFF, AUTO = "off", "auto"
_LAYOUT = 1  # how what Tesseract finds is made a text: what is kept of another number is read again


# Of each page, from 0, what `rag.pdfium.facsimile.places` says of one with a text; {} where no words were found.
Recognized: TypeAlias = Mapping[int, Mapping[str, Any]]


def packed(by: str, pages: Recognized) -> bytes:
    return zlib.compress(json.dumps([by, list(pages.items())], separators=(",", ":")).encode("ascii"))


def unpacked(data: bytes) -> tuple[str, Recognized]:
    """By what they were recognized, and the pages."""
    by, pages = json.loads(zlib.decompress(data))
    return by, dict(pages)


def text_of(page: Mapping[str, Any]) -> str:
    return "".join(said for said, _ in page["glyphs"])


PagesDone: TypeAlias = Callable[[str, int, int], None]  # name of the file, pages done, of how many


def _nothing(sha256: str) -> bytes | None:
    return None


def unwatched(name: str, page: int, pages: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Ocr:
    """How pages that are pictures are read."""

    version: str = ""
    languages: tuple[str, ...] = ()  # Tesseract's codes; without any, only what was read before is known
    # What was read off a file before, by the SHA-256 of its bytes, hex, `packed`.
    known: Callable[[str], bytes | None] = field(default=_nothing, compare=False)
    progress: PagesDone = field(default=unwatched, compare=False)

    @property
    def by(self) -> str:
        """All that decides what is read."""
        return f"{_LAYOUT} tesseract {self.version} {'+'.join(self.languages)}"

    def known_of(self, sha256: str) -> tuple[str, Recognized]:
        """By what the pages of a file are read, and those that were read by it before."""
        before = self.known(sha256)
        by, pages = unpacked(before) if before else (self.by, {})
        return (by, pages) if by == self.by or not self.languages else (self.by, {})


def ocr_of(setting: str) -> Ocr | None:
    """By QUOTH_OCR: "off", None; "auto", every language that Tesseract has, if it is there; or languages, "rus+eng".

    Raises SettingsError.
    """
    if setting == OFF:
        return None
    installed = _installed()
    if setting == AUTO:
        return Ocr(*installed) if installed else Ocr()
    if installed is None:
        raise SettingsError(f"QUOTH_OCR={setting}: Tesseract is not installed; install it, or set QUOTH_OCR=off")
    version, languages = installed
    wanted = tuple(filter(None, setting.split("+")))
    missing = [code for code in wanted if code not in languages]
    if missing or not wanted:
        raise SettingsError(
            f"QUOTH_OCR={setting}: Tesseract has no data for {', '.join(missing) or 'no language'}; expected 'auto', "
            f"'off' or some of {'+'.join(languages) or 'nothing: it has none'}"
        )
    return Ocr(version, wanted)


@cache
def _installed() -> tuple[str, tuple[str, ...]] | None:
    try:
        return tesseract.languages()
    except (TesseractFailed, TimeoutError) as error:
        raise SettingsError(f"Tesseract does not run: {error}; install it anew, or set QUOTH_OCR=off") from error
