"""What may be asked first."""

from fastapi import APIRouter

from api.state import State
from rag.suggestions import Suggestion, suggestions

_DOCUMENTS = 8  # looked into: the page shows a handful


def suggestion_routes(state: State) -> APIRouter:
    routes = APIRouter(prefix="/v1", tags=["questions"])

    @routes.get("/suggestions")
    def suggest() -> dict[str, list[Suggestion]]:
        """Questions that stand in the documents and names they repeat, each a slice with its place."""
        engine = state.engine()
        documents = (engine.document(summary.id) for summary in engine.documents()[:_DOCUMENTS])
        return {"suggestions": [found for document in documents for found in suggestions(document)]}

    return routes
