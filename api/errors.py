"""One table from error to status, one shape for every refusal: `{"error": {"type", "message"}}`.

QuothError
└── ServiceError
    ├── NotReady     the engine is still loading, or the service is stopping
    ├── Busy         more is being asked than can be answered now
    ├── JobNotFound  no job of this id, or no longer
    ├── BadBody      a request body that is not what it says
    ├── NeedsJson    a request body of another kind than JSON
    ├── KeysUnusable the file of keys, or a name for one, is not what it should be
    └── PortTaken    another program listens there (never seen over HTTP)
"""

import logging
import re
from http import HTTPStatus
from traceback import extract_tb

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag import errors as e

log = logging.getLogger("quoth.api")


class ServiceError(e.QuothError):
    pass


class NotReady(ServiceError):
    pass


class Busy(ServiceError):
    pass


class JobNotFound(ServiceError):
    pass


class BadBody(ServiceError):
    pass


class NeedsJson(ServiceError):
    pass


class KeysUnusable(ServiceError):
    pass


class PortTaken(ServiceError):
    pass


# The nearest class of an error that stands here gives its status; a test holds that each has its own row.
STATUS: dict[type[e.QuothError], int] = {
    e.QuothError: 500,
    e.SettingsError: 500,
    e.QuestionError: 422,
    e.DocumentError: 422,
    e.UnsupportedFormat: 415,
    e.UnreadableDocument: 422,
    e.DocumentTooLarge: 413,
    e.PageMissing: 404,
    e.DocumentNotFound: 404,
    e.SplitError: 500,
    e.EncoderError: 503,
    e.NotCompiled: 503,
    e.StoreError: 503,
    e.StoreMissing: 503,
    e.StoreLocked: 503,
    e.StoreDamaged: 503,
    e.StoreTooNew: 503,
    e.ModelMismatch: 503,
    e.DataSetError: 422,
    ServiceError: 500,
    NotReady: 503,
    Busy: 503,
    JobNotFound: 404,
    BadBody: 400,
    NeedsJson: 415,
    KeysUnusable: 503,
    PortTaken: 500,
}
RETRY_AFTER_S: dict[type[e.QuothError], int] = {NotReady: 2, Busy: 1, e.StoreLocked: 5}


def error_type(error: type[Exception]) -> str:
    """The name of an error on the wire: DocumentNotFound -> document_not_found."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", error.__name__).lower()


def error_response(status: int, kind: str, message: str, retry_after_s: int | None = None) -> JSONResponse:
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    # A message may repeat a name that came from outside; whatever it holds, the answer can be encoded.
    message = message.encode("utf-8", "replace").decode("utf-8")
    return JSONResponse({"error": {"type": kind, "message": message}}, status, headers)


def refusal(error: e.QuothError) -> JSONResponse:
    known = next(kind for kind in type(error).__mro__ if kind in STATUS)
    return error_response(STATUS[known], error_type(type(error)), str(error), RETRY_AFTER_S.get(known))


def error_body(error: e.QuothError) -> dict[str, str]:
    """An error as one value inside a larger answer."""
    return {"type": error_type(type(error)), "message": str(error)}


def answer_to(error: Exception) -> JSONResponse:
    """Any failure as a client may see it. One of ours is logged by where it was, never by its message: that may
    quote a document.
    """
    answer = refusal(error) if isinstance(error, e.QuothError) else _INTERNAL
    if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and not isinstance(error, ServiceError):
        log.error("%s at %s", type(error).__name__, place_of(error))
    return answer


def failure_json(error: Exception) -> str:
    """As `answer_to`, where the status is sent already."""
    return bytes(answer_to(error).body).decode()


def add_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(e.QuothError, _quoth_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)


def _quoth_error(request: Request, error: Exception) -> JSONResponse:
    return answer_to(error)


def _validation_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    field = ".".join(str(part) for part in found[0]["loc"][1:])[:100] or str(found[0]["loc"][0])
    return error_response(422, "invalid_request", f"{field}: {found[0]['msg']}{more}")


def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    # Not the status's own phrase: that of 413 differs between versions of Python.
    kind = _KINDS.get(status, "http_error")
    message = _MESSAGES.get(status, status.phrase) if error.detail == status.phrase else error.detail
    answer = error_response(status, kind, message)
    answer.headers.update(error.headers or {})
    return answer


_INTERNAL = error_response(500, "internal_error", "Quoth failed here; its log says where.")
_KINDS = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_TIMEOUT: "request_timeout",
    HTTPStatus(413): "content_too_large",
}
_MESSAGES = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address; /docs lists what there is.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not take this method; /docs lists what it takes.",
}


class Failures:
    """Turns a bug into a 500 in our shape."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            answer = answer_to(error)
            if not started:
                await answer(scope, receive, send)


def place_of(error: BaseException) -> str:
    frames = extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno} in {frames[-1].name}" if frames else "an unknown place"
