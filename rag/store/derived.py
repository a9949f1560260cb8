"""The derived indexes, of vectors and of words, at one generation of the database: built, saved, loaded, followed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias, TypeVar

import numpy as np

from rag.errors import StoreDamaged
from rag.store import snapshot
from rag.store.compressed import TRAINED_ON, CompressedIndex, Exact, from_bytes
from rag.store.database import Database
from rag.store.lexical import LexicalIndex
from rag.store.means import LanguageMeans
from rag.store.queries import Changes, StoredVectors
from rag.store.rows import Tokens
from rag.store.snapshot import Manifest
from rag.store.tokens import Saved
from rag.store.vector_rows import VectorRows
from rag.store.vectors import FlatIndex
from rag.types import Keys, Vectors

_Index = TypeVar("_Index", VectorRows, LexicalIndex)
Transform: TypeAlias = Callable[[Vectors, Sequence[str]], Vectors]  # raw vectors and their languages


COMPRESSED_FROM = 50_000  # passages; docs/scale.md says why


@dataclass(slots=True)
class Derived:
    """Built from the database alone; `origin` says in words where the indexes came from."""

    vectors: VectorRows
    words: LexicalIndex
    means: LanguageMeans
    languages: frozenset[str]  # of its passages; those of deleted ones among them until it is made anew
    generation: int
    origin: str

    def follow(self, database: Database, transform: Transform) -> None:
        """Replay what was committed since."""
        with database.reading():
            changes = database.changes_since(self.generation)
            _replay_vectors(self.vectors, database, transform, changes)
            _replay_words(self.words, database, changes)
            self.languages |= database.languages_since(self.generation)
        self.generation = changes.generation


def build(database: Database, transform: Transform, fingerprint: str) -> Derived:
    """From what was saved and came after it, or else from the stored vectors and tokens; never by encoding anew."""
    with database.reading():
        complaints: list[str] = []
        manifest = _manifest(database, complaints)
        vectors = _vectors(database, manifest, transform, fingerprint, complaints)
        words = _words(database, manifest, complaints)
        means = _means(database, manifest, complaints)
        if not len(vectors) == len(words) == database.count():
            raise StoreDamaged(
                f"quoth.db holds {len(vectors)} vectors and {len(words)} token lists of {database.count()} passages: "
                f"run `quoth doctor`"
            )
        saved = "" if manifest is None else f"saved at generation {manifest.generation}"
        origin = f"built from quoth.db: {'; '.join(complaints)}" if complaints else saved
        languages = means.of.keys() | database.languages_since(manifest.generation if manifest else 0)
        return Derived(vectors, words, means, frozenset(languages), database.generation, origin)


def save(database: Database, transform: Transform, fingerprint: str) -> None:
    """Both indexes, made anew of one generation; nobody has to wait for it. Raises StoreError."""
    with database.reading():
        generation = database.generation
        snapshot.save(
            database.folder,
            _made_anew(database, transform).to_bytes(),
            partial(Saved.write, passages=_token_lists(database)),
            generation=generation,
            stamp=database.stamp(generation) or "",
            dimension=database.identity.dimension,
            count=database.count(),
            transform=fingerprint,
            means=LanguageMeans.measured(database).to_json(),
        )


def _made_anew(database: Database, transform: Transform) -> FlatIndex | CompressedIndex:
    index: FlatIndex | CompressedIndex = FlatIndex(database.identity.dimension)
    keys = database.every_key()
    if len(keys) >= COMPRESSED_FROM:
        exact = _exact(database, transform)
        index = CompressedIndex.trained(exact(keys[:: -(-len(keys) // TRAINED_ON)]), exact)
    _add_vectors(index, database, transform, None)
    return index


def _exact(database: Database, transform: Transform) -> Exact:
    """The transformed vectors of keys, in their order; zeros for one that is gone."""

    def read(keys: Keys) -> Vectors:
        chunks = [(chunk.keys, _transformed(chunk, transform)) for chunk in database.vectors(keys)]
        found = np.zeros((len(keys), database.identity.dimension), dtype=np.float32)
        if chunks:
            there, vectors = (np.concatenate(column) for column in zip(*chunks, strict=True))
            rows = np.minimum(np.searchsorted(there, keys), len(there) - 1)
            known = there[rows] == keys
            found[known] = vectors[rows[known]]
        return found

    return read


# -- loading what was saved


def _manifest(database: Database, complaints: list[str]) -> Manifest | None:
    try:
        manifest = snapshot.read_manifest(database.folder)
        if database.stamp(manifest.generation) != manifest.stamp:
            raise StoreDamaged(f"{manifest.file} was made from another quoth.db")
    except StoreDamaged as error:
        complaints.append(str(error))
        return None
    return manifest


def _vectors(
    database: Database, manifest: Manifest | None, transform: Transform, fingerprint: str, complaints: list[str]
) -> VectorRows:
    try:
        if manifest is not None:
            return _saved_vectors(database, manifest, transform, fingerprint)
    except StoreDamaged as error:
        complaints.append(str(error))
    vectors = FlatIndex(database.identity.dimension)
    _add_vectors(vectors, database, transform, None)
    return vectors


def _saved_vectors(database: Database, manifest: Manifest, transform: Transform, fingerprint: str) -> VectorRows:
    """Brought up to date; StoreDamaged where it is not this database's."""
    if manifest.transform != fingerprint:
        raise StoreDamaged(f"{manifest.file} holds vectors of transform {manifest.transform}, wanted is {fingerprint}")
    data = snapshot.read_index(database.folder, manifest)
    try:
        vectors = from_bytes(data, _exact(database, transform))
    except StoreDamaged as error:
        raise StoreDamaged(f"{manifest.file} {error}") from error
    if (vectors.dimension, len(vectors)) != (database.identity.dimension, manifest.count):
        raise StoreDamaged(f"{manifest.file} holds {len(vectors)} vectors of {vectors.dimension} numbers")
    _replay_vectors(vectors, database, transform, database.changes_since(manifest.generation))
    return _counted(vectors, database, manifest.file)


