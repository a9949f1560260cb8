"""From what speaks for a sentence to its place in the order, and to the probability that quoting it is right."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Calibration:
    """Two linear models over a candidate's features (`rag.readers.evidence`).

    `order` says which sentence of a question is best: only differences between sentences of one question count.
    `weights` and `bias` say how likely the best one is right: a logistic regression over its features and its lead
    over the next in the order.
    """

    order: tuple[float, ...]
    weights: tuple[float, ...]  # one more than in `order`: the last is for the lead
    bias: float

    def score(self, features: Sequence[float]) -> float:
        return sum(w * x for w, x in zip(self.order, features, strict=True))

    def probability(self, features: Sequence[float], lead: float) -> float:
        logit = self.bias + sum(w * x for w, x in zip(self.weights, (*features, lead), strict=True))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


# Fitted by training/calibration.py (--questions 30) on 240 XQuAD questions in 16 language pairs, 2026-11-22.
SENTENCE = Calibration(
    order=(10.341, 1.937, 6.341, 11.598, 3.507, 0.0, -1.356, 7.273),
    weights=(6.995, 3.540, 0.626, 3.973, 42.704, -1.696, 2.733, -6.925, 0.509),
    bias=-4.149,
)
BUNDLED = Calibration(
    order=(4.120, 0.997, 4.118, 7.463, 2.439, 0.0, -3.131, 5.189, 0.089, 0.489, 0.316),
    weights=(2.692, 0.855, 1.210, 4.823, 18.075, -1.489, -1.423, 2.004, 0.053, 0.365, 0.040, 0.625),
    bias=-2.252,
)
