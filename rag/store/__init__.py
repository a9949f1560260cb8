"""Where documents live: SQLite is the truth, FAISS and tantivy are derived from it and can be thrown away."""

from rag.store.database import Database
from rag.store.derived import Transform
from rag.store.means import LanguageMeans
from rag.store.partial import PartialVectors
from rag.store.queries import Place, StoredPassage
from rag.store.rows import content_hash, distinct
from rag.store.store import LOOKS, Store

__all__ = [
    "LOOKS",
    "Database",
    "LanguageMeans",
    "PartialVectors",
    "Place",
    "Store",
    "StoredPassage",
    "Transform",
    "content_hash",
    "distinct",
]
