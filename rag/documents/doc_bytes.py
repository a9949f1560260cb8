"""What Word's binary files (MS-DOC) have throughout: tables of places, and changes of properties."""

import struct
from collections.abc import Iterator

from rag.documents.integers import u16

_TABLE, _TABS = 0xD608, 0xC615  # sprmTDefTable and sprmPChgTabs, whose sizes are told in their own ways
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)  # of an operand, by the three highest bits of its code


def places(table: bytes, size: int) -> tuple[tuple[int, ...], list[bytes]]:
    """A PLC: n + 1 places, and of the n stretches between them what is said of each, `size` bytes long. (2.2.2)"""
    count = max(len(table) - 4, 0) // (4 + size)
    ends = struct.unpack_from(f"<{count + 1}I", table) if count else ()
    first = 4 * (count + 1)
    return ends, [table[first + size * each : first + size * (each + 1)] for each in range(count)]


def changes(said: bytes) -> Iterator[tuple[int, bytes]]:
    """Codes of properties (sprm) and their operands, until one that is cut. (2.2.5)"""
    at = 0
    while at + 2 < len(said):
        code = u16(said, at)
        size, skipped = _operand(said, code, at + 2)
        begin = at + 2 + skipped
        if begin + size > len(said):
            return
        yield code, said[begin : begin + size]
        at = begin + size


def _operand(said: bytes, code: int, at: int) -> tuple[int, int]:
    """(its size, the bytes before it that tell it)"""
    if size := _SIZES[code >> 13]:
        return size, 0
    if code == _TABLE:
        return max(int.from_bytes(said[at : at + 2], "little") - 1, 0), 2
    if code == _TABS and said[at] == 255:  # tab stops that go, four bytes each, and those that come, three each
        gone = 2 + 4 * (said[at + 1] if at + 1 < len(said) else 0)
        come = 1 + 3 * (said[at + gone] if at + gone < len(said) else 0)
        return gone + come - 1, 1
    return said[at], 1
