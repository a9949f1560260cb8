"""A vector index for many passages: compressed vectors in memory choose the candidates, the exact ones give the scores.

Product quantisation to 4 bits (docs/scale.md: why this one), in lists of which three in eight are looked through. The
exact vectors are read where they are kept, a few hundred a question.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.store.vector_rows import FORGOTTEN, VectorRows
from rag.store.vectors import FlatIndex, faiss_library, parsed
from rag.types import Keys, Vectors

LISTS = 256
LOOKED_THROUGH = LISTS // 2  # of a search in all; one among allowed passages looks through every list
MANY = 500_000  # passages: of more, half as many lists, for a search takes as long as it has codes to look at
NUMBERS_A_CODE = 3  # that many numbers of a vector become 4 bits
SPARE = 210  # candidates beyond k
TRAINED_ON = 256 * LISTS  # vectors, at most
_KIND = "IndexIVFPQFastScan"

Exact: TypeAlias = Callable[[Keys], Vectors]  # the vector of each key; zeros for one that is gone


class CompressedIndex(VectorRows):
    """Approximate: of the ten nearest it finds 98 in 100, and scores them exactly. k asked are k returned."""

    def __init__(self, index: Any, keys: Keys, exact: Exact) -> None:
        super().__init__(index, keys)
        self._exact = exact

    def _hold(self, index: Any, keys: Keys) -> None:
        super()._hold(index, keys)
        self._lists = faiss_library().downcast_index(index.index)

    @classmethod
    def trained(cls, sample: Vectors, exact: Exact) -> Self:
        """Empty, made for vectors like these: `TRAINED_ON` are enough, and `LISTS` the least."""
        faiss = faiss_library()
        dimension = sample.shape[1]
        codes = max(1, dimension // NUMBERS_A_CODE)
        while dimension % codes:
            codes -= 1
        index = faiss.index_factory(dimension, f"IDMap,IVF{LISTS},PQ{codes}x4fs", faiss.METRIC_INNER_PRODUCT)
        inner = faiss.downcast_index(index.index)
        inner.cp.min_points_per_centroid = inner.pq.cp.min_points_per_centroid = 1  # else it warns on standard output
        index.train(np.ascontiguousarray(sample, dtype=np.float32))
        return cls(index, np.empty(0, np.int64), exact)

    def _search(self, query: Vectors, k: int, mask: NDArray[np.bool_]) -> tuple[Keys, Vectors]:
        available = int(mask.sum())
        k = min(k, available)
        fetch = min(k + SPARE, available)
        few = 2 * available < len(self._keys) or fetch == available
        usual = LOOKED_THROUGH // 2 if len(self._keys) > MANY else LOOKED_THROUGH
        lists = LISTS if few else usual
        while k > 0:
            rows, rough = self._candidates(query, fetch, mask, lists)
            scores = (self._exact(self._keys[rows]).astype(np.float64) @ query[0].astype(np.float64)).astype(np.float32)
            best = np.lexsort((self._keys[rows], -scores))[:k]
            if fetch == available or (len(rows) == fetch and rough[-1] < rough[best[-1]]):
                return self._keys[rows[best]], scores[best]
            if len(rows) == fetch:
                fetch = min(4 * fetch, available)  # a row that was not fetched may be as good as the last
            lists = LISTS
        return np.empty(0, np.int64), np.empty(0, np.float32)

    def _candidates(
        self, query: Vectors, fetch: int, mask: NDArray[np.bool_], lists: int
    ) -> tuple[NDArray[np.int64], Vectors]:
        faiss = faiss_library()
        params = faiss.SearchParametersIVF(nprobe=lists)
        if not mask.all():
            bitmap = np.packbits(mask, bitorder="little")
            params = faiss.SearchParametersIVF(nprobe=lists, sel=faiss.IDSelectorBitmap(bitmap))
        scores, rows = self._lists.search(query, fetch, params=params)
        found = rows[0] >= 0
        if lists == LISTS and not found.all():  # FAISS passes over rows whose sum of codes is the least there can be
            least = np.setdiff1d(np.flatnonzero(mask), rows[0])[: fetch - found.sum()]
            return np.append(rows[0][found], least), np.append(scores[0][found], np.full(len(least), -np.inf, "f4"))
        return rows[0][found], scores[0][found]

    def vectors(self, keys: Keys) -> Vectors:
        """The exact vector of each key; of a key that is not there, zeros."""
        keys = np.asarray(keys, dtype=np.int64)
        with self._lock.reading():
            rows = self._places(keys)
            there = self._living(rows)
        found = np.zeros((len(keys), self.dimension), dtype=np.float32)
        if there.any():
            found[there] = self._exact(keys[there])
        return found

    # -- as bytes

    def to_bytes(self) -> memoryview:
        """A FAISS file (IDMap over IVF, product-quantised); what was removed keeps its place, without its key."""
        faiss = faiss_library()
        with self._lock.writing():
            faiss.copy_array_to_vector(np.where(self._alive, self._keys, FORGOTTEN), self._index.id_map)
            return memoryview(faiss.serialize_index(self._index))

    @classmethod
    def from_bytes(cls, data: bytes, exact: Exact) -> Self:
        """Check the bytes' SHA-256 first. Raises StoreDamaged."""
        return cls(*parsed(data, _KIND), exact)

    def save(self, path: str) -> None:
        Path(path).write_bytes(self.to_bytes())

    @classmethod
    def load(cls, path: str, exact: Exact) -> Self:
        return cls.from_bytes(Path(path).read_bytes(), exact)


def from_bytes(data: bytes, exact: Exact) -> FlatIndex | CompressedIndex:
    """An index of either kind. Check the bytes' SHA-256 first. Raises StoreDamaged."""
    index, keys = parsed(data, "IndexFlat", _KIND)
    if isinstance(faiss_library().downcast_index(index.index), getattr(faiss_library(), _KIND)):
        return CompressedIndex(index, keys, exact)
    return FlatIndex(index.d, index, keys)
