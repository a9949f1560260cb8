"""CSV and its kin: each record a line, its fields parted by tabs, as any other table is laid out."""

import csv
import io
from collections import Counter

from rag.documents import signatures
from rag.documents.blocks import Blocks
from rag.documents.content import MAX_CHARACTERS, Content
from rag.documents.decoding import decode
from rag.documents.naming import ending_of
from rag.documents.text import encoding_note

_DELIMITERS = (",", ";", "\t", "|")
_LOOKED_AT = 20_000  # characters that tell the delimiter
_MEDIA_TYPES = {".csv": "text/csv", ".tsv": "text/tab-separated-values"}


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "text", name)
    text, encoding = decode(data, name)
    blocks = Blocks(name)
    for record in _records(text, delimiter_of(text)):
        blocks.add_row(record)
    return Content(blocks.text, _MEDIA_TYPES[ending_of(name)], metadata=encoding_note(encoding))


def delimiter_of(text: str) -> str:
    """That by which most of the first records have the same number of fields, and more than one."""
    return max(_DELIMITERS, key=lambda each: _evenness(_records(text[:_LOOKED_AT], each)))


def _evenness(records: list[list[str]]) -> tuple[int, int]:
    """(records of the usual size, that size)"""
    sizes = Counter(len(record) for record in records if len(record) > 1)
    return max(((count, size) for size, count in sizes.items()), default=(0, 0))


def _records(text: str, delimiter: str) -> list[list[str]]:
    csv.field_size_limit(MAX_CHARACTERS)  # a quotation mark that is never closed makes one field of the rest
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
