"""What is counted of a service: how much, how long and what came of it, and nothing that was asked."""

import re
from collections.abc import Iterator

import pytest
from fakes import FakeEngine, load_text, make_document
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from api.app import build_app
from api.state import State, opened


@pytest.fixture
def client() -> Iterator[TestClient]:
    engine = FakeEngine([make_document("secret minutes", "Liu Jianchao led the delegation.")])
    with TestClient(
        build_app(State(opened(engine), version="0", load=load_text)), base_url="http://localhost"
    ) as client:
        yield client


def counted(client: TestClient, name: str) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(client.get("/metrics").text)
    (family,) = [each for each in families if each.name == name]
    return {tuple(each.labels.values()): each.value for each in family.samples if each.name == f"{name}_total"}


def test_requests_are_counted_by_their_route_and_status(client):
    for name in ("a", "b", "secret%20minutes"):
        client.get(f"/v1/documents/{name}")
    client.post("/v1/ask", json={"question": "Who led the delegation?"})
    client.get("/nothing/here")
    requests = counted(client, "quoth_requests")
    assert requests["GET", "/v1/documents/{id:path}", "404"] == 2
    assert requests["GET", "/v1/documents/{id:path}", "200"] == 1
    assert requests["POST", "/v1/ask", "200"] == 1
    assert requests["GET", "other", "404"] == 1


def test_answers_are_counted_however_they_are_asked_for(client):
    client.post("/v1/ask", json={"question": "Who led the delegation?"})
    client.post("/v1/ask/events", json={"question": "Who led the delegation?"})
    client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "penguin regatta 1920"}]})
    assert counted(client, "quoth_answers") == {("answered",): 2, ("not_found",): 1}


def test_times_are_told_by_route(client):
    client.post("/v1/ask", json={"question": "Who led the delegation?"})
    assert re.search(r'quoth_request_seconds_count\{route="/v1/ask"\} 1\.0', client.get("/metrics").text)


def test_nothing_that_was_asked_or_found_is_told_and_no_label_is_anyones_to_choose(client):
    client.post("/v1/ask", json={"question": "Who led the delegation of Zanzibar?"})
    for n in range(50):
        client.get(f"/v1/documents/made-up-{n}")
        client.get(f"/made-up-{n}")
        client.request(f"MADE{n}", "/v1/ask")
    told = client.get("/metrics").text
    assert not re.search("Zanzibar|Jianchao|minutes|made-up|MADE", told)
    assert told.count("quoth_requests_total{") < 12
