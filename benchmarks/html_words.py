# mypy: disable-error-code="import-untyped"
"""How much of what a page says is read, and how much beside it, by Quoth and by trafilatura.

    python -m benchmarks.html_words PAGE.html... --texts FOLDER  # what each says stands in FOLDER/PAGE.txt
    python -m benchmarks.html_words PAGE.html... --within XPATH  # ... in these parts of the page, all of them

The figures are precision, recall and F1 of the pairs of neighbouring words (of characters, where words are not spaced),
the mean of all pages: a word that is left out of a sentence counts against both.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.pdf_words import shares
from rag.documents import load_file
from rag.documents.blocks import Blocks
from rag.documents.html_text import flatten
from rag.errors import DocumentError

FEWEST = 100  # characters; of less there is no share to tell


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("pages", type=Path, nargs="+")
    told = wanted.add_mutually_exclusive_group(required=True)
    told.add_argument("--texts", type=Path)
    told.add_argument("--within")
    options = wanted.parse_args()
    pairs = [(page, written(page, options.texts, options.within)) for page in options.pages]
    pairs = [(page, text) for page, text in pairs if len(text) >= FEWEST]
    for name, read in (("quoth", by_quoth), ("trafilatura", by_trafilatura)):
        print(f"{name:12} {told_of(read, pairs)}")


def written(page: Path, texts: Path | None, within: str | None) -> str:
    if texts is not None:
        file = texts / f"{page.stem}.txt"
        return file.read_text(encoding="utf-8") if file.exists() else ""
    return "\n".join(text_of(part, page) for part in tree(page).xpath(within))


def text_of(part: Any, page: Path) -> str:
    blocks = Blocks(page.name)
    flatten(part, blocks)
    return blocks.text


def tree(page: Path) -> Any:
    from lxml.html import HTMLParser, fromstring

    return fromstring(page.read_bytes(), parser=HTMLParser(encoding="utf-8"))


def by_quoth(page: Path) -> str:
    try:
        return load_file(page).text
    except DocumentError:
        return ""


def by_trafilatura(page: Path) -> str:
    from trafilatura import bare_extraction

    found: Any = bare_extraction(tree(page), include_comments=False, include_tables=True)
    return "" if found is None or found.body is None else text_of(found.body, page)


def told_of(read: Callable[[Path], str], pairs: list[tuple[Path, str]]) -> str:
    figures = [shares(read(page), text) for page, text in pairs]
    precision, recall, f1 = (100 * mean(figure) for figure in zip(*figures, strict=True))
    return f"precision {precision:5.1f}  recall {recall:5.1f}  F1 {f1:5.1f}  ({len(figures)} pages)"


if __name__ == "__main__":
    main()
