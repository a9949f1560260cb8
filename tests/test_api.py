"""The HTTP interface over a small engine: statuses, shapes, limits, hostile input."""

import inspect
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import fields
from threading import Event, Thread
from time import sleep
from typing import Any
from urllib.parse import quote

import pytest
from fakes import FakeEngine, load_text, make_document
from fastapi.testclient import TestClient

from api.app import build_app
from api.errors import STATUS, NotReady, error_type
from api.guards import POLICY
from api.state import Limits, State, opened
from rag import errors
from rag.engine import Engine
from rag.types import Answer, NearPassage, Quote, Stretch

TEXT = "The meeting took place in Baku on April 2. Liu Jianchao led the delegation from China. 🙂 Tea was served."
ODD_IDS = ["a/b", "a/text", "документ № 5", "100%", "%2F", "a b+c", "日本/語?x=1#y", "emoji🙂", "e\u0301", "x" * 300]
JSON = {"Content-Type": "application/json"}


def state(engine: Any, **changes: Any) -> State:
    return State(engine=opened(engine), version="9.9", load=load_text, **changes)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine([make_document("minutes", TEXT, title="Minutes", date="2024-04-02")])


@pytest.fixture
def client(engine: FakeEngine) -> Iterator[TestClient]:
    with TestClient(build_app(state(engine)), base_url="http://localhost") as client:
        yield client


def error_of(response: Any) -> tuple[int, str]:
    body = response.json()
    assert list(body) == ["error"]
    assert list(body["error"]) == ["type", "message"]
    assert body["error"]["message"]
    return response.status_code, body["error"]["type"]


# -- the contract --------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "ask",
        "search",
        "add",
        "delete",
        "documents",
        "document",
        "original",
        "has_original",
        "verify",
        "save",
        "release",
        "refresh",
        "write_refusal",
    ],
)
def test_the_fake_takes_what_the_engine_takes(name):
    taken = inspect.signature(getattr(Engine, name)).parameters
    for parameter in inspect.signature(getattr(FakeEngine, name)).parameters.values():
        # A default that is a function is another one in each.
        assert str(taken[parameter.name]).split(" = <")[0] == str(parameter).split(" = <")[0]


def test_an_answer_has_exactly_the_fields_of_the_contract_in_its_order(client):
    answer = client.post("/v1/ask", json={"question": "Who led the delegation?"}).json()
    assert list(answer) == [field.name for field in fields(Answer)]
    assert list(answer["quotes"][0]) == [field.name for field in fields(Quote)]
    assert list(answer["passages"][0]) == [field.name for field in fields(NearPassage)]


def test_every_quote_is_the_slice_it_says(client):
    answer = client.post("/v1/ask", json={"question": "Who led the delegation?"}).json()
    assert answer["status"] == "answered"
    for found in answer["quotes"]:
        assert TEXT[found["start"] : found["end"]] == found["text"]


def test_not_found_is_an_answer_with_status_200(client):
    response = client.post("/v1/ask", json={"question": "penguin regatta Lisbon 1920"})
    assert response.status_code == 200
    assert (response.json()["status"], response.json()["quotes"]) == ("not_found", [])


def test_everything_that_is_asked_with_reaches_the_engine(client, engine):
    filters = {
        "documents": ["minutes"],
        "languages": ["en"],
        "sources": ["minutes.txt"],
        "date_from": "2024-01-01",
        "date_to": "2024-12-31",
        "metadata": {"author": ["Anna", "Boris"]},
    }
    sent = {
        "question": "Who?", "history": ["What meeting?"], "k": 7, "language": "en", "filters": filters, "newest": True,
    }  # fmt: skip
    assert client.post("/v1/ask", json=sent).status_code == 200
    asked = engine.asked[0]
    assert (asked["question"], asked["history"], asked["k"], asked["language"]) == ("Who?", ["What meeting?"], 7, "en")
    assert asked["newest"] is True
    assert asked["filters"].documents == ("minutes",)
    assert asked["filters"].metadata == (("author", ("Anna", "Boris")),)
    assert (asked["filters"].date_from, asked["filters"].date_to) == ("2024-01-01", "2024-12-31")


