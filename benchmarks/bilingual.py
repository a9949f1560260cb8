"""Documents that go from one language to another and back: whether their answers are found in both.

    python -m benchmarks.bilingual XQUAD_FILE XQUAD_FILE [XQUAD_FILE...] [--limit 60]

The files tell the same paragraphs and ask the same questions, one file in each language. For each two languages in turn
every article becomes one document that tells one paragraph in the one, the next in the other. Questions are put in
every language and none is refused. Printed is how often the first quotation, and one of the three nearest passages, is
of the right paragraph, by the language that tells it.
"""

import argparse
import tempfile
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from itertools import combinations, groupby
from pathlib import Path

from benchmarks.counts import Summed
from benchmarks.folders import overlaps
from rag.assembly import create_engine
from rag.config import Settings
from rag.engine import Engine
from rag.evaluation.data_sets import ParallelSet
from rag.evaluation.runs import add_documents, sampled
from rag.evaluation.squad_files import load_parallel
from rag.types import Document, Part

NEAREST = 3  # passages
_BETWEEN = "\n\n"


@dataclass(slots=True)
class Counts(Summed):
    quoted: int = 0
    near: int = 0
    asked: int = 0

    def __str__(self) -> str:
        return f"quoted {self.quoted:3}, near {self.near:3} of {self.asked}"


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("files", type=Path, nargs="+")
    wanted.add_argument("--limit", type=int, default=60, help="questions")
    options = wanted.parse_args()
    parallel = load_parallel(options.files)
    total = Counts()
    for pair in combinations(parallel.sets, 2):
        with (
            tempfile.TemporaryDirectory() as folder,
            closing(create_engine(Settings.load(store=Path(folder) / "store"))) as engine,
        ):
            for (told, asked), counts in sorted(ask(engine, parallel, pair, options.limit).items()):
                print(f"{'/'.join(pair)}  told in {told}, asked in {asked}: {counts}", flush=True)
                total.add(counts)
    print(f"all: {total}")


def ask(
    engine: Engine, parallel: ParallelSet, pair: tuple[str, str], limit: int
) -> defaultdict[tuple[str, str], Counts]:
    documents, places = documents_of(parallel, pair)
    add_documents(engine, documents)
    engine.save()
    found: defaultdict[tuple[str, str], Counts] = defaultdict(Counts)
    first = next(iter(parallel.sets.values()))
    asked = parallel.asked()
    for each in sampled(first.questions, limit, 0):
        told, place = places[each.document_id]
        for language, questions in asked.items():
            answer = engine.ask(questions[each.id].question, k=NEAREST, min_confidence=0.0)
            quoted, near = (
                any(overlaps(place, one) for one in several) for several in (answer.quotes[:1], answer.passages)
            )
            found[told, language].add(Counts(quoted, near, 1))
    return found


def documents_of(parallel: ParallelSet, pair: tuple[str, str]) -> tuple[list[Document], dict[str, tuple[str, Part]]]:
    """A document for each article; by their ids in the first set the language and the place of the paragraphs."""
    first = next(iter(parallel.sets.values()))
    documents: list[Document] = []
    places: dict[str, tuple[str, Part]] = {}
    for title, paragraphs in groupby(enumerate(first.documents), key=lambda each: each[1].title):
        name, text = f"article-{len(documents):03}", ""
        for turn, (number, paragraph) in enumerate(paragraphs):
            language = pair[turn % 2]
            told = parallel.sets[language].documents[number].text
            places[paragraph.id] = language, Part(name, len(text), len(text) + len(told))
            text += told + _BETWEEN
        documents.append(Document(name, text, title, name, pair[0]))
    return documents, places


if __name__ == "__main__":
    main()
