"""Documents: list, read, add, replace, delete."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Query, Request, Response, UploadFile

from api.admission import Gate
from api.errors import error_body
from api.paths import DocumentId
from api.state import State
from rag import page_numbers
from rag.documents import (
    doc,
    docx,
    eml,
    epub,
    mbox,
    mhtml,
    msg,
    opendocument,
    pdf,
    picture,
    ppt,
    pptx,
    rtf,
    subtitles,
    xls,
    xlsx,
)
from rag.engine import Engine
from rag.errors import DocumentNotFound, QuothError
from rag.types import Document, DocumentSummary, Heading, Stretch

_PICTURED = (page_numbers.OCR, page_numbers.UNREAD)
ENDINGS = {
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    pdf.MEDIA_TYPE: ".pdf",
    doc.MEDIA_TYPE: ".doc",
    docx.MEDIA_TYPE: ".docx",
    xlsx.MEDIA_TYPE: ".xlsx",
    xls.MEDIA_TYPE: ".xls",
    pptx.MEDIA_TYPE: ".pptx",
    ppt.MEDIA_TYPE: ".ppt",
    epub.MEDIA_TYPE: ".epub",
    eml.MEDIA_TYPE: ".eml",
    msg.MEDIA_TYPE: ".msg",
    mbox.MEDIA_TYPE: ".mbox",
    mhtml.MEDIA_TYPE: ".mhtml",
    rtf.MEDIA_TYPE: ".rtf",
    "text/rtf": ".rtf",
    subtitles.MEDIA_TYPE: ".vtt",
    "application/x-subrip": ".srt",
    **{media_type: ending for types in (opendocument, picture) for ending, media_type in types.MEDIA_TYPES.items()},
}


ContentHash = Annotated[str | None, Query(pattern="^[0-9a-f]{64}$", description="SHA-256 as the list gives it")]


async def _whole_body(request: Request) -> bytes:
    return await request.body()


def document_routes(state: State) -> APIRouter:
    routes = APIRouter(prefix="/v1/documents", tags=["documents"])
    _add_reading(routes, state)
    _add_writing(routes, state)
    return routes


def _add_reading(routes: APIRouter, state: State) -> None:
    @routes.get("")
    def list_documents(content_hash: ContentHash = None) -> dict[str, tuple[DocumentSummary, ...]]:
        """Every document, or those of this content."""
        return {"documents": state.engine().documents(content_hash)}

    @routes.get("/{id:path}/text")
    def document_text(id: DocumentId) -> Response:  # noqa: A002
        """The text that every offset points into, byte for byte."""
        return Response(state.engine().document(id).text.encode(), media_type="text/plain; charset=utf-8")

    @routes.get("/{id:path}")
    def show_document(id: DocumentId) -> dict[str, Any]:  # noqa: A002
        """What the list says of a document, the places of its pages, headings and other languages, and whether its
        pages can be shown as they were `printed`."""
        engine = state.engine()
        document = engine.document(id)
        is_printed = bool(document.pages) and engine.has_original(id)
        return _shown(document, _summary(engine.documents(), id), engine.stretches(id), is_printed=is_printed)


def _add_writing(routes: APIRouter, state: State) -> None:
    limits = state.limits
    gate = Gate(limits.uploads, limits.uploads_waiting, limits.upload_wait_s)
    admitted = [Depends(gate.admit, scope="function")]

    @routes.post("", dependencies=admitted)
    def add_documents(files: Annotated[list[UploadFile], File()]) -> dict[str, list[dict[str, Any]]]:
        """Add or replace several files; one that cannot be read does not keep the others out.

        Of the pages that are pictures, `ocr_pages` were read off them and `unread_pages` were not.
        """
        with _writing(state) as engine:
            return {"results": [_add_file(state, engine, file) for file in files]}

    @routes.put("/{id:path}", dependencies=admitted, responses={201: {"description": "Added"}})
    def put_document(
        id: DocumentId,  # noqa: A002
        request: Request,
        response: Response,
        body: Annotated[bytes, Depends(_whole_body)],
        name: Annotated[str | None, Query(max_length=1000, description="File name; its ending tells the kind")] = None,
    ) -> dict[str, str | None]:
        """Add or replace one document; the body is the file itself. `ocr_pages`, `unread_pages`: as of several."""
        file_name = name or _file_name(id, request.headers.get("content-type", ""))
        with _writing(state) as engine:
            document = state.load(body, file_name, document_id=id)
            change = engine.add(document)
        response.status_code = 201 if change == "added" else 200
        return {"id": id, "change": change, **_pictured(document)}

    @routes.delete("/{id:path}", dependencies=admitted, status_code=204)
    def delete_document(id: DocumentId) -> None:  # noqa: A002
        with _writing(state) as engine:
            engine.delete(id)


@contextmanager
def _writing(state: State) -> Iterator[Engine]:
    """The engine for a request that writes; afterwards another process, such as `quoth add`, may."""
    engine = state.engine()
    try:
        yield engine
    finally:
        engine.release()


def _add_file(state: State, engine: Engine, file: UploadFile) -> dict[str, Any]:
    name = file.filename or "unnamed"
    try:
        document = state.load(file.file.read(), name)
        change = engine.add(document)
        return {"name": name, "id": document.id, "change": change, **_pictured(document), "error": None}
    except QuothError as error:
        return {"name": name, "id": None, "change": None, **dict.fromkeys(_PICTURED), "error": error_body(error)}


def _pictured(document: Document) -> dict[str, str | None]:
    """Which of its pages are pictures: those that were read off them, and those that were not."""
    return {key: document.metadata.get(key) for key in _PICTURED}


def _file_name(document_id: str, content_type: str) -> str:
    """A name whose ending tells the kind: from Content-Type where it says one we know."""
    ending = ENDINGS.get(content_type.partition(";")[0].strip().lower(), "")
    return document_id if document_id.lower().endswith(ending) else document_id + ending


def _summary(summaries: tuple[DocumentSummary, ...], document_id: str) -> DocumentSummary:
    for summary in summaries:
        if summary.id == document_id:
            return summary
    raise DocumentNotFound(f"There is no document {document_id!r}.")


def _shown(
    document: Document, summary: DocumentSummary, stretches: Sequence[Stretch], *, is_printed: bool
) -> dict[str, Any]:
    def place(heading: Heading) -> dict[str, int]:
        return {"start": heading.start, "end": heading.end, "level": heading.level}

    return {
        **{name: getattr(summary, name) for name in DocumentSummary.__slots__},
        "pages": list(document.pages),
        "page_labels": list(document.page_labels),
        "printed": is_printed,
        "metadata": dict(document.metadata),
        "headings": [place(heading) for heading in document.headings],
        "stretches": [each._asdict() for each in stretches],
    }
