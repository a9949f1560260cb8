"""Quoth as a model of OpenAI's chat API, for the programs that speak it: the message is the Answer's quotations.

The last message of the user is the question, those before it its history; what an assistant or a system said is not
read. Nothing is generated, so that settings of sampling have nothing to change and are passed over.
"""

import json
import secrets
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from api.admission import Gate
from api.bodies import JsonRoute
from api.chat_message import Message, message_of
from api.errors import failure_json
from api.progress import Asking
from api.schemas import MOST_CHARACTERS, MOST_TURNS, Count, FiltersSent, Language, QuestionSent
from api.state import State
from rag.errors import QuestionError
from rag.types import Answer, answer_json

MODEL = "quoth"
_MOST_MESSAGES = 2000
_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}  # no model writes, and nobody pays


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Part(_Lenient):
    type: str
    text: str = ""


class _Message(_Lenient):
    role: str
    content: str | list[_Part] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class _StreamOptions(_Lenient):
    include_usage: bool = False


class ChatSent(_Lenient):
    model: str = MODEL
    messages: Annotated[list[_Message], Field(min_length=1, max_length=_MOST_MESSAGES)]
    stream: bool = False
    stream_options: _StreamOptions | None = None
    k: Count | None = None
    language: Language | None = None
    filters: FiltersSent | None = None
    newest: bool = False

    def question(self) -> QuestionSent:
        """Raises QuestionError where nothing is asked, or too much."""
        *earlier, last = [each.text for each in self.messages if each.role == "user"] or [""]
        if not last.strip():
            raise QuestionError("the last message of the user is what is asked, and it has no words")
        if len(last) > MOST_CHARACTERS:
            raise QuestionError(f"the last message has {len(last):,} characters, the limit is {MOST_CHARACTERS:,}")
        history = [text for text in earlier if text.strip() and len(text) <= MOST_CHARACTERS]
        return QuestionSent(
            question=last,
            history=history[-MOST_TURNS:],
            k=self.k,
            language=self.language,
            filters=self.filters,
            newest=self.newest,
        )


def chat_routes(state: State, gate: Gate) -> APIRouter:
    routes = APIRouter(prefix="/v1", route_class=JsonRoute, tags=["as a chat model"])
    asking = Asking(state, gate)

    @routes.post("/chat/completions", response_model=None)
    async def chat_completions(sent: ChatSent, request: Request) -> dict[str, Any] | StreamingResponse:
        """The Answer as a message in Markdown, its quotations numbered, its sources below and in `annotations`; the
        Answer itself is its `answer`. With `stream` in chunks."""
        steps = await asking.begin(sent.question())
        base = str(request.base_url)
        if sent.stream:
            return StreamingResponse(_chunks(steps, sent, base), media_type="text/event-stream")
        async for step in steps:
            if isinstance(step, Exception):
                raise step
            if isinstance(step, Answer):
                return _completion(step, sent, base)
        raise AssertionError("an answer or an error is the last step")

    return routes


def model_routes() -> APIRouter:
    routes = APIRouter(prefix="/v1/models", tags=["as a chat model"])
    model = {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}

    @routes.get("")
    def list_models() -> dict[str, Any]:
        return {"object": "list", "data": [model]}

    @routes.get("/{id}")
    def show_model(id: Literal["quoth"]) -> dict[str, Any]:  # noqa: A002
        return model

    return routes


def _completion(answer: Answer, sent: ChatSent, base: str) -> dict[str, Any]:
    told = message_of(answer, base)
    message = {
        "role": "assistant",
        "content": "".join(told.parts),
        "refusal": None,
        "annotations": list(told.annotations),
        "answer": answer_json(answer),
    }
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    return _envelope(sent, "chat.completion") | {"choices": [choice], "usage": _USAGE}


async def _chunks(steps: AsyncIterator[Any], sent: ChatSent, base: str) -> AsyncIterator[str]:
    chunk = _envelope(sent, "chat.completion.chunk")
    yield _event(chunk | _delta({"role": "assistant", "content": ""}))
    async for step in steps:
        if isinstance(step, Exception):
            yield f"data: {failure_json(step)}\n\n"
        elif isinstance(step, Answer):
            for event in _told(message_of(step, base), step, chunk):
                yield event
            if sent.stream_options and sent.stream_options.include_usage:
                yield _event(chunk | {"choices": [], "usage": _USAGE})
    yield "data: [DONE]\n\n"


def _told(message: Message, answer: Answer, chunk: dict[str, Any]) -> list[str]:
    contents = [_event(chunk | _delta({"content": part})) for part in message.parts]
    ending = {"annotations": list(message.annotations), "answer": answer_json(answer)}
    return [*contents, _event(chunk | _delta(ending)), _event(chunk | _delta({}, "stop"))]


def _delta(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]}


def _envelope(sent: ChatSent, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{secrets.token_hex(12)}", "object": kind, "created": int(time.time()), "model": sent.model}


def _event(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"
