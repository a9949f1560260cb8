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


# Made by hand (order) and fitted on 260 XQuAD questions in 16 language pairs (weights), before training/calibration.py
# stood in its present form, which is to make both again.
SENTENCE = Calibration(
    order=(10.0, 6.0, 0.0, 0.0, 5.0, 0.0, 0.0, 0.0),
    weights=(5.612, -5.464, -0.067, 3.336, 0.566, -2.369, 9.780, -2.255, 0.698),
    bias=-2.943,
)
# Provisional: fitted on few questions.
BUNDLED = Calibration(
    order=(6.841, -11.220, 3.244, 6.466, 2.082, 0.0, 7.210, -0.042, 0.120, 0.371, -0.761, 1.525, 1.739),
    weights=(6.637, -5.959, -2.034, 8.040, 7.094, -1.953, 5.489, 2.733, 0.103, -0.166, -0.711, 0.045, 2.223, 0.636),
    bias=-4.914,
)