def test_search_gives_the_passages_alone(client):
    found = client.post("/v1/search", json={"question": "delegation", "k": 1}).json()
    assert list(found) == ["passages"]
    assert TEXT[found["passages"][0]["start"] : found["passages"][0]["end"]] == found["passages"][0]["text"]


def test_verify_agrees_with_an_answer_and_finds_a_changed_word(client):
    answer = client.post("/v1/ask", json={"question": "Who led the delegation?"}).json()
    assert client.post("/v1/verify", json=answer).json() == {
        "ok": True,
        "checked": len(answer["quotes"]),
        "difference": None,
    }
    answer["quotes"][0]["text"] = "Somebody else led it."
    verdict = client.post("/v1/verify", json=answer).json()
    assert verdict["ok"] is False
    assert verdict["difference"]


def test_the_route_table_is_the_one_documented_here(client):
    operations = {
        (method, path) for path, item in client.get("/openapi.json").json()["paths"].items() for method in item
    }
    assert operations == {
        ("post", "/v1/ask"),
        ("post", "/v1/ask/events"),
        ("get", "/v1/suggestions"),
        ("post", "/v1/chat/completions"),
        ("get", "/v1/models"),
        ("get", "/v1/models/{id}"),
        ("post", "/v1/search"),
        ("post", "/v1/verify"),
        ("get", "/v1/documents"),
        ("post", "/v1/documents"),
        ("get", "/v1/documents/{id}"),
        ("put", "/v1/documents/{id}"),
        ("delete", "/v1/documents/{id}"),
        ("get", "/v1/documents/{id}/text"),
        ("get", "/v1/documents/{id}/original"),
        ("get", "/v1/documents/{id}/pages/{page}"),
        ("get", "/v1/documents/{id}/pages/{page}/picture"),
        ("get", "/healthz"),
        ("get", "/readyz"),
        ("get", "/metrics"),
    }


# -- documents -----------------------------------------------------------------


def test_documents_are_listed_by_what_they_hold(client):
    (held,) = client.get("/v1/documents").json()["documents"]
    assert client.get("/v1/documents", params={"content_hash": held["content_hash"]}).json()["documents"] == [held]
    assert client.get("/v1/documents", params={"content_hash": "0" * 64}).json()["documents"] == []
    assert client.get("/v1/documents", params={"content_hash": "no hash"}).status_code == 422


def test_a_document_tells_where_it_is_in_another_language(client, engine):
    engine.stored["both"] = make_document("both", "Twelve pumps.\n\nДвенадцать насосов.")
    engine.told["both"] = [Stretch(15, 34, "ru")]
    shown = client.get("/v1/documents/both").json()
    assert (shown["language"], shown["languages"]) == ("en", ["en", "ru"])
    assert shown["stretches"] == [{"start": 15, "end": 34, "language": "ru"}]


def test_a_document_is_added_then_unchanged_then_replaced(client):
    def put(text: str) -> Any:
        return client.put("/v1/documents/new", content=text, headers={"Content-Type": "text/plain"})

    assert [(r.status_code, r.json()) for r in (put("One."), put("One."), put("Two."))] == [
        (201, {"id": "new", "change": "added", "ocr_pages": None, "unread_pages": None}),
        (200, {"id": "new", "change": "unchanged", "ocr_pages": None, "unread_pages": None}),
        (200, {"id": "new", "change": "replaced", "ocr_pages": None, "unread_pages": None}),
    ]


def test_the_kind_of_a_file_comes_from_its_name_or_its_content_type():
    names = []

    def load(data: bytes, name: str, *, document_id: str | None = None, source: str | None = None):
        names.append(name)
        return load_text(data, name, document_id=document_id)

    app = build_app(State(engine=opened(FakeEngine()), version="0", load=load))
    with TestClient(app, base_url="http://localhost") as client:
        client.put("/v1/documents/a", content=b"x", headers={"Content-Type": "text/markdown; charset=utf-8"})
        client.put("/v1/documents/b?name=report.pdf", content=b"x", headers={"Content-Type": "text/plain"})
        client.put("/v1/documents/c.txt", content=b"x", headers={"Content-Type": "text/plain"})
        client.put("/v1/documents/d.html", content=b"x")
        client.put("/v1/documents/e", content=b"x", headers={"Content-Type": "text/rtf"})
    assert names == ["a.md", "report.pdf", "c.txt", "d.html", "e.rtf"]


