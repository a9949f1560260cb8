"""The service as one ASGI application."""

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from api.access import KEYED, AccessCheck
from api.admission import Gate
from api.asking import asking_routes
from api.bodies import BodyLimit
from api.chat import chat_routes, model_routes
from api.documents import document_routes
from api.errors import Failures, add_error_handlers
from api.facsimiles import facsimile_routes
from api.guards import HostCheck, SecurityHeaders
from api.health import health_routes
from api.jobs import job_routes
from api.metrics import Measured, metrics_routes
from api.pages import page_routes, static_files
from api.paths import EncodedIds
from api.state import State
from api.suggestions import suggestion_routes


def build_app(state: State) -> FastAPI:
    # FastAPIOffline brings Swagger UI's own files; /docs itself is ours, because theirs needs an inline script.
    app: FastAPI = FastAPIOffline(
        docs_url=None,
        redoc_url=None,
        title="Quoth",
        version=state.version,
        summary="Answers over your documents, in their own words, every quotation with its exact place.",
        generate_unique_id_function=lambda route: route.name,
    )
    add_error_handlers(app)
    limits = state.limits
    questions = Gate(limits.questions, limits.questions_waiting, limits.question_wait_s)
    for routes in (
        asking_routes(state, questions),
        chat_routes(state, questions),
        model_routes(),
        facsimile_routes(state),  # before what takes any path for an id
        document_routes(state),
        suggestion_routes(state),
        metrics_routes(state.metrics),
        page_routes(),
    ):
        app.include_router(routes, dependencies=KEYED)
    if state.jobs is not None:
        app.include_router(job_routes(state.jobs), dependencies=KEYED)
    app.include_router(health_routes(state))
    app.mount("/static", static_files(), name="static")
    # The last one added stands outermost.
    app.add_middleware(EncodedIds)
    app.add_middleware(BodyLimit, limits=state.limits)
    app.add_middleware(AccessCheck, keys=state.keys)
    app.add_middleware(HostCheck, bound=state.bound_host, allowed=state.allowed_hosts)
    app.add_middleware(Failures)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Measured, metrics=state.metrics)
    return app
