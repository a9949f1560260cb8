"""Questions: ask, search, verify."""

from typing import Any

from fastapi import APIRouter, Depends

from api.admission import Gate
from api.bodies import JsonRoute
from api.progress import add_progress, answered
from api.schemas import QuestionSent
from api.state import State
from rag.types import Answer, NearPassage, Verdict


def asking_routes(state: State, gate: Gate) -> APIRouter:
    limits = state.limits
    # scope="function": the place is free when the answer is found, not when a slow client has read it.
    admitted = [Depends(gate.admit, scope="function")]
    routes = APIRouter(prefix="/v1", route_class=JsonRoute, tags=["questions"])

    @routes.post("/ask", dependencies=admitted)
    def ask(sent: QuestionSent) -> Answer:
        """The answer in the documents' own words, or `not_found`."""
        return answered(state, sent)

    @routes.post("/search", dependencies=admitted)
    def search(sent: QuestionSent) -> dict[str, tuple[NearPassage, ...]]:
        """The nearest passages alone, best first."""
        return {"passages": state.engine(limits.loading_wait_s).search(sent.question, **sent.asked_with())}

    @routes.post("/verify", dependencies=admitted)
    def verify(answer: dict[str, Any]) -> Verdict:
        """Whether every quotation of an Answer JSON still stands where it says."""
        return state.engine(limits.loading_wait_s).verify(answer)

    add_progress(routes, state, gate)
    return routes
