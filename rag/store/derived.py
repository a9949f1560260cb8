"""The two derived indexes, FAISS and tantivy, at one generation of the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from rag.errors import StoreDamaged
from rag.store import snapshot
from rag.store.database import Database
from rag.store.lexical import LexicalIndex
from rag.store.queries import Changes
from rag.store.snapshot import Manifest
from rag.store.vectors import FlatIndex
from rag.types import Keys, Vectors

Transform: TypeAlias = Callable[[Vectors, Sequence[str]], Vectors]  # raw vectors and their documents' languages


@dataclass(slots=True)
class Derived:
    """Built from the database alone; `origin` says in words where the vector index came from."""

    vectors: FlatIndex
    words: LexicalIndex
    generation: int
    origin: str

    def follow(self, database: Database, transform: Transform) -> None:
        """Replay what was committed since."""
        with database.reading():
            changes = database.changes_since(self.generation)
            _replay_vectors(self.vectors, database, transform, changes)
            self.words.remove(changes.removed)
            _add_words(self.words, database, changes.added)
        self.generation = changes.generation


def build(database: Database, transform: Transform, transform_fingerprint: str) -> Derived:
    """From the saved snapshot and what came after it, or else from the stored vectors; never by encoding anew."""
    with database.reading():
        generation = database.generation
        vectors, origin = _from_snapshot(database, transform, transform_fingerprint)
        if vectors is None:
            vectors, origin = FlatIndex(database.identity.dimension), f"built from quoth.db: {origin}"
            _add_vectors(vectors, database, transform, None)
        words = LexicalIndex()
        _add_words(words, database, None)
        if not len(vectors) == len(words) == database.count():
            raise StoreDamaged(
                f"quoth.db holds {len(vectors)} vectors and {len(words)} token lists of {database.count()} passages: "
                f"run `quoth doctor`"
            )
    return Derived(vectors, words, generation, origin)


def _from_snapshot(database: Database, transform: Transform, fingerprint: str) -> tuple[FlatIndex | None, str]:
    found = snapshot.load(database.folder)
    if found.manifest is None:
        return None, found.reason
    try:
        return _checked(found.manifest, found.data, database, transform, fingerprint), found.reason
    except StoreDamaged as error:
        return None, f"{found.manifest.file} {error}"


def _checked(manifest: Manifest, data: bytes, database: Database, transform: Transform, fingerprint: str) -> FlatIndex:
    """The index of a whole snapshot, brought up to date; StoreDamaged where it is not this database's."""
    if database.stamp(manifest.generation) != manifest.stamp:
        raise StoreDamaged("was made from another quoth.db")
    if manifest.transform != fingerprint:
        raise StoreDamaged(f"holds vectors of transform {manifest.transform}, wanted is {fingerprint}")
    vectors = FlatIndex.from_bytes(data)
    if (vectors.dimension, len(vectors)) != (database.identity.dimension, manifest.count):
        raise StoreDamaged(f"holds {len(vectors)} vectors of {vectors.dimension} numbers")
    _replay_vectors(vectors, database, transform, database.changes_since(manifest.generation))
    if len(vectors) != database.count():
        raise StoreDamaged("and what came after it are not the passages of quoth.db")
    return vectors


def _replay_vectors(vectors: FlatIndex, database: Database, transform: Transform, changes: Changes) -> None:
    vectors.remove(changes.removed)
    _add_vectors(vectors, database, transform, changes.added)


def _add_vectors(vectors: FlatIndex, database: Database, transform: Transform, keys: Keys | None) -> None:
    for chunk in database.vectors(keys):
        vectors.add(chunk.keys, np.asarray(transform(chunk.vectors, chunk.languages), dtype=np.float32))


def _add_words(words: LexicalIndex, database: Database, keys: Keys | None) -> None:
    for chunk in database.tokens(keys):
        words.add(chunk.keys, chunk.tokens)
