"""Pictures of pages, as a scanner, a fax or a telephone makes them, as a PDF whose pages they are."""

import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pypdfium2
from PIL import Image, ImageOps, ImageSequence

_FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "BMP", "GIF")
_MOST_PIXELS = 100_000_000  # of one: three bytes each
_LONG = 11.0  # inches: the longer side of one that does not say how large it is
_LEAST_DOTS, _MOST_DOTS = 100, 1200  # in an inch; what else is said is a program's default
_POINTS = 72  # in an inch
_QUALITY = 90  # of the JPEG


class NotAPicture(Exception):
    """It is damaged, or too large; says why."""


def as_document(data: bytes) -> Any:
    """A pypdfium2 document with a page for each of the pictures in a file. Raises NotAPicture."""
    document = pypdfium2.PdfDocument.new()
    Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            for picture in _pictures(data):
                _add(document, picture)
        except Exception as error:  # whatever Pillow's readers come upon
            raise NotAPicture(str(error)) from error
    return document


def _pictures(data: bytes) -> Iterator[Image.Image]:
    with Image.open(BytesIO(data), formats=_FORMATS) as file:
        frames = [next(ImageSequence.Iterator(file))] if file.format == "GIF" else ImageSequence.Iterator(file)
        for frame in frames:
            upright = ImageOps.exif_transpose(frame)
            upright.info.setdefault("dpi", frame.info.get("dpi"))
            yield upright


def _add(document: Any, picture: Image.Image) -> None:
    dots = _dots(picture)
    width, height = (side * _POINTS / dots for side in picture.size)
    jpeg = BytesIO()
    _on_white(picture).save(jpeg, "JPEG", quality=_QUALITY)
    drawn = pypdfium2.PdfImage.new(document)
    drawn.load_jpeg(jpeg, inline=True)
    drawn.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
    page = document.new_page(width, height)
    page.insert_obj(drawn)
    page.gen_content()
    page.close()


def _dots(picture: Image.Image) -> float:
    """In an inch."""
    said = picture.info.get("dpi")
    dots = float(said[0]) if said else 0.0
    return dots if _LEAST_DOTS <= dots <= _MOST_DOTS else max(picture.size) / _LONG


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("L", "RGB"):
        return picture
    if picture.mode in ("1", "I;16", "I", "F"):
        return picture.convert("L")
    clear = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")
