"""Answers and lists as a person reads them on a terminal."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from rag.differences import likely
from rag.types import Answer, Cell, DocumentSummary, NearPassage, Quote

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

_INDENT = 2  # columns, of what is quoted
_BETWEEN = 2  # two columns of a table


def show_answer(answer: Answer) -> None:
    if answer.searched_for != answer.question:
        out.print(Text(f"searched for: {answer.searched_for}", style="dim"))
    if answer.status == "not_found":
        out.print(Text(f"The documents do not say ({_confidence(answer)}).", style="bold"))
        _show_lacking(answer.lacking)
        out.print(Text("Nearest passages, none of them an answer:", style="dim"))
        show_passages(answer.passages)
        return
    if answer.differing:
        out.print(Text(_different(answer), style="bold"))
    also = likely(answer.quotes) + 1
    for number, quote in enumerate(answer.quotes, 1):
        out.print()
        if number == also:
            out.print(Text("Also in the documents:", style="dim"), end="\n\n")
        out.print(Padding(_row(quote.row, quote.highlight) if quote.row else _quotation(quote), (0, _INDENT)))
        out.print(Padding(Text(f"[{number}] {_place(quote)}", style="dim"), (0, 2)))
    out.print()
    out.print(Text(_confidence(answer), style="dim"))
    _show_lacking(answer.lacking)


def _show_lacking(words: Sequence[str]) -> None:
    if words:
        out.print(Text(f"Not mentioned in the nearest documents: {', '.join(words)}."))


def show_passages(passages: Iterable[NearPassage]) -> None:
    for number, passage in enumerate(passages, 1):
        out.print()
        out.print(Padding(Text(passage.text.strip()), (0, 2)))
        place = f"[{number}] {passage.title} · {passage.source} · {passage.start}-{passage.end} · {passage.score:.2f}"
        out.print(Padding(Text(place, style="dim"), (0, 2)))


def show_documents(documents: Iterable[DocumentSummary]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "title", "language", "date", "characters", "passages"):
        table.add_column(name, overflow="fold", justify="right" if name in ("characters", "passages") else "left")
    for document in documents:
        date = _date(document)
        table.add_row(
            Text(document.id),
            Text(document.title),
            ", ".join(document.languages),
            date,
            f"{document.characters:,}",
            f"{document.passages}",
        )
    out.print(table)


def _quotation(quote: Quote) -> Text:
    text = Text(quote.text)
    if quote.highlight is not None:
        text.stylize("bold", quote.highlight[0] - quote.start, quote.highlight[1] - quote.start)
    return text


def _row(cells: Sequence[Cell], highlight: tuple[int, int] | None) -> Table:
    """Under the names of its columns, as it stands in the document; beside them where the terminal is too narrow."""
    names = [cell.column.text if cell.column else "" for cell in cells]
    texts = [_marked(cell, highlight or (0, 0)) for cell in cells]
    widths = _widths([(name, cell.text) for name, cell in zip(names, cells, strict=True)])
    table = Table(box=None, pad_edge=False, header_style="dim", show_header=widths is not None and any(names))
    if widths is not None:
        for name, width in zip(names, widths, strict=True):
            table.add_column(Text(name), overflow="fold", width=width)
        table.add_row(*texts)
    else:
        table.add_column(style="dim", overflow="fold")
        table.add_column(overflow="fold")
        for name, text in zip(names, texts, strict=True):
            table.add_row(Text(name), text)
    return table


def _marked(cell: Cell, highlight: tuple[int, int]) -> Text:
    text = Text(cell.text)
    text.stylize("bold", max(0, highlight[0] - cell.start), max(0, highlight[1] - cell.start))
    return text


def _widths(columns: Sequence[tuple[str, str]]) -> list[int] | None:
    """How wide each column is drawn: words are whole, what room is left goes where more is to be said.

    None where the terminal is too narrow for that.
    """
    words = [max((cell_len(word) for text in column for word in text.split()), default=0) for column in columns]
    wanted = [max(map(cell_len, column)) - word for column, word in zip(columns, words, strict=True)]
    left = out.width - 2 * _INDENT - _BETWEEN * (len(columns) - 1) - sum(words)
    share = min(1.0, left / max(sum(wanted), 1))
    return [word + int(share * more) for word, more in zip(words, wanted, strict=True)] if left >= 0 else None


def _place(quote: Quote) -> str:
    parts = [quote.title, quote.source]
    parts += [_page(quote)] if quote.page else []
    parts += ["read off a picture of the page (OCR)"] if quote.ocr else []
    is_told = quote.heading in (None, quote.title, quote.text.partition("\n")[0])
    parts += [] if is_told else [f"under “{quote.heading}”"]
    parts += [_date(quote)] if quote.date else []
    return " · ".join([*parts, f"{quote.start}-{quote.end}"])


def _page(quote: Quote) -> str:
    """By what is printed on it, and by its place in the file where that is another."""
    return f"page {quote.page_label} ({quote.page} in the file)" if quote.page_label else f"page {quote.page}"


def _date(dated: Quote | DocumentSummary) -> str:
    """A file's own time is marked: it need not be the date of what it says."""
    return f"{dated.date} (file)" if dated.date_origin == "file" else dated.date or ""


def _different(answer: Answer) -> str:
    newest, *others = (answer.quotes[place] for place in answer.differing)
    numbers = " ".join(f"[{place + 1}]" for place in sorted(answer.differing))
    dated = newest.date and newest.date_origin != "file" and all(newest.date > (each.date or "") for each in others)
    told = f"; the newest is [{answer.differing[0] + 1}]" if dated else ""
    return f"The sources give different figures: {numbers}{told}."


def _confidence(answer: Answer) -> str:
    return f"confidence {answer.confidence:.0%}"
