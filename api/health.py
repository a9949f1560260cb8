"""Whether the service lives, and whether it can work."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.errors import RETRY_AFTER_S, NotReady
from api.state import State


def health_routes(state: State) -> APIRouter:
    routes = APIRouter(tags=["health"])

    # Both are coroutines that wait for nothing, so that they answer however busy the thread pool is.
    @routes.get("/healthz")
    async def alive() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok", "version": state.version}

    @routes.get("/readyz", responses={503: {"description": "Loading, stopping, or the store can be used no more"}})
    async def ready() -> JSONResponse:
        """Questions are answered; `writable` says whether documents can be added as well."""
        try:
            state.engine()
        except NotReady as error:
            headers = {"Retry-After": str(RETRY_AFTER_S[NotReady])}
            return JSONResponse(_readiness("not_ready", False, str(error)), 503, headers)
        if trouble := state.trouble():
            return JSONResponse(_readiness("not_ready", False, trouble), 503)
        refused = state.write_refusal()
        return JSONResponse(_readiness("ready", refused is None, refused))

    return routes


def _readiness(status: str, writable: bool, message: str | None) -> dict[str, Any]:
    return {"status": status, "writable": writable, "message": message}
