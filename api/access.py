"""Which key a request needs, decided before any of its body is read."""

import base64
import binascii
from typing import Literal, TypeAlias

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import error_response, refusal
from api.keys import Key, KeyFile, holder
from rag.errors import QuothError

Need: TypeAlias = Literal["nothing", "any key", "a key that changes"]

OPEN = frozenset({"/healthz", "/readyz"})  # what watches the service needs no key, and learns no more than that it runs
ASKING = frozenset({"/v1/ask", "/v1/ask/events", "/v1/search", "/v1/verify", "/v1/chat/completions"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})
ASKS_ONLY = "quoth.asks_only"  # in a request's scope: its key changes nothing
# Browsers ask for a name and a password, of which the password is the key; programs send it as it is.
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="Quoth", charset="UTF-8"'}


def need(method: str, path: str) -> Need:
    """What nothing is said of here changes documents, unless it only reads."""
    if method in READING:
        return "nothing" if path in OPEN else "any key"
    return "any key" if path in ASKING else "a key that changes"


class AccessCheck:
    """Lets requests through by the keys of a file, all of them where there is none."""

    def __init__(self, app: ASGIApp, keys: KeyFile | None) -> None:
        self.app = app
        self.keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        needed = need(scope["method"], scope["path"]) if scope["type"] == "http" and self.keys else "nothing"
        if needed == "nothing" or self.keys is None:
            await self.app(scope, receive, send)
            return
        try:
            keys = self.keys.keys()
        except QuothError as error:
            await refusal(error)(scope, receive, send)
            return
        if keys is None:
            await self.app(scope, receive, send)
            return
        found = holder(keys, key_of(Headers(scope=scope)) or "")
        if found is None or (needed == "a key that changes" and not found.changes):
            await _refused(found)(scope, receive, send)
            return
        await self.app({**scope, ASKS_ONLY: not found.changes}, receive, send)


def _refused(found: Key | None) -> ASGIApp:
    if found is None:
        message = "A key is needed: as `Authorization: Bearer KEY`, or in a browser as the password of any name."
        answer = error_response(401, "key_needed", message)
        answer.headers.update(_CHALLENGE)
        return answer
    return error_response(403, "asks_only", "This key lets ask and read; documents are changed with another one.")


def key_of(headers: Headers) -> str | None:
    """The key that a request brings: as a token, or as the password of any name."""
    kind, _, told = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return told.strip()
    if kind.lower() != "basic":
        return None
    try:
        _, _, password = base64.b64decode(told, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return password.strip()
