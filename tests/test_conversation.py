"""Earlier questions and a message: what is carried, and how far it is followed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.conversation import FEATURES, LONGEST, TURNS, Found, alone, carried, evidence, probability, share
from rag.types import Vectors

TEXTS = st.lists(st.text(max_size=300), max_size=60)


def toward(*numbers: float) -> Vectors:
    vector = np.array(numbers, np.float32)
    return vector / np.linalg.norm(vector)


TOWER, RIVER = toward(1, 0, 0), toward(0, 1, 0)  # two passages of nothing in common


def test_the_last_question_is_carried_and_the_last_few_as_they_were_asked() -> None:
    assert carried(["One?", "Two?", "Three?", "Four?"], "And five?") == ("Four?", "Two? Three? Four?")
    assert carried(["One?"], "And two?") == ("One?",)


def test_empty_questions_and_what_was_asked_before_to_the_letter_are_not_carried() -> None:
    assert carried(["", "One?", "  ", "When?", "One?"], "When? ") == ("One?",)
    assert carried(["", " "], "When?") == ()


@given(TEXTS, st.text(min_size=1, max_size=1500))
def test_what_is_searched_for_is_made_of_the_questions_alone(history: list[str], message: str) -> None:
    asked = list(map(str.strip, history))
    kept = [turn for number, turn in enumerate(asked) if turn and turn not in asked[number + 1 :]]
    kept = [turn for turn in kept if turn != message.strip()]
    texts = carried(history, message)
    assert bool(texts) == bool(kept)
    for text in texts:
        assert len(text) <= LONGEST
        assert " ".join(kept).endswith(text)
        assert text.endswith(kept[-1][-LONGEST:])
    assert alone(message) == message.strip()[-LONGEST:]


def test_no_more_than_the_last_few_questions_are_carried() -> None:
    history = [f"question{number}" for number in range(50)]
    assert [len(text.split()) for text in carried(history, "And?")] == [1, TURNS]


def test_a_message_that_finds_what_was_found_before_goes_on_with_it() -> None:
    message, before, together = toward(1, 0, 1), toward(1, 0.1, 0), toward(2, 0.1, 1)
    same = evidence(Found(message, TOWER), Found(before, TOWER), Found(together, TOWER))
    assert len(same) == len(FEATURES)
    assert same[:2] == pytest.approx((0.0, 0.0))
    assert probability(same) > 0.9


def test_a_message_that_finds_something_else_has_changed_the_subject() -> None:
    message, before, together = toward(0, 1, 0.5), toward(1, 0, 0.2), toward(1, 1, 0.7)
    other = evidence(Found(message, RIVER), Found(before, TOWER), Found(together, TOWER))
    assert max(other[:2]) < -0.8
    assert probability(other) < 0.05
    assert share(probability(other)) == 0.0


def test_a_message_that_finds_nothing_by_itself_follows_what_was_asked() -> None:
    """ "Why?" is near to no passage; behind its question it is near to that question's."""
    message, before, together = toward(0.1, 0.12, 1), toward(1, 0, 0.5), toward(1, 0.02, 0.6)
    empty = evidence(Found(message, RIVER), Found(before, TOWER), Found(together, TOWER))
    assert probability(empty) > 0.5


@given(st.tuples(*[st.floats(-2, 2)] * 4), st.integers(0, 3), st.floats(0, 2))
def test_more_of_any_evidence_never_counts_against_going_on(
    features: tuple[float, ...], place: int, more: float
) -> None:
    stronger = [value + more * (number == place) for number, value in enumerate(features)]
    assert probability(stronger) >= probability(features)
    assert share(probability(stronger)) >= share(probability(features))


@given(st.floats(0, 1))
def test_the_message_alone_always_has_a_say(going_on: float) -> None:
    assert 0.0 <= share(going_on) <= 0.8
