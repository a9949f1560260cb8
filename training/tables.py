"""Fits the confidence in a row of a table: the probability that the best row is the one that is asked for.

    python -m training.tables FOLDER [--reader bundled|sentence] [--questions 80]

FOLDER holds tables as CSV files, as for `benchmarks.tables`, and cells are asked for in the same wordings; three rows
in ten were taken out before, and are asked for as well. All rows of a table have such a cell to offer, so that the
confidence in sentences is much too high for them. Each table is judged by the fit on the others; the weights that are
printed are those of the fit on all, for `rag/readers/calibration.py`.
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.tables import WORDINGS, Cell, asked_tables, draw, is_row
from rag.engine import READ, Engine
from rag.evaluation.calibration import auroc
from rag.logistic import Logistic
from rag.readers import EvidenceReader
from rag.readers.evidence import WORD_FEATURES
from rag.readers.findings import SPAN_FEATURES
from training.calibration import Mask, Matrix, error, regression, weights

USED = ("cosine", "overlap", "span minus null", "answerable", "lead")
MISSING = 0.3  # of the rows
THRESHOLDS = (0.2, 0.3, 0.4, 0.5)


class Asked(NamedTuple):
    """A question whose best candidate is a row: its features and lead, whether it is right, whether any could be."""

    table: str
    features: tuple[float, ...]
    right: bool
    answerable: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reader", default="bundled", help="as QUOTH_READER")
    parser.add_argument("--questions", type=int, default=80)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    os.environ["QUOTH_READER"] = options.reader
    drawn = draw(options.folder, options.questions, options.questions, options.seed, MISSING)
    with asked_tables(drawn.tables, "csv") as engine:
        asked = [
            each
            for language, wording in WORDINGS
            for cells, answerable in ((drawn.present, True), (drawn.absent, False))
            for each in collected(engine, language, wording, cells, answerable)
        ]
    report(asked)


def collected(engine: Engine, language: str, wording: str, cells: Sequence[Cell], answerable: bool) -> Iterator[Asked]:
    assert isinstance(engine.reader, EvidenceReader)
    for cell in cells:
        query = engine.query(cell.asked(language, wording))
        ordered = engine.reader.ordered(query, engine.retriever.search(query, READ))
        if ordered and ordered[0].is_record:
            best = engine.reader.choose(ordered)[0][0]
            passage = best.hit.passage
            row = passage.text[best.start - passage.start : best.end - passage.start]
            yield Asked(best.hit.document.id, (*best.features, best.lead), answerable and is_row(row, cell), answerable)


def report(asked: Sequence[Asked]) -> None:
    tables = np.array([each.table for each in asked])
    matrix = np.array([each.features for each in asked])
    right, said = np.array([each.right for each in asked]), np.array([each.answerable for each in asked])
    confidence = np.zeros(len(asked))
    for table in sorted(set(tables.tolist())):
        own = tables == table
        others = fitted(matrix[~own], right[~own], said[~own])
        confidence[own] = [others.probability(row) for row in matrix[own].tolist()]
    tell(confidence, right, said)
    found = fitted(matrix, right, said)
    print(f"rows=Logistic(({', '.join(f'{each:.3f}' for each in found.weights)}), {found.bias:.3f})")


def fitted(matrix: Matrix, right: Mask, said: Mask) -> Logistic:
    """Over USED, as far as the reader has it; the other weights are zero."""
    sentence = [*WORD_FEATURES, "lead"]
    names = sentence if matrix.shape[1] == len(sentence) else [*WORD_FEATURES, *SPAN_FEATURES, "lead"]
    used = [names.index(name) for name in USED if name in names]
    found = regression(matrix[:, used], right, weights(said))
    every = np.zeros(matrix.shape[1])
    every[used] = found.weights
    return Logistic(tuple(every.tolist()), found.bias)


def tell(confidence: Matrix, right: Mask, said: Mask) -> None:
    print(f"right at 1 {right[said].mean():.3f} of {said.sum()}", end="")
    print(f", AUROC {auroc(confidence[said].tolist(), confidence[~said].tolist()):.3f}", end="")
    print(f", ECE {error(confidence, right, said):.3f}")
    for least in THRESHOLDS:
        print(f"  least {least}: refused answerable {(confidence[said] < least).mean():.3f}", end="")
        print(f", answered unanswerable {(confidence[~said] >= least).mean():.3f} of {(~said).sum()}")


if __name__ == "__main__":
    main()
