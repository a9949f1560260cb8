"""Vectors of short texts that are encoded again and again."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np

from rag.types import Vectors

_REMEMBERED = 20_000  # vectors, 30 MB


class VectorCache:
    """Under the hash of their text: the same passages are read again and again. Holds no text."""

    def __init__(self, encode: Callable[[Sequence[str]], Vectors]) -> None:
        self._encode = encode
        self._held: OrderedDict[bytes, Vectors] = OrderedDict()
        self._lock = Lock()

    def of(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension)."""
        names = [hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest() for text in texts]
        with self._lock:
            held = {name: self._held[name] for name in names if name in self._held}
        missing = {name: text for name, text in zip(names, texts, strict=True) if name not in held}
        made = dict(zip(missing, self._encode(list(missing.values())), strict=True))
        with self._lock:
            self._held.update(made)
            while len(self._held) > _REMEMBERED:
                self._held.popitem(last=False)
        return np.vstack([held[name] if name in held else made[name] for name in names])
