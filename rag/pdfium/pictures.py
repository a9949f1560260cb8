"""Pages that are pictures, as a scanner makes them, and what another program has read on them."""

from typing import Any

import pypdfium2.raw as pdfium

from rag.pdfium.glyphs import sample_of

_MOST_TEXT = 100  # characters: a stamp, a number, a caption
_LEAST_AREA = 0.5  # of the page
_MOST_PICTURES = 500  # looked at: scanners cut a page into a few strips
_DEEP = 3  # groups of drawings within each other


def is_picture(page: Any, text: str) -> bool:
    """Of a pypdfium2 page and the text that is read on it."""
    if len(text) > _MOST_TEXT:
        return False
    across, down = page.get_size()
    area = 0.0
    for number, drawn in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=_DEEP)):
        left, bottom, right, top = drawn.get_bounds()
        area += (right - left) * (top - bottom)
        if area >= _LEAST_AREA * across * down:
            return True
        if number > _MOST_PICTURES:
            return False
    return False


def is_layer(read: Any) -> bool:
    """Whether what a pypdfium2 text page says is not drawn on it, as where a program has read a scanned page."""
    modes = [
        pdfium.FPDFTextObj_GetTextRenderMode(drawn)
        for drawn in (pdfium.FPDFText_GetTextObject(read.raw, index) for index in sample_of(read))
        if drawn
    ]
    return 2 * modes.count(pdfium.FPDF_TEXTRENDERMODE_INVISIBLE) > len(modes)
