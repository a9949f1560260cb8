"""Which row of a FAISS index bears which key, and which rows still live: what every vector index has in common."""

import threading
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.store.locks import ReadWriteLock
from rag.types import Keys, Vectors

FORGOTTEN = -1  # the key of a removed row whose own was given to another


class VectorRows(ABC):
    """An IDMap over some FAISS index, whose rows are only ever appended; removed ones are hidden by a bitmap.

    Removing is then as quick as adding. FAISS may not be searched while it grows, so adding waits for searches;
    searches run side by side.
    """

    def __init__(self, index: Any, keys: Keys) -> None:
        self.dimension = int(index.d)
        self._changing = threading.Lock()  # one change at a time
        self._lock = ReadWriteLock()  # searches, and the moments in which a change touches what they read
        self._hold(index, keys)

    def _hold(self, index: Any, keys: Keys) -> None:
        self._index = index
        self._keys = keys  # of each row, removed or not
        self._alive = keys != FORGOTTEN
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
                self._free(places[places >= 0])
            if len(keys):
                with self._lock.writing():
                    self._append(keys, vectors)

    def _free(self, rows: NDArray[np.int64]) -> None:
        """Takes their keys off removed rows."""
        with self._lock.writing():
            self._keys[rows] = FORGOTTEN
            self._order[:] = np.argsort(self._keys, kind="stable")

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
            self._tidy()

    def _tidy(self) -> None:  # noqa: B027 - not every index has something to do
        """Told after each removal."""

    def search(self, vector: Vectors, k: int, allowed: Keys | None = None) -> tuple[Keys, Vectors]:
        """The k best keys (fewer if fewer are allowed), best first, ties by smaller key, with inner products."""
        query = np.ascontiguousarray(vector, dtype=np.float32).reshape(1, self.dimension)
        if not np.isfinite(query).all():
            raise ValueError("a query vector with a number that is not finite has no nearest vectors")
        with self._lock.reading():
            mask = self._alive if allowed is None else self._mask(allowed)
            return self._search(query, k, mask)

    @abstractmethod
    def _search(self, query: Vectors, k: int, mask: NDArray[np.bool_]) -> tuple[Keys, Vectors]: ...

    @abstractmethod
    def vectors(self, keys: Keys) -> Vectors:
        """The vector of each key; of a key that is not there, zeros."""

    def _mask(self, allowed: Keys) -> NDArray[np.bool_]:
        mask = np.zeros(len(self._keys), dtype=np.bool_)
        mask[self._rows(np.asarray(allowed, dtype=np.int64))] = True
        return mask

    def _rows(self, keys: Keys) -> NDArray[np.int64]:
        """The living rows of those of the keys that have one."""
        rows = self._places(keys)
        living: NDArray[np.int64] = rows[self._living(rows)]
        return living

    def _living(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of these are rows, and not removed."""
        living = rows >= 0
        living[living] = self._alive[rows[living]]
        return living

    def _places(self, keys: Keys) -> NDArray[np.int64]:
        """The row of each key, removed or not; -1 where there is none."""
        if not len(self._keys):
            return np.full(len(keys), -1, dtype=np.int64)
        place = np.searchsorted(self._keys, keys, sorter=self._order)
        rows = self._order[np.minimum(place, len(self._keys) - 1)]
        return np.where(self._keys[rows] == keys, rows, -1)


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
