"""From what speaks for a sentence to its place in the order, and to the probability that quoting it is right."""

from collections.abc import Sequence
from dataclasses import dataclass

from rag.logistic import Logistic


@dataclass(frozen=True, slots=True)
class Calibration:
    """Linear models over a candidate's features (`rag.readers.evidence`).

    `order` says which sentence of a question is best: only differences between sentences of one question count.
    `same` and `across` say how likely the best one is right, by its features and its lead over the next in the order:
    one for sentences in the question's language, one for others.
    """

    order: tuple[float, ...]
    same: Logistic
    across: Logistic

    def score(self, features: Sequence[float]) -> float:
        return sum(w * x for w, x in zip(self.order, features, strict=True))

    def probability(self, features: Sequence[float], lead: float, *, same_language: bool) -> float:
        return (self.same if same_language else self.across).probability((*features, lead))


# Fitted by training/calibration.py (--questions 50), 2026-11-23.
SENTENCE = Calibration(
    order=(8.262, 2.612, 4.460, 6.287, 7.907, -1.597, 1.180, 3.589),
    same=Logistic((6.285, 2.121, -6.129, 5.612, 6.887, 0.0, 2.121, 0.061, 0.002), -3.193),
    across=Logistic((11.392, -2.430, -4.431, 5.854, -0.078, 0.0, 0.0, 0.0, 1.144), -4.405),
)
BUNDLED = Calibration(
    order=(1.496, 2.007, 3.015, 4.551, 6.151, -0.514, -0.302, 2.917, 0.179, 0.465, 0.199),
    same=Logistic((0.632, 0.456, -2.455, 5.359, 6.594, 0.0, 0.456, 1.066, 0.078, 0.878, 0.050, 0.621), -0.787),
    across=Logistic((8.359, -3.174, -2.766, 4.776, 2.350, 0.0, 0.0, 0.0, 0.117, 0.345, -0.001, 1.760), -3.252),
)
