"""Integers as old Office files write them, the lowest byte first, and characters as they count them."""

import struct
from array import array


def u16(data: bytes, at: int) -> int:
    """Raises struct.error beyond the end, as do all of these."""
    return int(struct.unpack_from("<H", data, at)[0])


def i16(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<h", data, at)[0])


def u32(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", data, at)[0])


def i32(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<i", data, at)[0])


def units(data: bytes) -> str:
    """Of UTF-16, each a character: halves of a pair stay two, to be counted as such."""
    return array("I", array("H", data[: len(data) // 2 * 2])).tobytes().decode("utf-32-le", "surrogatepass")
