"""The compressed Rich Text of Outlook's messages (MS-OXRTFCP)."""

import struct
import zlib

from rag.documents.content import check_bytes

_HEADER = struct.Struct("<4xI4sI")
_PLAIN, _PACKED = b"MELA", b"LZFu"
_WINDOW = 4096
# What the window begins with (2.1.2.1).
_START = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def unpacked(data: bytes, name: str) -> bytes:
    """Raises ValueError where it is damaged, DocumentTooLarge."""
    if len(data) < _HEADER.size:
        raise ValueError("its Rich Text ends in its header")
    size, kind, checksum = _HEADER.unpack_from(data)
    check_bytes(size, name)
    packed = data[_HEADER.size :]
    if kind == _PLAIN:
        text = packed[:size]
    elif kind != _PACKED:
        raise ValueError("Rich Text that is packed in an unknown way")
    elif zlib.crc32(packed, 0xFFFFFFFF) ^ 0xFFFFFFFF != checksum:  # without the usual inversions (2.1.3.2)
        raise ValueError("Rich Text whose checksum is wrong")
    else:
        text = _run(packed, size)
    if len(text) < size:
        raise ValueError(f"{size:,} bytes of Rich Text, of which {len(text):,} are there")
    return text


def _run(packed: bytes, size: int) -> bytes:
    """A byte of flags tells of the next eight runs which are bytes and which refer to the window (2.2.2)."""
    out, at = bytearray(_START), 0
    while at < len(packed) and len(out) < len(_START) + size:
        flags, at = packed[at], at + 1
        if not flags:
            out += packed[at : at + 8]
            at += 8
            continue
        for bit in range(8):
            if not flags >> bit & 1:
                out += packed[at : at + 1]
                at += 1
            elif not _copy(out, int.from_bytes(packed[at : at + 2])):
                return bytes(out[len(_START) :])
            else:
                at += 2
    return bytes(out[len(_START) : len(_START) + size])


def _copy(out: bytearray, reference: int) -> bool:
    """Twelve bits of place in the window, four of length; False at the end, which refers to itself."""
    back = (len(out) - (reference >> 4)) % _WINDOW
    if back == 0 or back > len(out):
        return False
    for _ in range((reference & 15) + 2):  # it may go on into what it writes
        out.append(out[-back])
    return True
