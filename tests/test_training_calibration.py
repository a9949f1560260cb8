"""The confidence is fitted to how often what comes first is right, and judged by a fit on other articles."""

from dataclasses import replace

import numpy as np
import pytest

from rag.logistic import Logistic
from rag.mentions import LACKING
from rag.readers.calibration import BUNDLED
from rag.readers.evidence import WORD_FEATURES
from rag.readers.findings import SPAN_FEATURES
from training.calibration import SAME, Asked, fit_confidence, judged

FEATURES = WORD_FEATURES + SPAN_FEATURES
SIGNAL = FEATURES.index("span minus null")
ORDER = np.eye(len(FEATURES))[SIGNAL]


def questions(shift: float, count: int) -> list[Asked]:
    """One sentence each; the log odds that it is right are the signal and the shift."""
    numbers = np.random.default_rng(int(10 * shift))
    signals = numbers.normal(scale=2.0, size=count)
    right = numbers.random(count) < 1 / (1 + np.exp(-signals - shift))
    settings = np.where(right | (numbers.random(count) < 0.2), "article", "near")
    rows = np.zeros((count, len(FEATURES)))
    rows[:, SAME], rows[:, SIGNAL] = 1.0, signals
    return [
        Asked("en of en", str(setting), number, row[None], np.array([bool(each)]), np.array([False]))
        for number, (setting, row, each) in enumerate(zip(settings, rows, right, strict=True))
    ]


@pytest.mark.parametrize("shift", [0.0, 1.5])
def test_a_fit_tells_how_often_the_first_is_right(shift: float) -> None:
    asked = questions(shift, 5_000)
    model = fit_confidence(asked, ORDER, same=True)
    expected = [model.probability((*each.features[0], 1.0)) for each in asked]
    # Answerable questions count as often as users put them, so that the share differs a little.
    assert np.mean(expected) == pytest.approx(np.mean([each.right[0] for each in asked]), abs=0.08)
    assert model.weights[SIGNAL] == pytest.approx(1.0, abs=0.15)


def test_each_half_of_the_articles_is_judged_by_the_fit_on_the_other() -> None:
    order, model = tuple(ORDER), Logistic((0.0,) * (len(FEATURES) + 1), 0.0)
    fits = [replace(BUNDLED, order=order, same=replace(model, bias=bias)) for bias in (-1.0, 1.0)]
    asked = questions(0.0, 6)
    found = judged(asked, fits)
    assert found.confidence.tolist() == pytest.approx([1 / (1 + np.e), np.e / (1 + np.e)] * 3)
    assert found.right.tolist() == [bool(each.right[0]) for each in asked]
    assert found.said.tolist() == [each.setting == "article" for each in asked]


def test_what_is_doubted_afterwards_counts_a_quarter_and_has_no_say_in_the_fit() -> None:
    asked = questions(0.0, 300)
    doubted = [replace(each, lacking=np.array([True])) for each in asked]
    (before, after) = (judged(each, [BUNDLED, BUNDLED]).confidence for each in (asked, doubted))
    assert after == pytest.approx(LACKING * before)
    assert fit_confidence(asked, ORDER, same=True) == fit_confidence([*asked, *doubted], ORDER, same=True)