def test_one_bad_file_does_not_keep_the_others_out(client, engine):
    sent = [
        ("files", ("good.txt", b"Good.")),
        ("files", ("bad.txt", b"\xff\xfe\xff")),
        ("files", ("fine.txt", b"Fine.")),
    ]
    response = client.post("/v1/documents", files=sent)
    assert response.status_code == 200
    assert [(r["name"], r["id"], r["change"]) for r in response.json()["results"]] == [
        ("good.txt", "good", "added"),
        ("bad.txt", None, None),
        ("fine.txt", "fine", "added"),
    ]
    assert response.json()["results"][1]["error"]["type"] == "unreadable_document"
    assert {"good", "fine"} <= set(engine.stored)


@pytest.mark.parametrize("document_id", ODD_IDS)
def test_any_id_works_percent_encoded(client, document_id):
    path = "/v1/documents/" + quote(document_id, safe="")
    text = f"Text of {document_id}. \r\n\ufeff🙂\u202e"
    added = client.put(path + "?name=x.txt", content=text.encode()).json()
    assert (added["id"], added["change"]) == (document_id, "added")
    assert client.get(path).json()["id"] == document_id
    assert client.get(path + "/text").content.decode() == text
    assert document_id in [document["id"] for document in client.get("/v1/documents").json()["documents"]]
    assert client.get("/documents/" + quote(document_id, safe="")).status_code == 200
    assert client.delete(path).status_code == 204
    assert error_of(client.get(path)) == (404, "document_not_found")


def test_the_text_of_one_id_is_not_the_document_of_another(client):
    client.put("/v1/documents/a?name=a.txt", content=b"text of a")
    client.put("/v1/documents/a%2Ftext?name=b.txt", content=b"another")
    assert client.get("/v1/documents/a/text").text == "text of a"
    assert client.get("/v1/documents/a%2Ftext").json()["characters"] == len("another")


def test_a_slash_in_an_id_may_also_stand_as_it_is(client):
    client.put("/v1/documents/folder%2Ffile?name=a.txt", content=b"here")
    assert client.get("/v1/documents/folder/file/text").text == "here"


def test_the_text_is_plain_utf8(client):
    response = client.get("/v1/documents/minutes/text")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text == TEXT


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v1/documents/no"), ("GET", "/v1/documents/no/text"), ("DELETE", "/v1/documents/no")]
)
def test_an_absent_document_is_404(client, method, path):
    assert error_of(client.request(method, path)) == (404, "document_not_found")


# -- refusals ------------------------------------------------------------------


def tree(kind: type[errors.QuothError]) -> set[type[errors.QuothError]]:
    return {kind}.union(*(tree(child) for child in kind.__subclasses__()))


def test_every_error_has_a_row_in_the_table():
    assert {kind for kind in tree(errors.QuothError) if kind.__module__.startswith(("rag.", "api."))} == set(STATUS)


@pytest.mark.parametrize("kind", sorted(STATUS, key=lambda kind: kind.__name__))
def test_every_error_is_answered_by_its_row(kind):
    engine = FakeEngine()
    engine.failure = kind("why")
    with TestClient(build_app(state(engine)), base_url="http://localhost") as client:
        response = client.post("/v1/ask", json={"question": "Who?"})
    assert error_of(response) == (STATUS[kind], error_type(kind))
    assert response.json()["error"]["message"] == "why"


def test_the_type_of_an_error_is_its_name_in_snake_case():
    assert error_type(errors.DocumentNotFound) == "document_not_found"
    assert error_type(errors.QuothError) == "quoth_error"


