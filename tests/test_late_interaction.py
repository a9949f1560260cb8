"""Every word of a question counts by the likest word of a sentence."""

import random
from collections.abc import Iterator
from itertools import islice

import numpy as np
import pytest
import torch
from fake_encoder import AS_THEY_ARE, FakeEncoder
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from rag.config import Settings
from rag.encoders.compiled import CompiledEncoder
from rag.encoders.weights import SHA256
from rag.readers.late_interaction import MAPS, LateInteraction
from training.late_interaction import Group, Maps, States, groups_of, learned, loss_of, padded
from training.reader.encoding import Example

STATES = arrays(np.float32, st.tuples(st.integers(1, 5), st.just(6)), elements=st.floats(-3, 3, width=16)).map(
    lambda states: states + np.float32(0.01)
)


def some_maps(seed: int = 1) -> dict[str, np.ndarray]:
    numbers = np.random.default_rng(seed)
    shapes = {"question": (4, 6), "sentence": (4, 6), "question_bias": (4,), "sentence_bias": (4,), "weight": (6,)}
    return {name: numbers.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def met(late: LateInteraction, asked: np.ndarray, told: np.ndarray) -> float:
    return late.met(late.asked(asked), late.told(told))


def spelled_out(maps: dict[str, np.ndarray], asked: np.ndarray, told: np.ndarray) -> float:
    """One word after another."""
    words = [maps["sentence"] @ each + maps["sentence_bias"] for each in told]
    best, weights = [], []
    for state in asked:
        word = maps["question"] @ state + maps["question_bias"]
        best.append(max(word @ each / np.linalg.norm(word) / np.linalg.norm(each) for each in words))
        weights.append(np.exp(state @ maps["weight"]))
    return float(np.average(best, weights=weights))


@given(asked=STATES, told=STATES)
def test_how_well_words_are_met_is_told_one_word_after_another(asked: np.ndarray, told: np.ndarray) -> None:
    maps = some_maps()
    assert met(LateInteraction(maps), asked, told) == pytest.approx(spelled_out(maps, asked, told), abs=2e-3)


@given(asked=STATES, told=STATES, more=STATES)
def test_a_sentence_that_says_more_meets_no_word_less(asked: np.ndarray, told: np.ndarray, more: np.ndarray) -> None:
    late = LateInteraction(some_maps())
    assert met(late, asked, told) <= met(late, asked, np.vstack([more, told])) + 1e-5


def test_a_word_that_is_there_is_met_whole_and_one_that_is_not_is_missed(encoder: FakeEncoder) -> None:
    late = LateInteraction(AS_THEY_ARE)
    (asked,), (told,) = encoder.read_queries(["red tulips speak"]), encoder.read_passages(["Tulips are red."])
    assert met(late, asked.states, told.states) == pytest.approx(2 / 3, abs=1e-3)


def test_of_an_encoder_that_it_was_not_learned_for_nothing_is_known(encoder: FakeEncoder) -> None:
    late = LateInteraction.shipped(encoder.identity.weights_hash)
    (asked,), (told,) = encoder.read_queries(["tulips"]), encoder.read_passages(["Tulips are red."])
    assert not late.is_known
    assert met(late, asked.states, told.states) == 0.0


def test_what_is_shipped_was_learned_for_the_bundled_model() -> None:
    maps = LateInteraction.shipped(SHA256).maps
    assert set(maps) == set(MAPS)
    assert {each.shape for each in maps.values()} == {(128, 384), (128,), (384,)}


@pytest.mark.model
def test_what_is_asked_for_is_met_in_another_language_as_well() -> None:
    encoder = CompiledEncoder.made("bundled", Settings().cache)
    late = LateInteraction.shipped(encoder.identity.weights_hash)
    (asked,) = encoder.read_queries(["Кто возглавил делегацию Китая?"])
    told = encoder.read_passages(["The Chinese delegation was led by the minister.", "China sells the minister tea."])
    led, sells = (met(late, asked.states, each.states) for each in told)
    assert led > sells


# -- how it is learned ---------------------------------------------------------


def test_scores_while_learning_are_those_of_reading() -> None:
    torch.manual_seed(2)
    numbers = np.random.default_rng(3)
    questions, told = ([numbers.normal(size=(size, 150)).astype(np.float32) for size in (3, 5, 1)] for _ in range(2))
    maps = Maps(torch.from_numpy(np.vstack([*questions, *told, numbers.normal(size=(200, 150)).astype(np.float32)])))
    maps.weight.weight.data.normal_(std=0.1)
    late = LateInteraction({name: each.astype(np.float32) for name, each in maps.arrays().items()})
    expected = [[met(late, asked, each) for each in told] for asked in questions]
    assert maps(padded(questions), padded(told)).detach().numpy() == pytest.approx(np.array(expected), abs=2e-3)


def test_a_right_sentence_competes_with_those_of_its_passage_and_with_those_of_the_batch() -> None:
    groups = [Group("q", "right", ["other"]), Group("r", "right", [])]
    scores = torch.tensor([[0.10, 0.05, 0.00], [0.30, 0.00, 0.10]])
    loss, first = loss_of(scores, groups)
    every, own = -torch.log_softmax(scores / 0.05, 1), -torch.log_softmax(scores[0, :2] / 0.05, 0)
    assert first == 2  # the second question has nothing beside it in its passage
    assert float(loss) == pytest.approx(float((every[0, 0] + every[1, 2] + own[0]) / 2), rel=1e-5)


def test_what_is_learned_finds_the_sentence_that_answers(encoder: FakeEncoder) -> None:
    """Of words that another language has for those of the question."""
    rng = random.Random(4)
    words = [f"word{number}" for number in range(20)]

    def groups() -> Iterator[Group]:
        while True:
            asked = rng.sample(words, 5)
            others = [" ".join(f"mot{each}" for each in rng.sample(words, 2)) for _ in range(3)]
            yield Group(" ".join(asked[:2]), " ".join(f"mot{each}" for each in asked[:2]), others)

    states = States(encoder)
    maps = learned(groups(), states, steps=60)
    fresh = list(islice(groups(), 40))
    _, first = loss_of(maps(padded(states.questions(fresh)), padded(states.sentences(fresh))), fresh)
    assert first >= 30  # of 40; by chance 10


class Drawn:
    """A mixture of one example."""

    def __init__(self, example: Example) -> None:
        self._example = example

    def pool(self, number: int, size: int) -> list[Example]:
        return [self._example]


def test_the_sentence_that_answers_is_told_from_the_others_of_its_passage() -> None:
    text = "Baku lies by the sea. Aktau was founded in 1961. Tulips are red."
    start = text.index("1961")
    drawn = groups_of(Drawn(Example("When?", text, (start, start + 4), "some.en", "positive")), {}, random.Random(1))
    question, right, others = next(drawn)
    assert (question, right) == ("When?", "Aktau was founded in 1961.")
    assert sorted(others) == ["Baku lies by the sea.", "Tulips are red."]
