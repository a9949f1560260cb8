"""Fits the confidence of a reader: the probability that quoting a sentence is right.

    python -m training.calibration DEV_FOLDER [--reader bundled|sentence] [--store FOLDER] [--questions 40]

XQuAD (Artetxe et al. 2020) tells the same 240 paragraphs of 48 articles in several languages. Each question is put to
an article's paragraphs, in its own language and in others: with the paragraph that answers, without it (an unanswerable
question close to the topic), to another article (far from it), and to the article among sixty other paragraphs. The
order and confidence are fitted on half of the articles and judged on the other half. Prints
what to put into `rag/readers/calibration.py` and what each threshold would give.
"""

import argparse
import pickle
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.assembly import create_engine
from rag.config import Settings
from rag.engine import READ, Engine
from rag.evaluation.calibration import auroc, calibration_error
from rag.evaluation.data_sets import ParagraphSet
from rag.evaluation.squad_files import load_squad
from rag.readers import Calibration, EvidenceReader
from rag.readers.evidence import SPAN_FEATURES, WORD_FEATURES, Candidate
from rag.types import Filters

Matrix: TypeAlias = NDArray[np.float64]

LANGUAGES = ("en", "ru", "tr", "zh")
ANSWERABLE = ("article", "many")
ANSWERABLE_SHARE = 0.7  # of the questions that users put, as far as one can guess
PARAGRAPHS_PER_ARTICLE = 5
PENALTY = 0.002  # on squared weights of standardised features


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in one setting: its candidates' features and which of them hold the answer."""

    same_language: bool
    setting: str
    article: int
    features: Matrix  # (candidates, features)
    right: NDArray[np.bool_]  # (candidates,)

    @property
    def answerable(self) -> bool:
        return self.setting in ANSWERABLE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reader", choices=("bundled", "sentence"), default="bundled")
    parser.add_argument("--store", type=Path, help="keep the index here for the next run")
    parser.add_argument("--questions", type=int, default=40, help="per language; a third as many for each other pair")
    parser.add_argument("--keep", type=Path, help="write what was collected here, and read it from here the next time")
    options = parser.parse_args()
    names = WORD_FEATURES if options.reader == "sentence" else WORD_FEATURES + SPAN_FEATURES
    if options.keep and options.keep.exists():
        report(pickle.loads(options.keep.read_bytes()), names)
        return
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(store=options.store or Path(scratch), reader=options.reader)
        with closing(create_engine(settings)) as engine:
            asked = list(collected(engine, options.folder, options.questions))
    if options.keep:
        options.keep.write_bytes(pickle.dumps(asked))
    report(asked, names)


