"""Answers from a folder that tells most of its documents in one language, and a few in others.

    python -m benchmarks.uneven XQUAD_FILE... [--few 10 40] [--limit 40]

The files ask the same questions, one file in each language. Every paragraph is told in one language alone: in the
largest, or one of `--few` paragraphs in each of the others; each language is the largest once. Questions are put in
every language and none is refused. Printed is how often the first quotation, and one of the three nearest passages, is
of the right paragraph.
"""

import argparse
import random
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from rag.assembly import create_engine
from rag.config import Settings
from rag.engine import Engine
from rag.evaluation.data_sets import ParallelSet
from rag.evaluation.runs import add_documents, sampled
from rag.evaluation.squad_files import load_parallel

NEAREST = 3  # passages


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("files", type=Path, nargs="+")
    wanted.add_argument("--few", type=int, nargs="+", default=[10, 40], help="paragraphs in each smaller language")
    wanted.add_argument("--limit", type=int, default=40, help="questions")
    options = wanted.parse_args()
    parallel = load_parallel(options.files)
    for few in options.few:
        found: defaultdict[str, list[list[bool]]] = defaultdict(list)
        for largest in parallel.sets:
            told = languages(parallel, largest, few)
            with (
                tempfile.TemporaryDirectory() as folder,
                closing(create_engine(Settings.load(store=Path(folder) / "store"))) as engine,
            ):
                ask(engine, parallel, told, largest, options.limit, found)
        for group, figures in sorted(found.items()):
            quoted, near = (100 * sum(column) / len(figures) for column in zip(*figures, strict=True))
            print(f"{few:3} in each  {group:55} quoted {quoted:5.1f}  near {near:5.1f}  n {len(figures)}", flush=True)


def languages(parallel: ParallelSet, largest: str, few: int) -> list[str]:
    """In which language each paragraph is told."""
    count = len(next(iter(parallel.sets.values())).documents)
    told = [largest] * count
    places = random.Random(largest).sample(range(count), count)
    for number, language in enumerate(each for each in parallel.sets if each != largest):
        for place in places[number * few : (number + 1) * few]:
            told[place] = language
    return told


def ask(
    engine: Engine,
    parallel: ParallelSet,
    told: list[str],
    largest: str,
    limit: int,
    found: Mapping[str, list[list[bool]]],
) -> None:
    add_documents(engine, [parallel.sets[language].documents[place] for place, language in enumerate(told)])
    engine.save()
    first = next(iter(parallel.sets.values()))
    places = {document.id: place for place, document in enumerate(first.documents)}
    asked = parallel.asked()
    for each in sampled(first.questions, limit, 0):
        place = places[each.document_id]
        right = parallel.sets[told[place]].documents[place].id
        for language, questions in asked.items():
            answer = engine.ask(questions[each.id].question, k=NEAREST, min_confidence=0.0)
            quoted = [quote.document_id for quote in answer.quotes[:1]]
            near = [passage.document_id for passage in answer.passages]
            group = f"answer in {side(told[place], largest)}, asked in {way(language, told[place], largest)}"
            found[group].append([right in quoted, right in near])


def side(language: str, largest: str) -> str:
    return "the largest language" if language == largest else "a small one"


def way(asked: str, told: str, largest: str) -> str:
    if asked == told:
        return "it"
    return "the largest" if asked == largest else "another"


if __name__ == "__main__":
    main()
