"""Request bodies: how large, how slow, and whether JSON is really JSON, all before any work starts."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import BadBody, NeedsJson, error_response
from api.state import Limits

# A client that is still sending when it is refused would lose the answer to a reset connection, so what it
# sends is thrown away for a while (nginx calls this lingering close).
_LINGER_S = 10.0
_DEEPEST = 64


class BodyLimit:
    """Counts a body as it arrives: too large is 413, standing still is 408."""

    def __init__(self, app: ASGIApp, limits: Limits) -> None:
        self.app = app
        self.limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = self._limit(scope)
        if _declared(scope) > limit:
            await _refuse(scope, receive, send, limit)
            return
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            message = await self._next(receive, ended)
            if message["type"] == "http.request":
                arrived += len(message.get("body", b""))
                if not message.get("more_body", False):
                    ended.set()
            if arrived > limit:
                raise HTTPException(413, _too_large(limit), headers={"Connection": "close"})
            return message

        async def lingering(message: Message) -> None:
            if arrived > limit and message["type"] == "http.response.body":
                await send({**message, "more_body": True})
                if not ended.is_set():
                    await _drain(receive)
            await send(message if arrived <= limit else _last(message))

        ended = asyncio.Event()
        await self.app(scope, counted, lingering)

    async def _next(self, receive: Receive, ended: asyncio.Event) -> Message:
        if ended.is_set():  # what comes now is the end of the connection; that may take its time
            return await receive()
        try:
            return await asyncio.wait_for(receive(), self.limits.body_idle_s)
        except TimeoutError:
            seconds = f"{self.limits.body_idle_s:g}"
            raise HTTPException(
                408, f"Nothing of the body came for {seconds} s.", headers={"Connection": "close"}
            ) from None

    def _limit(self, scope: Scope) -> int:
        takes_files = scope["path"].startswith(("/v1/documents", "/v1/jobs"))
        return self.limits.upload_bytes if takes_files else self.limits.json_bytes


def _declared(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isdecimal() else 0


def _too_large(limit: int) -> str:
    size = f"{limit >> 20} MiB" if limit >= 1 << 20 else f"{limit} bytes"
    return f"The body is larger than the {size} allowed here."


async def _refuse(scope: Scope, receive: Receive, send: Send, limit: int) -> None:
    answer = error_response(413, "content_too_large", _too_large(limit))
    answer.headers["Connection"] = "close"

    async def lingering(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send(message)
            return
        await send({**message, "more_body": True})
        await _drain(receive)
        await send(_last(message))

    await answer(scope, receive, lingering)


def _last(message: Message) -> Message:
    return {**message, "body": b"", "more_body": False} if message["type"] == "http.response.body" else message


async def _drain(receive: Receive) -> None:
    try:
        async with asyncio.timeout(_LINGER_S):
            while (message := await receive())["type"] == "http.request" and message.get("more_body", False):
                pass
    except TimeoutError:
        pass


class JsonRoute(APIRoute):
    """A route whose body must be JSON that can be answered in JSON.

    Python's reader lets NaN, 1e999 and lone surrogates through; each would fail later, in the answer.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def strict(request: Request) -> Response:
            kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "application/json" and not kind.endswith("+json"):
                raise NeedsJson("Send the body as JSON, with Content-Type: application/json.")
            check_json(await request.body())
            return await handler(request)

        return strict


def check_json(body: bytes) -> None:
    """Raises BadBody for anything but clean JSON."""
    try:
        value = json.loads(body, parse_constant=_no_constant)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
        if _depth(value) > _DEEPEST:
            raise RecursionError
    except RecursionError:
        raise BadBody(f"The JSON is nested more than {_DEEPEST} deep.") from None
    except UnicodeError:
        raise BadBody("The body is not whole Unicode text in UTF-8 (a lone surrogate, perhaps).") from None
    except json.JSONDecodeError as error:
        raise BadBody(f"The body is not JSON: {error.msg} at character {error.pos}.") from None
    except ValueError:  # NaN, Infinity, 1e999, or an integer of thousands of digits
        raise BadBody("The JSON holds a number that is not finite or far too long.") from None


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [
            child
            for item in level
            if isinstance(item, (dict, list))
            for child in (item.values() if isinstance(item, dict) else item)
        ]
    return depth