def test_a_bug_is_a_500_that_says_nothing_and_logs_no_text(engine, caplog):
    engine.failure = RuntimeError("the secret passage")
    with (
        TestClient(build_app(state(engine)), base_url="http://localhost") as client,
        caplog.at_level(logging.DEBUG),
    ):
        response = client.post("/v1/ask", json={"question": "a secret question"})
    assert error_of(response) == (500, "internal_error")
    assert response.headers["content-security-policy"] == POLICY
    assert "RuntimeError at" in caplog.text
    assert "secret" not in caplog.text + response.text


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "question"),
        ({"question": ""}, "question"),
        ({"question": " \n\u3000 "}, "question"),
        ({"question": "a" * 4001}, "question"),
        ({"question": 5}, "question"),
        ({"question": None}, "question"),
        ({"question": "a", "history": ["b"] * 51}, "history"),
        ({"question": "a", "history": ["b" * 4001]}, "history.0"),
        ({"question": "a", "history": "b"}, "history"),
        ({"question": "a", "history": [{"role": "user"}]}, "history.0"),
        ({"question": "a", "k": 0}, "k"),
        ({"question": "a", "k": 51}, "k"),
        ({"question": "a", "k": 10**18}, "k"),
        ({"question": "a", "k": "5"}, "k"),
        ({"question": "a", "k": True}, "k"),
        ({"question": "a", "language": "../../etc"}, "language"),
        ({"question": "a", "filters": {"date_from": "2024-02-30"}}, "filters.date_from"),
        ({"question": "a", "filters": {"date_to": "yesterday"}}, "filters.date_to"),
        ({"question": "a", "filters": {"document": ["x"]}}, "filters.document"),
        ({"question": "a", "filters": {"documents": ["x" * 1001]}}, "filters.documents.0"),
        ({"question": "a", "histroy": []}, "histroy"),
        ([], "body"),
        ("text", "body"),
    ],
)
def test_what_cannot_be_asked_is_422_and_names_the_field(client, engine, sent, field):
    for path in ("/v1/ask", "/v1/search"):
        response = client.post(path, json=sent)
        assert error_of(response) == (422, "invalid_request")
        assert response.json()["error"]["message"].startswith(f"{field}: ")
    assert engine.asked == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"not json",
        b'{"question": "a", "k": NaN}',
        b'{"question": "a", "k": 1e999}',
        b'{"question": "a", "k": -Infinity}',
        b'{"question": "a", "k": ' + b"9" * 100_000 + b"}",
        b'{"question": "\\ud800"}',
        b'{"question": "a", "\\udfff": 1}',
        b'{"question": "a", "history": ["\\udc00\\ud800"]}',
        b'{"question": "\xff"}',
        b'{"question": "\xed\xa0\x80"}',
        b"[" * 100_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"question":' * 50_000,
        b'{"question": "a", "filters": ' + b"[" * 200 + b"]" * 200 + b"}",
    ],
    ids=lambda body: repr(body[:30]),
)
@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search", "/v1/verify"])
def test_hostile_json_is_refused_before_work_starts(client, engine, path, body):
    assert error_of(client.post(path, content=body, headers=JSON))[0] in (400, 422)
    assert engine.asked == []


def test_a_question_may_hold_any_unicode_and_comes_back_as_it_was(client):
    for question in ("\x00 zero", "e\u0301" * 1000, "\u202eleft", "🙂" * 4000, "\ufeff\ufffe\uffff \U0010ffff"):
        response = client.post("/v1/ask", json={"question": question})
        assert (response.status_code, response.json()["question"]) == (200, question)


def test_a_body_that_is_not_json_is_415(client):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        response = client.post("/v1/ask", content=b'{"question": "a"}', headers={"Content-Type": kind})
        assert error_of(response) == (415, "needs_json")


def test_a_body_over_the_limit_is_413_whether_or_not_it_says_its_length(client, engine):
    pieces = [b"a" * 65536] * 40
    assert error_of(client.post("/v1/ask", content=b"".join(pieces), headers=JSON)) == (413, "content_too_large")
    assert error_of(client.post("/v1/ask", content=iter(pieces), headers=JSON)) == (413, "content_too_large")
    assert engine.asked == []


