"""Pages as a scanner makes them: pictures of text, which pdfium drew."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from shutil import which

import pypdfium2
import pytest
from PIL import Image

from rag.documents import load_bytes
from rag.documents.facsimile import facsimile
from rag.ocr import Ocr, ocr_of
from rag.pdfium import tesseract

DOTS = 200  # in an inch
SCRIPTS = Path(__file__).parent / "documents" / "chromium.pdf"
NEEDED = ("ara", "aze", "chi_sim", "eng", "rus")
_INSTALLED = tesseract.languages() if which("tesseract") else None
NEEDS_TESSERACT = pytest.mark.skipif(
    _INSTALLED is None or not set(NEEDED) <= set(_INSTALLED[1]),
    reason=f"tesseract with {'+'.join(NEEDED)} is missing (make install-programs)",
)


def reading(*languages: str) -> Ocr:
    ocr = ocr_of("+".join(languages or NEEDED))
    assert ocr is not None
    return ocr


def pictures(data: bytes) -> list[Image.Image]:
    return [page.render(scale=DOTS / 72, grayscale=True).to_pil() for page in pypdfium2.PdfDocument(data)]


def bound(images: Sequence[Image.Image], dots: int = DOTS) -> bytes:
    out = BytesIO()
    images[0].save(out, "PDF", resolution=dots, save_all=True, append_images=images[1:])
    return out.getvalue()


def scan(data: bytes, turn: int = 0) -> bytes:
    """The same pages as pictures, turned so many degrees, clockwise."""
    return bound([picture.rotate(-turn, expand=True) for picture in pictures(data)])


def paragraph(beginning: str) -> tuple[str, Image.Image]:
    """What a paragraph of news in 24 scripts says, and a page on which it stands alone."""
    data = SCRIPTS.read_bytes()
    document = load_bytes(data, "scripts.pdf")
    start = document.text.index(beginning)
    end = document.text.index("\n", start)
    page = sum(first <= start for first in document.pages)
    (boxes,) = facsimile(data, document, page, [(start, end)]).marks
    picture = pictures(data)[page - 1]
    sides = [choose(box[side] for box in boxes) for side, choose in enumerate((min, min, max, max))]
    left, top, right, bottom = (side * length for side, length in zip(sides, picture.size * 2, strict=True))
    sheet = Image.new("L", picture.size, 255)
    sheet.paste(picture.crop((round(left) - 4, round(top) - 4, round(right) + 4, round(bottom) + 4)), (150, 200))
    return document.text[start:end], sheet
