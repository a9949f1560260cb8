"""95 % intervals: Wilson for proportions, a seeded percentile bootstrap for means, a paired one for two runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Z = 1.959963984540054  # two-sided 95 %
SEED = 20261122
RESAMPLES = 2000
BLOCK = 2_000_000  # drawn positions held at once

Indices: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Second run minus first, over the questions of both."""

    first: float
    second: float
    difference: float
    interval: Interval
    p_value: float  # two-sided, of "no difference"
    n: int


def wilson(successes: int, n: int) -> Interval:
    """Wilson's score interval of a proportion; (0, 1) when nothing was tried."""
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes of {n}; expected 0 <= successes <= n")
    if n == 0:
        return Interval(0.0, 1.0)
    share, spread = successes / n, Z * Z / n
    centre = (share + spread / 2) / (1 + spread)
    half = Z * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    # At the ends the formula gives 0 and 1 but for rounding.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return Interval(low, high)


def bootstrap_mean(values: Sequence[float], *, seed: int = SEED, resamples: int = RESAMPLES) -> Interval:
    """The middle 95 % of the means of resampled values: the same numbers for the same seed."""
    return _middle(_resampled_means(np.asarray(values, dtype=np.float64), seed, resamples))


def bootstrap_macro(groups: Sequence[Sequence[float]], *, seed: int = SEED, resamples: int = RESAMPLES) -> Interval:
    """The same for the plain average of the groups' means, each group resampled within itself."""
    means = [
        _resampled_means(np.asarray(values, dtype=np.float64), seed + number, resamples)
        for number, values in enumerate(groups)
    ]
    return _middle(np.mean(means, axis=0))


def paired_bootstrap(
    first: Sequence[float], second: Sequence[float], *, seed: int = SEED, resamples: int = 10_000
) -> Difference:
    """Compare two runs question by question: `first[i]` and `second[i]` are of the same question."""
    if len(first) != len(second):
        raise ValueError(f"{len(first)} values against {len(second)}; expected one pair a question")
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    means = _resampled_means(two - one, seed, resamples)
    # The share of resamples on the other side of zero, doubled; +1 so that it is never 0 (Davison & Hinkley 1997).
    tail = min(np.count_nonzero(means <= 0), np.count_nonzero(means >= 0))
    p_value = min(1.0, 2 * (int(tail) + 1) / (resamples + 1))
    return Difference(
        float(one.mean()), float(two.mean()), float((two - one).mean()), _middle(means), p_value, len(one)
    )


def _drawn(n: int, *, seed: int = SEED, resamples: int = RESAMPLES) -> Iterator[Indices]:
    """Blocks of rows, each row n positions drawn with replacement; bounded memory for any n."""
    generator = np.random.default_rng(seed)
    rows = max(1, BLOCK // max(n, 1))
    for done in range(0, resamples, rows):
        yield generator.integers(0, n, size=(min(rows, resamples - done), n))


def _resampled_means(values: NDArray[np.float64], seed: int, resamples: int) -> NDArray[np.float64]:
    if not len(values):
        raise ValueError("no values to resample; expected at least one")
    blocks = _drawn(len(values), seed=seed, resamples=resamples)
    return np.concatenate([values[rows].mean(axis=1) for rows in blocks])


def _middle(means: NDArray[np.float64]) -> Interval:
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(low), float(high))
