"""Whether a question about one cell of a table is answered with its row, and the cell marked.

    python -m benchmarks.tables FOLDER [--format csv md html docx pdf] [--questions 60] [--seed 1]

FOLDER holds tables as CSV files: a row of column names, and in the first column what each row is about. Each becomes a
document of each format (pdf: printed by LibreOffice). Cells are drawn and asked for in several wordings; rows that are
asked for, but were taken out before, should not be answered. Printed is how often the first quotation begins with the
right row and is that row alone, how often the cell is what is marked in it, and how often something is quoted for a
row that is not there.

TABLE.ru.json beside TABLE.csv, {"columns": {name: its translation}, "keys": {...}}, has the table asked for in Russian.
"""

import argparse
import csv
import json
import random
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import NamedTuple

from benchmarks.folders import documents_in, indexed
from rag.engine import Engine
from rag.types import Quote

WORDINGS = (
    ("en", "What is the {column} of {key}?"),
    ("en", "{key}: {column}"),
    ("tr", "{key} {column} nedir?"),
    ("ru", "Каков {column} у {key}?"),
    ("en", "Which {about} has the {column} {text}?"),
    ("ru", "У кого {column} {text}?"),
)

Rows = Sequence[Sequence[str]]


class Cell(NamedTuple):
    """What a question is about. `about` names the first column, `key` is what stands there."""

    about: str
    key: str
    column: str
    text: str
    row: Sequence[str]
    words: Mapping[str, Mapping[str, str]]  # language: column names and keys in that

    def asked(self, language: str, wording: str) -> str:
        words = self.words.get(language, {})
        about, key, column = (words.get(each, each) for each in (self.about, self.key, self.column))
        return wording.format(about=about, key=key, column=column, text=self.text)

    def answer(self, wording: str) -> str:
        return self.key if "{text}" in wording else self.text


class Drawn(NamedTuple):
    """Tables by their titles, cells of them, and cells of rows that were taken out."""

    tables: Mapping[str, Rows]
    present: Sequence[Cell]
    absent: Sequence[Cell]


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("folder", type=Path)
    wanted.add_argument("--format", nargs="+", choices=FORMATS, default=list(FORMATS))
    wanted.add_argument("--questions", type=int, default=60)
    wanted.add_argument("--seed", type=int, default=1)
    options = wanted.parse_args()
    drawn = draw(options.folder, options.questions, options.questions // 2, options.seed)
    for name in options.format:
        with asked_tables(drawn.tables, name) as engine:
            for language, wording in WORDINGS:
                print(f"{name:5} {wording:40} {_told(engine, language, wording, drawn)}", flush=True)


def draw(folder: Path, present: int, absent: int, seed: int, missing: float = 0.1) -> Drawn:
    """Cells that no other row has in their column. `missing`: the share of the rows that are taken out."""
    dice = random.Random(seed)
    tables: dict[str, Rows] = {}
    cells: dict[bool, list[Cell]] = {True: [], False: []}
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            names, *rows = csv.reader(lines)
        words = _words(file)
        gone = set(dice.sample(range(len(rows)), int(missing * len(rows))))
        tables[file.stem] = [names, *(row for place, row in enumerate(rows) if place not in gone)]
        for place, row in enumerate(rows):
            cells[place in gone] += [
                Cell(names[0], row[0], name, text, row, words)
                for column, (name, text) in enumerate(zip(names, row, strict=True))
                if column and text.strip() and [each[column] for each in rows].count(text) == 1
            ]
    drawn = (dice.sample(cells[gone], min(most, len(cells[gone]))) for gone, most in ((False, present), (True, absent)))
    return Drawn(tables, *drawn)


def _words(table: Path) -> dict[str, dict[str, str]]:
    told = {
        file.suffixes[-2][1:]: json.loads(file.read_text("utf-8")) for file in table.parent.glob(f"{table.stem}.*.json")
    }
    return {language: {**each["columns"], **each["keys"]} for language, each in told.items()}


@contextmanager
def asked_tables(tables: Mapping[str, Rows], name: str) -> Iterator[Engine]:
    """An index of the tables in one of FORMATS."""
    with tempfile.TemporaryDirectory() as folder:
        for title, table in tables.items():
            FORMATS[name](Path(folder), title, table)
        with indexed(documents_in(Path(folder)).values()) as engine:
            yield engine


def _told(engine: Engine, language: str, wording: str, drawn: Drawn) -> str:
    def first(cell: Cell) -> Quote | None:
        return next(iter(engine.ask(cell.asked(language, wording)).quotes), None)

    quoted = [(cell, quote) for cell in drawn.present if (quote := first(cell))]
    right = [(cell, quote) for cell, quote in quoted if is_row(quote.text, cell)]
    marked = sum(marks(quote, cell.answer(wording)) for cell, quote in right)
    anyway = sum(bool(first(cell)) for cell in drawn.absent)
    return (
        f"quoted {len(quoted)}, the row {len(right)}, its cell marked {marked} of {len(drawn.present)}; "
        f"absent answered {anyway} of {len(drawn.absent)}"
    )


def is_row(quoted: str, cell: Cell) -> bool:
    """Whether all of the row stands in it, and hardly more."""
    letters = _letters("".join(cell.row))
    found = _letters(quoted)
    return letters in found and len(found) <= 1.5 * len(letters)


def marks(quote: Quote, answer: str) -> bool:
    if quote.highlight is None:
        return False
    start, end = (place - quote.start for place in quote.highlight)
    marked = _letters(quote.text[start:end])
    return bool(marked) and marked in _letters(answer)


def _letters(text: str) -> str:
    return "".join(each for each in text if each.isalnum())


# -- formats -------------------------------------------------------------------


def _csv(folder: Path, title: str, table: Rows) -> None:
    with (folder / f"{title}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table)


def _markdown(folder: Path, title: str, table: Rows) -> None:
    names, *rows = (f"| {' | '.join(row)} |\n" for row in table)
    rule = "|" + "---|" * len(table[0]) + "\n"
    (folder / f"{title}.md").write_text(f"# {title}\n\n{names}{rule}{''.join(rows)}", encoding="utf-8")


def _html(folder: Path, title: str, table: Rows) -> None:
    names, *rows = table
    head = "".join(f"<th>{escape(name)}</th>" for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    page = f"<title>{title}</title><main><h1>{title}</h1><table><tr>{head}</tr>{body}</table></main>"
    (folder / f"{title}.html").write_text(page, encoding="utf-8")


def _docx(folder: Path, title: str, table: Rows) -> None:
    import docx

    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = page.page_height, page.page_width
    document.add_heading(title)
    grid = document.add_table(rows=len(table), cols=len(table[0]), style="Table Grid")
    for cell, text in zip(grid._cells, (text for row in table for text in row), strict=True):
        cell.text = text
    document.save(str(folder / f"{title}.docx"))


def _pdf(folder: Path, title: str, table: Rows) -> None:
    _docx(folder, title, table)
    word = folder / f"{title}.docx"
    printing = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(word)]
    subprocess.run(printing, check=True, capture_output=True)
    word.unlink()


FORMATS: dict[str, Callable[[Path, str, Rows], None]] = {
    "csv": _csv,
    "md": _markdown,
    "html": _html,
    "docx": _docx,
    "pdf": _pdf,
}


if __name__ == "__main__":
    main()