def test_the_limit_of_uploads_is_a_setting(engine):
    app = build_app(state(engine, limits=Limits(upload_bytes=100)))
    with TestClient(app, base_url="http://localhost") as client:
        headers = {"Content-Type": "text/plain"}
        assert client.put("/v1/documents/a", content=b"a" * 100, headers=headers).status_code == 201
        assert error_of(client.put("/v1/documents/b", content=b"a" * 101, headers=headers))[0] == 413
        assert error_of(client.put("/v1/documents/b", content=iter([b"a" * 60] * 2), headers=headers))[0] == 413
        assert error_of(client.post("/v1/documents", files={"files": ("b.txt", b"a" * 101)}))[0] == 413
    assert set(engine.stored) == {"minutes", "a"}


def test_unknown_addresses_and_methods_have_the_same_shape(client):
    assert error_of(client.get("/nothing")) == (404, "not_found")
    assert error_of(client.get("/static/../state.py")) == (404, "not_found")
    assert error_of(client.get("/static/%2e%2e/state.py")) == (404, "not_found")
    assert error_of(client.get("/v1/ask")) == (405, "method_not_allowed")
    assert error_of(client.post("/v1/documents", data={"files": "no file"})) == (422, "invalid_request")


# -- load ----------------------------------------------------------------------


def test_when_full_the_next_question_is_503_with_retry_after_and_health_still_answers():
    hold = Event()
    engine = FakeEngine([make_document("minutes", TEXT)], hold=hold)
    limits = Limits(questions=2, questions_waiting=0)
    with TestClient(build_app(state(engine, limits=limits)), base_url="http://localhost") as client:
        statuses, threads = ask_beside(client, 2)
        wait_until(lambda: len(engine.asked) == 2)
        refused = client.post("/v1/ask", json={"question": "Who led?"})
        assert error_of(refused) == (503, "busy")
        assert int(refused.headers["retry-after"]) >= 1
        assert client.get("/healthz").status_code == client.get("/readyz").status_code == 200
        hold.set()
        join(threads)
        assert statuses == [200, 200]
        assert client.post("/v1/ask", json={"question": "Who led?"}).status_code == 200


def test_a_few_more_questions_wait_for_a_place_and_are_answered():
    hold = Event()
    engine = FakeEngine([make_document("minutes", TEXT)], hold=hold)
    limits = Limits(questions=1, questions_waiting=3, question_wait_s=10)
    with TestClient(build_app(state(engine, limits=limits)), base_url="http://localhost") as client:
        statuses, threads = ask_beside(client, 4)
        wait_until(lambda: len(engine.asked) == 1)
        hold.set()
        join(threads)
        assert statuses == [200] * 4


def ask_beside(client: TestClient, count: int) -> tuple[list[int], list[Thread]]:
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(client.post("/v1/ask", json={"question": "Who led?"}).status_code)

    threads = [Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    return statuses, threads


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(500):
        if true():
            return
        sleep(0.01)
    raise AssertionError("it did not come about within 5 s")


def join(threads: list[Thread]) -> None:
    for thread in threads:
        thread.join()


def test_a_question_that_waits_too_long_for_a_place_is_503():
    hold = Event()
    limits = Limits(questions=1, questions_waiting=5, question_wait_s=0.05)
    engine = FakeEngine([make_document("minutes", TEXT)], hold=hold)
    with TestClient(build_app(state(engine, limits=limits)), base_url="http://localhost") as client:
        first = Thread(target=lambda: client.post("/v1/ask", json={"question": "Who led?"}))
        first.start()
        wait_until(lambda: bool(engine.asked))
        assert error_of(client.post("/v1/search", json={"question": "Who?"})) == (503, "busy")
        hold.set()
        first.join()


# -- readiness -----------------------------------------------------------------


def test_while_the_engine_loads_the_page_and_health_answer_and_the_rest_says_come_back():
    def loading(wait_s: float = 0.0) -> Engine:
        raise NotReady("Quoth is still loading.")

    with TestClient(build_app(State(engine=loading, version="9.9")), base_url="http://localhost") as client:
        assert client.get("/").status_code == 200
        assert client.get("/healthz").json() == {"status": "ok", "version": "9.9"}
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (503, "not_ready")
        for response in (client.get("/v1/documents"), client.post("/v1/ask", json={"question": "Who?"})):
            assert error_of(response) == (503, "not_ready")
            assert int(response.headers["retry-after"]) >= 1


def test_readiness_says_when_documents_cannot_be_added(engine):
    app = build_app(state(engine, write_refusal=lambda: "The folder is read-only."))
    with TestClient(app, base_url="http://localhost") as client:
        response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"status": "ready", "writable": False, "message": "The folder is read-only."}


