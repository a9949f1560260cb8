"""From what speaks for a sentence to its place in the order, and to the probability that quoting it is right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.logistic import Logistic


@dataclass(frozen=True, slots=True)
class Calibration:
    """Linear models over a candidate's features (`rag.readers.evidence`).

    `order` says which sentence of a question is best: only differences between sentences of one question count.
    `same` and `across` say how likely the best one is right, by its features and its lead over the next in the order:
    one for sentences in the question's language, one for others. To the network right sentences of one language stand
    out more than those of another: `told` is what is added to the log odds of `same`, for languages that it was fitted
    for. `rows` says it of a record, a row of a table beside which others have the like to offer, whatever
    is asked for. A question above a sentence adds its likeness to the one asked, `asked` times, to the sentence's place
    in the order (`rag.readers.similar_questions`). How likely what stands under a question is right, `asked_same` and
    `asked_across` say by its features, that likeness and its lead.
    """

    order: tuple[float, ...]
    same: Logistic
    across: Logistic
    rows: Logistic
    asked: float
    asked_same: Logistic
    asked_across: Logistic
    told: Mapping[str, float] = field(default_factory=dict)

    def score(self, features: Sequence[float], asked: float = 0.0) -> float:
        return self.asked * asked + sum(w * x for w, x in zip(self.order, features, strict=True))

    def probability(self, features: Sequence[float], lead: float, told: str, *, same_language: bool) -> float:
        """`told`: the language of the sentence."""
        model, more = (self.same, self.told.get(told, 0.0)) if same_language else (self.across, 0.0)
        return model.probability((*features, lead), more)

    def probability_of_record(self, features: Sequence[float], lead: float) -> float:
        return self.rows.probability((*features, lead))

    def probability_under(self, features: Sequence[float], asked: float, lead: float, *, same_language: bool) -> float:
        """Of what stands under a question of its text."""
        model = self.asked_same if same_language else self.asked_across
        return model.probability((*features, asked, lead))


# `order` fitted by training/calibration.py (--questions 50), 2026-11-30; `same`, `across` and `told` (--questions 100
# --keep-order), 2026-12-01; `rows` by training/tables.py, SENTENCE 2026-11-27 and BUNDLED 2026-11-30; `asked_same` and
# `asked_across` by training/questions.py, 2026-11-29 and 2026-11-30. Where words are met, a sentence's own cosine counts
# for nothing.
SENTENCE = Calibration(
    order=(0.0, -0.418, 2.343, 3.399, 9.278, -2.759, -0.538, 3.262, 20.673),
    same=Logistic((0.000, -0.187, -3.014, 7.181, 4.382, 0.000, -0.187, 1.943, 10.434, 0.466), -7.463),
    across=Logistic((0.000, -4.329, 0.762, 4.806, 4.071, 0.000, 0.000, 0.000, 10.989, 1.503), -6.564),
    rows=Logistic((4.631, 2.503, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.455), -4.270),
    asked=12.0,
    asked_same=Logistic((0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 4.142, 0.263), -2.331),
    asked_across=Logistic((0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 2.775, 0.567), -1.944),
    told={"en": -0.068, "ru": 0.595, "tr": 1.067, "zh": 0.068},
)
BUNDLED = Calibration(
    order=(0.0, 0.956, 2.279, 3.423, 4.900, -0.497, -2.778, 2.647, 11.041, 0.151, 0.371, 0.223),
    same=Logistic(
        (0.000, 0.064, -0.990, 5.020, 6.166, 0.000, 0.064, 1.352, 2.472, 0.269, 0.407, -0.244, 0.740), -2.749
    ),
    across=Logistic(
        (0.000, -3.412, -1.046, 6.425, 7.839, 0.000, 0.000, 0.000, 8.236, 0.063, 0.199, 0.095, 1.773), -4.377
    ),
    rows=Logistic((2.942, 1.677, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -0.278, 0.0, 1.323, 3.148), -5.821),
    asked=12.0,
    asked_same=Logistic((0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.568, 1.160, 0.288), -1.902),
    asked_across=Logistic((0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.376, 0.834, 0.545), -1.581),
    told={"en": -0.052, "ru": 0.859, "tr": 1.886, "zh": 0.216},
)
# Where the encoder has no LateInteraction, so that no words are met.
SENTENCE_BY_VECTORS = replace(
    SENTENCE,
    order=(8.196, 2.368, 3.958, 5.742, 9.515, -1.411, 1.398, 2.790, 0.0),
    same=Logistic((7.428, 2.067, -6.593, 6.826, 6.524, 0.000, 2.067, -0.905, 0.000, 0.152), -3.601),
    across=Logistic((13.362, -2.592, -5.670, 4.547, -2.763, 0.000, 0.000, 0.000, 0.000, 1.235), -4.613),
    told={"en": -0.159, "ru": 0.288, "tr": 0.448, "zh": -0.252},
)
BUNDLED_BY_VECTORS = replace(
    BUNDLED,
    order=(2.090, 2.715, 2.989, 4.491, 5.680, 0.277, -1.840, 3.199, 0.0, 0.135, 0.514, 0.267),
    same=Logistic(
        (0.787, -0.057, -0.552, 4.657, 5.991, 0.000, -0.057, 1.822, 0.000, 0.207, 0.333, -0.064, 0.573), -1.932
    ),
    across=Logistic(
        (8.038, -3.177, -2.644, 4.586, 8.219, 0.000, 0.000, 0.000, 0.000, 0.188, 0.062, -0.017, 1.862), -3.238
    ),
    told={"en": -0.008, "ru": 0.893, "tr": 1.743, "zh": 0.374},
)


def calibration_for(*, network: bool, late: bool) -> Calibration:
    """`network`: whether one reads; `late`: whether the encoder has a LateInteraction."""
    if network:
        return BUNDLED if late else BUNDLED_BY_VECTORS
    return SENTENCE if late else SENTENCE_BY_VECTORS
