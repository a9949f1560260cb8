"""What a monitoring system may know of the service, in Prometheus' format: counts and times, never what was asked."""

from time import perf_counter

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.types import Answer

_SECONDS = (0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30)
_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")
_OTHER = "other"  # whatever has no route: labels are of a fixed number, whatever comes


class Metrics:
    """Of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "quoth_requests", "Requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "quoth_request_seconds",
            "Until the whole answer was sent.",
            ["route"],
            registry=self.registry,
            buckets=_SECONDS,
        )
        self.answers = Counter(
            "quoth_answers", "Questions answered, and not found.", ["status"], registry=self.registry
        )

    def counted(self, answer: Answer) -> Answer:
        self.answers.labels(answer.status).inc()
        return answer


class Measured:
    """Counts and times every request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        begun = perf_counter()
        try:
            await self.app(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", _OTHER)
            method = scope["method"] if scope["method"] in _METHODS else _OTHER
            self.metrics.requests.labels(method, route, str(status)).inc()
            self.metrics.seconds.labels(route).observe(perf_counter() - begun)


def metrics_routes(metrics: Metrics) -> APIRouter:
    routes = APIRouter(tags=["health"])

    @routes.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    def show_metrics() -> Response:
        """Requests by route and status, times, answers found and not, memory and CPU: for Prometheus."""
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return routes
