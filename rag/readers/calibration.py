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


# Fitted by training/calibration.py (--questions 50), 2026-11-22.
SENTENCE = Calibration(
    order=(8.077, 2.771, 5.492, 8.426, 5.349, -2.154, 0.900, 4.817),
    same=Logistic((6.124, 1.765, -6.705, 5.782, 9.013, 0.0, 1.765, 0.288, 0.906), -3.194),
    across=Logistic((10.440, -3.012, -5.738, 7.731, 5.359, 0.0, 0.0, 0.0, 1.461), -3.733),
)
BUNDLED = Calibration(
    order=(1.718, 3.094, 4.259, 6.534, 2.926, -1.194, -1.690, 4.362, 0.206, 0.457, 0.116),
    same=Logistic((-0.105, 0.540, -1.235, 4.962, 5.348, 0.0, 0.540, 0.742, 0.044, 0.820, 0.132, 1.608), -1.827),
    across=Logistic((9.074, -4.207, -1.385, 0.907, 8.802, 0.0, 0.0, 0.0, 0.171, 0.310, -0.172, 2.075), -3.472),
)
