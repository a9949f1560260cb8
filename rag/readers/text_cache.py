"""What is made of short texts that are read again and again."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Made = TypeVar("Made")


class TextCache(Generic[Made]):
    """Under the hash of their text: the same passages are read again and again. Holds no text."""

    def __init__(self, make: Callable[[Sequence[str]], Iterable[Made]], most: int) -> None:
        """`most`: how many are remembered."""
        self._make = make
        self._most = most
        self._held: OrderedDict[bytes, Made] = OrderedDict()
        self._lock = Lock()

    def of(self, texts: Sequence[str]) -> list[Made]:
        names = [hashlib.blake2b(text.encode("utf-8"), digest_size=16).digest() for text in texts]
        with self._lock:
            held = {name: self._held[name] for name in names if name in self._held}
        missing = {name: text for name, text in zip(names, texts, strict=True) if name not in held}
        made = dict(zip(missing, self._make(list(missing.values())), strict=True))
        with self._lock:
            self._held.update(made)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return [held[name] if name in held else made[name] for name in names]
