"""The page: one file of HTML for asking and for reading a source, its modules, and /docs without a CDN."""

from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.staticfiles import StaticFiles

from api.access import ASKS_ONLY

STATIC = Path(__file__).parent / "static"


def page_routes() -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/", methods=["GET", "HEAD"])
    @routes.api_route("/documents/{id:path}", methods=["GET", "HEAD"])
    def page(request: Request) -> Response:
        """The page reads its own address: `/documents/{id}#start-end` opens that source at that place."""
        if request.scope.get(ASKS_ONLY):
            told = (STATIC / "index.html").read_text(encoding="utf-8")
            return HTMLResponse(told.replace("<body ", "<body data-asks-only ", 1))
        return FileResponse(STATIC / "index.html")

    @routes.get("/docs")
    def docs() -> FileResponse:
        return FileResponse(STATIC / "docs.html")

    @routes.get("/favicon.ico")
    def icon() -> FileResponse:
        return FileResponse(STATIC / "icon.svg")

    return routes


def static_files() -> StaticFiles:
    return StaticFiles(directory=STATIC)
