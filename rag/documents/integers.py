"""Integers as old Office files write them, the lowest byte first."""

import struct


def u16(data: bytes, at: int) -> int:
    """Raises struct.error beyond the end, as do all of these."""
    return int(struct.unpack_from("<H", data, at)[0])


def i16(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<h", data, at)[0])


def u32(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", data, at)[0])


def i32(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<i", data, at)[0])
