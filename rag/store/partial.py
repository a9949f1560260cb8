"""Vectors of a document that is not whole yet, kept so that an add that was broken off need not encode them again."""

import hashlib
from pathlib import Path

import numpy as np

from rag.errors import StoreError
from rag.types import Vectors

UNIT = 1e-3  # how far from 1 a vector's length may be: room that a crash left unwritten is none


class PartialVectors:
    """A file of rows that grows; `key` names all that its vectors depend on, and another key finds none of them."""

    def __init__(self, folder: Path, key: str, dimension: int) -> None:
        self._path = folder / f"vectors-{hashlib.sha256(key.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
        self._dimension = dimension

    def read(self) -> Vectors:
        """The rows that are whole, from the first on."""
        data = self._path.read_bytes() if self._path.exists() else b""
        whole = len(data) // (4 * self._dimension)
        rows = np.frombuffer(data, dtype="<f4", count=whole * self._dimension).reshape(whole, self._dimension)
        with np.errstate(invalid="ignore"):
            sound = np.abs(np.linalg.norm(rows, axis=1) - 1.0) <= UNIT
        return rows[: whole if sound.all() else int(np.argmin(sound))].astype(np.float32)

    def append(self, done: int, vectors: Vectors) -> None:
        """After the first `done` rows. Raises StoreError."""
        try:
            with self._path.open("r+b" if self._path.exists() else "w+b") as file:
                file.seek(done * 4 * self._dimension)
                file.write(np.ascontiguousarray(vectors, dtype="<f4").tobytes())
                file.truncate()
        except OSError as error:
            raise StoreError(
                f"{self._path} cannot be written ({error.strerror}): check the disk's free space"
            ) from error
