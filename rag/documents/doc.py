"""Word 97 to 2003 (doc): paragraphs with their numbers, headings, tables as tab-separated rows, as docx is read.

A footnote comes after the paragraph or row that it belongs to, text boxes at the end. Headers, comments, pictures,
hidden and deleted text are not in it. (MS-DOC)
"""

import struct

from rag.documents import signatures
from rag.documents.compound import Compound
from rag.documents.content import Content
from rag.documents.doc_file import WordFile
from rag.documents.doc_text import flow_of
from rag.documents.flow import laid_out
from rag.errors import UnreadableDocument

MEDIA_TYPE = "application/msword"
_DAMAGE = (IndexError, ValueError, struct.error)


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "compound", name)
    compound = Compound(data, name)
    try:
        flow = flow_of(WordFile.of(compound, name), name)
    except _DAMAGE as error:
        raise UnreadableDocument(
            f"{name}: expected a Word file, found a damaged one ({error}); copy it again, or open it in Word and save "
            "it as docx"
        ) from error
    blocks = laid_out(flow, name)
    return Content(blocks.text, MEDIA_TYPE, headings=tuple(blocks.headings), **compound.about)
