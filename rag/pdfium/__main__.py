"""`python -m rag.pdfium SECONDS BYTES < FILE`: what a PDF says, one JSON value a line, within these limits.

First its properties, {"title", "author", "created", "language"}, then each page's text, a string. Where the file cannot
be read, {"refused": "password" | "damaged", "why": what pdfium says} is the last.
"""

import ctypes
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from rag.pdfium.pages import page_text


def told(data: bytes) -> Iterator[str | dict[str, str]]:
    try:
        document = pypdfium2.PdfDocument(data)
        yield properties(document)
        for page in document:
            read = page.get_textpage()
            yield page_text(read)
            read.close()
            page.close()
    except pypdfium2.PdfiumError as error:
        is_password = error.err_code == pdfium.FPDF_ERR_PASSWORD
        yield {"refused": "password" if is_password else "damaged", "why": str(error)}


def properties(document: Any) -> dict[str, str]:
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
    }


def main() -> None:
    seconds, memory = map(int, sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for value in told(sys.stdin.buffer.read()):
        print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main()
