"""File to Document: read, parse, then conclude title, language and date."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from rag.documents import (
    dates,
    delimited,
    doc,
    docx,
    eml,
    epub,
    html,
    markdown,
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
    text,
    xls,
    xlsx,
)
from rag.documents.content import Content, check_bytes, check_characters, has_text, one_line
from rag.documents.files import read_bytes, source_of
from rag.documents.languages import language_of
from rag.documents.naming import base_name, document_id_of, ending_of
from rag.documents.originals import original_of
from rag.documents.titles import title_of
from rag.errors import DocumentError, UnreadableDocument, UnsupportedFormat
from rag.ocr import Ocr
from rag.types import DateOrigin, Document

Parser: TypeAlias = Callable[[bytes, str], Content]


def _loaders(ocr: Ocr | None) -> Mapping[str, Parser]:
    """By the ending of a file's name, in small letters."""
    return (
        dict.fromkeys((".txt", ".text", ".log"), text.parse)
        | dict.fromkeys((".srt", ".vtt"), subtitles.parse)
        | dict.fromkeys((".csv", ".tsv"), delimited.parse)
        | dict.fromkeys((".md", ".markdown"), markdown.parse)
        | dict.fromkeys((".html", ".htm", ".xhtml"), html.parse)
        | dict.fromkeys((".mhtml", ".mht"), mhtml.parse)
        | dict.fromkeys((".xlsx", ".xlsm"), xlsx.parse)
        | {
            ".pdf": partial(pdf.parse, ocr=ocr),
            ".doc": doc.parse,
            ".docx": docx.parse,
            ".rtf": rtf.parse,
            ".xls": xls.parse,
            ".ppt": ppt.parse,
            ".pptx": pptx.parse,
            ".epub": epub.parse,
        }
        | dict.fromkeys(opendocument.MEDIA_TYPES, opendocument.parse)
        | dict.fromkeys(picture.MEDIA_TYPES, partial(picture.parse, ocr=ocr))
        | {
            ending: partial(parse, attached=_attached)
            for ending, parse in ((".eml", eml.parse), (".msg", msg.parse), (".mbox", mbox.parse))
        }
    )


def _attached(data: bytes, name: str) -> Content | None:
    """What a file within another says; None where it cannot be read: the other can.

    Its pages that are pictures are not read: they could not be told from the rest of the message.
    """
    try:
        return _parse(data, base_name(name), None)
    except DocumentError:
        return None


LOADERS: Mapping[str, Parser] = MappingProxyType(dict(_loaders(None)))


def load_file(
    path: Path, *, document_id: str | None = None, source: str | None = None, ocr: Ocr | None = None
) -> Document:
    """The document in a file; its date falls back to the file's own (UTC), with origin "file".

    `source` defaults to the path, relative when inside the current folder. `ocr`: how pages that are pictures are read,
    if at all. Raises DocumentError and its kinds.
    """
    data = read_bytes(path)
    modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    fallback = dates.iso(modified.year, modified.month, modified.day)
    return _load(data, path.name, document_id, source_of(path) if source is None else source, fallback, path, ocr)


def load_bytes(
    data: bytes, name: str, *, document_id: str | None = None, source: str | None = None, ocr: Ocr | None = None
) -> Document:
    """The document in a file's bytes; `name` is its file name and gives the ending, the id and the default source.

    `Document.text` is final from here on: line ends are line feeds, no NUL and no lone surrogate is in it, and
    plain text and Markdown are otherwise just as in the file. Raises DocumentError and its kinds.
    """
    return _load(data, name, document_id, base_name(name) if source is None else source, None, None, ocr)


def _load(
    data: bytes,
    name: str,
    document_id: str | None,
    source: str,
    file_date: str | None,
    path: Path | None,
    ocr: Ocr | None,
) -> Document:
    label = base_name(name) or "document"
    content = _parse(data, label, ocr)
    date, origin = _date(content, file_date)
    return Document(
        id=document_id or document_id_of(name),
        text=content.text,
        title=title_of(content, label),
        source=one_line(source, limit=4096),
        language=language_of(content),
        date=date,
        date_origin=origin,
        media_type=content.media_type,
        pages=content.pages,
        headings=content.headings,
        metadata=content.metadata,
        page_labels=content.page_labels,
        original=original_of(data, content, path),
    )


def _parse(data: bytes, label: str, ocr: Ocr | None) -> Content:
    """Content with text in it and within the limits."""
    parser = _loaders(ocr).get(ending_of(label))
    if parser is None:
        ending = ending_of(label)
        raise UnsupportedFormat(
            f"{label}: nothing here reads files {f'ending in {ending}' if ending else 'without an ending'}; "
            f"save it as one of {' '.join(LOADERS)}"
        )
    check_bytes(len(data), label)
    content = parser(data, label)
    check_characters(len(content.text), label)
    if not has_text(content.text):
        raise UnreadableDocument(f"{label} has no text: the file is empty or holds nothing visible; leave it out")
    return content


def _date(content: Content, file_date: str | None) -> tuple[str | None, DateOrigin | None]:
    # At the top of a mailbox stands the date of its first message.
    stated = None if content.media_type == mbox.MEDIA_TYPE else dates.stated_in(content.text)
    if stated:
        return stated, "text"
    if content.date:
        return content.date, "metadata"
    return file_date, "file" if file_date else None
