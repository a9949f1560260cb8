"""The fit of what tells a follow-up from a change of subject."""

import numpy as np
import pytest
from fake_encoder import FakeEncoder

from rag.types import Query
from training.conversation.__main__ import Read, cross_fitted, fit
from training.conversation.conversations import Conversation

((VECTOR, STATES),) = FakeEncoder().read_queries(["?"])
ANY = Query("?", "en", VECTOR, (), STATES)


def made(
    count: int, group: str, goes_on: bool, first: float, held_out: bool = False
) -> list[tuple[Conversation, Read]]:
    """Conversations whose first figure lies around `first`; the others say nothing."""
    noise = np.random.default_rng(0).normal(0.0, 1.0, (count, 4))
    noise[:, 0] = first + 0.1 * noise[:, 0]
    return [
        (
            Conversation(group, "any", ("a", "b"), frozenset("d"), goes_on, f"{group}{number}", held_out),
            Read(ANY, (ANY,), ANY, tuple(row)),
        )
        for number, row in enumerate(noise.tolist())
    ]


def test_the_figure_that_tells_them_apart_gets_the_weight() -> None:
    held, reads = zip(*made(60, "on", True, 1.0), *made(60, "off", False, -1.0), strict=True)
    weights = fit(held, reads, range(len(held)))
    assert weights[0] > 4 * np.abs(weights[1:-1]).max()


def test_a_group_counts_the_same_whatever_its_size() -> None:
    few, many = (zip(*made(40, "on", True, 0.2), *made(size, "off", False, -0.2), strict=True) for size in (40, 400))
    (held, reads), (more, more_reads) = few, many
    assert fit(held, reads, range(80))[-1] == pytest.approx(fit(more, more_reads, range(440))[-1], abs=0.6)


def test_what_is_held_out_is_not_fitted_on(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [*made(40, "on", True, 1.0), *made(40, "off", False, -1.0)]
    cross_fitted(*zip(*rows, strict=True))  # type: ignore[arg-type]
    without = capsys.readouterr().out
    cross_fitted(*zip(*rows, *made(40, "apart", True, -1.0, held_out=True), strict=True))  # type: ignore[arg-type]
    assert capsys.readouterr().out == without


def test_a_first_turn_is_searched_for_alone() -> None:
    rows = [*made(40, "on", True, 1.0), *made(40, "off", False, -1.0)]
    first = Conversation("first", "any", ("a",), frozenset("d"), None, "first")
    held, reads = zip(*rows, (first, Read(ANY, (), ANY, ())), strict=True)
    assert cross_fitted(held, reads)[-1] == 0.0
