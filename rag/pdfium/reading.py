"""The text of each page of a file, and how it was read: as the file has it, or off the picture that a page is."""

import os
import resource
from collections import deque
from collections.abc import Iterator, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple

from rag.pdfium.mirrored import is_mirrored
from rag.pdfium.ocr import Picture, PictureReader
from rag.pdfium.pages import page_text
from rag.pdfium.pictures import is_layer, is_picture

_AT_ONCE = os.cpu_count() or 1
_AHEAD = 2 * _AT_ONCE  # pictures that wait to be read: some 8 MB each
_SECONDS = 10  # of pdfium's time that a page may take besides, which is drawn first


class Page(NamedTuple):
    """What is told of a page, as JSON has it."""

    text: str
    is_picture: bool = False
    is_layer: bool = False  # its text is not drawn: what another program read off its picture
    ocr: dict[str, Any] | None = None  # as `rag.pdfium.ocr` tells it, {} where it found no words; None: was not asked


def pages_of(document: Any, languages: Sequence[str], known: Set[int]) -> Iterator[dict[str, Any]]:
    """The pages of a pypdfium2 document, in order. Raises TesseractFailed.

    `languages`: of Tesseract; without any, pages that are pictures are not read. Nor are those of `known`.

    pdfium is used by this thread alone; Tesseract reads what it has drawn, as many pages at once as there are cores.
    """
    reader = PictureReader(languages)
    ahead: deque[Page | Future[Page]] = deque()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for number, page in enumerate(document):
            read = _page(page)
            if read.is_picture and languages and number not in known:
                _allow_more_time()
                ahead.append(pool.submit(_off_picture, reader, Picture.of(page), read))
            else:
                ahead.append(read)
            page.close()
            while ahead and (not isinstance(ahead[0], Future) or ahead[0].done() or len(ahead) > _AHEAD):
                yield _done(ahead.popleft())
        while ahead:
            yield _done(ahead.popleft())


def _page(page: Any) -> Page:
    read = page.get_textpage()
    text, has_layer = page_text(read), is_layer(read)
    # Words of Arabic and Hebrew run into each other in what Tesseract lays over a scan: it is better read again.
    told = Page(text, is_picture(page, "" if has_layer and is_mirrored(read) else text), has_layer)
    read.close()
    return told


def _off_picture(reader: PictureReader, picture: Picture, page: Page) -> Page:
    try:
        places = reader.places(picture)
    except TimeoutError:  # a drawing of a million strokes
        places = None
    return page._replace(ocr=places or {})


def _done(page: Page | Future[Page]) -> dict[str, Any]:
    return (page.result() if isinstance(page, Future) else page)._asdict()


def _allow_more_time() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    if soft != resource.RLIM_INFINITY:
        resource.setrlimit(resource.RLIMIT_CPU, (soft + _SECONDS, hard))
