"""Plain text: the file's text as it stands, newlines apart."""

from rag.documents import signatures
from rag.documents.content import Content
from rag.documents.decoding import decode


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "text", name)
    text, encoding = decode(data, name)
    return Content(text, "text/plain", metadata=encoding_note(encoding))


def encoding_note(encoding: str) -> dict[str, str]:
    """Said only where it is not UTF-8, for a guess is a thing to be told about."""
    return {} if encoding == "utf-8" else {"encoding": encoding}