def _means(database: Database, manifest: Manifest | None, complaints: list[str]) -> LanguageMeans:
    try:
        if manifest is not None:
            return LanguageMeans.from_json(manifest.means, database.identity.dimension)
    except StoreDamaged as error:
        complaints.append(str(error))
    return LanguageMeans.measured(database)


def _words(database: Database, manifest: Manifest | None, complaints: list[str]) -> LexicalIndex:
    try:
        if manifest is not None:
            snapshot.check_words(database.folder, manifest)
            return _saved_words(database, manifest)
    except StoreDamaged as error:
        complaints.append(str(error))
    words = LexicalIndex()
    _add_words(words, database, None)
    return words


def _saved_words(database: Database, manifest: Manifest) -> LexicalIndex:
    try:
        words = LexicalIndex(Saved.open(database.folder / manifest.words, manifest.words_sha256))
    except OSError as error:
        raise StoreDamaged(f"{manifest.words} cannot be opened ({error})") from error
    _replay_words(words, database, database.changes_since(manifest.generation))
    return _counted(words, database, manifest.words)


def _counted(index: _Index, database: Database, name: str) -> _Index:
    if len(index) != database.count():
        raise StoreDamaged(f"{name} and what came after it are not the passages of quoth.db")
    return index


# -- following the database


def _replay_vectors(vectors: VectorRows, database: Database, transform: Transform, changes: Changes) -> None:
    vectors.remove(changes.removed)
    _add_vectors(vectors, database, transform, changes.added)


def _replay_words(words: LexicalIndex, database: Database, changes: Changes) -> None:
    words.remove(changes.removed)
    _add_words(words, database, changes.added)


def _add_vectors(vectors: VectorRows, database: Database, transform: Transform, keys: Keys | None) -> None:
    for chunk in database.vectors(keys):
        vectors.add(chunk.keys, _transformed(chunk, transform))


def _transformed(chunk: StoredVectors, transform: Transform) -> Vectors:
    return np.asarray(transform(chunk.vectors, chunk.languages), dtype=np.float32)


def _add_words(words: LexicalIndex, database: Database, keys: Keys | None) -> None:
    for chunk in database.tokens(keys):
        words.add(chunk.keys, chunk.tokens)


def _token_lists(database: Database) -> Iterator[tuple[int, Tokens]]:
    for chunk in database.tokens():
        yield from zip(chunk.keys.tolist(), chunk.tokens, strict=True)