def collected(engine: Engine, folder: Path, count: int) -> Iterator[Asked]:
    """Every question in every setting."""
    import torch

    sets = {code: load_squad(folder / f"xquad.{code}.json", identify=_always(code)) for code in LANGUAGES}
    picks = np.random.default_rng(0).permutation(len(sets["en"].questions))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        for code, data in sets.items():
            added = list(engine.add_many(data.documents))
            print(f"{code}: {len(added)} paragraphs", flush=True)
        for asked, read in product(LANGUAGES, LANGUAGES):
            taken, picks = np.split(picks, [count if asked == read else count // 3])  # no question twice
            for number in taken:
                yield from _settings_of(engine, sets[asked], sets[read], asked == read, int(number))
            print(f"asked {asked} of {read}", flush=True)


def _always(code: str) -> Callable[[str], str]:
    return lambda text: code


def _settings_of(engine: Engine, asked: ParagraphSet, read: ParagraphSet, same: bool, number: int) -> Iterator[Asked]:
    gold = read.questions[number]
    names = [document.id for document in read.documents]
    paragraph = names.index(gold.document_id)
    reader = engine.reader
    assert isinstance(reader, EvidenceReader)
    query = engine.query(asked.questions[number].question)
    for setting, places in _settings(paragraph, len(names), number).items():
        hits = engine.retriever.search(query, READ, Filters(documents=tuple(names[place] for place in places)))
        found = reader.candidates(query, hits)
        right = [any(_holds(each, gold.document_id, span.start, span.end) for span in gold.spans) for each in found]
        yield Asked(same, setting, _article(paragraph), np.array([each.features for each in found]), np.array(right))


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


def _holds(candidate: Candidate, document_id: str, start: int, end: int) -> bool:
    return candidate.hit.document.id == document_id and candidate.start <= start and end <= candidate.end


def report(asked: list[Asked], names: tuple[str, ...]) -> None:
    """Fit on the even articles, judge on the odd ones, then fit on all for what is shipped."""
    fitted = fit([each for each in asked if each.article % 2 == 0])
    held = [each for each in asked if each.article % 2]
    for same in (True, False):
        print("\nsame language" if same else "\ncross language")
        judge([each for each in held if each.same_language == same], fitted)
    shipped = fit(asked)
    print(f"\n{len(asked)} questions in their settings; features {', '.join(names)}")
    print(f"order=({_listed(shipped.order)}),\nweights=({_listed(shipped.weights)}),\nbias={shipped.bias:.3f}")


def judge(asked: list[Asked], fitted: Calibration) -> None:
    best = [_best(each, np.array(fitted.order)) for each in asked]
    confidence = np.array([fitted.probability(row[:-1].tolist(), float(row[-1])) for row, _ in best])
    right = np.array([right for _, right in best])
    said = np.array([each.answerable for each in asked])
    near = np.array([each.setting.startswith("near") for each in asked])
    print(f"right at 1 {right[said].mean():.3f} of {said.sum()}", end="")
    print(f", AUROC near {auroc(confidence[said].tolist(), confidence[near].tolist()):.3f}", end="")
    print(f", far {auroc(confidence[said].tolist(), confidence[~said & ~near].tolist()):.3f}", end="")
    print(f", ECE {calibration_error(confidence.tolist(), right.tolist()):.3f}")
    for least in np.arange(0.1, 0.75, 0.05):
        print(f"  least {least:.2f}: refused answerable {(confidence[said] < least).mean():.3f}", end="")
        print(f", answered near {(confidence[near] >= least).mean():.3f}", end="")
        print(f", far {(confidence[~said & ~near] >= least).mean():.3f}")


def fit(asked: list[Asked]) -> Calibration:
    """The order by the likelihood of a right sentence among its question's, then the confidence in the best.

    Features are standardised so that the mild penalties treat them alike.
    """
    order = fit_order([each for each in asked if each.right.any()])
    weights, bias = fit_confidence(asked, order)
    return Calibration(tuple(order.tolist()), tuple(weights.tolist()), bias)


def fit_order(asked: list[Asked]) -> Matrix:
    """Conditional logit (McFadden 1974) over the candidates of each question."""
    from scipy.optimize import minimize

    features, right = np.vstack([each.features for each in asked]), np.concatenate([each.right for each in asked])
    sizes = np.array([len(each.right) for each in asked])
    starts = np.cumsum(sizes) - sizes
    mean, spread = _scale(features)
    spread[spread < 1e-6] = 1.0  # what is the same for all candidates cannot order them
    scaled = (features - mean) / spread

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        logits = scaled @ weights
        held = np.where(right, logits, -np.inf)
        every, good = (np.logaddexp.reduceat(each, starts) for each in (logits, held))
        slope = (np.exp(logits - np.repeat(every, sizes)) - np.exp(held - np.repeat(good, sizes))) @ scaled
        return float((every - good).mean() + PENALTY * weights @ weights), slope / len(sizes) + 2 * PENALTY * weights

    found = minimize(loss, np.zeros(len(mean)), jac=True, method="L-BFGS-B")
    return np.asarray(found.x / spread)


def fit_confidence(asked: list[Asked], order: Matrix) -> tuple[Matrix, float]:
    """Logistic regression over the best of each question; questions weigh by the share that users put of their kind."""
    from sklearn.linear_model import LogisticRegression

    best = [_best(each, order) for each in asked]
    matrix, right = np.array([row for row, _ in best]), np.array([right for _, right in best])
    share = np.mean([each.answerable for each in asked])
    kinds = {True: ANSWERABLE_SHARE / share, False: (1 - ANSWERABLE_SHARE) / (1 - share)}
    mean, spread = _scale(matrix)
    model = LogisticRegression(C=0.5, max_iter=2000)
    model.fit((matrix - mean) / spread, right, sample_weight=[kinds[each.answerable] for each in asked])
    weights = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - weights @ mean)


def _best(asked: Asked, order: Matrix) -> tuple[Matrix, bool]:
    """The features of the best candidate with its lead behind them, and whether it is right."""
    scores = asked.features @ order
    ranked = np.argsort(-scores, kind="stable")
    lead = float(scores[ranked[0]] - scores[ranked[1]]) if len(ranked) > 1 else 0.0
    return np.append(asked.features[ranked[0]], lead), bool(asked.right[ranked[0]])


def _scale(matrix: Matrix) -> tuple[Matrix, Matrix]:
    return matrix.mean(axis=0), matrix.std(axis=0) + 1e-9


def _listed(weights: tuple[float, ...]) -> str:
    return ", ".join(f"{weight:.3f}" for weight in weights)


if __name__ == "__main__":
    main()
