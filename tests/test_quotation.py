"""Spans to quotations, and quotations checked against their documents."""

from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import DocumentNotFound
from rag.quotation import quote, verify
from rag.tables import Columns
from rag.types import Document, Heading, Span

TEXT = "First page.\n\n# Heading\n\nThe same words. The same words. 😀 e\u0301 مرحبا. End."
DOCUMENT = Document("d", TEXT, "T", "d.txt", "en", pages=(0, 13), headings=(Heading(13, 22, 1),))


def find(document_id: str) -> Document:
    if document_id != "d":
        raise DocumentNotFound(f"no document has the id {document_id}")
    return DOCUMENT


def answer(**changes: Any) -> dict[str, Any]:
    start = TEXT.rindex("The same")
    claim = {
        "text": "The same words.",
        "document_id": "d",
        "start": start,
        "end": start + 15,
        "before": TEXT[start - 5 : start],
        "after": TEXT[start + 15 : start + 20],
        "highlight": [start + 4, start + 8],
    }
    return {"quotes": [claim | changes], "passages": []}


@given(st.data())
def test_a_quotation_is_the_slice_that_its_offsets_name(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(TEXT) - 1))
    end = data.draw(st.integers(start + 1, len(TEXT)))
    made = quote(DOCUMENT, Span("d", start, end, None, 0.5, "en"))
    assert made.text == TEXT[start:end]
    assert TEXT[:start].endswith(made.before)
    assert TEXT[end:].startswith(made.after)


def test_a_quotation_tells_its_page_and_heading() -> None:
    assert quote(DOCUMENT, Span("d", 0, 5, None, 0.5, "en")).page == 1
    later = quote(DOCUMENT, Span("d", 30, 34, None, 0.5, "en"))
    assert (later.page, later.heading) == (2, "Heading")


def test_a_quotation_tells_what_is_printed_on_its_page_where_the_file_says_so() -> None:
    labelled = replace(DOCUMENT, page_labels=("", "iv"))
    told = [quote(labelled, Span("d", start, start + 5, None, 0.5, "en")) for start in (0, 24)]
    assert [(each.page, each.page_label) for each in told] == [(1, None), (2, "iv")]
    assert quote(DOCUMENT, Span("d", 24, 29, None, 0.5, "en")).page_label is None


def test_a_row_is_quoted_with_its_cells_under_the_names_of_their_columns() -> None:
    text = "Stations.\n\nStation\tOpened\tLines\nHarbour\t\t1\nAirport\t2009"
    document = Document("d", text, "T", "d.txt", "en")
    start = text.index("Harbour")
    made = quote(document, Span("d", start, start + 10, None, 0.5, "en", is_row=True), Columns(text).row_over(start))
    assert [(cell.text, cell.column and cell.column.text) for cell in made.row or ()] == [
        ("Harbour", "Station"),
        ("1", "Lines"),
    ]
    assert verify({"quotes": [asdict(made)]}, lambda document_id: document).ok
    assert quote(document, Span("d", 0, 9, None, 0.5, "en")).row is None


def test_an_answer_made_of_slices_is_verified() -> None:
    assert verify(answer(), find).ok


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"start": 24}, "the document says"),
        ({"text": "The same word"}, "the document says"),
        ({"end": 10_000}, "is no place"),
        ({"start": True}, "the document says"),
        ({"document_id": "gone"}, "no document has the id"),
        ({"before": "other"}, "before it"),
        ({"after": "other"}, "after it"),
        ({"highlight": [0, 4]}, "highlight"),
        ({"highlight": [5]}, "highlight"),
        ({"row": [{"text": "First", "start": 0, "end": 4, "column": None}]}, "its row"),
        ({"row": [{"text": "First", "start": 0, "end": 5, "column": {"text": "x", "start": 0, "end": 1}}]}, "its row"),
        ({"row": [{"text": "First", "start": 0}]}, "no cells"),
        ({"row": 7}, "no cells"),
    ],
)
def test_the_first_difference_is_named(changes: dict[str, Any], words: str) -> None:
    verdict = verify(answer(**changes), find)
    assert not verdict.ok
    assert words in (verdict.difference or "")
    assert (verdict.difference or "").startswith("quotes[0]")


def test_a_quotation_without_offsets_is_no_quotation() -> None:
    assert "lacks 'start'" in (verify({"quotes": [{"text": "x"}]}, find).difference or "")


def test_passages_are_checked_as_well() -> None:
    claim = answer()["quotes"][0] | {"text": "nonsense"}
    assert "passages[0]" in (verify({"quotes": [], "passages": [claim]}, find).difference or "")
