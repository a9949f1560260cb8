"""`quoth`, whole: the commands of rag.cli and `serve`. Here because the library never imports the service."""

import sys
from functools import partial
from typing import Annotated, TextIO

import typer

import rag.upkeep_commands  # noqa: F401  # adds doctor, rebuild, compact, export and import to the app
from api.key_commands import key_file  # and adds keys to the app
from api.state import load_document
from rag import __version__
from rag.assembly import make_ocr, open_engine
from rag.cli import StoreOption, app, main
from rag.config import Settings
from rag.encoders.bundled import Progress
from rag.engine import Engine
from rag.errors import SettingsError

__all__ = ["main"]


def _lines(into: TextIO | None = None) -> Progress:
    """A line as each stage begins: a service's log is no place for a bar."""
    begun: set[str] = set()

    def tell(what: str, done: float) -> None:
        if what not in begun:
            begun.add(what)
            print(f"{what} (once, for the next starts)", file=into, flush=True)

    return tell


def _warm(engine: Engine) -> Engine:
    """Ready means ready: what loads at the first question is loaded before."""
    engine.warm()
    return engine


@app.command()
def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on (QUOTH_HOST).")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port to listen on (QUOTH_PORT).")] = None,
    store: StoreOption = None,
) -> None:
    """Serve the page and the HTTP API."""
    from api import server

    settings = Settings.load(store=store, host=host, port=port)
    server.serve(
        lambda: _warm(open_engine(settings, _lines())),
        settings.host,
        settings.port,
        version=__version__,
        jobs=settings.store / "jobs",
        keys=key_file(settings),
        load=partial(load_document, ocr=make_ocr(settings)),
        allowed_hosts=[name.strip() for name in settings.allowed_hosts.split(",") if name.strip()],
    )


@app.command()
def mcp(store: StoreOption = None) -> None:
    """Serve the tools of the Model Context Protocol to an assistant, over standard input and output."""
    from api.mcp import serve_tools

    settings = Settings.load(store=store)
    try:
        serve_tools(lambda: _warm(open_engine(settings, _lines(sys.stderr))), __version__)
    except ModuleNotFoundError as error:
        raise SettingsError(
            "`quoth mcp` needs the package mcp: run `pip install '.[mcp]'` in the folder of Quoth"
        ) from error
