"""Spans to quotations, and quotations back to the documents they claim to come from."""

from collections.abc import Callable, Mapping
from functools import partial
from itertools import chain, repeat
from typing import Any

from rag import page_numbers
from rag.errors import DocumentNotFound
from rag.tables import Row, row_at
from rag.types import Cell, Document, Named, Quote, Span, Verdict

_CONTEXT = 240  # characters shown before and after a quotation, cut at a word


def quote(document: Document, span: Span, names: Row | None = None) -> Quote:
    """A span as a quotation with its place and surroundings. Nothing is searched for: the span has its offsets.

    `names`: of a row of a table the row that names its columns.
    """
    text = document.text
    page = _page(document, span.start)
    return Quote(
        text=text[span.start : span.end],
        document_id=document.id,
        title=document.title,
        source=document.source,
        start=span.start,
        end=span.end,
        before=_before(text, span.start),
        after=_after(text, span.end),
        highlight=span.highlight,
        page=page,
        heading=heading_above(document, span.start),
        date=document.date,
        date_origin=document.date_origin,
        language=span.language,
        score=round(span.score, 4),
        row=cells_of(text, span.start, names) if span.is_row else None,
        page_label=document.page_labels[page - 1] or None if page and document.page_labels else None,
        ocr=_is_off_picture(document, span.start, span.end),
    )


def cells_of(text: str, start: int, names: Row | None) -> tuple[Cell, ...] | None:
    """Of the row of a table that a place stands in; `names` as for `quote`."""
    row = row_at(text, start)
    if row is None:
        return None
    columns = [*map(partial(_named, text), names.cells if names else ()), *repeat(None, len(row.cells))]
    cells = zip(row.cells, columns, strict=False)
    return tuple(Cell(text[begin:end], begin, end, column) for (begin, end), column in cells if begin < end)


def _named(text: str, span: tuple[int, int]) -> Named | None:
    start, end = span
    return Named(text[start:end], start, end) if start < end else None


def heading_above(document: Document, place: int) -> str | None:
    """The nearest heading at or above a place in the text."""
    above = [heading for heading in document.headings if heading.start <= place]
    return document.text[above[-1].start : above[-1].end].strip("# \n") if above else None


def verify(answer: Mapping[str, Any], document: Callable[[str], Document]) -> Verdict:
    """Whether every quotation and passage of an Answer JSON stands where it says, in the document it names."""
    checked = 0
    for part, number, claim in _claims(answer):
        difference = _difference(claim, document)
        checked += 1
        if difference:
            return Verdict(False, checked, f"{part}[{number}]: {difference}")
    return Verdict(True, checked, None)


def _claims(answer: Mapping[str, Any]) -> chain[tuple[str, int, Any]]:
    parts = ("quotes", "passages")
    return chain.from_iterable(
        ((part, number, claim) for number, claim in enumerate(answer.get(part) or ())) for part in parts
    )


def _difference(claim: Any, document: Callable[[str], Document]) -> str | None:
    """What is not as claimed, or None."""
    try:
        start, end, text = claim["start"], claim["end"], claim["text"]
        source = document(claim["document_id"]).text
    except DocumentNotFound as error:
        return str(error)
    except (KeyError, TypeError, IndexError) as error:
        return f"not a quotation: it lacks {error}"
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(source)):
        return f"[{start}:{end}] is no place in a text of {len(source)} characters"
    if source[start:end] != text:
        return f"at [{start}:{end}] the document says {_short(source[start:end])}, the quotation {_short(text)}"
    return _context_difference(claim, source) or _highlight_difference(claim) or _row_difference(claim, source)


def _context_difference(claim: Mapping[str, Any], source: str) -> str | None:
    before, after = claim.get("before") or "", claim.get("after") or ""
    if source[max(0, claim["start"] - len(before)) : claim["start"]] != before:
        return f"before it the document does not say {_short(before)}"
    if source[claim["end"] : claim["end"] + len(after)] != after:
        return f"after it the document does not say {_short(after)}"
    return None


def _highlight_difference(claim: Mapping[str, Any]) -> str | None:
    highlight = claim.get("highlight")
    if highlight is None:
        return None
    if len(highlight) == 2 and claim["start"] <= highlight[0] < highlight[1] <= claim["end"]:
        return None
    return f"its highlight {list(highlight)} is not inside [{claim['start']}, {claim['end']}]"


def _row_difference(claim: Mapping[str, Any], source: str) -> str | None:
    try:
        for cell in claim.get("row") or ():
            for part in filter(None, (cell, cell.get("column"))):
                start, end, text = part["start"], part["end"], part["text"]
                if source[start:end] != text:
                    return f"at [{start}:{end}] the document says {_short(source[start:end])}, its row {_short(text)}"
    except (KeyError, TypeError, AttributeError) as error:
        return f"no cells of a row: {error}"
    return None


def _short(text: Any) -> str:
    shown = repr(text)
    return shown if len(shown) <= 80 else f"{shown[:76]}...{shown[0]}"


def _before(text: str, start: int) -> str:
    begin = max(0, start - _CONTEXT)
    if begin:
        space = text.find(" ", begin, start)
        begin = space + 1 if space != -1 else begin
    return text[begin:start]


def _after(text: str, end: int) -> str:
    stop = min(len(text), end + _CONTEXT)
    if stop < len(text):
        space = text.rfind(" ", end, stop)
        stop = space if space > end else stop
    return text[end:stop]


def _is_off_picture(document: Document, start: int, end: int) -> bool:
    """Whether one of the pages that a stretch stands on was read off its picture."""
    first, last = (_page(document, place) or 0 for place in (start, end - 1))
    return not page_numbers.pages_in(document.metadata.get(page_numbers.OCR, "")).isdisjoint(range(first - 1, last))


def _page(document: Document, start: int) -> int | None:
    """From 1; None for a document without pages."""
    return sum(begin <= start for begin in document.pages) or None
