"""Fits the confidence of a reader: the probability that quoting a sentence is right.

    python -m training.calibration DEV_FOLDER [--reader bundled|sentence] [--store FOLDER] [--questions 40]

XQuAD (Artetxe et al. 2020) tells the same 240 paragraphs of 48 articles in several languages. Each question is put to
an article's paragraphs, in its own language and in others: with the paragraph that answers, without it (an
unanswerable question close to the topic), to another article (far from it), and to the article among sixty others
told in several languages. Sets in one language (TyDi QA, Clark et al. 2020; SQuAD 2.0; IDK-MRC) are asked among their
paragraphs, with the one that answers and without it; what has no answer there, among all. The order and confidence are
fitted on half of the articles and judged on the other half, either way, and on questions that ask whether something is
so (training.whether), of which no set has any. Prints what to put into `rag/readers/calibration.py` and what each
threshold would give.
"""

import argparse
import pickle
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.assembly import create_engine
from rag.config import Settings
from rag.engine import READ, Engine
from rag.evaluation.calibration import auroc, calibration_error
from rag.evaluation.data_sets import ParagraphQuestion, ParagraphSet
from rag.evaluation.squad_files import load_squad
from rag.logistic import Logistic
from rag.mentions import LACKING
from rag.readers import Calibration, EvidenceReader
from rag.readers.calibration import BUNDLED
from rag.readers.candidates import Candidate
from rag.readers.evidence import WORD_FEATURES, lead
from rag.readers.findings import SPAN_FEATURES
from rag.types import Filters
from training.whether import Whether, read_whether

Matrix: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]

SAME = WORD_FEATURES.index("same language")
LANGUAGES = ("en", "ru", "tr", "zh")
NATIVE = (*(f"tydiqa.{code}" for code in "ar bn en fi id ko ru sw te".split()), "squad2.en", "idkmrc.id")
ANSWERABLE = ("article", "many")
ANSWERABLE_SHARE = 0.7  # of the questions that users put, as far as one can guess
OWN_LANGUAGE_SHARE = 0.75  # of the questions that users put, and that have their answer in the question's language
PARAGRAPHS_PER_ARTICLE = 5
PENALTY = 0.002  # on squared weights of standardised features


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in one setting: its candidates' features and which of them hold the answer."""

    asked_of: str  # "en of ru", or a set in one language
    setting: str
    article: int
    features: Matrix  # (candidates, features)
    right: Mask  # (candidates,)
    lacking: Mask  # (candidates,): whether their document lacks a country or a year that is asked about

    @property
    def answerable(self) -> bool:
        return self.setting in ANSWERABLE

    @property
    def same_language(self) -> bool:
        asked, _, told = self.asked_of.partition(" of ")
        return not told or asked == told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reader", default="bundled", help="as QUOTH_READER")
    parser.add_argument("--store", type=Path, help="keep the index here for the next run")
    parser.add_argument("--questions", type=int, default=40, help="per set; a third as many for each pair of languages")
    parser.add_argument("--keep", type=Path, help="write what was collected here, and read it from here the next time")
    options = parser.parse_args()
    names = WORD_FEATURES if options.reader == "sentence" else WORD_FEATURES + SPAN_FEATURES
    if options.keep and options.keep.exists():
        report(*pickle.loads(options.keep.read_bytes()), names)
        return
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(store=options.store or Path(scratch), reader=options.reader)
        with closing(create_engine(settings)) as engine:
            sets = {
                code: load_squad(options.folder / f"xquad.{code}.json", identify=_always(code)) for code in LANGUAGES
            }
            asked = list(collected(engine, sets, options.questions))
            for name in NATIVE:
                asked += collected_natively(engine, options.folder / f"{name}.json", options.questions)
            whether = list(collected_whether(engine, sets, options.folder))
    if options.keep:
        options.keep.write_bytes(pickle.dumps((asked, whether)))
    report(asked, whether, names)


