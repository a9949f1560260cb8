"""Pictures of pages, scanned, faxed or photographed: what Tesseract reads on them."""

from types import MappingProxyType

from rag.documents import pdf, signatures
from rag.documents.content import Content
from rag.documents.naming import ending_of
from rag.errors import UnreadableDocument
from rag.ocr import Ocr

MEDIA_TYPES = MappingProxyType(
    {
        ".png": "image/png",
        ".jpg": "image/jpeg",
        ".jpeg": "image/jpeg",
        ".tif": "image/tiff",
        ".tiff": "image/tiff",
        ".webp": "image/webp",
        ".bmp": "image/bmp",
    }
)


def parse(data: bytes, name: str, ocr: Ocr | None = None) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "picture", name)
    if ocr is None:
        raise UnreadableDocument(f"{name}: a picture, not read because of QUOTH_OCR=off; leave it out, or unset that")
    return pdf.content_of(data, name, ocr, MEDIA_TYPES[ending_of(name)])
