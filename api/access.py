"""Which key a request needs, decided before any of its body is read."""

import base64
import binascii
from typing import Literal, TypeAlias

from fastapi import Security
from fastapi.security import HTTPBearer
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import error_response, refusal
from api.guards import SAFE
from api.keys import KeyFile, holder
from rag.errors import QuothError

Need: TypeAlias = Literal["nothing", "any key", "a key that changes"]

OPEN = frozenset({"/healthz", "/readyz"})  # what watches the service needs no key, and learns no more than that it runs
ASKING = frozenset({"/v1/ask", "/v1/ask/events", "/v1/search", "/v1/verify", "/v1/chat/completions"})
ASKS_ONLY = "quoth.asks_only"  # in a request's scope: its key changes nothing
# Tells readers of the OpenAPI description how keys are sent; it is AccessCheck that looks at them.
KEYED = [
    Security(
        HTTPBearer(auto_error=False, scheme_name="key", description="Needed once the service has keys (`quoth keys`).")
    )
]
# Browsers ask for a name and a password, of which the password is the key; programs send it as it is.
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="Quoth", charset="UTF-8"'}


def need(method: str, path: str) -> Need:
    """What nothing is said of here changes documents, unless it only reads."""
    if method in SAFE:
        return "nothing" if path in OPEN else "any key"
    return "any key" if path in ASKING else "a key that changes"


class AccessCheck:
    """Lets requests through by the keys of a file, all of them where there is none."""

    def __init__(self, app: ASGIApp, keys: KeyFile | None) -> None:
        self.app = app
        self.keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (refused := self._refused(scope)):
            await refused(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _refused(self, scope: Scope) -> Response | None:
        """The answer to a request whose key does not suffice; of one that is let in it notes what its key may."""
        needed = need(scope["method"], scope["path"])
        try:
            keys = self.keys.keys() if self.keys and needed != "nothing" else None
        except QuothError as error:
            return refusal(error)
        if keys is None:
            return None
        found = holder(keys, key_of(Headers(scope=scope)))
        if found is None:
            message = "A key is needed: as `Authorization: Bearer KEY`, or in a browser as the password of any name."
            answer = error_response(401, "key_needed", message)
            answer.headers.update(_CHALLENGE)
            return answer
        if needed == "a key that changes" and not found.changes:
            message = "This key lets ask and read; documents are changed with another one."
            return error_response(403, "asks_only", message)
        scope[ASKS_ONLY] = not found.changes
        return None


def key_of(headers: Headers) -> str:
    """The key that a request brings, as a token or as the password of any name; empty where it brings none."""
    kind, _, told = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return told.strip()
    if kind.lower() != "basic":
        return ""
    try:
        _, _, password = base64.b64decode(told, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return password.strip()
