"""An encoder with meaning and no model: hashed bags of words, so that texts with words in common are near."""

import re
import zlib
from collections.abc import Sequence

import numpy as np

from rag.types import Encoded, EncoderIdentity, Vectors

DIMENSION = 64
# Maps of late interaction for it: a word is met by itself alone, and all words weigh the same.
AS_THEY_ARE = {
    **{name: np.eye(DIMENSION, dtype=np.float32) for name in ("question", "sentence")},
    **{name: np.zeros(DIMENSION, np.float32) for name in ("question_bias", "sentence_bias", "weight")},
}


class FakeEncoder:
    """A word is a token; its id is its CRC-32, folded to 20 bits."""

    identity = EncoderIdentity("fake/bag-of-words", DIMENSION, 512, "query: ", "passage: ", "f" * 64)

    def __init__(self) -> None:
        self.encoded: list[str] = []  # passages, in order: a test can see what was encoded again

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.encoded.extend(texts)
        return self._encode(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts)

    def read_passages(self, texts: Sequence[str]) -> list[Encoded]:
        """The state of a word says which it is, and nothing of what stands around it."""
        return [Encoded(*each) for each in zip(self.encode_passages(texts), self._states(texts), strict=True)]

    def read_queries(self, texts: Sequence[str]) -> list[Encoded]:
        return [Encoded(*each) for each in zip(self.encode_queries(texts), self._states(texts), strict=True)]

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        return [[zlib.crc32(word.encode()) & 0xFFFFF for word in re.findall(r"\w+", text)] for text in texts]

    def _encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.full((len(texts), DIMENSION), 1e-3, np.float32)
        for row, tokens in zip(rows, self.tokenize([text.lower() for text in texts]), strict=True):
            for token in tokens:
                row[token % DIMENSION] += 1.0
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def _states(self, texts: Sequence[str]) -> list[Vectors]:
        each = np.eye(DIMENSION, dtype=np.float32)
        return [
            each[[token % DIMENSION for token in tokens]] for tokens in self.tokenize([text.lower() for text in texts])
        ]
