"""Where a program says in other words what it drew: PDF's ActualText (ISO 32000-1, 14.9.4).

Chromium does so for syllables whose letters are not drawn one after another. pdfium tells the words where the first
glyph stands, and of the others not even that; so the gap behind the syllable looks wider than it is.
"""

import ctypes
from bisect import bisect_left
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pypdfium2.raw as pdfium

_NEAR = 0.5  # points

Box = tuple[float, float, float, float]  # left, right, bottom, top


class Replaced:
    """The boxes of a page's replaced glyphs: of the first, and of all that are told with it. False where none are."""

    def __init__(self, page: Any) -> None:
        told = groupby(_texts(page), key=lambda each: each[0])
        groups = [[box for _, box in group] for mark, group in told if mark]
        self._rows = sorted((boxes[0][0], boxes[0][2], max(box[1] for box in boxes)) for boxes in groups)

    def __bool__(self) -> bool:
        return bool(self._rows)

    def right(self, box: Box) -> float | None:
        """How far to the right what is told at this box reaches; None where nothing is replaced."""
        left, _, bottom, top = box
        first, after = (bisect_left(self._rows, (left + away,)) for away in (-_NEAR, _NEAR))
        return max((right for _, low, right in self._rows[first:after] if bottom - _NEAR <= low <= top), default=None)


def _texts(page: Any) -> Iterator[tuple[int, Box]]:
    """Of each text object of the page which replacement it has, 0 for none, and its box."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        drawn = pdfium.FPDFPage_GetObject(page, index)
        if pdfium.FPDFPageObj_GetType(drawn) == pdfium.FPDF_PAGEOBJ_TEXT:
            pdfium.FPDFPageObj_GetBounds(drawn, left, bottom, right, top)
            yield _replacement(drawn), (left.value, right.value, bottom.value, top.value)


def _replacement(drawn: Any) -> int:
    """The address of its mark, which objects share; the words themselves are not what pdfium makes of them here."""
    size = ctypes.c_ulong()
    for index in range(pdfium.FPDFPageObj_CountMarks(drawn)):
        mark = pdfium.FPDFPageObj_GetMark(drawn, index)
        if pdfium.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", None, 0, size):
            return ctypes.addressof(mark.contents)
    return 0
