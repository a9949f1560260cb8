"""Each language's mean is taken off, on both sides."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.centring import OWN, Centring
from rag.encoders.weights import SHA256
from rag.types import LanguageMean


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


@given(st.integers(0, 1000), st.sampled_from(["en", "az", "und", "xx"]))
def test_what_was_centred_is_known_raw_again(seed: int, language: str) -> None:
    centring = Centring.shipped(SHA256, 1.0)
    rows = unit(seed, 5)
    assert np.allclose(centring.raw(centring.passage_vectors(rows, [language] * 5), [language] * 5), rows, atol=1e-5)


def test_without_means_raw_is_raw() -> None:
    rows = unit(1, 3)
    assert np.allclose(Centring.none().raw(rows, ["en"] * 3), rows, atol=1e-6)


def own(mean: np.ndarray, passages: int, language: str = "en") -> dict[str, LanguageMean]:
    return {language: LanguageMean(passages, mean.astype(np.float32))}


def test_the_more_passages_an_index_has_the_nearer_its_centring_comes_to_its_own_mean(centring: Centring) -> None:
    (mean,) = unit(7, 1)
    row = centring.rows["en"]
    full = np.linalg.norm(mean - centring.passages[row])
    ways = []
    for passages in (1, 10, 100, 10**6):
        adapted = centring.adapted(own(mean, passages))
        moved = adapted.passages[adapted.rows["en"]] - centring.passages[row]
        assert np.allclose(moved, adapted.queries[adapted.rows["en"]] - centring.queries[row], atol=1e-6)
        ways.append(np.linalg.norm(moved) / full)
    assert ways == sorted(ways)
    assert 0 < ways[0] < 0.1
    assert ways[-1] == pytest.approx(OWN, abs=1e-3)


def test_an_index_of_one_language_leaves_the_others_as_they_are(centring: Centring) -> None:
    adapted = centring.adapted(own(unit(7, 1)[0], 50))
    for language in ("ru", "az", "und"):
        rows = unit(5, 3)
        for which in (adapted, centring):
            assert which.rows.get(language, -1) != adapted.rows["en"]
        expected = centring.passage_vectors(rows, [language] * 3)
        assert np.allclose(adapted.passage_vectors(rows, [language] * 3), expected, atol=1e-6)
        assert np.allclose(adapted.query_vector(rows[0], language), centring.query_vector(rows[0], language), atol=1e-6)


def test_a_language_without_a_shipped_mean_goes_from_that_of_all_to_its_own(centring: Centring) -> None:
    (mean,) = unit(7, 1)
    adapted = centring.adapted(own(mean, 10**6, "xx"))
    expected = centring.passages[-1] + OWN * (mean - centring.passages[-1])
    assert np.allclose(adapted.passages[adapted.rows["xx"]], expected, atol=1e-4)


def test_a_model_without_shipped_means_is_not_adapted() -> None:
    plain = Centring.none()
    assert plain.adapted(own(unit(7, 1)[0], 100)) is plain
