"""Questions that people ask often, asked in one language and answered in another.

    python -m benchmarks.faq FOLDER [--told en,ru,...] [--asked en,de,...] [--table]

FOLDER holds the Debian FAQ as the packages debian-faq-LANGUAGE have it: chapters in DocBook's HTML, NAME.LANGUAGE.html,
with the same anchors in every language. The chapters of one language are an index; the questions that head sections of
another are put to it, without their numbers. Printed is how often the first quotation is from the section of that
question, how often one of the first three is, how often nothing is quoted, and how often headings and no more are; then
how often anything is, where every second chapter was left out and its questions are asked. The last lines are for
questions in other words in the same language (faq.json), as people type them.

`--table`: each chapter is a CSV file, with a question and how its answer begins in a row.
"""

import argparse
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from pathlib import Path

from lxml import html

from benchmarks.counts import Summed
from benchmarks.folders import indexed
from benchmarks.topics import is_bare
from rag.documents import load_bytes, load_file
from rag.engine import Engine
from rag.readers.questions import asks
from rag.sentences import sentences
from rag.stretches import without
from rag.types import Document, Part, Quote

LANGUAGES = "en,de,fr,it,ja,ko,nl,pt,ru,zh-cn"
TOLD = "en,de,fr,ru,ja,zh-cn"
IN_OTHER_WORDS: Mapping[str, Mapping[str, str]] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
_NUMBER = re.compile(r"^[\d.\s]+")
_ANSWER = 400  # characters of a cell, the last sentence whole


@dataclass(slots=True)
class Faq:
    """One language's."""

    documents: dict[str, Document] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)  # by the anchor of their section
    sections: dict[str, Part] = field(default_factory=dict)


@dataclass(slots=True)
class Counts(Summed):
    asked: int = 0
    first: int = 0
    near: int = 0
    refused: int = 0
    bare: int = 0
    absent: int = 0
    anyway: int = 0

    def __str__(self) -> str:
        return (
            f"its section first {self.first}, among three quotations {self.near} of {self.asked}; "
            f"nothing quoted {self.refused}, headings alone {self.bare}; "
            f"left out, quoted anyway {self.anyway} of {self.absent}"
        )


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("folder", type=Path)
    wanted.add_argument("--told", default=TOLD)
    wanted.add_argument("--asked", default=LANGUAGES)
    wanted.add_argument("--table", action="store_true")
    options = wanted.parse_args()
    told_in, asked_in = options.told.split(","), options.asked.split(",")
    faqs = {each: read(options.folder, each) for each in {*told_in, *asked_in}}
    faqs = {each: as_tables(faq) for each, faq in faqs.items()} if options.table else faqs
    same, worded, across = Counts(), Counts(), Counts()
    for told in told_in:
        chapters = list(faqs[told].documents.values())
        with indexed(chapters) as engine, indexed(chapters[::2]) as half:
            asked = [
                (f"asked in {each:6}", faqs[each].questions, same if each == told else across) for each in asked_in
            ]
            if told in IN_OTHER_WORDS:
                asked.append(("in other words ", IN_OTHER_WORDS[told], worded))
            for how, questions, everywhere in asked:
                counts = counted(engine, faqs[told], questions)
                counts.add(left_out(half, faqs[told], questions))
                everywhere.add(counts)
                print(f"told in {told:6} {how} {counts}", flush=True)
    print(f"same language  {same}\nin other words {worded}\nacross         {across}")


def read(folder: Path, language: str) -> Faq:
    faq = Faq()
    for path in sorted(folder.rglob(f"*.{language}.html")):
        document = load_file(path, document_id=path.stem)
        faq.documents[document.id] = document
        for anchor, question, headings in _sections(path):
            faq.questions[anchor], faq.sections[anchor] = question, _place(document, headings)
    return faq


def _sections(path: Path) -> Iterator[tuple[str, str, list[str]]]:
    """(anchor, question, its heading and those below it)"""
    for part in html.parse(str(path)).getroot().iter("div"):
        if part.get("class") == "section":
            titles = part.xpath(".//*[self::h2 or self::h3 or self::h4][a[@id]]")
            headings = [_spaced(each.text_content()) for each in titles]
            question = _NUMBER.sub("", headings[0])
            if asks(question, language=""):
                yield titles[0].find("a").get("id"), question, headings


def _place(document: Document, headings: list[str]) -> Part:
    told = [_spaced(document.text[each.start : each.end]) for each in document.headings]
    first = told.index(headings[0])
    after = document.headings[first + len(headings) :]
    return Part(document.id, document.headings[first].start, after[0].start if after else len(document.text))


def as_tables(faq: Faq) -> Faq:
    """The same questions, a row each."""
    tables = Faq(questions=faq.questions)
    for name, document in faq.documents.items():
        there = [(anchor, part) for anchor, part in faq.sections.items() if part.document_id == name]
        out = io.StringIO()
        csv.writer(out).writerows([faq.questions[anchor], _answer(document, part)] for anchor, part in there)
        if there:
            tables.documents[name] = load_bytes(out.getvalue().encode(), f"{name}.csv", document_id=name)
            lines = tables.documents[name].text.splitlines(keepends=True)
            edges = [0, *accumulate(map(len, lines))]
            tables.sections |= {
                anchor: Part(name, *edge) for (anchor, _), edge in zip(there, pairwise(edges), strict=True)
            }
    return tables


def _answer(document: Document, part: Part) -> str:
    headings = [(each.start, each.end) for each in document.headings if part.start <= each.start < part.end]
    text = _spaced(without(document.text[: part.end], [(0, part.start), *headings]))
    ends = [end for _, end in sentences(text, document.language)]
    return text[: next((end for end in ends if end >= _ANSWER), len(text))]


def _spaced(text: str) -> str:
    return " ".join(text.split())


def counted(engine: Engine, told: Faq, asked: Mapping[str, str]) -> Counts:
    counts = Counts()
    for anchor in sorted(told.sections.keys() & asked.keys()):
        section, quotes = told.sections[anchor], engine.ask(asked[anchor]).quotes
        counts.asked += 1
        counts.refused += not quotes
        counts.near += any(stands_in(each, section) for each in quotes)
        if quotes:
            bare = is_bare(told.documents[quotes[0].document_id], quotes[0])
            counts.bare += bare
            counts.first += not bare and stands_in(quotes[0], section)
    return counts


def left_out(engine: Engine, told: Faq, asked: Mapping[str, str]) -> Counts:
    there = {document.id for document in engine.documents()}
    counts = Counts()
    for anchor in sorted(told.sections.keys() & asked.keys()):
        if told.sections[anchor].document_id not in there:
            counts.absent += 1
            counts.anyway += bool(engine.ask(asked[anchor]).quotes)
    return counts


def stands_in(quote: Quote, section: Part) -> bool:
    return quote.document_id == section.document_id and section.start <= quote.start < section.end


if __name__ == "__main__":
    main()
