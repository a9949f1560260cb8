"""Quoth as tools of the Model Context Protocol, for assistants: `quoth mcp`, over standard input and output.

What a tool gives is what HTTP gives: the Answer with its quotations, each a slice of its document.
"""

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import TYPE_CHECKING, Any

from api.errors import NotReady
from api.loading import EngineLoader
from rag.engine import Engine
from rag.errors import QuestionError, QuothError
from rag.types import Filters, answer_json

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

_LONGEST_START_S = 120.0
_LONGEST = 20_000  # characters of a document that are given at once
_INSTRUCTIONS = (
    "Quoth answers from the user's own documents, in their own words. Quote what it gives letter by letter, with its "
    "source; where its status is not_found, say that the documents do not say."
)


def serve_tools(factory: Callable[[], Engine], version: str) -> None:
    """Until its input ends. Needs the extra `mcp`: raises ModuleNotFoundError."""
    loader = EngineLoader(factory)
    server = mcp_server(lambda: _loaded(loader), version)
    loader.start(on_ready=lambda: None, on_failure=lambda: None)
    server.run("stdio")


def _loaded(loader: EngineLoader) -> Engine:
    """The first start may take a minute, for its models are compiled. Raises what kept it from loading, or NotReady."""
    try:
        return loader(_LONGEST_START_S)
    except NotReady as error:
        raise loader.error or error from None


def mcp_server(engine: Callable[[], Engine], version: str) -> "MCPServer":
    """`engine` may wait for one that is loading."""
    from mcp.server.mcpserver import MCPServer

    server = MCPServer("quoth", version=version, instructions=_INSTRUCTIONS, log_level="WARNING")

    @server.tool()
    @_with_reasons
    def ask(
        question: str, history: list[str] | None = None, documents: list[str] | None = None, language: str | None = None
    ) -> dict[str, Any]:
        """Quotations of the documents that answer a question in any language, best first, each with its exact place.

        `history`: earlier questions, oldest first, for one that leans on them. `documents`: ids, to ask these alone.
        `language`: of passages, to be answered in that alone. `confidence`: how likely the first quotation is right.
        """
        answer = engine().ask(question, history=history or [], filters=_filters(documents, language))
        return answer_json(answer)

    @server.tool()
    @_with_reasons
    def search(question: str, documents: list[str] | None = None, language: str | None = None) -> dict[str, Any]:
        """The passages nearest to a question, best first, whether they answer it or not."""
        found = engine().search(question, filters=_filters(documents, language))
        return {"passages": [asdict(passage) for passage in found]}

    @server.tool()
    @_with_reasons
    def documents() -> dict[str, Any]:
        """Which documents there are: id, title, source, languages, date and length of each."""
        return {"documents": [asdict(document) for document in engine().documents()]}

    @server.tool()
    @_with_reasons
    def text(document_id: str, start: int = 0, end: int | None = None) -> dict[str, Any]:
        """A stretch of a document, counted in characters as the places of quotations are."""
        document = engine().document(document_id)
        length = len(document.text)
        last = min(length if end is None else end, length, start + _LONGEST)
        if not 0 <= start < last:
            raise QuestionError(f"nothing stands from {start} to {end}: the text has {length} characters")
        return {"text": document.text[start:last], "start": start, "end": last, "characters": length}

    @server.tool()
    @_with_reasons
    def verify(answer: dict[str, Any]) -> dict[str, Any]:
        """Whether every quotation of an answer still stands where it says."""
        return asdict(engine().verify(answer))

    return server


def _with_reasons(tool: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """What Quoth refuses is told to the assistant, and not logged as a failure of the tool."""
    from mcp.server.mcpserver.exceptions import ToolError

    @wraps(tool)
    def told(*arguments: Any, **named: Any) -> dict[str, Any]:
        try:
            return tool(*arguments, **named)
        except QuothError as error:
            raise ToolError(str(error)) from error

    return told


def _filters(documents: list[str] | None, language: str | None) -> Filters | None:
    chosen = Filters(documents=tuple(documents or ()), languages=(language,) if language else ())
    return None if chosen == Filters() else chosen
