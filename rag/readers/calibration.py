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
    order=(8.399, 2.349, 3.898, 6.100, 9.747, -1.505, 1.313, 3.126),
    same=Logistic((6.713, 2.116, -6.980, 5.975, 7.059, 0.0, 2.116, 0.025, 0.163), -2.826),
    across=Logistic((12.432, -2.849, -6.141, 6.772, 2.447, 0.0, 0.0, 0.0, 1.170), -3.909),
)
BUNDLED = Calibration(
    order=(3.039, 2.636, 2.649, 4.180, 6.886, -0.647, -1.317, 2.595, 0.214, 0.464, 0.125),
    same=Logistic((-0.435, 0.784, -1.020, 5.441, 5.518, 0.0, 0.784, -0.030, 0.064, 1.002, 0.070, 0.671), -0.744),
    across=Logistic((9.566, -3.150, -2.700, 1.850, 6.793, 0.0, 0.0, 0.0, 0.188, 0.324, -0.175, 1.843), -3.110),
)
