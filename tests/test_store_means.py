"""What an index knows of its languages: the mean vector of each, as of when it was last made."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_store_samples import DIMENSION, IDENTITY, SPLITTER, document, parts, vectors

from rag.errors import StoreDamaged
from rag.store import LanguageMeans, Store, means
from rag.types import LanguageMean

TOLD = {"en": ["river", "harvest of the year", "museum"], "ru": ["река", "урожай"], "az": ["çay"]}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.create(tmp_path / "store", IDENTITY, SPLITTER)
    for language, texts in TOLD.items():
        made.write(*parts(document(language, *texts, language=language)))
    return made


def test_they_are_the_means_of_the_stored_vectors(store: Store) -> None:
    found = store.language_means().of
    assert {code: each.passages for code, each in found.items()} == {"az": 1, "en": 3, "ru": 2}
    for code, texts in TOLD.items():
        paragraphs = [passage.text for passage in parts(document(code, *texts))[1]]
        assert np.allclose(found[code].mean, vectors(paragraphs).mean(axis=0), atol=1e-6)


def test_an_empty_store_knows_none(tmp_path: Path) -> None:
    assert Store.create(tmp_path / "empty", IDENTITY, SPLITTER).language_means().of == {}


def test_they_stay_as_they_are_until_the_index_is_made_anew(store: Store) -> None:
    store.snapshot()
    before = store.language_means()
    store.write(*parts(document("more", "airport", "railway")))
    assert store.language_means() is before
    reopened = Store.open(store.folder).language_means()
    assert {code: each.passages for code, each in reopened.of.items()} == {"az": 1, "en": 3, "ru": 2}
    store.snapshot()
    assert store.language_means().of["en"].passages == 5


def test_a_language_is_known_from_the_first_passage_on(store: Store) -> None:
    store.snapshot()
    assert store.languages() == {"az", "en", "ru"}
    store.write(*parts(document("new", "sungai", language="id")))
    assert store.languages() == {"az", "en", "id", "ru"}
    assert Store.open(store.folder).languages() == {"az", "en", "id", "ru"}
    store.delete("new")
    store.snapshot()
    assert store.languages() == Store.open(store.folder).languages() == {"az", "en", "ru"}


def test_a_language_of_a_few_passages_within_other_documents_is_known(store: Store) -> None:
    told, passages, *rest = parts(document("both", "airport", "havalimanı"))
    store.write(told, [passages[0], replace(passages[1], language="tr")], *rest)
    assert store.languages() == {"az", "en", "ru", "tr"}


def test_an_empty_store_has_no_languages(tmp_path: Path) -> None:
    assert Store.create(tmp_path / "empty", IDENTITY, SPLITTER).languages() == frozenset()


def test_of_very_many_passages_some_are_measured_spread_evenly(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(means, "SAMPLED", 3)
    assert sum(each.passages for each in store.language_means().of.values()) == 3


@given(st.dictionaries(st.text(max_size=5), st.integers(1, 10**9), max_size=5), st.integers(0, 10**6))
def test_what_is_saved_is_read_back_to_the_bit(counts: dict[str, int], seed: int) -> None:
    draw = np.random.default_rng(seed)
    made = {code: LanguageMean(n, draw.normal(size=DIMENSION).astype(np.float32)) for code, n in counts.items()}
    read = LanguageMeans.from_json(json.loads(json.dumps(LanguageMeans(made).to_json())), DIMENSION)
    assert {code: each.passages for code, each in read.of.items()} == counts
    assert all((read.of[code].mean == each.mean).all() for code, each in made.items())


@pytest.mark.parametrize("value", [{"en": [3, "AAAA"]}, {"en": [3, "?"]}, {"en": 3}, {"en": ["x", ""]}])
def test_what_is_no_mean_is_refused(value: dict[str, object]) -> None:
    with pytest.raises(StoreDamaged):
        LanguageMeans.from_json(value, DIMENSION)
