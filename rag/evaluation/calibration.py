"""What a confidence is worth: AUROC, expected calibration error, risk against coverage, the best threshold."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import sqrt

from rag.evaluation.intervals import Interval, Z

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of like confidence: how sure the system was on average, and how often it was right."""

    low: float
    high: float
    n: int
    weight: float  # of its questions together
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """Answering only at this confidence or above: the share answered, and the share of those answers that is wrong."""

    threshold: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class Threshold:
    """The confidence to answer from, and the mean score it brings."""

    threshold: float | None  # None: refusing every question is best
    score: float


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """The chance that a positive scores above a negative, ties counted half. 0.5 is blind."""
    if not positive or not negative:
        raise ValueError(f"{len(positive)} positives, {len(negative)} negatives; expected at least one of each")
    ordered = sorted([(score, True) for score in positive] + [(score, False) for score in negative])
    below, wins = 0, 0.0
    for _, group in groupby(ordered, key=lambda pair: pair[0]):
        tied = [is_positive for _, is_positive in group]
        positives = sum(tied)
        negatives = len(tied) - positives
        wins += positives * (below + negatives / 2)
        below += negatives
    return wins / (len(positive) * len(negative))


def auroc_interval(area: float, positives: int, negatives: int) -> Interval:
    """95 % interval of an AUROC (Hanley & McNeil 1982)."""
    q1, q2 = area / (2 - area), 2 * area * area / (1 + area)
    variance = area * (1 - area) + (positives - 1) * (q1 - area * area) + (negatives - 1) * (q2 - area * area)
    half = Z * sqrt(max(variance, 0.0) / (positives * negatives))
    return Interval(max(0.0, area - half), min(1.0, area + half))


def reliability(
    confidence: Sequence[float], right: Sequence[bool], weights: Sequence[float] | None = None, *, bins: int = BINS
) -> tuple[Bin, ...]:
    """Equal-width bins of confidence; empty ones are left out. A confidence of 1 falls into the last bin.

    `weights`: how much each question counts where they are not mixed as users ask; None: all alike.
    """
    members: dict[int, list[tuple[float, bool, float]]] = {}
    for value, was_right, weight in zip(confidence, right, weights or [1.0] * len(right), strict=True):
        if not 0 <= value <= 1:
            raise ValueError(f"a confidence of {value}; expected 0 to 1")
        members.setdefault(min(int(value * bins), bins - 1), []).append((value, was_right, weight))
    return tuple(
        Bin(
            low=number / bins,
            high=(number + 1) / bins,
            n=len(rows),
            weight=(total := sum(weight for *_, weight in rows)),
            confidence=sum(value * weight for value, _, weight in rows) / total,
            accuracy=sum(was_right * weight for _, was_right, weight in rows) / total,
        )
        for number, rows in sorted(members.items())
    )


def calibration_error(
    confidence: Sequence[float], right: Sequence[bool], weights: Sequence[float] | None = None, *, bins: int = BINS
) -> float:
    """ECE: the mean distance between confidence and accuracy over the bins, weighted by what is in them."""
    found = reliability(confidence, right, weights, bins=bins)
    total = sum(each.weight for each in found)
    return sum(each.weight * abs(each.confidence - each.accuracy) for each in found) / total if total else 0.0


def risk_coverage(confidence: Sequence[float], right: Sequence[bool]) -> tuple[RiskPoint, ...]:
    """From the surest question to all of them; questions of equal confidence enter together."""
    pairs = sorted(zip(confidence, right, strict=True), key=lambda pair: -pair[0])
    points, answered, wrong = [], 0, 0
    for threshold, group in groupby(pairs, key=lambda pair: pair[0]):
        outcomes = [was_right for _, was_right in group]
        answered += len(outcomes)
        wrong += len(outcomes) - sum(outcomes)
        points.append(RiskPoint(threshold, answered / len(pairs), wrong / answered))
    return tuple(points)


def thinned(points: Sequence[RiskPoint], most: int = 200) -> list[RiskPoint]:
    """At most so many points, evenly by coverage, the first and the last among them."""
    kept: dict[int, RiskPoint] = {}
    for point in points:
        kept[int(point.coverage * (most - 2))] = point
    return [*points[:1], *(point for point in kept.values() if point is not points[0])]


def best_threshold(confidence: Sequence[float], said: Sequence[float], unsaid: Sequence[float]) -> Threshold:
    """The confidence from which answering brings the best mean score.

    `said[i]` is the score of question i when it is answered, `unsaid[i]` when it is refused: the official
    `find_best_thresh`, but equal confidences are answered or refused together.
    """
    rows = sorted(zip(confidence, said, unsaid, strict=True), key=lambda row: -row[0])
    if not rows:
        raise ValueError("no questions; expected at least one")
    score = sum(unsaid)
    best: tuple[float, float | None] = (score, None)
    for threshold, group in groupby(rows, key=lambda row: row[0]):
        score += sum(when_said - when_unsaid for _, when_said, when_unsaid in group)
        if score > best[0]:
            best = (score, threshold)
    return Threshold(best[1], best[0] / len(rows))
