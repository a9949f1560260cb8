"""Compound files (MS-CFB, version 3) for the tests of formats that keep streams in them: no library writes any."""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Storage: TypeAlias = Mapping[str, "bytes | Storage"]

_SECTOR, _SHORT_SECTOR, _SHORT = 512, 64, 4096
_FREE, _END, _IS_FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_ENTRY = struct.Struct("<64sHBBIII16sIQQIQ")
_HEADER = struct.Struct("<8s16sHHHHH6xIIIIIIIII")


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    is_red: bool = False
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE
    start: int = 0

    @property
    def packed(self) -> bytes:
        name = (self.name + "\0").encode("utf-16-le") if self.name else b""
        tree = (not self.is_red, self.left, self.right, self.child)
        return _ENTRY.pack(name, len(name), self.kind, *tree, b"", 0, 0, 0, self.start, len(self.data))


@dataclass
class _Sectors:
    size: int
    data: bytearray = field(default_factory=bytearray)
    next: list[int] = field(default_factory=list)

    def add(self, data: bytes) -> int:
        """Where the chain begins that the data lie in."""
        if not data:
            return _END
        start, count = len(self.next), -(-len(data) // self.size)
        self.data += data.ljust(count * self.size, b"\0")
        self.next += [*range(start + 1, start + count), _END]
        return start


def compound_file(root: Storage) -> bytes:
    """At most some seven megabytes, which is what the tables in its header tell of."""
    entries = [_Entry("Root Entry", _ROOT)]
    entries[0].child = _add_children(root, entries)
    sectors, short = _Sectors(_SECTOR), _Sectors(_SHORT_SECTOR)
    for entry in entries:
        if entry.kind == _STREAM:
            entry.start = (short if len(entry.data) < _SHORT else sectors).add(entry.data)
    entries[0].data = bytes(short.data)
    entries[0].start = sectors.add(entries[0].data)
    short_table = b"".join(_tables(short.next))
    short_table_at = sectors.add(short_table)
    entries += [_Entry("", 0)] * (-len(entries) % 4)
    directory_at = sectors.add(b"".join(entry.packed for entry in entries))
    first = len(sectors.next)
    count = next(count for count in range(1, 110) if 128 * count >= first + count)
    tables = [*range(first, first + count), *[_FREE] * (109 - count)]
    header = _HEADER.pack(
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory_at, 0, _SHORT),
        *(short_table_at, len(short_table) // _SECTOR, _END, 0),
    )
    return b"".join(
        [header, struct.pack("<109I", *tables), sectors.data, *_tables(sectors.next + [_IS_FAT] * count)],
    )


def _tables(chains: list[int]) -> Iterator[bytes]:
    for at in range(0, len(chains), 128):
        part = chains[at : at + 128]
        yield struct.pack("<128I", *part, *[_FREE] * (128 - len(part)))


def _add_children(storage: Storage, entries: list[_Entry]) -> int:
    """The number of the entry in the middle, which is their tree's root."""
    names = sorted(storage, key=lambda name: (len(name), name.upper()))
    numbers = range(len(entries), len(entries) + len(names))
    for name in names:
        held = storage[name]
        entries.append(_Entry(name, _STREAM, held) if isinstance(held, bytes) else _Entry(name, _STORAGE))
    for number, name in zip(numbers, names, strict=True):
        held = storage[name]
        if not isinstance(held, bytes):
            entries[number].child = _add_children(held, entries)
    return _grow(numbers, entries, len(names).bit_length() - 1)


def _grow(numbers: range, entries: list[_Entry], deepest: int, depth: int = 0) -> int:
    """A red-black tree: only those that are deepest are red."""
    if not numbers:
        return _NONE
    middle = len(numbers) // 2
    entry = entries[numbers[middle]]
    entry.is_red = depth == deepest > 0
    entry.left = _grow(numbers[:middle], entries, deepest, depth + 1)
    entry.right = _grow(numbers[middle + 1 :], entries, deepest, depth + 1)
    return numbers[middle]
