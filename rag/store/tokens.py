"""Passages' tokens and their postings: saved in a folder, or fresh in memory. Removed ones stay, and are tallied."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from rag.errors import StoreDamaged
from rag.store.postings import Postings
from rag.store.rows import Tokens, counts_of, ids_of
from rag.types import Keys

# Files: int64, ascending; int64, where each bag ends; uint32, bag after bag; one int64, all tokens counted.
_KEYS, _ENDS, _TOKENS, _TOTAL = "keys", "ends", "tokens", "total"


@dataclass(slots=True)
class Tally:
    """How many passages, of how many tokens altogether, and in how many of them each token is."""

    passages: int = 0
    tokens: int = 0
    frequencies: Counter[int] = field(default_factory=Counter)

    def count(self, tokens: Tokens) -> None:
        self.passages += 1
        self.tokens += int(counts_of(tokens).sum())
        self.frequencies.update(set(ids_of(tokens).tolist()))


class Bags(NamedTuple):
    """The tokens of those of some keys that are there, bag after bag."""

    places: NDArray[np.int64]  # which of the keys they belong to
    sizes: NDArray[np.int64]  # entries of each bag
    tokens: Tokens


class Fresh:
    """In memory; grows."""

    def __init__(self) -> None:
        self.postings = Postings.empty()
        self.passages = 0  # these two count removed ones as well
        self.tokens = 0
        self.removed = Tally()
        self._bags: dict[int, bytes] = {}

    def add(self, key: int, tokens: Tokens) -> None:
        listed = _listed(tokens)
        self.postings.add(key, listed)
        self.passages += 1
        self.tokens += len(listed)
        self._bags[key] = np.asarray(tokens, dtype="<u4").tobytes()

    def remove(self, keys: Keys) -> None:
        for key in keys.tolist():
            held = self._bags.pop(key, None)
            if held is not None:
                self.removed.count(np.frombuffer(held, dtype="<u4"))

    def bags(self, keys: Keys) -> Bags:
        found = [(place, self._bags[key]) for place, key in enumerate(keys.tolist()) if key in self._bags]
        places = np.array([place for place, _ in found], dtype=np.int64)
        sizes = np.array([len(held) // 4 for _, held in found], dtype=np.int64)
        return Bags(places, sizes, np.frombuffer(b"".join(held for _, held in found), dtype="<u4"))

    def living(self) -> "Fresh":
        """The same without the removed."""
        copy = Fresh()
        for key, held in self._bags.items():
            copy.add(key, np.frombuffer(held, dtype="<u4"))
        return copy


class Saved:
    """In files that are written once and mapped into memory."""

    def __init__(self, postings: Postings, keys: Keys, ends: NDArray[np.int64], tokens: Tokens, total: int) -> None:
        self.postings = postings
        self.passages = len(keys)
        self.tokens = total
        self.removed = Tally()
        self._keys, self._ends, self._tokens = keys, ends, tokens
        self._alive = np.ones(len(keys), dtype=np.bool_)

    @classmethod
    def write(cls, folder: Path, passages: Iterable[tuple[int, Tokens]]) -> None:
        """Files of these passages, by key, in an empty folder, not flushed. Raises StoreError, OSError."""
        keys: list[int] = []
        ends: list[int] = []
        total = 0

        def noted() -> Iterator[tuple[int, list[int]]]:
            nonlocal total
            for key, tokens in passages:
                file.write(np.asarray(tokens, dtype="<u4").tobytes())
                keys.append(key)
                ends.append(len(tokens) + (ends[-1] if ends else 0))
                listed = _listed(tokens)
                total += len(listed)
                yield key, listed

        with (folder / _TOKENS).open("wb") as file:
            Postings.write(folder, noted())
        for name, numbers in ((_KEYS, keys), (_ENDS, ends), (_TOTAL, [total])):
            (folder / name).write_bytes(np.array(numbers, dtype="<i8").tobytes())

    @classmethod
    def open(cls, folder: Path, names: Iterable[str]) -> Self:
        """Writes nothing. Check the files' SHA-256 first. Raises StoreDamaged, OSError."""
        keys, ends = _mapped(folder / _KEYS, "<i8"), _mapped(folder / _ENDS, "<i8")
        tokens, total = _mapped(folder / _TOKENS, "<u4"), _mapped(folder / _TOTAL, "<i8")
        postings = Postings.opened(folder, sorted({*names} - {_KEYS, _ENDS, _TOKENS, _TOTAL}))
        if not len(keys) == len(ends) == len(postings) or len(tokens) != (ends[-1] if len(ends) else 0):
            raise StoreDamaged(f"{folder.name} holds {len(keys)} keys, {len(ends)} bags, {len(postings)} postings")
        return cls(postings, keys, ends, tokens, int(total[0]))

    def remove(self, keys: Keys) -> None:
        rows = self._rows(keys)
        rows = rows[rows >= 0]
        for row in rows.tolist():
            self.removed.count(self._tokens[self._starts(row) : self._ends[row]])
        self._alive[rows] = False

    def bags(self, keys: Keys) -> Bags:
        rows = self._rows(keys)
        places = np.flatnonzero(rows >= 0)
        starts, ends = self._starts(rows[places]), self._ends[rows[places]]
        sizes = ends - starts
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return Bags(places, sizes, self._tokens[np.repeat(starts, sizes) + within])

    def _starts(self, rows: Any) -> Any:
        return np.where(rows > 0, self._ends[np.maximum(rows, 1) - 1], 0)

    def _rows(self, keys: Keys) -> NDArray[np.int64]:
        """The row of each key; -1 where there is none, or it was removed."""
        if not len(self._keys):
            return np.full(len(keys), -1, dtype=np.int64)
        rows = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return np.where((self._keys[rows] == keys) & self._alive[rows], rows, -1)


Part = Fresh | Saved


def _listed(tokens: Tokens) -> list[int]:
    """Every token as often as it occurs."""
    listed: list[int] = np.repeat(ids_of(tokens), counts_of(tokens)).tolist()
    return listed


def _mapped(path: Path, kind: str) -> NDArray[Any]:
    if os.path.getsize(path) == 0:  # nothing cannot be mapped
        return np.empty(0, dtype=kind)
    return np.asarray(np.memmap(path, dtype=kind, mode="r"))
