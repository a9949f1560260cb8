"""A page as it was printed: its picture, and where on it each glyph of its text stands."""

import ctypes
import math
from base64 import b64encode
from io import BytesIO
from typing import Any

import pypdfium2.raw as pdfium

from rag.pdfium.glyphs import Glyph
from rag.pdfium.pages import page_glyphs

_MOST_PIXELS = 12_000_000  # of a picture: four bytes each; a page may be a roll of paper
_UNITS = 1_000_000  # that a page's width and height are divided into
_FAR = 1000  # points


def picture(page: Any, width: int, turn: int) -> dict[str, str]:
    """A PNG of a pypdfium2 page, turned so many degrees clockwise, a quarter or more: so many pixels wide or, where it
    would have too many pixels, less.
    """
    across, down = page.get_size()
    shown = across if turn % 180 == 0 else down
    png = BytesIO()
    page.render(scale=scale_of(page, width / shown), rotation=turn).to_pil().convert("P", palette=1).save(png, "PNG")
    return {"png": b64encode(png.getvalue()).decode("ascii")}


def scale_of(page: Any, wanted: float) -> float:
    """Pixels for a point of a pypdfium2 page: as many as wanted or, where these would be too many, less."""
    across, down = page.get_size()
    return min(wanted, math.sqrt(_MOST_PIXELS / (across * down)))


def places(page: Any) -> dict[str, Any]:
    """The size of a pypdfium2 page, in points; its frame, as `_frame` says; and of each glyph of its text what it says
    and its box, [left, bottom, right, top] in points from the page's origin, or null where nothing is drawn.
    """
    read = page.get_textpage()
    glyphs = [(glyph.text, box_of(glyph)) for glyph in page_glyphs(read)]
    read.close()
    return {"size": page.get_size(), "frame": _frame(page), "glyphs": glyphs}


def box_of(glyph: Glyph) -> list[float] | None:
    if glyph.text.isspace() or glyph.left == glyph.right:
        return None
    return [glyph.left, glyph.bottom, glyph.right, glyph.top]


def _frame(page: Any) -> list[list[float]]:
    """Where the origin is seen, and how far on a point to the right and one up are, each in shares of the width and the
    height from the upper left corner: a page may be turned and cropped.
    """
    origin, right, up = (_seen(page, x, y) for x, y in ((0, 0), (_FAR, 0), (0, _FAR)))
    steps = ([(there - here) / _FAR for there, here in zip(far, origin, strict=True)] for far in (right, up))
    return [[*origin], *steps]


def _seen(page: Any, x: float, y: float) -> tuple[float, float]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, _UNITS, _UNITS, 0, x, y, across, down)
    return across.value / _UNITS, down.value / _UNITS
