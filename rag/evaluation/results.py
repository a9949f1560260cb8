"""What an evaluation found: an outcome a question, and figures with 95 % intervals made from them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Literal, TypeAlias

from rag.evaluation.calibration import (
    Bin,
    RiskPoint,
    Threshold,
    auroc,
    auroc_interval,
    best_threshold,
    calibration_error,
    reliability,
    risk_coverage,
)
from rag.evaluation.data_sets import Form
from rag.evaluation.intervals import Interval, bootstrap_macro, bootstrap_mean, wilson

MACRO = "macro average"
PAIRS = ("same-language", "cross-language")


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure's name, what it says, and how its interval is made."""

    name: str
    meaning: str
    kind: Literal["share", "mean"]  # a share is of yes or no; a mean is of anything in [0, 1]
    better: Literal["higher", "lower"] = "higher"


# In the order of a report. A name is a stable key of the JSON.
MEASURES = (
    Measure("right@1", "the first quote answers, over answerable questions", "share"),
    Measure("right@3", "one of the first three quotes answers, over answerable questions", "share"),
    Measure("right@1 forced", "the first quote answers, had it to answer every question", "share"),
    Measure("passage@1", "the nearest passage holds an answer", "share"),
    Measure("passage@3", "one of the three nearest passages holds an answer", "share"),
    Measure("paragraph@1", "the nearest passage is of the question's paragraph", "share"),
    Measure("paragraph@5", "the question's paragraph is among the five nearest", "share"),
    Measure("elsewhere@1", "the nearest passage answers where only other languages do", "share"),
    Measure("nDCG@10", "graded gain of the ten nearest documents", "mean"),
    Measure("RR@10", "one over the rank of the first right document among ten", "mean"),
    Measure("R@10", "share of the right documents among the ten nearest", "mean"),
    Measure("R@100", "share of the right documents among the hundred nearest", "mean"),
    Measure("AP@100", "average precision over the hundred nearest documents", "mean"),
    Measure("sentence@1", "the first quote holds the gold answer in its place", "share"),
    Measure("sentence@1 forced", "the same, had it to answer every question", "share"),
    Measure("EM", "exact match, nothing said counting as right where there is no answer (SQuAD 2.0)", "share"),
    Measure("F1", "word overlap, nothing said counting as right where there is no answer (SQuAD 2.0)", "mean"),
    Measure("EM answerable", "exact match over answerable questions", "share"),
    Measure("F1 answerable", "word overlap over answerable questions", "mean"),
    Measure("EM forced", "exact match over answerable questions, had it to answer", "share"),
    Measure("F1 forced", "word overlap over answerable questions, had it to answer", "mean"),
    Measure("answered unanswerable", "answered though the documents do not say", "share", "lower"),
    Measure("refused answerable", "refused though the documents say", "share", "lower"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question. `scores` holds the measures that apply to it."""

    id: str
    question: str
    scores: Mapping[str, float]
    answerable: bool
    ranking: tuple[str, ...]  # distinct documents, nearest first
    groups: Mapping[str, str] = field(default_factory=dict)  # axis -> value, as "language" -> "en"
    expected: tuple[str, ...] = ()
    status: str | None = None
    quote: str | None = None  # the first, had it to answer
    quote_document: str | None = None
    confidence: float | None = None
    right: bool | None = None  # whether that first quote is right
    differences: tuple[str, ...] = ()  # quotes that are not where they say
    milliseconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure over n questions, with its 95 % interval."""

    measure: Measure
    value: float
    interval: Interval
    n: int


Figures: TypeAlias = tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the confidences are worth: of the first quote being right, and of the documents saying it at all."""

    error: float  # ECE
    auroc_right: Figure | None
    auroc_answerable: Figure | None
    bins: tuple[Bin, ...]
    curve: tuple[RiskPoint, ...]
    threshold: Threshold | None  # where there are answerable and unanswerable questions


@dataclass(frozen=True, slots=True)
class Result:
    """Everything a report shows."""

    form: Form
    name: str
    path: str
    date: str  # UTC, ISO 8601
    machine: str
    seconds: float
    settings: Mapping[str, Any]
    counts: Mapping[str, int]
    figures: Figures
    groups: Mapping[str, Mapping[str, Figures]]  # axis -> value -> figures
    calibration: Calibration | None
    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Questions with a quote that is not where it says."""
        return tuple(outcome for outcome in self.outcomes if outcome.differences)

    def figure(self, name: str) -> Figure:
        """Raises KeyError."""
        for figure in self.figures:
            if figure.measure.name == name:
                return figure
        raise KeyError(f"no {name}; found {', '.join(each.measure.name for each in self.figures)}")


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Every measure that any of the outcomes has a score for."""
    found = ((measure, _scores(measure.name, outcomes)) for measure in MEASURES)
    return tuple(_figure(measure, scores) for measure, scores in found if scores)


def grouped(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Figures]]:
    """Figures by every axis the outcomes name; an axis of several languages ends with their macro average."""
    axes = dict.fromkeys(axis for outcome in outcomes for axis in outcome.groups)
    return {axis: _axis(axis, outcomes) for axis in axes}


def calibration(outcomes: Sequence[Outcome]) -> Calibration | None:
    """None where no outcome has a confidence."""
    judged = [(each, each.confidence, each.right) for each in outcomes]
    rows = [(each, sure, right) for each, sure, right in judged if sure is not None and right is not None]
    if not rows:
        return None
    confidence = [sure for _, sure, _ in rows]
    right = [was_right for _, _, was_right in rows]
    answerable = [each.answerable for each, _, _ in rows]
    mixed = any(answerable) and not all(answerable)
    unsaid = [float(not each) for each in answerable]
    return Calibration(
        error=calibration_error(confidence, right),
        auroc_right=_area("AUROC right", "confidence tells right first quotes from wrong ones", confidence, right),
        auroc_answerable=_area("AUROC", "confidence tells answerable from unanswerable", confidence, answerable),
        bins=reliability(confidence, right),
        curve=risk_coverage(confidence, right),
        threshold=best_threshold(confidence, [float(each) for each in right], unsaid) if mixed else None,
    )


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed; 0 without any."""
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)) - 1, 0)] if ordered else 0.0


