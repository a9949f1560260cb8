"""What is filled in on a PDF is read where it stands, as the words beside it are."""

from io import BytesIO

import pytest
from pypdf import PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, NumberObject, TextStringObject
from test_documents_pdf import placed_pdf

from rag.documents import load_bytes
from rag.documents.facsimile import facsimile

Rect = tuple[float, float, float, float]
LABELS: list[tuple[float, float, str]] = [
    (72, 720, "Name of the applicant:"),
    (72, 690, "Married"),
    (172, 690, "Single"),
    (72, 660, "Reasons for the application"),
    (72, 560, "Signed in the town hall."),
]


def form(*fields: tuple[str, str, Rect], flags: int = 4, labels: list[tuple[float, float, str]] = LABELS) -> bytes:
    """Fields of a kind ("Tx", "Btn") with a value and a place on a page with labels."""
    writer = PdfWriter(clone_from=BytesIO(placed_pdf(labels)))
    made = ArrayObject()
    for number, (kind, value, rect) in enumerate(fields):
        told = NameObject(f"/{value}") if kind == "Btn" else TextStringObject(value)
        field = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Widget"),
                NameObject("/FT"): NameObject(f"/{kind}"),
                NameObject("/T"): TextStringObject(f"field {number}"),
                NameObject("/V"): told,
                NameObject("/F"): NumberObject(flags),
                NameObject("/Rect"): ArrayObject(map(FloatObject, rect)),
            }
        )
        if kind == "Btn":
            states = DictionaryObject({NameObject("/Yes"): DictionaryObject(), NameObject("/Off"): DictionaryObject()})
            field[NameObject("/AS")] = told
            field[NameObject("/AP")] = DictionaryObject({NameObject("/N"): states})
        made.append(writer._add_object(field))
    writer.pages[0][NameObject("/Annots")] = made
    writer._root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): made})
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def text_of(data: bytes) -> str:
    return load_bytes(data, "a.pdf").text


def test_a_field_stands_beside_its_label() -> None:
    words = " ".join(text_of(form(("Tx", "Ana Silva", (220, 716, 400, 734)))).split())
    assert "Name of the applicant: Ana Silva Married" in words


def test_what_is_ticked_and_what_is_not_stands_before_its_word() -> None:
    text = text_of(form(("Btn", "Yes", (58, 688, 70, 700)), ("Btn", "Off", (158, 688, 170, 700))))
    assert "☑ Married" in text
    assert "☐ Single" in text


def test_several_lines_stand_below_what_is_above_them() -> None:
    text = text_of(form(("Tx", "The roof leaks.\nThe stairs are broken.", (72, 600, 400, 650))))
    words = " ".join(text.split())
    assert "Reasons for the application The roof leaks. The stairs are broken. Signed in the town hall." in words


def test_words_that_are_typed_onto_a_page_are_read() -> None:
    writer = PdfWriter(clone_from=BytesIO(placed_pdf(LABELS)))
    writer.add_annotation(0, FreeText(text="Ana Silva", rect=(210, 716, 400, 734)))
    out = BytesIO()
    writer.write(out)
    words = " ".join(text_of(out.getvalue()).split())
    assert "Name of the applicant: Ana Silva" in words


@pytest.mark.parametrize("flags", [2, 32, 34])
def test_what_is_hidden_is_not_read(flags: int) -> None:
    assert "Ana Silva" not in text_of(form(("Tx", "Ana Silva", (210, 716, 400, 734)), flags=flags))


def test_a_page_of_nothing_but_what_is_filled_in_has_that_text() -> None:
    assert text_of(form(("Tx", "Ana Silva", (210, 716, 400, 734)), labels=[])).strip() == "Ana Silva"


def test_what_is_filled_in_is_marked_where_it_stands() -> None:
    data = form(("Tx", "Ana Silva", (220, 716, 400, 734)))
    document = load_bytes(data, "a.pdf")
    start = document.text.index("Ana Silva")
    ((left, top, right, bottom),) = facsimile(data, document, 1, [(start, start + 9)]).marks[0]
    assert 220 / 612 - 0.01 <= left < right <= 400 / 612 + 0.01
    assert 1 - 736 / 792 <= top < bottom <= 1 - 714 / 792
