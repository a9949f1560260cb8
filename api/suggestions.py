"""What may be asked first."""

from collections.abc import Iterator
from contextlib import suppress

from fastapi import APIRouter

from api.state import State
from rag.engine import Engine
from rag.errors import DocumentNotFound
from rag.suggestions import Suggestion, suggestions
from rag.types import Document

_DOCUMENTS = 8  # looked into: the page shows a handful


def suggestion_routes(state: State) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["questions"])

    @routes.get("/suggestions")
    def suggest() -> dict[str, list[Suggestion]]:
        """Questions that stand in the documents and names they repeat, each a slice with its place."""
        engine = state.engine()
        documents = _first_documents(engine)
        found = [suggestions(document, engine.stretches(document.id)) for document in documents]
        return {"suggestions": [each for several in found for each in several]}

    return routes


def _first_documents(engine: Engine) -> Iterator[Document]:
    for summary in engine.documents()[:_DOCUMENTS]:
        with suppress(DocumentNotFound):  # deleted since it was listed
            yield engine.document(summary.id)
