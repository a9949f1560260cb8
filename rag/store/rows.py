"""What goes into the tables and what comes out: rows <-> the nouns of rag.types, and the hash of a document."""

import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rag.errors import EncoderError, SplitError, StoreDamaged, UnreadableDocument
from rag.types import Document, DocumentSummary, Heading, Keys, Original, Passage, Vectors

Tokens = NDArray[np.uint32]  # a bag: a token's id in the lower 24 bits, how often it comes again in the upper 8
_ID_BITS = 24
_ID = (1 << _ID_BITS) - 1
_MOST_AGAIN = 255  # what comes more often has several entries

SUMMARY_COLUMNS = (
    "d.id, d.title, d.source, d.language, d.date, d.date_origin, d.media_type, d.characters, d.passages, "
    "d.content_hash, d.languages, d.checksum"
)
_LANGUAGE = 3  # the place of the document's own among them
BODY_COLUMNS = "d.pages, d.headings, d.metadata, d.text, d.body_checksum"
ORIGINAL_COLUMNS = "o.sha256, o.path, o.data, o.recognized, o.checksum"


def checksum(*values: Any) -> int:
    """CRC-32 of what a row says: SQLite itself does not notice when the disk gives back another byte."""
    parts = []  # joined first: a search sums the values of hundreds of rows, and each call has its price
    for value in values:
        kind = type(value)
        parts.append(_NAMES.get(kind) or kind.__name__.encode())
        parts.append(value if kind is bytes else str(value).encode("utf-8", "surrogatepass"))
    return zlib.crc32(b"".join(parts))


_NAMES = {kind: kind.__name__.encode() for kind in (bytes, str, int, type(None))}


def blob_checksum(key: int, blob: bytes) -> int:
    """`checksum(key, blob)`, five times as fast: a search checks hundreds of vectors."""
    return zlib.crc32(blob, zlib.crc32(b"int%dbytes" % key))


def passage_values(ordinal: int, start: int, end: int, text: bytes, language: str | None) -> tuple[Any, ...]:
    """What its checksum is of."""
    return (ordinal, start, end, text, *_told(language))


def _told(added: str | bytes | None) -> list[str | bytes]:
    """For a checksum, what a later format has added: format 2 knew of no other language than the document's, format 4
    of nothing that was read off a picture, and their checksums stay as they are.
    """
    return [] if added is None else [added]


def check_row(values: Sequence[Any], stored: Any, name: object) -> None:
    """Raises StoreDamaged unless the row says what was written."""
    if checksum(*values) != stored:
        raise StoreDamaged(f"what quoth.db says of {name} is not what was written there: run `quoth doctor`")


def content_hash(document: Document) -> str:
    """SHA-256 of all that answers are made from; a date that is only the file's own does not make a document new."""
    dated = document.date_origin not in ("file", None)
    content = [
        "quoth document 1",
        document.text,
        document.title,
        document.source,
        document.language,
        [document.date, document.date_origin] if dated else None,
        document.media_type,
        _pages(document),
        [[heading.start, heading.end, heading.level] for heading in document.headings],
        dict(document.metadata),
    ]
    return hashlib.sha256(_json(content).encode("ascii")).hexdigest()


def _pages(document: Document) -> list[int] | list[tuple[int, str]]:
    """Where each begins, and what it is called where the file says so."""
    if not document.page_labels:
        return list(document.pages)
    return list(zip(document.pages, document.page_labels, strict=True))


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


class PassageRow(NamedTuple):
    ordinal: int
    start: int
    end: int
    byte_start: int
    byte_end: int
    checksum: int
    language: str | None


class OriginalRow(NamedTuple):
    document: str
    sha256: bytes
    path: bytes | None
    checksum: int
    data: bytes | None
    recognized: bytes | None


@dataclass(frozen=True, slots=True)
class Rows:
    """A document as the tables want it, checked."""

    document: Mapping[str, Any]
    passages: Sequence[PassageRow]
    vectors: Sequence[bytes]
    tokens: Sequence[bytes]
    original: OriginalRow | None


def to_rows(
    document: Document, passages: Sequence[Passage], vectors: Vectors, tokens: Sequence[Sequence[int]], dimension: int
) -> Rows:
    """Raises rather than store a passage, vector or token list that does not belong to the document."""
    if not len(passages) == len(vectors) == len(tokens):
        raise SplitError(f"{document.id}: {len(passages)} passages, {len(vectors)} vectors, {len(tokens)} token lists")
    if len(passages) and (vectors.shape != (len(passages), dimension) or not np.isfinite(vectors).all()):
        raise EncoderError(
            f"{document.id}: vectors of shape {vectors.shape}, want finite ({len(passages)}, {dimension})"
        )
    try:
        text = document.text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UnreadableDocument(f"{document.id}: half a surrogate pair at {error.start} is no character") from error
    return Rows(
        document=_document_row(document, text, passages),
        passages=_passage_rows(document, passages, text),
        vectors=[row.tobytes() for row in np.ascontiguousarray(vectors, dtype="<f4")],
        tokens=[bag(ids).astype("<u4").tobytes() for ids in tokens],
        original=original_row(document),
    )


def original_row(document: Document) -> OriginalRow | None:
    """None where the document does not say what it was read from."""
    told = document.original
    if told is None:
        return None
    sha256 = bytes.fromhex(told.sha256)
    path = None if told.path is None else os.fsencode(told.path)
    own = checksum(document.id, sha256, path, told.data, *_told(told.recognized))
    return OriginalRow(document.id, sha256, path, own, told.data, told.recognized)


