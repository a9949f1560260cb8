"""The exact vector index over FAISS: FAISS chooses the candidates, numpy gives the scores."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rag.errors import StoreDamaged
from rag.store.locks import ReadWriteLock
from rag.store.vector_rows import VectorRows
from rag.types import Keys, Vectors

SPARE = 16  # candidates fetched beyond k, so that ties at the end are seen
ROUNDING = 3e-6  # FAISS sums in float32, in an order that depends on the row's place
COPIED_AT_ONCE = 8_192  # rows: 12 MB, for as long as which a change may have to wait
DEAD_SHARE = 0.25  # removed rows are dropped from memory when they are more than this


class FlatIndex(VectorRows):
    """Exact inner products over all rows. Removed ones are dropped from memory when there are many."""

    def __init__(self, dimension: int, index: Any = None, keys: Keys | None = None) -> None:
        super().__init__(_empty(dimension) if index is None else index, np.empty(0, np.int64) if keys is None else keys)

    def _hold(self, index: Any, keys: Keys) -> None:
        super()._hold(index, keys)
        self._flat = faiss_library().downcast_index(index.index)

    def _free(self, rows: NDArray[np.int64]) -> None:
        self._compact()  # their keys stay as they are: a moment may be looking at them

    def _tidy(self) -> None:
        if len(self._alive) - self._alive.sum() > DEAD_SHARE * len(self._alive):
            self._compact()

    def _compact(self) -> None:
        """Drops the removed rows: a copy is made while searches go on, then put in place."""
        if self._alive.all():
            return
        moment = self.moment()
        index = moment.copied()
        with self._lock.writing():
            self._hold(index, moment.keys[moment.alive])

    def _search(self, query: Vectors, k: int, mask: NDArray[np.bool_]) -> tuple[Keys, Vectors]:
        available = int(mask.sum())
        k = min(k, available)
        fetch = min(k + SPARE, available)
        while k > 0:
            rows, last = self._candidates(query, fetch, mask)
            vectors = self._flat.reconstruct_batch(rows)
            scores = np.einsum("ij,j->i", vectors.astype(np.float64), query[0].astype(np.float64)).astype(np.float32)
            best = np.lexsort((self._keys[rows], -scores))[:k]
            longest = float(np.linalg.norm(vectors, axis=1).max() * np.linalg.norm(query))
            if fetch == available or last < scores[best[-1]] - ROUNDING * longest:
                return self._keys[rows[best]], scores[best]
            fetch = min(4 * fetch, available)  # a row that was not fetched may tie with the last
        return np.empty(0, np.int64), np.empty(0, np.float32)

    def _candidates(self, query: Vectors, fetch: int, mask: NDArray[np.bool_]) -> tuple[NDArray[np.int64], float]:
        params = None
        if not mask.all():
            bitmap = np.packbits(mask, bitorder="little")
            params = faiss_library().SearchParameters(sel=faiss_library().IDSelectorBitmap(bitmap))
        scores, rows = self._flat.search(query, fetch, params=params)
        return rows[0], float(scores[0, -1])

    def vectors(self, keys: Keys) -> Vectors:
        """The vector of each key; of a key that is not there, zeros."""
        with self._lock.reading():
            rows = self._places(np.asarray(keys, dtype=np.int64))
            there = self._living(rows)
            found = np.zeros((len(rows), self.dimension), dtype=np.float32)
            found[there] = self._flat.reconstruct_batch(rows[there])
            return found

    # -- as bytes

    def moment(self) -> "Moment":
        """What it holds now, to be written down later."""
        with self._lock.reading():
            return Moment(self._index, self._flat, self._keys, self._alive.copy(), self._lock)

    def to_bytes(self) -> memoryview:
        """A FAISS file (IDMap over Flat). Searches and changes go on meanwhile."""
        return self.moment().to_bytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Check the bytes' SHA-256 first: FAISS 1.15 loads a damaged body without a word. Raises StoreDamaged."""
        index, keys = parsed(data, "IndexFlat")
        return cls(index.d, index, keys)

    def save(self, path: str) -> None:
        Path(path).write_bytes(self.to_bytes())

    @classmethod
    def load(cls, path: str) -> Self:
        return cls.from_bytes(Path(path).read_bytes())


@dataclass(frozen=True, slots=True)
class Moment:
    """What an index held at one moment: rows are only ever appended to the FAISS index that it keeps alive."""

    index: Any
    flat: Any
    keys: Keys
    alive: NDArray[np.bool_]
    lock: ReadWriteLock

    def copied(self) -> Any:
        """A FAISS index of the rows that lived then, copied by parts so that changes get their turn."""
        copy = _empty(self.flat.d)
        rows = np.flatnonzero(self.alive)
        for first in range(0, len(rows), COPIED_AT_ONCE):
            part = rows[first : first + COPIED_AT_ONCE]
            with self.lock.reading():
                vectors = self.flat.reconstruct_batch(part)
            copy.add_with_ids(vectors, self.keys[part])
        return copy

    def to_bytes(self) -> memoryview:
        return memoryview(faiss_library().serialize_index(self.copied()))


def parsed(data: bytes, *kinds: str) -> tuple[Any, Keys]:
    """A FAISS index of inner products, an IDMap over one of these kinds, and its keys. Raises StoreDamaged."""
    faiss = faiss_library()
    try:
        index = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
    except RuntimeError as error:
        raise StoreDamaged(f"is no FAISS index ({str(error).splitlines()[0]}): it must be rebuilt") from error
    inner = faiss.downcast_index(index.index) if isinstance(index, faiss.IndexIDMap) else index
    kind = isinstance(inner, tuple(getattr(faiss, name) for name in kinds))
    if inner is index or not kind or index.metric_type != faiss.METRIC_INNER_PRODUCT:
        raise StoreDamaged(
            f"is a FAISS {type(index).__name__} over {type(inner).__name__}, expected an IDMap over "
            f"{' or '.join(kinds)}: it must be rebuilt"
        )
    return index, faiss.vector_to_array(index.id_map)


def faiss_library() -> Any:  # Any: faiss's own stubs know the C++ signatures, not those of its Python layer
    import faiss

    return faiss


def _empty(dimension: int) -> Any:
    faiss = faiss_library()
    return faiss.index_factory(dimension, "IDMap,Flat", faiss.METRIC_INNER_PRODUCT)
