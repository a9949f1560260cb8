"""How much of a PDF is read as it was written, by Quoth and by pypdf.

    python -m benchmarks.pdf_words FILE.pdf...                  # each beside a FILE.txt with what it says
    python -m benchmarks.pdf_words --print NTREX_FOLDER FOLDER  # makes such pairs: news in 24 languages, by Chromium,
                                                                # with their HTML, for other programs to print

The figure is F1 of the pairs of neighbouring words (of characters, where words are not spaced): a word that is cut,
joined to the next or spelt backwards is wrong, and so are words in another order. White space, hyphens and what Unicode
calls compatible count as equal.
"""

import argparse
import html
import logging
import re
import unicodedata
from collections import Counter
from itertools import pairwise
from pathlib import Path

from rag.documents import load_file

LANGUAGES = "amh arb aze-Latn ben deu ell fas fra heb hin hye jpn kat khm kor mya rus tam tha tur ukr urd vie zho-CN"
LINES, PARAGRAPH = 120, 4
FROM_RIGHT = ("arb", "fas", "heb", "urd")


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("files", type=Path, nargs="*")
    wanted.add_argument("--print", type=Path, nargs=2, dest="printed")
    options = wanted.parse_args()
    if options.printed:
        print_news(*options.printed)
    logging.disable(logging.CRITICAL)  # pypdf tells of every font
    for file in options.files:
        written = file.with_suffix(".txt").read_text(encoding="utf-8")
        print(
            f"{file.name:24} quoth {f1(load_file(file).text, written):5.1f}  pypdf {f1(by_pypdf(file), written):5.1f}"
        )


def by_pypdf(file: Path) -> str:
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(file).pages)


def f1(found: str, written: str) -> float:
    """Per cent."""
    return 100 * shares(found, written)[2]


def shares(found: str, written: str) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    is_spaced = written.count(" ") * 12 >= len(written)
    ours, theirs = (Counter(pairwise(units(text, is_spaced))) for text in (found, written))
    common = (ours & theirs).total()
    return (
        common / max(ours.total(), 1),
        common / max(theirs.total(), 1),
        2 * common / max(ours.total() + theirs.total(), 1),
    )


def units(text: str, is_spaced: bool) -> list[str]:
    whole = re.sub(r"[-\u2010\u00ad]\s*", "", unicodedata.normalize("NFKC", text))
    return whole.split() if is_spaced else [character for character in whole if not character.isspace()]


def print_news(news: Path, folder: Path) -> None:
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        for language in LANGUAGES.split():
            (source,) = news.glob(f"newstest2019-ref.{language}.txt")
            lines = source.read_text(encoding="utf-8").splitlines()[:LINES]
            paragraphs = [" ".join(lines[at : at + PARAGRAPH]) for at in range(0, LINES, PARAGRAPH)]
            (folder / f"{language}.txt").write_text("\n".join(paragraphs), encoding="utf-8")
            markup = page_of(paragraphs, "rtl" if language in FROM_RIGHT else "ltr")
            (folder / f"{language}.html").write_text(markup, encoding="utf-8")
            page.set_content(markup)
            page.pdf(path=folder / f"{language}.pdf")
        browser.close()


def page_of(paragraphs: list[str], direction: str) -> str:
    told = "".join(f"<p>{html.escape(each)}</p>" for each in paragraphs)
    return f"<html dir={direction}><meta charset=utf-8><body style='font:12pt serif;text-align:justify'>{told}"


if __name__ == "__main__":
    main()
