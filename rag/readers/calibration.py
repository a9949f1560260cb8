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
    order=(2.106, 2.508, 4.347, 6.664, 3.157, -1.241, -1.601, 4.001, 0.196, 0.403, 0.102),
    same=Logistic((-0.085, 0.289, -1.271, 5.370, 6.155, 0.0, 0.289, 1.011, 0.022, 0.865, 0.221, 1.714), -2.077),
    across=Logistic((7.255, -4.127, -0.854, 1.301, 12.751, 0.0, 0.0, 0.0, 0.139, -0.018, 0.109, 1.414), -3.077),
)
