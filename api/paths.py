"""Document ids in addresses: any Unicode, slashes included, percent-encoded as one segment.

The server decodes a path before it is routed, so that the id `a/text` and the text of `a` would look the same.
What stood encoded as %2F is therefore kept apart until the id is read.
"""

from typing import Annotated
from urllib.parse import unquote

from fastapi import Depends, Path
from starlette.types import ASGIApp, Receive, Scope, Send


class EncodedIds:
    """Routes by the path as it was sent: slashes and percent signs inside a segment stay escaped."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raw = scope.get("raw_path")
        if scope["type"] == "http" and raw and b"%" in raw:
            scope["path"] = "/".join(_kept(part) for part in raw.decode("ascii", "replace").split("/"))
        await self.app(scope, receive, send)


def _kept(segment: str) -> str:
    return unquote(segment).replace("%", "%25").replace("/", "%2F")


def _decoded(id: Annotated[str, Path(description="The document's id, percent-encoded", max_length=3000)]) -> str:  # noqa: A002
    return unquote(id)


DocumentId = Annotated[str, Depends(_decoded)]
