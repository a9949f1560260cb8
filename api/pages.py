"""The page: one file of HTML for asking and for reading a source, its modules, and /docs without a CDN."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

STATIC = Path(__file__).parent / "static"


def page_routes() -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/", methods=["GET", "HEAD"])
    @routes.api_route("/documents/{id:path}", methods=["GET", "HEAD"])
    def page() -> FileResponse:
        """The page reads its own address: `/documents/{id}#start-end` opens that source at that place."""
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
