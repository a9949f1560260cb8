"""Who may ask at all, and what a browser may do with the answer."""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import error_response

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
WILDCARDS = frozenset({"0.0.0.0", "::"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
# Swagger UI writes style attributes into its markup. Its scripts need nothing more: docs.js starts it.
DOCS_POLICY = POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")


class SecurityHeaders:
    """The headers every answer carries, refusals and failures too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = DOCS_POLICY if scope["path"] == "/docs" else POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                headers["X-Frame-Options"] = "DENY"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Cross-Origin-Resource-Policy"] = "same-origin"
                # Files of the page are asked for again each time (they carry an ETag); answers are never kept.
                headers.setdefault("Cache-Control", "no-store" if scope["path"].startswith("/v1/") else "no-cache")
            await send(message)

        await self.app(scope, receive, guarded)


class HostCheck:
    """Answers only to our own names, and lets only our own page change anything.

    Without the first, a web page could reach us by pointing its own name at this machine (DNS rebinding). Without the
    second, it could post a form to us: that needs no permission of ours (a cross-site request forgery).
    """

    def __init__(self, app: ASGIApp, bound: str, allowed: frozenset[str]) -> None:
        self.app = app
        self.configured = frozenset(host.strip("[]").rstrip(".").lower() for host in allowed)
        self.own = LOCAL_HOSTS | {bound.lower()}
        self.any_address = bound in WILDCARDS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (reason := self._refusal(scope)):
            kind, message = reason
            await error_response(403, kind, message)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[str, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self._is_ours(_name(host)):
            return "host_not_allowed", "This host name is not served; QUOTH_ALLOWED_HOSTS names those that are."
        origin = headers.get("origin")
        if scope["method"] in SAFE or origin is None or self._same_site(origin, host):
            return None
        return "cross_origin", "Another site's page may not do this."

    def _is_ours(self, name: str) -> bool:
        if "*" in self.configured or name in self.own or name in self.configured:
            return True
        # No DNS name is in play where a browser was given a bare address.
        return self.any_address and _is_address(name)

    def _same_site(self, origin: str, host: str) -> bool:
        authority = urlsplit(origin).netloc.lower()
        # Behind a proxy Host may be rewritten: a name that the operator listed is trusted as an origin too.
        return authority == host.lower() or (bool(authority) and _name(authority) in self.configured)


def _name(authority: str) -> str:
    """The host of `host`, `host:port` or `[address]:port`."""
    if authority.startswith("["):
        return authority[1:].partition("]")[0].lower()
    return authority.partition(":")[0].rstrip(".").lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