def collected(engine: Engine, sets: Mapping[str, ParagraphSet], count: int) -> Iterator[Asked]:
    """Every question in every setting. `sets`: XQuAD by language."""
    picks = np.random.default_rng(0).permutation(len(sets["en"].questions))
    for code, data in sets.items():
        added = list(engine.add_many(data.documents))
        print(f"{code}: {len(added)} paragraphs", flush=True)
    for asked, read in product(LANGUAGES, LANGUAGES):
        taken, picks = np.split(picks, [count if asked == read else count // 3])  # no question twice
        for number in taken:
            yield from _settings_of(engine, sets, asked, read, int(number))
        print(f"asked {asked} of {read}", flush=True)


def _always(code: str) -> Callable[[str], str]:
    return lambda text: code


def _settings_of(
    engine: Engine, sets: Mapping[str, ParagraphSet], asked: str, read: str, number: int
) -> Iterator[Asked]:
    gold = sets[read].questions[number]
    paragraph = [document.id for document in sets[read].documents].index(gold.document_id)
    question = replace(gold, question=sets[asked].questions[number].question)
    settings = _settings(paragraph, len(sets[read].documents), read, number)
    yield from _in_settings(engine, sets, question, f"{asked} of {read}", paragraph, settings)


def collected_whether(engine: Engine, sets: Mapping[str, ParagraphSet], folder: Path) -> Iterator[Asked]:
    """Each question among many paragraphs, in its own language and in one of three others. XQuAD has been added."""
    for number, question in enumerate(read_whether(folder, sets)):
        for asked, read in product(LANGUAGES, question.answered):
            if asked == read or (number + LANGUAGES.index(asked) + LANGUAGES.index(read)) % 3 == 0:
                yield from _whether_settings_of(engine, sets, question, asked, read, number)
    print("asked whether", flush=True)


def _whether_settings_of(
    engine: Engine, sets: Mapping[str, ParagraphSet], question: Whether, asked: str, read: str, number: int
) -> Iterator[Asked]:
    gold = replace(question.answered[read], question=question.asked[asked])
    every = _settings(question.paragraph, len(sets[read].documents), read, number)
    settings = {"many": every["many"], "near among many": every["near among many"]}
    if not gold.answerable:
        settings = {"near among many": every["many"]}
    yield from _in_settings(engine, sets, gold, f"{asked} of {read}", question.paragraph, settings)


def _in_settings(
    engine: Engine,
    sets: Mapping[str, ParagraphSet],
    question: ParagraphQuestion,
    asked_of: str,
    paragraph: int,
    settings: Mapping[str, Sequence[tuple[str, int]]],
) -> Iterator[Asked]:
    for setting, places in settings.items():
        allowed = [sets[code].documents[place].id for code, place in places]
        yield _asked(engine, question, allowed, asked_of, setting, _article(paragraph))


def _asked(
    engine: Engine, question: ParagraphQuestion, allowed: Sequence[str], asked_of: str, setting: str, article: int
) -> Asked:
    reader = engine.reader
    assert isinstance(reader, EvidenceReader)
    query = engine.query(question.question)
    hits = engine.retriever.search(query, READ, Filters(documents=tuple(allowed)))
    found = reader.candidates(query, hits)
    documents = [each.hit.document.id for each in found]
    right = [any(_holds(each, question.document_id, span.start, span.end) for span in question.spans) for each in found]
    lacking = engine.mentions.lacking(query, hits, set(documents))
    features, lacks = np.array([each.features for each in found]), [bool(lacking[each]) for each in documents]
    return Asked(asked_of, setting, article, features, np.array(right), np.array(lacks))


def collected_natively(engine: Engine, path: Path, count: int) -> Iterator[Asked]:
    """Questions of one set among its paragraphs: those near their own in the file, and sixty others."""
    data = load_squad(path, identify=_always(path.stem.rpartition(".")[2]))
    random = np.random.default_rng(0)
    places = {document.id: place for place, document in enumerate(data.documents)}
    crowd = set(random.choice(len(places), min(60, len(places)), replace=False).tolist())
    picked = [data.questions[number] for number in random.permutation(len(data.questions))[:count]]
    around = [_beside(places[each.document_id], len(places)) | crowd for each in picked]
    list(engine.add_many([data.documents[place] for place in sorted(set().union(*around))]))
    for each, every in zip(picked, around, strict=True):
        own = places[each.document_id]
        settings = {"many": every, "near among many": every - {own}} if each.answerable else {"near among many": every}
        for setting, allowed in settings.items():
            names = [data.documents[place].id for place in allowed]
            yield _asked(engine, each, names, data.name, setting, own)
    print(f"asked {data.name}", flush=True)


def _beside(place: int, count: int) -> set[int]:
    """Its neighbours in the file and itself: often of one article."""
    return set(range(max(0, place - 2), min(count, place + 3)))


def _settings(paragraph: int, count: int, read: str, seed: int) -> dict[str, list[tuple[str, int]]]:
    """Which paragraphs there are to answer from: language and place, each place in one language.

    Crowds are told half in the language of the answer and half in any, as folders of several languages are.
    """
    random = np.random.default_rng(seed)
    told = [read if random.random() < 0.5 else str(random.choice(LANGUAGES)) for _ in range(count)]
    others = [place for place in range(count) if _article(place) != _article(paragraph)]
    siblings = [place for place in range(count) if _article(place) == _article(paragraph) and place != paragraph]
    elsewhere = _article(int(random.choice(others)))
    answer = [(read, paragraph)]
    article = [(read, place) for place in siblings]
    crowd = [(told[place], place) for place in (*siblings, *random.choice(others, 60, replace=False).tolist())]
    return {
        "article": answer + article,
        "many": answer + crowd,
        "near": article,
        "near among many": crowd,
        "far": [(told[place], place) for place in range(count) if _article(place) == elsewhere],
    }


def _article(paragraph: int) -> int:
    return paragraph // PARAGRAPHS_PER_ARTICLE


def _holds(candidate: Candidate, document_id: str, start: int, end: int) -> bool:
    return candidate.hit.document.id == document_id and candidate.start <= start and end <= candidate.end


def report(every: list[Asked], whether: list[Asked], names: tuple[str, ...]) -> None:
    """Judge each half of the articles by the fit on the other, then fit on all for what is shipped.

    Where words are met, the sentence's own cosine says nothing more.
    """
    asked, whether = without("cosine", every), without("cosine", whether)
    fits = [fit([each for each in asked if each.article % 2 != half]) for half in (0, 1)]
    for name in sorted({each.asked_of for each in asked}):
        judge(name, judged([each for each in asked if each.asked_of == name], fits))
    for kind, group in (*by_kind("", asked), *by_kind("asked whether, ", whether)):
        found = judged(group, fits)
        judge(kind, found)
        judge_thresholds(found)
    print(f"\n{len(asked)} questions in their settings; features {', '.join(names)}")
    for kind, found in (("with a LateInteraction", asked), ("by vectors", without("words met", every))):
        shipped = fit(found)
        print(f"{kind}\norder=({_listed(shipped.order)}),")
        for name, model in (("same", shipped.same), ("across", shipped.across)):
            print(f"{name}=Logistic(({_listed(model.weights)}), {model.bias:.3f}),")


def without(name: str, asked: Sequence[Asked]) -> list[Asked]:
    """One of the WORD_FEATURES counted for nothing."""
    kept = np.arange(len(asked[0].features[0])) != WORD_FEATURES.index(name)
    return [replace(each, features=each.features * kept) for each in asked]


def by_kind(before: str, asked: Sequence[Asked]) -> Iterator[tuple[str, list[Asked]]]:
    for name, same in (("same language", True), ("across languages", False)):
        yield before + name, [each for each in asked if each.same_language == same]


class Judged(NamedTuple):
    """Of the best sentence of each question."""

    confidence: Matrix
    right: Mask
    said: Mask  # whether the question has an answer
    near: Mask  # whether it has none, and is near to the topic
    lacking: Mask  # whether its document lacks a country or a year that is asked about


def judged(asked: Sequence[Asked], fits: Sequence[Calibration]) -> Judged:
    """`fits`: for the articles of each half the fit on the other half."""
    best = [_best(each, np.array(fits[each.article % 2].order)) for each in asked]
    confidence = [
        fits[each.article % 2].probability(first.row[:-1].tolist(), float(first.row[-1]), same_language=first.same)
        for each, first in zip(asked, best, strict=True)
    ]
    lacking = np.array([each.lacking for each in best])
    return Judged(
        np.where(lacking, LACKING, 1.0) * confidence,
        np.array([each.right for each in best]),
        np.array([each.answerable for each in asked]),
        np.array([each.setting.startswith("near") for each in asked]),
        lacking,
    )


def judge(name: str, found: Judged) -> None:
    confidence, right, said, near, lacking = found
    if not said.any() or not near.any():
        print(f"{name}: too few questions to judge by ({len(said)})")
        return
    print(f"{name}: right at 1 {right[said].mean():.3f} of {said.sum()}", end="")
    print(f", AUROC near {auroc(confidence[said].tolist(), confidence[near].tolist()):.3f}", end="")
    print(f", all {auroc(confidence[said].tolist(), confidence[~said].tolist()):.3f}", end="")
    print(f", of right ones {auroc(confidence[right].tolist(), confidence[~right].tolist()):.3f}", end="")
    print(f", ECE {error(confidence, right, said):.3f} of {len(said)}")
    print(f"  what is asked about is not there: {right[lacking].sum()} right of {lacking.sum()}", end="")
    print(f", believed {confidence[lacking].sum() / LACKING:.1f} without and {confidence[lacking].sum():.1f} with it")


def judge_thresholds(found: Judged) -> None:
    confidence, _, said, near, _ = found
    for least in np.arange(0.1, 0.75, 0.05):
        print(f"  least {least:.2f}: refused answerable {(confidence[said] < least).mean():.3f}", end="")
        print(f", answered near {(confidence[near] >= least).mean():.3f}", end="")
        print(f", all unanswerable {(confidence[~said] >= least).mean():.3f}")


def fit(asked: list[Asked]) -> Calibration:
    """The order by the likelihood of a right sentence among its question's, then the confidence in the best.

    Features are standardised so that the mild penalties treat them alike. TyDi QA has no say in the order: it names one
    passage for each question, though others of its article may answer as well.
    """
    order = fit_order([each for each in asked if each.right.any() and not each.asked_of.startswith("tydiqa")])
    same, across = (fit_confidence(asked, order, same=same) for same in (True, False))
    return replace(BUNDLED, order=tuple(order.tolist()), same=same, across=across)


def fit_order(asked: list[Asked]) -> Matrix:
    """Conditional logit (McFadden 1974) over the candidates of each question, weighed by language as users ask."""
    from scipy.optimize import minimize

    features, right = np.vstack([each.features for each in asked]), np.concatenate([each.right for each in asked])
    sizes = np.array([len(each.right) for each in asked])
    starts = np.cumsum(sizes) - sizes
    mean, spread = _scale(features)
    spread[spread < 1e-6] = 1.0  # what is the same for all candidates cannot order them
    scaled = (features - mean) / spread
    own = np.array([each.same_language for each in asked])
    weight = np.where(own, OWN_LANGUAGE_SHARE / own.sum(), (1 - OWN_LANGUAGE_SHARE) / max(1, (~own).sum()))

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        logits = scaled @ weights
        held = np.where(right, logits, -np.inf)
        every, good = (np.logaddexp.reduceat(each, starts) for each in (logits, held))
        pull = np.exp(logits - np.repeat(every, sizes)) - np.exp(held - np.repeat(good, sizes))
        slope = (pull * np.repeat(weight, sizes)) @ scaled
        return float(weight @ (every - good) + PENALTY * weights @ weights), slope + 2 * PENALTY * weights

    found = minimize(loss, np.zeros(len(mean)), jac=True, method="L-BFGS-B")
    return np.asarray(found.x / spread)


def fit_confidence(asked: list[Asked], order: Matrix, *, same: bool) -> Logistic:
    """Over the best of each question where it is in the question's language, or where it is not.

    Questions weigh by the share that users put of their kind. What is doubted afterwards has no say.
    """
    best = [(each.answerable, _best(each, order)) for each in asked]
    of_kind = [
        (answerable, first.row, first.right) for answerable, first in best if first.same == same and not first.lacking
    ]
    answerable, matrix, right = (np.array(column) for column in zip(*of_kind, strict=True))
    return regression(matrix, right, weights(answerable))


def regression(matrix: Matrix, right: Mask, weight: Matrix) -> Logistic:
    """Of what is right on the columns of a matrix; `weight`: of each row."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = _scale(matrix)
    model = LogisticRegression(C=0.5, max_iter=2000)
    model.fit((matrix - mean) / spread, right, sample_weight=weight)
    found = model.coef_[0] / spread
    return Logistic(tuple(found.tolist()), float(model.intercept_[0] - found @ mean))


def error(confidence: Matrix, right: Mask, said: Mask) -> float:
    """The expected calibration error, with the questions weighed as users ask."""
    return calibration_error(confidence.tolist(), right.tolist(), weights(said).tolist())


def weights(answerable: Mask) -> Matrix:
    """Of each question, so that ANSWERABLE_SHARE of them have an answer."""
    share = answerable.mean()
    return np.where(answerable, ANSWERABLE_SHARE / share, (1 - ANSWERABLE_SHARE) / (1 - share))


class _Best(NamedTuple):
    """The best candidate of a question."""

    row: Matrix  # its features with its lead behind them
    right: bool
    lacking: bool

    @property
    def same(self) -> bool:
        return bool(self.row[SAME])


def _best(asked: Asked, order: Matrix) -> _Best:
    scores = asked.features @ order
    first, *_ = ranked = np.argsort(-scores, kind="stable")
    row = np.append(asked.features[first], lead(scores[ranked[:2]].tolist()))
    return _Best(row, bool(asked.right[first]), bool(asked.lacking[first]))


def _scale(matrix: Matrix) -> tuple[Matrix, Matrix]:
    return matrix.mean(axis=0), matrix.std(axis=0) + 1e-9


def _listed(weights: tuple[float, ...]) -> str:
    return ", ".join(f"{weight:.3f}" for weight in weights)


if __name__ == "__main__":
    main()
