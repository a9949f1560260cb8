"""Folders of documents that a benchmark asks."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.assembly import create_engine
from rag.config import Settings
from rag.documents import load_file
from rag.engine import Engine
from rag.types import Document, NearPassage, Part, Passage, Quote


def documents_in(folder: Path) -> dict[str, Document]:
    """Every file of it, by its path, which is the document's id."""
    files = sorted(each for each in folder.rglob("*") if each.is_file())
    return {str(file): load_file(file, document_id=str(file)) for file in files}


@contextmanager
def indexed(documents: Iterable[Document]) -> Iterator[Engine]:
    """With an index of its own that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(Settings(store=Path(folder)))
        for document in documents:
            engine.add(document)
        yield engine


def overlaps(part: Part, other: Part | Passage | Quote | NearPassage) -> bool:
    """Whether they share text of one document."""
    return part.document_id == other.document_id and other.start < part.end and part.start < other.end
