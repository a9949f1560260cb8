"""Question to hits: two halves, one order."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_encoder import FakeEncoder

from rag.centring import Centring
from rag.folding import fold
from rag.retriever import Retriever, Weights
from rag.store import Store
from rag.types import Document, Filters, Hit, Passage, Phrase, Query

TEXTS = {
    "a": ("en", "the speaker met the delegation in baku"),
    "b": ("en", "the museum sells tickets for nine euros"),
    "c": ("ru", "спикер встретила делегацию в баку"),
    "d": ("en", "the speaker of the museum spoke"),
}


@pytest.fixture
def store(tmp_path: Path, encoder: FakeEncoder) -> Store:
    store = Store.create(tmp_path, encoder.identity, "test")
    fill_with_texts(store, encoder)
    return store


def fill_with_texts(store: Store, encoder: FakeEncoder, texts: Mapping[str, tuple[str, str]] = TEXTS) -> None:
    for name, (language, text) in texts.items():
        passage = Passage(name, 0, 0, len(text), text)
        document = Document(name, text, name, name, language)
        store.write(document, [passage], encoder.encode_passages([text]), encoder.tokenize([fold(text)]))


def query(encoder: FakeEncoder, text: str, language: str = "en") -> Query:
    ((vector, states),) = encoder.read_queries([text])
    return Query(text, language, vector, tuple(encoder.tokenize([fold(text)])[0]), states)


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


def test_passages_are_compared_after_the_own_means_of_the_index(tmp_path: Path, encoder: FakeEncoder) -> None:
    shipped = np.random.default_rng(3).normal(scale=0.02, size=(2, 3, encoder.identity.dimension)).astype(np.float32)
    centring = Centring({"en": 0, "ru": 1}, *shipped, "test")
    store = Store.create(tmp_path / "centred", encoder.identity, "test", centring.passage_vectors, "test")
    fill_with_texts(store, encoder)
    own = centring.adapted(store.language_means().of)
    asked = query(encoder, "who met the delegation")
    hits = Retriever(store, centring).search(asked, 4)
    assert len(hits) == 4
    for hit in hits:
        (vector,) = own.passage_vectors(encoder.encode_passages([hit.passage.text]), [hit.document.language])
        assert np.isclose(hit.score, vector @ own.query_vector(asked.vector, "en"), atol=1e-5)


def test_a_language_is_judged_by_what_sets_its_passages_apart(store: Store, encoder: FakeEncoder) -> None:
    weights = Weights(lexical=10.0, usual=1, usual_lexical=1.0, usual_most=1.0, usual_cosine=0.7)
    hits = Retriever(store, Centring.none(), weights).search(query(encoder, "the delegation in baku"), 4)
    for language in ("en", "ru"):
        best = next(hit for hit in hits if hit.document.language == language)
        assert np.isclose(best.rank_score, 0.3 * best.score, atol=1e-5)


def test_passages_that_repeat_the_question_come_before_what_stands_out_in_another_language(
    tmp_path: Path, encoder: FakeEncoder
) -> None:
    texts = {name: ("en", f"what is a conffile {name}") for name in "abc"} | {"d": ("ru", "спикер встретила делегацию")}
    store = Store.create(tmp_path / "manual", encoder.identity, "test")
    fill_with_texts(store, encoder, texts)
    asked = replace(query(encoder, "what is a conffile"), vector=encoder.encode_queries(["conffile is делегацию"])[0])
    languages = [
        Retriever(store, Centring.none(), weights).search(asked, 4)[0].document.language
        for weights in (Weights(), Weights(usual_most=1.0))
    ]
    assert languages == ["en", "ru"]


def test_within_a_language_the_order_is_that_of_the_plain_sum(store: Store, encoder: FakeEncoder) -> None:
    weights = Weights(lexical=0.8)
    hits = Retriever(store, Centring.none(), weights).search(query(encoder, "who met the speaker of the museum"), 4)
    sums = [hit.score + 0.8 * hit.lexical for hit in hits if hit.document.language == "en"]
    assert sums == sorted(sums, reverse=True)


@pytest.mark.parametrize(("strays", "first"), [(1, "en"), (4, "ru")])
def test_a_stray_paragraph_in_another_language_does_not_come_first_because_it_stands_alone(
    strays: int, first: str, tmp_path: Path, encoder: FakeEncoder
) -> None:
    """Of many passages that share a word with the question none stands out, nor does one that shares nothing."""
    store = Store.create(tmp_path, encoder.identity, "test")
    shared, asked = [1], (1, 2, 3, 4)
    for number in range(12 + strays):
        stray = number >= 12
        near = np.eye(encoder.identity.dimension, dtype=np.float32)[[0, number + 1]]
        vector = 0.2 * near[0] + np.sqrt(0.96, dtype=np.float32) * near[1]
        made = Document(str(number), "text", "", "", "ru" if stray else "en")
        store.write(made, [Passage(made.id, 0, 0, 4, "text")], vector[None], [[100 + number] if stray else shared])
    question = Query("?", "en", np.eye(encoder.identity.dimension, dtype=np.float32)[0], asked)
    hits = Retriever(store, Centring.none()).search(question, 12 + strays)
    assert hits[0].language == first


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


# -- phrases, copies, crowds, dates -------------------------------------------


def fill(store: Store, encoder: FakeEncoder, name: str, *texts: str, date: str | None = None, **metadata: str) -> None:
    """A document of one passage a text."""
    whole = " ".join(texts)
    starts = [whole.index(text) for text in texts]
    passages = [
        Passage(name, n, start, start + len(text), text)
        for n, (start, text) in enumerate(zip(starts, texts, strict=True))
    ]
    document = Document(name, whole, name, name, "en", date=date, date_origin=date and "text", metadata=metadata)
    store.write(document, passages, encoder.encode_passages(texts), encoder.tokenize([fold(text) for text in texts]))


@pytest.fixture
def empty(tmp_path: Path, encoder: FakeEncoder) -> Store:
    return Store.create(tmp_path / "empty", encoder.identity, "test")


def ids(hits: list[Hit]) -> list[str]:
    return [hit.document.id for hit in hits]


def test_passages_that_hold_the_phrase_word_for_word_come_first(empty: Store, encoder: FakeEncoder) -> None:
    fill(empty, encoder, "apart", "the fox was red and the red hen saw the fox, the red foxlike dog")
    fill(empty, encoder, "held", "in passing, somebody mentioned a Red\nfox")
    fill(empty, encoder, "other", "nothing of the kind")
    plain = query(encoder, "red fox")
    (phrase,) = encoder.tokenize(["red fox"])
    asked = replace(plain, phrases=(Phrase("red fox", tuple(phrase)),))
    retriever = Retriever(empty, Centring.none())
    assert ids(retriever.search(plain, 3))[0] == "apart"
    assert ids(retriever.search(asked, 3))[0] == "held"
    assert [hit.phrased for hit in retriever.search(asked, 3)] == [True, False, False]
    assert len(retriever.search(asked, 3)) == 3


def test_a_phrase_is_not_made_of_the_name_of_a_column_and_a_cell(empty: Store, encoder: FakeEncoder) -> None:
    table = "Station\tOpened\tLines\nHarbour\t1971\t1\nAirport\t2009\t3"
    fill(empty, encoder, "table", table)
    for words, holds in (("opened: 1971", False), ("harbour 1971", True)):
        (phrase,) = encoder.tokenize([words])
        asked = replace(query(encoder, words), phrases=(Phrase(words, tuple(phrase)),))
        assert [hit.phrased for hit in Retriever(empty, Centring.none()).search(asked, 1)] == [holds]


def test_passages_that_open_with_the_part_that_is_named_come_first(empty: Store, encoder: FakeEncoder) -> None:
    fill(empty, encoder, "says", "what does clause say, see clause 3.2 for what clause 3.2 does say")
    fill(empty, encoder, "opens", "Rent\n3.2. Paid monthly.")
    plain = query(encoder, "what does clause 3.2 say")
    (number,) = encoder.tokenize(["3.2."])
    asked = replace(plain, clauses=(Phrase("3.2", tuple(number)),))
    retriever = Retriever(empty, Centring.none())
    assert ids(retriever.search(plain, 2)) == ["says", "opens"]
    assert ids(retriever.search(asked, 2)) == ["opens", "says"]
    nowhere = replace(asked, clauses=(Phrase("9.9", tuple(number)),))
    assert ids(retriever.search(nowhere, 2)) == ["says", "opens"]
    assert not any(hit.phrased for hit in retriever.search(nowhere, 2))


def test_a_thousand_copies_of_a_page_do_not_push_out_other_pages(empty: Store, encoder: FakeEncoder) -> None:
    for number in range(1000):
        fill(empty, encoder, f"spam{number}", "tickets for the museum cost nine euros")
    fill(empty, encoder, "honest", "the museum sells tickets at the door")
    fill(empty, encoder, "another", "a museum of tulips")
    found = Retriever(empty, Centring.none()).search(query(encoder, "tickets for the museum"), 5)
    assert ids(found[:3]) == ["spam0", "honest", "another"]
    assert [hit.copy for hit in found] == [False, False, False, True, True]
    assert len(found) == 5  # k asked, k found: copies fill up


def test_a_document_gives_way_to_others_after_its_share_unless_that_is_switched_off(
    empty: Store, encoder: FakeEncoder
) -> None:
    fill(empty, encoder, "long", *(f"the museum has hall {number} for {'abcdefgh'[number] * 5}" for number in range(8)))
    fill(empty, encoder, "short", "some other thing about a museum")
    asked = query(encoder, "the museum has hall number five")
    assert (
        ids(Retriever(empty, Centring.none(), per_document=3).search(asked, 9))
        == ["long"] * 3 + ["short"] + ["long"] * 5
    )
    assert ids(Retriever(empty, Centring.none(), per_document=0).search(asked, 9)) == ["long"] * 8 + ["short"]


def test_newest_swaps_near_equal_passages_only_when_asked(empty: Store, encoder: FakeEncoder) -> None:
    fill(empty, encoder, "a-old", "the ticket costs nine euros", date="2019-01-01")
    fill(empty, encoder, "b-new", "the ticket costs nine euros.", date="2024-01-01")
    fill(empty, encoder, "c-undated", "the ticket costs nine euros!")
    fill(empty, encoder, "d-far", "tulips", date="2025-01-01")
    retriever, asked = Retriever(empty, Centring.none()), query(encoder, "what does the ticket cost")
    assert ids(retriever.search(asked, 4))[0] == "a-old"
    newest = retriever.search(asked, 4, newest=True)
    assert ids(newest)[0] == "b-new"
    assert ids(sorted(newest, key=lambda hit: -hit.rank_score))[-1] == "d-far"


def test_free_metadata_filters(empty: Store, encoder: FakeEncoder) -> None:
    fill(empty, encoder, "one", "a museum", author="Anna")
    fill(empty, encoder, "two", "a museum.", author="Boris", place="Baku")
    fill(empty, encoder, "three", "a museum!")
    retriever, asked = Retriever(empty, Centring.none()), query(encoder, "museum")

    def found(**wanted: str) -> set[str]:
        metadata = tuple((key, tuple(allowed.split("|"))) for key, allowed in wanted.items())
        return set(ids(retriever.search(asked, 5, Filters(metadata=metadata))))

    assert found(author="Anna|Boris") == {"one", "two"}
    assert found(author="Anna|Boris", place="Baku") == {"two"}
    assert found(author="Anna' OR '1'='1") == set()


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


def test_openings_are_first_passages_of_documents_that_go_on_those_with_the_most_words_of_the_query_first(
    store: Store, encoder: FakeEncoder
) -> None:
    for name in ("jonas", "maria"):
        texts = [f"lease of {name} the tenant", "nothing may be altered"]
        passages = [Passage(name, place, 40 * place, 40 * place + len(text), text) for place, text in enumerate(texts)]
        whole = f"{texts[0]:40}{texts[1]}"
        document = Document(name, whole, name, name, "en")
        store.write(document, passages, encoder.encode_passages(texts), encoder.tokenize(texts))
    retriever = Retriever(store, Centring.none())
    found = retriever.openings(query(encoder, "what may maria the tenant alter"))
    assert [(each.document.id, each.passage.ordinal) for each in found] == [("maria", 0), ("jonas", 0)]
    only = retriever.openings(query(encoder, "what may maria alter"), Filters(documents=("jonas", "a")))
    assert [each.document.id for each in only] == ["jonas"]
