"""A small engine over a dict: word overlap instead of meaning, and every answer an exact slice."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path, PurePath
from threading import Event
from typing import Any

from rag.differences import differing
from rag.engine import unwatched
from rag.errors import DocumentNotFound, UnreadableDocument
from rag.quotation import cells_of
from rag.tables import Columns
from rag.types import (
    Answer,
    Change,
    Document,
    DocumentSummary,
    Filters,
    NearPassage,
    Original,
    Quote,
    Step,
    Stretch,
    Verdict,
)

CONTEXT = 80
_SENTENCE = re.compile(r"\S[^.!?؟。\n]*[.!?؟。]*")
_COMMON = frozenset(
    re.findall(r"\w+", "the a an of to in is was who what when where did do and that it he she on at by for")
)


def make_document(document_id: str, text: str, **fields: Any) -> Document:
    return Document(
        id=document_id,
        text=text,
        title=fields.pop("title", document_id),
        source=fields.pop("source", f"{document_id}.txt"),
        language=fields.pop("language", "en"),
        **fields,
    )


def load_text(data: bytes, name: str, *, document_id: str | None = None, source: str | None = None) -> Document:
    """A loader for tests: UTF-8 text, and an error for anything else."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise UnreadableDocument(f"{name}: not UTF-8 text.") from None
    return make_document(document_id or PurePath(name).stem, text, source=source or name)


class FakeEngine:
    """The methods of rag.engine.Engine (test_api holds their signatures against it).

    `hold`: when given, each question waits for it, so that a test can fill the service.
    """

    def __init__(self, documents: Iterable[Document] = (), hold: Event | None = None) -> None:
        self.stored = {document.id: document for document in documents}
        self.hold = hold
        self.asked: list[dict[str, Any]] = []
        self.failure: Exception | None = None
        self.lacking: tuple[str, ...] = ()
        self.told: dict[str, list[Stretch]] = {}  # by document: in another language than most of it

    def ask(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        k: int | None = None,
        language: str | None = None,
        filters: Filters | None = None,
        newest: bool = False,
        progress: Callable[[Step], None] = lambda step: None,
    ) -> Answer:
        self.asked.append(
            {
                "question": question,
                "history": list(history),
                "k": k,
                "language": language,
                "filters": filters,
                "newest": newest,
            }
        )
        progress("search")
        if self.hold is not None:
            self.hold.wait(10)
        if self.failure is not None:
            raise self.failure
        searched = question if not history or len(_words(question)) > 2 else f"{history[-1]} {question}"
        found = self._found(searched, filters)
        progress("read")
        needed = max(1, (len(_words(searched)) + 1) // 2)
        quotes = tuple(self._quote(searched, *hit) for hit in found if hit[0] >= needed)[:3]
        return Answer(
            status="answered" if quotes else "not_found",
            confidence=quotes[0].score if quotes else 0.08,
            question=question,
            language=language or "en",
            searched_for=searched,
            quotes=quotes,
            passages=tuple(self._near(*hit) for hit in found[: k or 5]),
            timings_ms={"search": 1.0, "read": 1.0},
            differing=differing(quotes),
            lacking=self.lacking,
        )

    def search(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        k: int | None = None,
        language: str | None = None,
        filters: Filters | None = None,
        newest: bool = False,
    ) -> tuple[NearPassage, ...]:
        return self.ask(question, history=history, k=k, language=language, filters=filters, newest=newest).passages

    def add(
        self, document: Document, progress: Callable[[float], None] = unwatched, keep_in: Path | None = None
    ) -> Change:
        for done in (0.5, 1.0):
            progress(done)
        before = self.stored.get(document.id)
        self.stored[document.id] = document
        return "added" if before is None else "unchanged" if before == document else "replaced"

    def release(self) -> None:
        pass

    def save(self) -> None:
        pass

    def refresh(self) -> None:
        pass

    def write_refusal(self) -> str | None:
        return None

    def delete(self, document_id: str) -> None:
        self.document(document_id)
        del self.stored[document_id]

    def documents(self, content_hash: str | None = None) -> tuple[DocumentSummary, ...]:
        held = (_summary(document, self.stretches(document.id)) for document in self.stored.values())
        return tuple(each for each in held if content_hash in (None, each.content_hash))

    def stretches(self, document_id: str) -> list[Stretch]:
        return self.told.get(document_id, [])

    def original(self, document_id: str) -> Original | None:
        return self.document(document_id).original

    def has_original(self, document_id: str) -> bool:
        return self.original(document_id) is not None

    def document(self, document_id: str) -> Document:
        if document_id not in self.stored:
            raise DocumentNotFound(f"There is no document {document_id!r}.")
        return self.stored[document_id]

    def verify(self, answer: Mapping[str, Any]) -> Verdict:
        quotes = answer.get("quotes", [])
        for number, quote in enumerate(quotes, 1):
            text = self.document(quote["document_id"]).text
            if text[quote["start"] : quote["end"]] != quote["text"]:
                return Verdict(False, number, f"quote {number} is not what stands there")
        return Verdict(True, len(quotes), None)

    def _found(self, question: str, filters: Filters | None) -> list[tuple[int, Document, int, int]]:
        """Every sentence with a word of the question: most words first, then in the documents' order."""
        words = _words(question)
        hits = [
            (len(words & _words(match.group())), document, match.start(), match.end())
            for document in self.stored.values()
            if _passes(document, filters)
            for match in _SENTENCE.finditer(document.text)
        ]
        return sorted((hit for hit in hits if hit[0]), key=lambda hit: -hit[0])

    def _quote(self, question: str, overlap: int, document: Document, start: int, end: int) -> Quote:
        before = [heading for heading in document.headings if heading.start <= start]
        names = Columns(document.text).row_over(start)
        return Quote(
            text=document.text[start:end],
            document_id=document.id,
            title=document.title,
            source=document.source,
            start=start,
            end=end,
            before=document.text[max(0, start - CONTEXT) : start],
            after=document.text[end : end + CONTEXT],
            highlight=_last_words(document.text, start, end),
            page=sum(place <= start for place in document.pages) or None,
            heading=document.text[before[-1].start : before[-1].end] if before else None,
            date=document.date,
            date_origin=document.date_origin,
            language=document.language,
            score=min(0.95, overlap / (len(_words(question)) or 1)),
            row=cells_of(document.text, start, names) if names else None,
            ocr="ocr_pages" in document.metadata,
        )

    def _near(self, overlap: int, document: Document, start: int, end: int) -> NearPassage:
        text = document.text[start:end]
        return NearPassage(text, document.id, document.title, document.source, start, end, min(1.0, overlap / 10))


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if word not in _COMMON}


def _last_words(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The last two words of a sentence stand in for its exact answer."""
    match = re.search(r"\S+\s+\S+$", text[start:end].rstrip(".!?؟。"))
    return (start + match.start(), start + match.end()) if match else None


def _passes(document: Document, filters: Filters | None) -> bool:
    if filters is None:
        return True
    return (not filters.documents or document.id in filters.documents) and (
        not filters.languages or document.language in filters.languages
    )


def _summary(document: Document, stretches: Sequence[Stretch]) -> DocumentSummary:
    return DocumentSummary(
        id=document.id,
        title=document.title,
        source=document.source,
        language=document.language,
        date=document.date,
        date_origin=document.date_origin,
        media_type=document.media_type,
        characters=len(document.text),
        passages=1,
        content_hash=sha256(document.text.encode()).hexdigest(),
        languages=tuple(dict.fromkeys([document.language, *(each.language for each in stretches)])),
    )
