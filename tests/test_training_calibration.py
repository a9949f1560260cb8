"""The confidence is fitted to how often what comes first is right, language by language."""

from dataclasses import replace

import numpy as np
import pytest

from rag.logistic import Logistic
from rag.readers.calibration import BUNDLED
from rag.readers.evidence import WORD_FEATURES
from rag.readers.findings import SPAN_FEATURES
from training.calibration import SAME, Asked, fit_confidence, judged

FEATURES = WORD_FEATURES + SPAN_FEATURES
SIGNAL = FEATURES.index("span minus null")
ORDER = np.eye(len(FEATURES))[SIGNAL]


def questions(language: str, shift: float, count: int = 3_000) -> list[Asked]:
    """One sentence each; the log odds that it is right are the signal and the shift of its language."""
    numbers = np.random.default_rng(int(10 * shift))
    signals = numbers.normal(scale=2.0, size=count)
    right = numbers.random(count) < 1 / (1 + np.exp(-signals - shift))
    settings = np.where(right | (numbers.random(count) < 0.2), "article", "near")
    rows = np.zeros((count, len(FEATURES)))
    rows[:, SAME], rows[:, SIGNAL] = 1.0, signals
    return [
        Asked(f"{language} of {language}", str(setting), number, row[None], np.array([bool(each)]), [language])
        for number, (setting, row, each) in enumerate(zip(settings, rows, right, strict=True))
    ]


def test_what_the_log_odds_of_a_language_lack_is_found() -> None:
    asked = [*questions("en", 0.0), *questions("tr", 1.5), *questions("fi", 3.0)]
    _, lacking = fit_confidence(asked, ORDER, same=True)
    assert set(lacking) == {"en", "ru", "tr", "zh"}
    assert lacking["tr"] - lacking["en"] == pytest.approx(1.5, abs=0.4)
    assert lacking["ru"] == pytest.approx(0.0, abs=1e-6)  # none of it was asked


def test_a_fit_tells_how_often_the_first_is_right() -> None:
    asked = [*questions("en", 0.0), *questions("tr", 1.5)]
    model, lacking = fit_confidence(asked, ORDER, same=True)
    for language in ("en", "tr"):
        own = [each for each in asked if each.told == [language]]
        rows = [(*each.features[0], 1.0) for each in own]
        expected = [model.probability(row, lacking[language]) for row in rows]
        # Answerable questions count as often as users put them, so that the share differs a little.
        assert np.mean(expected) == pytest.approx(np.mean([each.right[0] for each in own]), abs=0.08)


def test_each_half_of_the_articles_is_judged_by_the_fit_on_the_other() -> None:
    order, model = tuple(ORDER), Logistic((0.0,) * (len(FEATURES) + 1), 0.0)
    even, odd = (replace(BUNDLED, order=order, same=replace(model, bias=bias), told={}) for bias in (-1.0, 1.0))
    asked = questions("en", 0.0, 6)
    found = judged(asked, (even, odd))
    assert found.confidence.tolist() == pytest.approx([1 / (1 + np.e), np.e / (1 + np.e)] * 3)
    assert found.right.tolist() == [bool(each.right[0]) for each in asked]
    assert found.said.tolist() == [each.setting == "article" for each in asked]