def _document_row(document: Document, text: bytes, passages: Sequence[Passage]) -> dict[str, Any]:
    summary = {
        "id": document.id,
        "title": document.title,
        "source": document.source,
        "language": document.language,
        "date": document.date,
        "date_origin": document.date_origin,
        "media_type": document.media_type,
        "characters": len(document.text),
        "passages": len(passages),
        "content_hash": content_hash(document),
    }
    languages = _further(document, passages)
    body = {
        "pages": _json(_pages(document)),
        "headings": _json([[heading.start, heading.end, heading.level] for heading in document.headings]),
        "metadata": _json(dict(document.metadata)),
        "text": text,
    }
    sums = {
        "checksum": checksum(*summary.values(), *_told(languages)),
        "body_checksum": checksum(*body.values()),
    }
    return {**summary, "languages": languages, **body, **sums}


def _further(document: Document, passages: Sequence[Passage]) -> str | None:
    """The languages that it is in beside its own, as JSON."""
    told = {each.language for each in passages if each.language}
    return _json(sorted(told - {document.language})) if told else None


def _passage_rows(document: Document, passages: Sequence[Passage], text: bytes) -> list[PassageRow]:
    for ordinal, passage in enumerate(passages):
        mine = passage.document_id == document.id and passage.ordinal == ordinal
        if (
            not mine
            or not 0 <= passage.start <= passage.end
            or document.text[passage.start : passage.end] != passage.text
        ):
            raise SplitError(f"{document.id}: passage {ordinal} is not text[{passage.start}:{passage.end}] of it")
    offsets = _byte_offsets(document.text, {bound for p in passages for bound in (p.start, p.end)})
    rows = []
    for p in passages:
        first, last = offsets[p.start], offsets[p.end]
        own = checksum(*passage_values(p.ordinal, p.start, p.end, text[first:last], p.language))
        rows.append(PassageRow(p.ordinal, p.start, p.end, first, last, own, p.language))
    return rows


def _byte_offsets(text: str, bounds: set[int]) -> dict[int, int]:
    """Where each code point offset stands in the text's UTF-8."""
    offsets: dict[int, int] = {}
    characters = octets = 0
    for bound in sorted(bounds):
        octets += len(text[characters:bound].encode("utf-8"))
        characters = bound
        offsets[bound] = octets
    return offsets


def to_summary(row: Sequence[Any]) -> DocumentSummary:
    """From SUMMARY_COLUMNS. Raises StoreDamaged."""
    *summary, further, stored = row
    check_row((*summary, *_told(further)), stored, f"the document {row[0]}")
    summary.append((row[_LANGUAGE], *json.loads(further or "[]")))
    return DocumentSummary(*summary)


def to_document(summary: DocumentSummary, body: Sequence[Any]) -> Document:
    """From a summary and BODY_COLUMNS. Raises StoreDamaged."""
    *values, stored = body
    check_row(values, stored, f"the text of {summary.id}")
    told, headings, metadata, text = values
    pages = json.loads(told)
    return Document(
        id=summary.id,
        text=text.decode("utf-8"),
        title=summary.title,
        source=summary.source,
        language=summary.language,
        date=summary.date,
        date_origin=summary.date_origin,
        media_type=summary.media_type,
        pages=tuple(page if isinstance(page, int) else page[0] for page in pages),
        page_labels=tuple(page[1] for page in pages if not isinstance(page, int)),
        headings=tuple(Heading(*heading) for heading in json.loads(headings)),
        metadata=json.loads(metadata),
    )


def to_original(document_id: str, row: Sequence[Any]) -> Original:
    """From ORIGINAL_COLUMNS. Raises StoreDamaged."""
    sha256, path, data, recognized, stored = row
    values = (document_id, sha256, path, data, *_told(recognized))
    check_row(values, stored, f"the file that {document_id} was read from")
    return Original(sha256.hex(), None if path is None else os.fsdecode(path), data, recognized)


def to_vectors(blobs: Sequence[bytes], dimension: int) -> Vectors:
    """Raw encoder vectors, one row a blob; a blob of another length is damage, not data."""
    if any(len(blob) != 4 * dimension for blob in blobs):
        raise StoreDamaged(f"a stored vector does not have {dimension} numbers: restore quoth.db from a backup")
    return np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), dimension).astype(np.float32, copy=False)


def bag(ids: Sequence[int]) -> Tokens:
    """Raises EncoderError for an id that is no subword of any model."""
    found, counts = np.unique(np.asarray(ids, dtype=np.int64), return_counts=True)
    if len(found) and not 0 <= found[0] <= found[-1] <= _ID:
        raise EncoderError(f"token ids from {found[0]} to {found[-1]}, expected 0 to {_ID}")
    whole, rest = np.divmod(counts - 1, _MOST_AGAIN + 1)
    entries = np.concatenate([np.repeat(found | _MOST_AGAIN << _ID_BITS, whole), found | rest << _ID_BITS])
    return entries.astype(np.uint32)


def ids_of(tokens: Tokens) -> NDArray[np.uint32]:
    """Of each entry of a bag, its token."""
    return tokens & np.uint32(_ID)


def counts_of(tokens: Tokens) -> NDArray[np.int64]:
    """Of each entry of a bag, how often its token occurs there."""
    return (tokens >> np.uint32(_ID_BITS)).astype(np.int64) + 1


def to_tokens(blob: bytes) -> Tokens:
    if len(blob) % 4:
        raise StoreDamaged("a stored token list is cut short: restore quoth.db from a backup")
    return np.frombuffer(blob, dtype="<u4").astype(np.uint32, copy=False)


def distinct(keys: Iterable[Keys]) -> Keys:
    """Each key once, ascending. As np.unique, which imports numpy.ma first: 40 ms of every start."""
    return np.array(sorted(set().union(*(each.tolist() for each in keys))), np.int64)