# -- browsers ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/static/app.js"),
        ("GET", "/v1/documents"),
        ("GET", "/nothing"),
        ("POST", "/v1/ask"),
        ("GET", "/docs"),
    ],
)
def test_every_answer_carries_the_security_headers(client, method, path):
    headers = client.request(method, path).headers
    expected = POLICY if path != "/docs" else POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    assert headers["content-security-policy"] == expected
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert not [name for name in headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example:8000",
        "",
        "[::2]",
        "10.0.0.5",
        "localhost@evil.example",
    ],
)
def test_a_foreign_host_name_is_refused(client, host):
    response = client.get("/v1/documents", headers={"Host": host})
    assert error_of(response) == (403, "host_not_allowed")
    assert "content-security-policy" in response.headers


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:80", "[::1]:8000", "[::1]", "localhost."])
def test_this_machines_own_names_are_served(client, host):
    assert client.get("/v1/documents", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("changes", "host", "status"),
    [
        ({"allowed_hosts": frozenset({"quoth.example"})}, "quoth.example:443", 200),
        ({"allowed_hosts": frozenset({"quoth.example"})}, "evil.example", 403),
        ({"allowed_hosts": frozenset({"*"})}, "any.example", 200),
        ({"bound_host": "192.168.1.5"}, "192.168.1.5:8000", 200),
        ({"bound_host": "192.168.1.5"}, "10.0.0.5:8000", 403),
        ({"bound_host": "0.0.0.0"}, "10.0.0.5:8000", 200),
        ({"bound_host": "::"}, "[fd00::1]:8000", 200),
        ({"bound_host": "0.0.0.0"}, "evil.example", 403),
    ],
)
def test_more_host_names_are_a_setting(engine, changes, host, status):
    with TestClient(build_app(state(engine, **changes)), base_url="http://localhost") as client:
        assert client.get("/healthz", headers={"Host": host}).status_code == status


def test_another_sites_page_cannot_change_anything(client, engine):
    for origin in ("http://evil.example", "null", "http://localhost:3000", "http://127.0.0.1:3000"):
        sent = client.post("/v1/documents", files={"files": ("a.txt", b"a")}, headers={"Origin": origin})
        assert error_of(sent) == (403, "cross_origin")
        assert error_of(client.delete("/v1/documents/minutes", headers={"Origin": origin})) == (403, "cross_origin")
    assert set(engine.stored) == {"minutes"}
    assert client.delete("/v1/documents/minutes", headers={"Origin": "http://localhost"}).status_code == 204


def test_the_page_and_the_docs_load_nothing_from_elsewhere(client):
    for path in ("/", "/documents/minutes", "/docs"):
        html = client.get(path).text
        assert "//" not in html.replace("<!doctype", "")
        assert "<style" not in html
        assert " style=" not in html
        assert html.count("<script") == html.count("<script src=") + html.count('<script type="module" src=')


def test_a_log_holds_no_question(client, caplog):
    with caplog.at_level(logging.DEBUG):
        client.post("/v1/ask", json={"question": "a very private question"})
        client.post("/v1/ask", json={"question": "a very private question", "k": 99})
    assert "private" not in caplog.text


def test_openapi_describes_the_answer(client):
    schema = json.dumps(client.get("/openapi.json").json())
    for name in ("Answer", "Quote", "NearPassage", "Verdict", "DocumentSummary", "QuestionSent"):
        assert f'"{name}"' in schema
