"""The pages of a document as they were printed, and the file that they are in."""

from pathlib import PurePath
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Response

from api.admission import Gate
from api.paths import DocumentId
from api.state import State
from rag.documents import facsimile, originals, pdf
from rag.documents.facsimile import Facsimile
from rag.errors import PageMissing
from rag.types import Document, Original

Page = Annotated[int, Path(ge=1, description="Counted from 1")]
Width = Annotated[int, Query(ge=100, le=3000, description="Of the picture, in pixels")]
Stretch = Annotated[str, Query(pattern=r"^\d{1,15}-\d{1,15}$")]
Stretches = Annotated[list[Stretch], Query(max_length=200, description="start-end: where is this stretch of the text?")]


def facsimile_routes(state: State) -> APIRouter:
    limits = state.limits
    gate = Gate(limits.questions, limits.questions_waiting, limits.question_wait_s)
    routes = APIRouter(prefix="/v1/documents", tags=["documents"], dependencies=[Depends(gate.admit, scope="function")])

    @routes.get(
        "/{id:path}/pages/{page}/picture", response_class=Response, responses={200: {"content": {"image/png": {}}}}
    )
    def page_picture(id: DocumentId, page: Page, width: Width = 1200) -> Response:  # noqa: A002
        """A page as it was printed, a PNG."""
        document, kept = _opened(state, id)
        png = facsimile.picture(originals.bytes_of(kept), document, page, width, kept.recognized)
        return Response(png, media_type="image/png")

    @routes.get("/{id:path}/pages/{page}")
    def page_places(id: DocumentId, page: Page, mark: Stretches = []) -> Facsimile:  # noqa: A002, B006
        """Where a page's text begins and ends, and where on the printed page stretches of it stand."""
        document, kept = _opened(state, id)
        return facsimile.facsimile(originals.bytes_of(kept), document, page, map(_ends, mark), kept.recognized)

    @routes.get("/{id:path}/original", response_class=Response, responses={200: {"content": {pdf.MEDIA_TYPE: {}}}})
    def original(id: DocumentId) -> Response:  # noqa: A002
        """The file as it was when the document was added."""
        document, kept = _opened(state, id)
        name = quote(PurePath(document.source).name or document.id)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(originals.bytes_of(kept), media_type=document.media_type, headers=headers)

    return routes


def _ends(stretch: str) -> tuple[int, int]:
    start, end = stretch.split("-")
    return int(start), int(end)


def _opened(state: State, document_id: str) -> tuple[Document, Original]:
    engine = state.engine()
    document, kept = engine.document(document_id), engine.original(document_id)
    if kept is None:
        raise PageMissing(
            f"the pages of {document_id} cannot be shown: only those of PDFs and pictures can, where Quoth knows their "
            "file; if it is one of these, add it again"
        )
    return document, kept
