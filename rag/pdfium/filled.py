"""What is filled in on a page: the fields of a form, and words typed onto it. A PDF does not count them as its text."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from rag.pdfium.glyphs import Glyph
from rag.pdfium.order import after_space

_MOST = 5_000  # of a page
_UNSEEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
_TEXTS = (pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX)
_TICKED = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
_PASSWORD = 1 << 13  # a flag of text fields
_LETTER = 0.5  # x the height of a line: how wide a letter is taken for
_LINE = 12.0  # points, where nothing is beside it


class Filled(NamedTuple):
    """One line of it, and where it stands, in points."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


def filled_in(page: Any) -> list[Filled]:
    """On a pypdfium2 page, whose document's forms were initialised before it was opened."""
    filled: list[Filled] = []
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MOST)):
        annotation = pdfium.FPDFPage_GetAnnot(page, number)
        if not pdfium.FPDFAnnot_GetFlags(annotation) & _UNSEEN:
            filled += _lines(_text(page.formenv, annotation), annotation)
        pdfium.FPDFPage_CloseAnnot(annotation)
    return filled


def _text(form: Any, annotation: Any) -> str:
    """What it says; nothing for pictures, links, notes that are folded away, buttons and signatures."""
    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    if kind == pdfium.FPDF_ANNOT_FREETEXT:
        return _string(lambda *into: pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", *into))
    if kind != pdfium.FPDF_ANNOT_WIDGET or form is None:
        return ""
    field = pdfium.FPDFAnnot_GetFormFieldType(form, annotation)
    if field in _TICKED:
        return "☑" if pdfium.FPDFAnnot_IsChecked(form, annotation) else "☐"
    if field not in _TEXTS or pdfium.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD:
        return ""
    return _string(lambda *into: pdfium.FPDFAnnot_GetFormFieldValue(form, annotation, *into))


def _string(tell: Any) -> str:
    """Of a function that writes UTF-16 into a buffer and tells its length in bytes."""
    size = tell(None, 0)
    buffer = (pdfium.FPDF_WCHAR * (size // 2))()
    tell(buffer, size)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")


def _lines(text: str, annotation: Any) -> Iterator[Filled]:
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    box = pdfium.FS_RECTF()
    if not lines or not pdfium.FPDFAnnot_GetRect(annotation, box):
        return
    height = (box.top - box.bottom) / len(lines)
    for number, line in enumerate(lines):
        top = box.top - number * height
        yield Filled(line, box.left, top - height, box.right, top)


def with_filled(lines: Sequence[list[Glyph]], filled: Sequence[Filled]) -> list[list[Glyph]]:
    """The lines of a page with what is filled in where it stands: beside the words of a line, or between two lines."""
    whole = [*lines]
    for each in filled:
        beside = next((place for place, line in enumerate(whole) if _is_beside(each, line)), None)
        if beside is None:
            below = next((place for place, line in enumerate(whole) if line[0].top <= each.bottom), len(whole))
            whole.insert(below, _glyphs(each, each.bottom, min(each.top, each.bottom + _LINE)))
        else:
            whole[beside] = _put_in(each, whole[beside])
    return whole


def _is_beside(filled: Filled, line: Sequence[Glyph]) -> bool:
    """Whether the middle of one lies within the other."""
    middle, own = (line[0].bottom + line[0].top) / 2, (filled.bottom + filled.top) / 2
    return filled.bottom <= middle <= filled.top or line[0].bottom <= own <= line[0].top


def _put_in(filled: Filled, line: list[Glyph]) -> list[Glyph]:
    place = bisect_left(line, filled.left, key=lambda glyph: glyph.right)
    own = _glyphs(filled, line[0].bottom, line[0].top, line[0].baseline)
    before, after = line[:place], line[place:]
    return [*before, *(after_space(own) if before else own), *after_space(after)]


def _glyphs(filled: Filled, bottom: float, top: float, baseline: float | None = None) -> list[Glyph]:
    """A letter after the other, for a form does not say where each stands."""
    width = min(_LETTER * (top - bottom), (filled.right - filled.left) / len(filled.text))
    return [
        Glyph(letter, left, left, left + width, bottom, top, baseline=bottom if baseline is None else baseline)
        for letter, left in ((letter, filled.left + width * at) for at, letter in enumerate(filled.text))
    ]
