"""Retrieval measures with the names and the arithmetic of trec_eval / ir-measures.

A ranking is a sequence of distinct ids, best first. Grades above 0 are relevant.
"""

from collections.abc import Mapping, Sequence
from math import log2


def relevant_ids(grades: Mapping[str, int]) -> frozenset[str]:
    return frozenset(name for name, grade in grades.items() if grade > 0)


def hit(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """1 when one of the first k is relevant (ir-measures: Success@k)."""
    return float(reciprocal_rank(ranking, grades, k) > 0)


def reciprocal_rank(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """RR@k: one over the rank of the first relevant id, 0 when it is past k."""
    relevant = relevant_ids(grades)
    for rank, name in enumerate(_top(ranking, k), start=1):
        if name in relevant:
            return 1 / rank
    return 0.0


def recall(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """R@k: the share of all relevant ids that stand among the first k."""
    relevant = relevant_ids(grades)
    return len(relevant.intersection(_top(ranking, k))) / len(relevant) if relevant else 0.0


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], k: int) -> float:
    """nDCG@k with the grade itself as gain, as trec_eval has it (not 2**grade - 1)."""
    ideal = _discounted(sorted(grades.values(), reverse=True)[:k])
    found = _discounted([grades.get(name, 0) for name in _top(ranking, k)])
    return found / ideal if ideal else 0.0


def average_precision(ranking: Sequence[str], grades: Mapping[str, int], k: int | None = None) -> float:
    """AP@k: precision at each relevant id among the first k, over the number of all relevant ids."""
    relevant = relevant_ids(grades)
    found, total = 0, 0.0
    for rank, name in enumerate(_top(ranking, k), start=1):
        if name in relevant:
            found += 1
            total += found / rank
    return total / len(relevant) if relevant else 0.0


def _discounted(gains: Sequence[int]) -> float:
    return sum(max(gain, 0) / log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def _top(ranking: Sequence[str], k: int | None) -> Sequence[str]:
    if len(set(ranking)) != len(ranking):
        raise ValueError("a ranking names an id twice; expected each once")
    return ranking[:k]
