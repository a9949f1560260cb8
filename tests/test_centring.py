"""Each language's mean is taken off, on both sides."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.centring import Centring
from rag.encoders.weights import SHA256


@pytest.fixture(scope="module")
def centring() -> Centring:
    return Centring.shipped(SHA256, 1.0)


def unit(seed: int, count: int) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, 384)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_the_shipped_means_know_the_languages_of_the_world(centring: Centring) -> None:
    assert len(centring.rows) >= 110
    assert {"en", "ru", "az", "tr", "zh", "ar", "hi", "de", "es", "ka", "fa"} <= centring.rows.keys()


def test_queries_and_passages_have_means_of_their_own(centring: Centring) -> None:
    assert np.linalg.norm(centring.queries - centring.passages, axis=1).min() > 0.01


@given(st.integers(0, 1000), st.sampled_from(["en", "az", "und", "xx"]))
def test_centred_vectors_are_unit_rows(seed: int, language: str) -> None:
    centring = Centring.shipped(SHA256, 1.0)
    rows = centring.passage_vectors(unit(seed, 5), [language] * 5)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)


def test_a_vector_is_centred_by_its_own_language_whatever_stands_beside_it(centring: Centring) -> None:
    rows = unit(3, 4)
    together = centring.passage_vectors(rows, ["en", "ru", "und", "zh"])
    alone = [centring.passage_vectors(rows[[i]], [code])[0] for i, code in enumerate(["en", "ru", "und", "zh"])]
    assert np.allclose(together, alone, atol=1e-6)


def test_an_unknown_language_takes_the_mean_of_all(centring: Centring) -> None:
    assert np.allclose(centring.passages[-1], centring.passages[:-1].mean(axis=0), atol=1e-5)


def test_another_model_is_left_as_it_is() -> None:
    rows = unit(1, 3)
    assert np.allclose(Centring.shipped("another", 1.0).passage_vectors(rows, ["en", "ru", "zz"]), rows, atol=1e-6)
