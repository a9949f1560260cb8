"""File to Document: decode, parse, title, language, date, page map. One small module per format."""

from rag.documents.content import MAX_BYTES, MAX_CHARACTERS
from rag.documents.files import find_files, readable
from rag.documents.loading import LOADERS, load_bytes, load_file
from rag.documents.naming import document_id_of

__all__ = [
    "LOADERS",
    "MAX_BYTES",
    "MAX_CHARACTERS",
    "document_id_of",
    "find_files",
    "load_bytes",
    "load_file",
    "readable",
]