def _scores(name: str, outcomes: Iterable[Outcome]) -> list[float]:
    return [outcome.scores[name] for outcome in outcomes if name in outcome.scores]


def _figure(measure: Measure, scores: Sequence[float]) -> Figure:
    value = sum(scores) / len(scores)
    interval = wilson(round(sum(scores)), len(scores)) if measure.kind == "share" else bootstrap_mean(scores)
    return Figure(measure, value, interval, len(scores))


def _axis(axis: str, outcomes: Sequence[Outcome]) -> dict[str, Figures]:
    members: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if axis in outcome.groups:
            members.setdefault(outcome.groups[axis], []).append(outcome)
    known = [value for value in PAIRS if value in members]
    by_value = {value: figures(members[value]) for value in (*known, *sorted(members.keys() - set(known)))}
    if len(members) > 1 and not known:
        by_value[MACRO] = _macro(list(members.values()))
    return by_value


def _macro(groups: Sequence[Sequence[Outcome]]) -> Figures:
    """Each group counts alike, however many questions it has."""
    made = []
    for measure in MEASURES:
        scores = [values for values in (_scores(measure.name, group) for group in groups) if values]
        if scores:
            value = sum(sum(values) / len(values) for values in scores) / len(scores)
            made.append(Figure(measure, value, bootstrap_macro(scores), sum(map(len, scores))))
    return tuple(made)


def _area(name: str, meaning: str, confidence: Sequence[float], positive: Sequence[bool]) -> Figure | None:
    yes = [sure for sure, is_positive in zip(confidence, positive, strict=True) if is_positive]
    no = [sure for sure, is_positive in zip(confidence, positive, strict=True) if not is_positive]
    if not yes or not no:
        return None
    area = auroc(yes, no)
    return Figure(Measure(name, meaning, "mean"), area, auroc_interval(area, len(yes), len(no)), len(yes) + len(no))
