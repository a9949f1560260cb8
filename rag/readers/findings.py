"""What a reading network finds in a text, and the socket that such networks fit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

SPAN_FEATURES = ("span minus null", "mass", "answerable")
_LEAST = -12.0  # what the network says below this differs by nothing that matters


@dataclass(frozen=True, slots=True)
class Finding:
    """The best answer in a stretch of a text, `text[start:end]`, and what the network makes of it."""

    start: int
    end: int
    minus_null: float  # the span's score less that of "no answer here"
    answerable: float  # logit of the text
    mass: float  # logarithm of the probability that an answer starts and ends in the stretch (mean of the two)


class Network(Protocol):
    """Reads a question together with each of several texts; for each stretch its finding, if it has words."""

    @property
    def answers_the_last(self) -> bool:
        """Of several questions in a row. One that was taught single questions answers any of them."""

    def find(
        self, question: str, texts: Sequence[str], stretches: Sequence[Sequence[tuple[int, int]]]
    ) -> list[list[Finding | None]]: ...


def best_of(findings: Sequence[Finding | None]) -> Finding | None:
    """Of the stretches that make up one; what they share of the probability is added up."""
    found = [each for each in findings if each is not None]
    if len(found) < 2:
        return found[0] if found else None
    mass = float(np.logaddexp.reduce([each.mass for each in found]))
    return replace(max(found, key=lambda each: each.minus_null), mass=mass)


def span_features(finding: Finding | None) -> tuple[float, ...]:
    """SPAN_FEATURES."""
    if finding is None:
        return _LEAST, _LEAST, _LEAST
    return max(_LEAST, min(-_LEAST, finding.minus_null)), max(_LEAST, finding.mass), finding.answerable
