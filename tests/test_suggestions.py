"""What may be asked first is taken from the documents, never made up."""

import pytest
from fakes import FakeEngine, load_text, make_document
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from api.app import build_app
from api.state import State, opened
from rag.suggestions import suggestions
from rag.types import DocumentSummary, Stretch


def texts(text: str, **fields: str) -> list[str]:
    return [found.text for found in suggestions(make_document("d", text, **fields))]


@given(st.text(alphabet="Aa Bé?؟.\n🙂漢" + "\u0301", max_size=200))
def test_every_suggestion_is_a_slice_of_its_document(text: str) -> None:
    for found in suggestions(make_document("d", text)):
        assert text[found.start : found.end] == found.text


@pytest.mark.parametrize(
    ("language", "text", "question"),
    [
        ("en", "Terms. How long is the warranty? Two years.", "How long is the warranty?"),
        ("en", "I asked.\n\n> How long is the warranty?\n\nTwo years.", "How long is the warranty?"),
        ("en", "Terms\n\n## How long is the warranty?\n\nTwo years.", "How long is the warranty?"),
        ("es", "Notas.\n\n- ¿Cuánto dura la garantía?\n\nDos.", "¿Cuánto dura la garantía?"),
        ("ar", "مقدمة. متى يفتح المكتب أبوابه؟ في التاسعة.", "متى يفتح المكتب أبوابه؟"),
        ("zh", "说明。这台机器的保修期到底有多长时间？两年。", "这台机器的保修期到底有多长时间？"),
    ],
)
def test_a_question_that_stands_in_the_document_is_suggested(language: str, text: str, question: str) -> None:
    assert texts(text, language=language) == [question]


def test_without_questions_it_is_the_name_repeated_most() -> None:
    told = "Minutes. Today Ana Silva spoke. Then Bo Lind and Ana Silva left. They met Bo Lind, and Ana Silva sang."
    assert texts(told) == ["Ana Silva"]


def test_the_capital_that_begins_a_sentence_makes_no_name() -> None:
    assert texts("The Harbour opened. The Harbour closed. Quiet Harbour waits. Quiet Harbour sleeps.") == []


def test_a_document_with_neither_suggests_nothing() -> None:
    assert texts("nothing here is named, and nothing is asked.") == []


def test_the_service_suggests_from_what_it_holds() -> None:
    asked = make_document("faq", "Who pays? Why is the office closed today? It rains.")
    app = build_app(State(engine=opened(FakeEngine([asked])), version="0", load=load_text))
    with TestClient(app, base_url="http://localhost") as client:
        (found,) = client.get("/v1/suggestions").json()["suggestions"]
    assert found["text"] == "Why is the office closed today?" == asked.text[found["start"] : found["end"]]


def test_a_document_deleted_since_it_was_listed_suggests_nothing() -> None:
    class Deleting(FakeEngine):
        def documents(self, content_hash: str | None = None) -> tuple[DocumentSummary, ...]:
            listed = super().documents(content_hash)
            self.stored.pop("gone", None)
            return listed

    held = [make_document("gone", "Who is not here any more?"), make_document("faq", "Who pays for all of this?")]
    app = build_app(State(engine=opened(Deleting(held)), version="0", load=load_text))
    with TestClient(app, base_url="http://localhost") as client:
        answer = client.get("/v1/suggestions")
    assert answer.status_code == 200
    assert [found["document_id"] for found in answer.json()["suggestions"]] == ["faq"]


def test_a_question_is_in_the_language_of_its_stretch() -> None:
    text = "Where is the key? It hangs by the door.\n\nГде лежит ключ? Он висит у двери."
    both = suggestions(make_document("d", text), [Stretch(text.index("Где"), len(text), "ru")])
    assert [(found.text, found.language) for found in both] == [("Where is the key?", "en"), ("Где лежит ключ?", "ru")]
