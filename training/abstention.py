"""Fits the confidence of the sentence reader: the probability that its first quotation is right.

    python -m training.abstention DEV_FOLDER [--store FOLDER] [--questions 120]

XQuAD (Artetxe et al. 2020) tells the same 240 paragraphs of 48 articles in several languages. Each question is put to
an article's paragraphs, in its own language and in others: with the paragraph that answers, without it (an unanswerable
question close to the topic), to another article (far from it), and to the article among sixty other paragraphs. The
logistic regression is fitted on half of the articles and judged on the other half. Prints what to put into
`rag/reader.py` and what each threshold would give.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.assembly import create_engine
from rag.config import Settings
from rag.engine import Engine
from rag.evaluation.calibration import auroc, calibration_error
from rag.evaluation.data_sets import GoldSpan, ParagraphSet
from rag.evaluation.squad_files import load_squad
from rag.reader import FEATURES, Candidate, SentenceReader
from rag.types import Filters

Matrix: TypeAlias = NDArray[np.float64]

READ = 8  # hits given to the reader, as the engine does
LANGUAGES = ("en", "ru", "tr", "zh")
ANSWERABLE = ("article", "many")
ANSWERABLE_SHARE = 0.7  # of the questions that users put, as far as one can guess
PARAGRAPHS_PER_ARTICLE = 5


@dataclass(frozen=True, slots=True)
class Row:
    same_language: bool
    setting: str
    article: int
    features: tuple[float, ...]
    right: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--store", type=Path, help="keep the index here for the next run")
    parser.add_argument("--questions", type=int, default=120, help="per language; a third as many for each other pair")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(store=options.store or Path(scratch), min_confidence=0.0)
        with closing(create_engine(settings)) as engine:
            rows = list(collected(engine, options.folder, options.questions))
    report(rows)


def collected(engine: Engine, folder: Path, count: int) -> Iterator[Row]:
    """The features of the first quotation of every question in every setting, and whether it was right."""
    import torch

    sets = {
        language: load_squad(folder / f"xquad.{language}.json", identify=lambda text, code=language: code)
        for language in LANGUAGES
    }
    picks = np.random.default_rng(0).permutation(len(sets["en"].questions))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        for language, data in sets.items():
            for document in data.documents:
                engine.add(document)
            print(f"added {language}", flush=True)
        for asked, read in product(LANGUAGES, LANGUAGES):
            for number in picks[: count if asked == read else count // 3]:
                yield from _rows(engine, sets[asked], sets[read], asked == read, int(number))
            print(f"asked {asked} of {read}", flush=True)


def _rows(engine: Engine, asked: ParagraphSet, read: ParagraphSet, same: bool, number: int) -> Iterator[Row]:
    gold = read.questions[number]
    names = [document.id for document in read.documents]
    paragraph = names.index(gold.document_id)
    reader = engine.reader
    assert isinstance(reader, SentenceReader)
    query = engine.query(asked.questions[number].question)
    for setting, places in _settings(paragraph, len(names), number).items():
        hits = engine.retriever.search(query, READ, Filters(documents=tuple(names[place] for place in places)))
        chosen = reader.choose(query, hits)
        if chosen:
            right = any(_holds(chosen[0], gold.document_id, span) for span in gold.spans)
            yield Row(same, setting, _article(paragraph), reader.features(chosen[0][0], query, hits), right)


def _settings(paragraph: int, count: int, seed: int) -> dict[str, list[int]]:
    """Which paragraphs there are to answer from."""
    random = np.random.default_rng(seed)
    siblings = [place for place in range(count) if _article(place) == _article(paragraph)]
    others = [place for place in range(count) if _article(place) != _article(paragraph)]
    elsewhere = _article(int(random.choice(others)))
    without = [place for place in siblings if place != paragraph]
    crowd = random.choice(others, 60, replace=False).tolist()
    return {
        "article": siblings,
        "many": siblings + crowd,
        "near": without,
        "near among many": without + crowd,
        "far": [place for place in range(count) if _article(place) == elsewhere],
    }


def _article(paragraph: int) -> int:
    return paragraph // PARAGRAPHS_PER_ARTICLE


def _holds(quoted: list[Candidate], document_id: str, gold: GoldSpan) -> bool:
    start, end = min(each.start for each in quoted), max(each.end for each in quoted)
    return quoted[0].hit.document.id == document_id and start <= gold.start and gold.end <= end


def report(rows: list[Row]) -> None:
    """Fit on the even articles, judge on the odd ones, then fit on all for what is shipped."""
    matrix = np.array([row.features for row in rows])
    right = np.array([row.right for row in rows])
    answerable = np.array([row.setting in ANSWERABLE for row in rows])
    same = np.array([row.same_language for row in rows])
    near = np.array([row.setting.startswith("near") for row in rows])
    shares = np.where(answerable, ANSWERABLE_SHARE / answerable.mean(), (1 - ANSWERABLE_SHARE) / (~answerable).mean())
    fitted = np.array([row.article % 2 == 0 for row in rows])
    weights, bias = fit(matrix[fitted], right[fitted], shares[fitted])
    confidence = 1 / (1 + np.exp(-(matrix @ weights + bias)))
    for name, part in (("same language", same), ("cross language", ~same)):
        held = part & ~fitted
        said, unsaid = confidence[held & answerable], confidence[held & ~answerable]
        print(f"{name}: right {right[held & answerable].mean():.3f}, ", end="")
        print(f"AUROC {auroc(said.tolist(), unsaid.tolist()):.3f}, near {auroc(said.tolist(), confidence[held & near].tolist()):.3f}, ", end="")
        print(f"ECE {calibration_error(confidence[held].tolist(), right[held].tolist()):.3f}")
        for least in np.arange(0.1, 0.65, 0.05):
            far = confidence[held & ~answerable & ~near]
            print(f"  least {least:.2f}: refused answerable {(said < least).mean():.3f}, ", end="")
            print(f"answered near {(confidence[held & near] >= least).mean():.3f}, far {(far >= least).mean():.3f}")
    weights, bias = fit(matrix, right, shares)
    print(f"\n{len(rows)} rows; features {FEATURES}")
    print(f"Calibration(weights=({', '.join(f'{weight:.3f}' for weight in weights)}), bias={bias:.3f})")


def fit(matrix: Matrix, right: NDArray[np.bool_], shares: Matrix) -> tuple[Matrix, float]:
    """Logistic regression, standardised so that its mild penalty treats all features alike; in the raw units."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = matrix.mean(axis=0), matrix.std(axis=0) + 1e-9
    model = LogisticRegression(max_iter=1000).fit((matrix - mean) / spread, right, sample_weight=shares)
    weights = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ mean)


if __name__ == "__main__":
    main()
