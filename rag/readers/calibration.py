"""From what speaks for a sentence to its place in the order, and to the probability that quoting it is right."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.logistic import Logistic


@dataclass(frozen=True, slots=True)
class Calibration:
    """Linear models over a candidate's features (`rag.readers.evidence`).

    `order` says which sentence of a question is best: only differences between sentences of one question count.
    `same` and `across` say how likely the best one is right, by its features and its lead over the next in the order:
    one for sentences in the question's language, one for others. `rows` says it of a record, a row of a table beside
    which others have the like to offer, whatever is asked for. A question above a sentence adds its likeness to the one
    asked, `asked` times, to the sentence's place in the order (`rag.readers.similar_questions`). How likely what stands
    under a question is right say `asked_same` and `asked_across`, by its features, that likeness and its lead.
    """

    order: tuple[float, ...]
    same: Logistic
    across: Logistic
    rows: Logistic
    asked: float
    asked_same: Logistic
    asked_across: Logistic

    def score(self, features: Sequence[float], asked: float = 0.0) -> float:
        return self.asked * asked + sum(w * x for w, x in zip(self.order, features, strict=True))

    def probability(
        self, features: Sequence[float], lead: float, *, same_language: bool, is_record: bool = False
    ) -> float:
        model = self.rows if is_record else self.same if same_language else self.across
        return model.probability((*features, lead))

    def probability_under(self, features: Sequence[float], asked: float, lead: float, *, same_language: bool) -> float:
        """Of what stands under a question of its text."""
        model = self.asked_same if same_language else self.asked_across
        return model.probability((*features, asked, lead))


# Fitted by training/calibration.py (--questions 50), 2026-12-01; `rows` by training/tables.py, SENTENCE 2026-11-27 and
# BUNDLED 2026-11-30; `asked_same` and `asked_across` by training/questions.py, 2026-11-29 and 2026-11-30. Where words
# are met, a sentence's own cosine counts for nothing.
SENTENCE = Calibration(
    order=(0.0, -0.487, 2.491, 3.399, 9.608, -2.358, -0.228, 3.245, 19.901),
    same=Logistic((0.0, -0.063, -4.042, 5.840, 9.346, 0.0, -0.063, 2.316, 10.212, 0.524), -6.737),
    across=Logistic((0.0, -4.262, 1.095, 7.669, -8.590, 0.0, 0.0, 0.0, 10.722, 1.627), -7.136),
    rows=Logistic((4.631, 2.503, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.455), -4.270),
    asked=12.0,
    asked_same=Logistic((0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.142, 0.263), -2.331),
    asked_across=Logistic((0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.775, 0.567), -1.944),
)
BUNDLED = Calibration(
    order=(0.0, -0.839, 2.238, 3.038, 5.710, -0.615, -0.641, 2.720, 10.817, 0.143, 0.385, 0.213),
    same=Logistic((0.0, -0.200, -3.134, 6.160, 9.890, 0.0, -0.200, 2.608, 4.197, 0.117, 0.457, -0.119, 0.731), -2.750),
    across=Logistic((0.0, -4.592, 3.939, 2.081, 3.923, 0.0, 0.0, 0.0, 5.708, 0.152, 0.310, -0.227, 2.396), -4.704),
    rows=Logistic((2.942, 1.677, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -0.278, 0.0, 1.323, 3.148), -5.821),
    asked=12.0,
    asked_same=Logistic((0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.568, 1.160, 0.288), -1.902),
    asked_across=Logistic((0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.376, 0.834, 0.545), -1.581),
)
# Where the encoder has no LateInteraction, so that no words are met.
SENTENCE_BY_VECTORS = replace(
    SENTENCE,
    order=(8.278, 3.817, 4.128, 5.632, 10.118, -1.493, -0.176, 3.299, 0.0),
    same=Logistic((6.615, 2.095, -6.742, 5.527, 6.275, 0.0, 2.095, -0.164, 0.0, 0.145), -3.225),
    across=Logistic((11.418, -2.272, -4.028, 4.708, 4.423, 0.0, 0.0, 0.0, 0.0, 1.249), -4.518),
)
BUNDLED_BY_VECTORS = replace(
    BUNDLED,
    order=(2.189, 0.967, 2.951, 4.006, 6.484, 0.145, 0.106, 3.285, 0.0, 0.128, 0.523, 0.255),
    same=Logistic((-0.161, 0.571, -1.755, 5.722, 9.754, 0.0, 0.571, 1.623, 0.0, 0.099, 0.432, -0.039, 0.977), -1.256),
    across=Logistic((8.100, -3.853, -0.002, 2.704, 3.768, 0.0, 0.0, 0.0, 0.0, 0.098, 0.205, -0.048, 1.682), -3.585),
)


def calibration_for(*, network: bool, late: bool) -> Calibration:
    """`network`: whether one reads; `late`: whether the encoder has a LateInteraction."""
    if network:
        return BUNDLED if late else BUNDLED_BY_VECTORS
    return SENTENCE if late else SENTENCE_BY_VECTORS
