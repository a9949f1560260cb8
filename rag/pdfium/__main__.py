"""`python -m rag.pdfium SECONDS BYTES WHAT < FILE`: what a PDF says, one JSON value a line, within these limits.

A file of pictures is read as a PDF whose pages they are.

texts [LANGUAGES [PAGES]]    its properties, {"title", "author", "created", "language", "pages", "page_labels"}, then
                 each page's text, as `rag.pdfium.reading` tells it
places PAGE      where the glyphs of a page stand (`rag.pdfium.facsimile`); pages are counted from 0
picture PAGE WIDTH TURN    {"png": base64}

Where it cannot be read, {"refused": "password" | "damaged" | "ocr", "why": what pdfium, Pillow or Tesseract says} is
the last.
"""

import ctypes
import json
import resource
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from rag.pdfium import facsimile, is_pdf
from rag.pdfium.images import NotAPicture, as_document
from rag.pdfium.reading import pages_of
from rag.pdfium.tesseract import TesseractFailed


def told(data: bytes, what: str, *arguments: str) -> Iterator[Any]:
    try:
        document = pypdfium2.PdfDocument(data) if is_pdf(data) else as_document(data)
        with suppress(pypdfium2.PdfiumError):  # a form that is damaged keeps no page from being read
            document.init_forms()  # before a page is opened
        yield from _TOLD[what](document, *arguments)
    except pypdfium2.PdfiumError as error:
        is_password = error.err_code == pdfium.FPDF_ERR_PASSWORD
        yield {"refused": "password" if is_password else "damaged", "why": str(error)}
    except NotAPicture as error:
        yield {"refused": "damaged", "why": str(error)}
    except TesseractFailed as error:
        yield {"refused": "ocr", "why": str(error)}


def texts(document: Any, languages: str = "", known: str = "") -> Iterator[Any]:
    """`languages`: of Tesseract, parted by "+", to read pages that are pictures; those of `known` are not, "0,3,4"."""
    yield properties(document)
    skipped = frozenset(map(int, filter(None, known.split(","))))
    yield from pages_of(document, languages.split("+") if languages else [], skipped)


def page_labels(document: Any) -> list[str]:
    labels = [document.get_page_label(number) for number in range(len(document))]
    are_told = any(label not in ("", str(number)) for number, label in enumerate(labels, 1))
    return labels if are_told else []


def properties(document: Any) -> dict[str, Any]:
    """Of a pypdfium2 document; what it does not say is empty."""
    about = document.get_metadata_dict()
    size = pdfium.FPDFCatalog_GetLanguage(document, None, 0)
    language = (ctypes.c_ushort * (size // 2))()
    pdfium.FPDFCatalog_GetLanguage(document, language, size)
    return {
        "title": about["Title"],
        "author": about["Author"],
        "created": about["CreationDate"],
        "language": bytes(language).decode("utf-16-le", "replace").rstrip("\0"),
        "pages": len(document),
        "page_labels": page_labels(document),
    }


_TOLD: dict[str, Callable[..., Iterable[Any]]] = {
    "texts": texts,
    "places": lambda document, number: [facsimile.places(document[int(number)])],
    "picture": lambda document, number, *form: [facsimile.picture(document[int(number)], *map(int, form))],
}


def main() -> None:
    seconds, memory = map(int, sys.argv[1:3])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for value in told(sys.stdin.buffer.read(), *sys.argv[3:]):
        print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main()
