"""The file that a document was read from, where its pages can be shown as they were printed."""

import hashlib
from pathlib import Path

from rag.documents import pdf, picture
from rag.documents.content import Content
from rag.documents.files import read_bytes, shown
from rag.errors import DocumentError, PageMissing
from rag.types import Original


def original_of(data: bytes, content: Content, path: Path | None) -> Original | None:
    """What is kept of a file: where it lies, or else its bytes; None for a kind of file without pages to show."""
    if content.media_type not in (pdf.MEDIA_TYPE, *picture.MEDIA_TYPES.values()):
        return None
    sha256 = hashlib.sha256(data).hexdigest()
    place = None if path is None else str(path.resolve())
    return Original(sha256, place, data if path is None else None, content.recognized)


def bytes_of(original: Original) -> bytes:
    """The file as it was when the document was added. Raises PageMissing where it is there no more."""
    if original.data is not None:
        return original.data
    path = Path(original.path or "")
    try:
        data = read_bytes(path)
    except DocumentError as error:
        raise PageMissing(f"the pages cannot be shown: {error}; add the file again from where it is now") from error
    if hashlib.sha256(data).hexdigest() != original.sha256:
        raise PageMissing(f"the pages cannot be shown: {shown(path)} has changed since it was added; add it again")
    return data
