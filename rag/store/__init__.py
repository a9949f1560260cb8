"""Where documents live: SQLite is the truth, FAISS and tantivy are derived from it and can be thrown away."""

from rag.store.database import Database
from rag.store.derived import Transform
from rag.store.partial import PartialVectors
from rag.store.queries import StoredPassage
from rag.store.rows import content_hash
from rag.store.store import Store

__all__ = ["Database", "PartialVectors", "Store", "StoredPassage", "Transform", "content_hash"]
