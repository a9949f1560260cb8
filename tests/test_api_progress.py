"""An answer that comes in steps is the same answer, and a refusal is the same refusal."""

import asyncio
import json
from collections.abc import Iterator
from threading import Event
from typing import Any

import httpx
import pytest
from fakes import FakeEngine, load_text, make_document
from fastapi.testclient import TestClient

from api.app import build_app
from api.state import Limits, State, opened
from rag.errors import QuestionError

QUESTION = {"question": "Who led the delegation?"}


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine([make_document("minutes", "Liu Jianchao led the delegation. 🙂 Tea was\u2028served.")])


@pytest.fixture
def app(engine: FakeEngine) -> Any:
    limits = Limits(questions=1, questions_waiting=0)
    return build_app(State(engine=opened(engine), version="9", load=load_text, limits=limits))


@pytest.fixture
def client(app: Any) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://localhost") as client:
        yield client


def events(text: str) -> list[tuple[str, Any]]:
    blocks = [block.split("\n") for block in text.split("\n\n") if block]
    return [(kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for kind, data in blocks]


def test_the_steps_come_in_order_and_the_answer_is_that_of_ask(client):
    response = client.post("/v1/ask/events", json=QUESTION)
    assert response.headers["content-type"].startswith("text/event-stream")
    *steps, (kind, answer) = events(response.text)
    assert steps == [("progress", {"step": "search"}), ("progress", {"step": "read"})]
    assert (kind, answer) == ("answer", client.post("/v1/ask", json=QUESTION).json())


def test_what_may_not_be_asked_is_refused_before_anything_is_sent(client):
    response = client.post("/v1/ask/events", json={"question": " "})
    assert (response.status_code, response.json()["error"]["type"]) == (422, "invalid_request")


@pytest.mark.parametrize(
    ("failure", "kind"), [(QuestionError("odd"), "question_error"), (ZeroDivisionError("a secret"), "internal_error")]
)
def test_a_failure_on_the_way_is_the_last_event(client, engine, failure, kind):
    engine.failure = failure
    name, told = events(client.post("/v1/ask/events", json=QUESTION).text)[-1]
    assert (name, told["error"]["type"]) == ("error", kind)
    assert "secret" not in told["error"]["message"]


def test_without_a_place_it_is_refused_by_status_and_told_when_to_come_back(app, engine):
    engine.hold = Event()

    async def scene() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            first = asyncio.create_task(client.post("/v1/ask", json=QUESTION))
            while not engine.asked:
                await asyncio.sleep(0.01)
            refused = await client.post("/v1/ask/events", json=QUESTION)
            engine.hold.set()
            await first
            return refused

    refused = asyncio.run(scene())
    assert (refused.status_code, refused.json()["error"]["type"]) == (503, "busy")
    assert int(refused.headers["Retry-After"]) >= 1


def test_a_client_that_leaves_frees_its_place_only_when_the_work_is_done(app, engine):
    engine.hold = Event()

    async def scene() -> tuple[int, int]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            leaving = asyncio.create_task(client.post("/v1/ask/events", json=QUESTION))
            while not engine.asked:
                await asyncio.sleep(0.01)
            leaving.cancel()
            await asyncio.wait([leaving])
            while_working = await client.post("/v1/ask", json=QUESTION)
            engine.hold.set()
            while (afterwards := await client.post("/v1/ask", json=QUESTION)).status_code == 503:
                await asyncio.sleep(0.01)
            return while_working.status_code, afterwards.status_code

    assert asyncio.run(scene()) == (503, 200)
