"""Assistants that speak the Model Context Protocol get the same quotations, and reasons for what is refused."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from fakes import FakeEngine, make_document
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from api.mcp import mcp_server
from rag.errors import StoreMissing
from rag.types import answer_json

TEXT = "The meeting took place in Baku. Liu Jianchao led the delegation. 🙂 Tea was served."


def called(engine: Callable[[], Any], tool: str, **arguments: Any) -> Any:
    async def call() -> Any:
        async with Client(mcp_server(engine, "9.9")) as client:
            return await client.call_tool(tool, arguments)

    return anyio.run(call)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine([make_document("minutes", TEXT), make_document("other", "Nobody led anything.")])


def test_an_answer_is_that_of_the_engine_with_its_places(engine: FakeEngine) -> None:
    told = called(lambda: engine, "ask", question="Who led the delegation?", history=["What meeting?"])
    assert not told.is_error
    assert told.structured_content["quotes"][0]["text"] == "Liu Jianchao led the delegation."
    expected = answer_json(engine.ask("Who led the delegation?", history=["What meeting?"]))
    assert told.structured_content == json.loads(json.dumps(expected))


def test_documents_and_languages_that_are_chosen_are_asked_alone(engine: FakeEngine) -> None:
    called(lambda: engine, "ask", question="Who led?", documents=["other"], language="en")
    filters = engine.asked[-1]["filters"]
    assert (filters.documents, filters.languages) == (("other",), ("en",))
    called(lambda: engine, "search", question="Who led?")
    assert engine.asked[-1]["filters"] is None


def test_a_stretch_of_a_text_is_the_slice_that_is_asked_for(engine: FakeEngine) -> None:
    told = called(lambda: engine, "text", document_id="minutes", start=4, end=11).structured_content
    assert (told["text"], told["start"], told["end"]) == (TEXT[4:11], 4, 11)
    long = FakeEngine([make_document("long", "x" * 50_000)])
    assert len(called(lambda: long, "text", document_id="long").structured_content["text"]) == 20_000


def test_an_answer_is_verified_and_documents_are_listed(engine: FakeEngine) -> None:
    answer = called(lambda: engine, "ask", question="Who led the delegation?").structured_content
    assert called(lambda: engine, "verify", answer=answer).structured_content["ok"] is True
    answer["quotes"][0]["text"] = "Somebody else led it."
    assert called(lambda: engine, "verify", answer=answer).structured_content["ok"] is False
    listed = called(lambda: engine, "documents").structured_content["documents"]
    assert [each["id"] for each in listed] == ["minutes", "other"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"document_id": "nobody"}, "nobody"),
        ({"document_id": "minutes", "start": 900}, "nothing stands from 900 to None: the text has 82"),
    ],
)
def test_what_is_refused_is_told_with_its_reason(engine: FakeEngine, arguments: dict[str, Any], reason: str) -> None:
    told = called(lambda: engine, "text", **arguments)
    assert told.is_error
    assert reason in told.content[0].text


def test_an_index_that_is_not_there_is_the_reason_of_every_refusal() -> None:
    def missing() -> Any:
        raise StoreMissing("there is no index here: run `quoth add PATH`")

    told = called(missing, "ask", question="Who?")
    assert told.is_error
    assert "run `quoth add PATH`" in told.content[0].text


def test_the_command_speaks_the_protocol_and_nothing_else_on_its_output(tmp_path: Path) -> None:
    command = StdioServerParameters(
        command=sys.executable, args=["-c", "from api.command import main; main()", "mcp", "--store", str(tmp_path)]
    )

    async def call() -> Any:
        async with Client(stdio_client(command)) as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            return names, await client.call_tool("ask", {"question": "Who?"})

    names, told = anyio.run(call)
    assert names == ["ask", "search", "documents", "text", "verify"]
    assert told.is_error
    assert "there is no index in" in told.content[0].text


def test_without_the_extra_it_is_said_what_to_install(tmp_path: Path) -> None:
    code = "import sys; sys.modules['mcp'] = None; from api.command import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", code, "mcp", "--store", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "quoth: `quoth mcp` needs the package mcp: run `pip install '.[mcp]'` in the folder of Quoth\n"
