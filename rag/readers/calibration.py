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
# Fitted by training/calibration.py on 192 XQuAD questions.
BUNDLED = Calibration(
    order=(7.774, -1.099, 4.090, 8.694, 2.529, 0.000, -0.694, 4.288, 0.247, -0.056, 0.173),
    weights=(5.099, -0.218, 2.616, 2.469, 10.560, -1.539, 0.705, 1.181, 0.049, 0.082, 0.021, 0.734),
    bias=-4.320,
)
