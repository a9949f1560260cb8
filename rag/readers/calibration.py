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


# Fitted by training/calibration.py (--questions 50), SENTENCE 2026-11-23, BUNDLED 2026-11-30; `rows` by
# training/tables.py, 2026-11-27 and 2026-11-30; `asked_same` and `asked_across` by training/questions.py, 2026-11-29
# and 2026-11-30.
SENTENCE = Calibration(
    order=(-3.449, 0.366, 3.175, 4.799, 10.186, -2.894, -0.710, 2.679, 21.390),
    same=Logistic((-2.551, -0.057, -1.398, 6.018, 9.861, 0.0, -0.057, 2.819, 10.670, 0.566), -6.994),
    across=Logistic((11.634, -4.361, -8.527, 8.016, 2.259, 0.0, 0.0, 0.0, 7.594, 1.140), -6.316),
    rows=Logistic((4.631, 2.503, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.455), -4.270),
    asked=12.0,
    asked_same=Logistic((0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.142, 0.263), -2.331),
    asked_across=Logistic((0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.775, 0.567), -1.944),
)
BUNDLED = Calibration(
    order=(-1.811, 1.461, 2.579, 3.897, 6.762, -0.592, -2.805, 2.906, 11.129, 0.139, 0.394, 0.265),
    same=Logistic((-2.192, 0.195, -1.990, 6.405, 8.779, 0.0, 0.195, 2.316, 5.458, 0.085, 0.464, -0.070, 0.968), -3.199),
    across=Logistic((5.316, -4.055, -0.172, 3.421, 3.100, 0.0, 0.0, 0.0, 2.837, 0.165, 0.305, -0.220, 1.767), -3.673),
    rows=Logistic((3.777, 1.357, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -0.203, 0.0, 1.216, 2.925), -6.022),
    asked=12.0,
    asked_same=Logistic((0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.589, 1.199, 0.284), -2.012),
    asked_across=Logistic((0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.373, 0.883, 0.552), -1.658),
)
# Where the encoder has no LateInteraction, so that no words are met.
SENTENCE_BY_VECTORS = replace(
    SENTENCE,
    order=(8.266, 2.436, 3.982, 5.576, 9.266, -1.444, 1.258, 2.975, 0.0),
    same=Logistic((6.021, 2.351, -5.940, 5.485, 3.735, 0.0, 2.351, -0.619, 0.0, 0.042), -3.322),
    across=Logistic((11.400, -2.658, -4.454, 5.441, 2.550, 0.0, 0.0, 0.0, 0.0, 1.211), -4.368),
)
BUNDLED_BY_VECTORS = replace(
    BUNDLED,
    order=(1.257, 3.365, 3.379, 5.107, 6.734, 0.268, -1.790, 3.503, 0.0, 0.132, 0.559, 0.287),
    same=Logistic((-0.238, 0.540, -1.516, 5.662, 7.922, 0.0, 0.540, 1.899, 0.0, 0.095, 0.463, -0.043, 0.920), -1.104),
    across=Logistic((7.866, -4.162, -1.325, 5.166, 2.066, 0.0, 0.0, 0.0, 0.0, 0.078, 0.210, 0.014, 1.624), -3.313),
)


def calibration_for(*, network: bool, late: bool) -> Calibration:
    """`network`: whether one reads; `late`: whether the encoder has a LateInteraction."""
    if network:
        return BUNDLED if late else BUNDLED_BY_VECTORS
    return SENTENCE if late else SENTENCE_BY_VECTORS
