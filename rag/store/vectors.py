"""The vector index over FAISS: FAISS chooses the candidates, numpy gives the scores. The only importer of faiss."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rag.errors import StoreDamaged
from rag.store.locks import ReadWriteLock
from rag.types import Keys, Vectors

SPARE = 16  # candidates fetched beyond k, so that ties at the end are seen
ROUNDING = 3e-6  # FAISS sums in float32, in an order that depends on the row's place
COPIED_AT_ONCE = 8_192  # rows: 12 MB, for as long as which a change may have to wait
DEAD_SHARE = 0.25  # removed rows are dropped from memory when they are more than this


class FlatIndex:
    """Exact inner products over all rows.

    Removed rows stay in FAISS, hidden by a bitmap, until there are many: removing is then as quick as adding. FAISS
    may not be searched while it grows, so adding waits for searches; searches run side by side.
    """

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension
        self._changing = threading.Lock()  # one change at a time
        self._lock = ReadWriteLock()  # searches, and the moments in which a change touches what they read
        self._hold(_empty(dimension), np.empty(0, np.int64))

    def _hold(self, index: Any, keys: Keys) -> None:
        faiss = _faiss()
        self._index = index  # IDMap over Flat
        self._flat = faiss.downcast_index(index.index)
        self._keys = keys  # of each row, removed or not
        self._alive = np.ones(len(keys), dtype=np.bool_)
        self._order = np.argsort(keys, kind="stable")
        self._room = {"keys": _Room(self._keys), "alive": _Room(self._alive), "order": _Room(self._order)}

    def __len__(self) -> int:
        return int(self._alive.sum())

    def add(self, keys: Keys, vectors: Vectors) -> None:
        """Raises ValueError for a key that is there already, twice given, or without a vector of the right length."""
        keys = np.asarray(keys, dtype=np.int64)
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if vectors.shape != (len(keys), self.dimension) or not np.isfinite(vectors).all():
            raise ValueError(f"vectors of shape {vectors.shape}, want finite ({len(keys)}, {self.dimension})")
        with self._changing:
            places = self._places(keys)
            if len(np.unique(keys)) < len(keys) or self._alive[places[places >= 0]].any():
                raise ValueError("a key may be added once")
            if (places >= 0).any():
                self._compact()  # a removed row still bears the key
            if len(keys):
                with self._lock.writing():
                    self._append(keys, vectors)

    def _append(self, keys: Keys, vectors: Vectors) -> None:
        greatest = self._keys[self._order[-1:]]
        ascending = bool((np.diff(np.concatenate([greatest, keys])) > 0).all())
        rows = np.arange(len(self._keys), len(self._keys) + len(keys))
        self._index.add_with_ids(vectors, keys)
        self._keys = self._room["keys"].append(keys)
        self._alive = self._room["alive"].append(np.ones(len(keys), dtype=np.bool_))
        self._order = self._room["order"].append(rows)
        if not ascending:
            self._order[:] = np.argsort(self._keys, kind="stable")

    def remove(self, keys: Keys) -> None:
        """A key that is not there is no error."""
        if not len(keys):
            return
        with self._changing:
            rows = self._rows(np.asarray(keys, dtype=np.int64))
            with self._lock.writing():
                self._alive[rows] = False
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

    def search(self, vector: Vectors, k: int, allowed: Keys | None = None) -> tuple[Keys, Vectors]:
        """The k best keys (fewer if fewer are allowed), best first, ties by smaller key, with inner products."""
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, self.dimension)
        if not np.isfinite(query).all():
            raise ValueError("a query vector with a number that is not finite has no nearest vectors")
        with self._lock.reading():
            mask = self._alive if allowed is None else self._mask(allowed)
            return self._search(query, k, mask)

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
        faiss = _faiss()
        params = None
        if not mask.all():
            bitmap = np.packbits(mask, bitorder="little")
            params = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bitmap))
        scores, rows = self._flat.search(query, fetch, params=params)
        return rows[0], float(scores[0, -1])

    def _mask(self, allowed: Keys) -> NDArray[np.bool_]:
        mask = np.zeros(len(self._keys), dtype=np.bool_)
        mask[self._rows(np.asarray(allowed, dtype=np.int64))] = True
        return mask

    def _rows(self, keys: Keys) -> NDArray[np.int64]:
        """The living rows of those of the keys that have one."""
        rows = self._places(keys)
        rows = rows[rows >= 0]
        return rows[self._alive[rows]]

    def _places(self, keys: Keys) -> NDArray[np.int64]:
        """The row of each key, removed or not; -1 where there is none."""
        if not len(self._keys):
            return np.full(len(keys), -1, dtype=np.int64)
        place = np.searchsorted(self._keys, keys, sorter=self._order)
        rows = self._order[np.minimum(place, len(self._keys) - 1)]
        return np.where(self._keys[rows] == keys, rows, -1)

    def vectors(self, keys: Keys) -> Vectors:
        """The vector of each key; of a key that is not there, zeros."""
        with self._lock.reading():
            rows = self._places(np.asarray(keys, dtype=np.int64))
            there = (rows >= 0) & self._alive[rows]
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
        faiss = _faiss()
        try:
            index = faiss.deserialize_index(np.frombuffer(data, dtype=np.uint8))
        except RuntimeError as error:
            raise StoreDamaged(f"is no FAISS index ({str(error).splitlines()[0]}): it must be rebuilt") from error
        flat = isinstance(index, faiss.IndexIDMap) and isinstance(faiss.downcast_index(index.index), faiss.IndexFlat)
        if not flat or index.metric_type != faiss.METRIC_INNER_PRODUCT:
            raise StoreDamaged(f"is a FAISS {type(index).__name__}, expected an IDMap over Flat: it must be rebuilt")
        loaded = cls(index.d)
        loaded._hold(index, faiss.vector_to_array(index.id_map))
        return loaded

    def save(self, path: str) -> None:
        Path(path).write_bytes(self.to_bytes())

    @classmethod
    def load(cls, path: str) -> Self:
        return cls.from_bytes(Path(path).read_bytes())


class _Room:
    """A column of numbers that grows at its end; its room doubles, so that growing does not copy what is there."""

    def __init__(self, values: NDArray[Any]) -> None:
        self._values, self._size = values, len(values)

    def append(self, values: NDArray[Any]) -> NDArray[Any]:
        """All of it, as a view that later growth leaves alone."""
        size = self._size + len(values)
        if size > len(self._values):
            wider = np.empty(max(size, 2 * len(self._values)), dtype=self._values.dtype)
            wider[: self._size] = self._values[: self._size]
            self._values = wider
        self._values[self._size : size] = values
        self._size = size
        return self._values[:size]


@dataclass(frozen=True, slots=True)
class Moment:
    """What an index held at one moment: rows are only ever appended to the FAISS index that it keeps alive."""

    index: Any
    flat: Any
    keys: Keys
    alive: NDArray[np.bool_]
    lock: ReadWriteLock

    @property
    def count(self) -> int:
        return int(self.alive.sum())

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
        return memoryview(_faiss().serialize_index(self.copied()))


def _faiss() -> Any:  # Any: faiss's own stubs know the C++ signatures, not those of its Python layer
    import faiss

    return faiss


def _empty(dimension: int) -> Any:
    faiss = _faiss()
    return faiss.index_factory(dimension, "IDMap,Flat", faiss.METRIC_INNER_PRODUCT)
