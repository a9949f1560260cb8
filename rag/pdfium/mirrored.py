"""Words that are drawn in a mirror: so Tesseract lays over a scan what it has read from right to left, all letters of a
word one after the other, and with them the figures of a number, which are seen from left to right.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pypdfium2.raw as pdfium

from rag.pdfium.glyphs import Glyph, sample_of

_FROM_LEFT = re.compile("L(?:[LN]*L)?")  # letters and figures from left to right, and what joins them


def is_mirrored(read: Any) -> bool:
    """Whether most of a pypdfium2 text page is. A page that stands on its head is not: it is turned."""
    matrix = pdfium.FS_MATRIX()
    looked_at = sample_of(read)
    mirrored = 0
    for index in looked_at:
        pdfium.FPDFText_GetMatrix(read.raw, index, matrix)
        mirrored += matrix.a * matrix.d - matrix.b * matrix.c < 0
    return 2 * mirrored > len(looked_at)


def with_numbers_turned(line: Sequence[Glyph]) -> list[Glyph]:
    """The glyphs of a mirrored line, those of numbers and foreign words where they are seen."""
    turned = [*line]
    for found in _FROM_LEFT.finditer("".join(map(_kind, line))):
        own = line[found.start() : found.end()]
        sides = min(glyph.left for glyph in own) + max(glyph.right for glyph in own)
        turned[found.start() : found.end()] = [
            replace(glyph, origin=sides - glyph.right, left=sides - glyph.right, right=sides - glyph.left)
            for glyph in own
        ]
    return turned


def _kind(glyph: Glyph) -> str:
    kind = unicodedata.bidirectional(glyph.text[0])
    return "L" if kind in ("L", "EN", "AN") else "N" if kind in ("CS", "ES", "ET") else "-"
