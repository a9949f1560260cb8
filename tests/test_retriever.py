"""Question to hits: two halves, one order."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_encoder import FakeEncoder

from rag.centring import Centring
from rag.folding import fold
from rag.retriever import Retriever, Weights
from rag.store import Store
from rag.types import Document, Filters, Passage, Query

TEXTS = {
    "a": ("en", "the speaker met the delegation in baku"),
    "b": ("en", "the museum sells tickets for nine euros"),
    "c": ("ru", "спикер встретила делегацию в баку"),
    "d": ("en", "the speaker of the museum spoke"),
}


@pytest.fixture
def store(tmp_path: Path, encoder: FakeEncoder) -> Store:
    store = Store.create(tmp_path, encoder.identity, "test")
    for name, (language, text) in TEXTS.items():
        passage = Passage(name, 0, 0, len(text), text)
        document = Document(name, text, name, name, language)
        store.write(document, [passage], encoder.encode_passages([text]), encoder.tokenize([fold(text)]))
    return store


def query(encoder: FakeEncoder, text: str, language: str = "en") -> Query:
    return Query(text, language, encoder.encode_queries([text])[0], tuple(encoder.tokenize([fold(text)])[0]))


def test_the_passage_that_shares_meaning_and_words_comes_first(store: Store, encoder: FakeEncoder) -> None:
    hits = Retriever(store, Centring.none()).search(query(encoder, "who met the delegation"), 4)
    assert hits[0].passage.document_id == "a"
    assert [hit.rank_score for hit in hits] == sorted((hit.rank_score for hit in hits), reverse=True)


def test_a_hit_tells_its_cosine_and_its_bm25_as_they_are(store: Store, encoder: FakeEncoder) -> None:
    asked = query(encoder, "who met the delegation")
    for hit in Retriever(store, Centring.none()).search(asked, 4):
        expected = encoder.encode_passages([hit.passage.text])[0] @ asked.vector
        assert np.isclose(hit.score, expected, atol=1e-5)
        assert (hit.lexical > 0) == bool(set(encoder.tokenize([hit.passage.text])[0]) & set(asked.tokens))


def test_words_in_common_count_beyond_what_is_usual_in_their_language(store: Store, encoder: FakeEncoder) -> None:
    weights = Weights(lexical=10.0, usual=1, same_language=0.0)
    hits = Retriever(store, Centring.none(), weights).search(query(encoder, "the delegation in baku"), 4)
    best = {hit.document.language: hit for hit in reversed(hits)}
    for hit in best.values():  # the best of each language has no words beyond its own level
        assert np.isclose(hit.rank_score, hit.score, atol=1e-5)


def test_k_asked_is_k_found_where_there_are_k(store: Store, encoder: FakeEncoder) -> None:
    retriever = Retriever(store, Centring.none())
    assert [len(retriever.search(query(encoder, "museum"), k)) for k in (1, 3, 4, 9)] == [1, 3, 4, 4]


def test_filters_are_part_of_the_search(store: Store, encoder: FakeEncoder) -> None:
    retriever = Retriever(store, Centring.none())
    found = retriever.search(query(encoder, "museum tickets"), 2, Filters(documents=("c", "d")))
    assert {hit.document.id for hit in found} == {"c", "d"}
    assert retriever.search(query(encoder, "museum"), 2, Filters(languages=("fr",))) == []


def test_the_same_question_has_the_same_order_every_time(store: Store, encoder: FakeEncoder) -> None:
    retriever = Retriever(store, Centring.none())
    asked = query(encoder, "the")
    orders = [[hit.passage.document_id for hit in retriever.search(asked, 4)] for _ in range(5)]
    assert all(order == orders[0] for order in orders)


def test_several_readings_are_ranked_by_their_weighted_mean(store: Store, encoder: FakeEncoder) -> None:
    retriever = Retriever(store, Centring.none())
    alone, *behind = (query(encoder, text) for text in ("the tickets", "speaker the tickets", "the speaker of museum"))
    found = [{hit.document.id: hit for hit in retriever.search(each, len(TEXTS))} for each in (alone, *behind)]
    for share in (0.0, 0.3, 1.0):
        weights = [1 - share, share / 2, share / 2]
        for hit in retriever.search(replace(alone, behind=tuple(behind), share=share), len(TEXTS)):
            for figure in ("score", "lexical", "rank_score"):
                parts = [getattr(each[hit.document.id], figure) for each in found]
                assert getattr(hit, figure) == pytest.approx(np.average(parts, weights=weights), abs=1e-6)


def test_the_passage_nearest_to_a_question_is_told_with_its_vector(store: Store, encoder: FakeEncoder) -> None:
    asked = query(encoder, TEXTS["b"][1])
    question, passage = Retriever(store, Centring.none()).nearest(asked)
    assert question @ passage == pytest.approx(1.0)
    _, nothing = Retriever(store, Centring.none()).nearest(asked, Filters(documents=("nowhere",)))
    assert not nothing.any()
