"""What encoders have in common: an identity, and its prefixes before questions and passages."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from rag.types import EncoderIdentity, Vectors


class PrefixedEncoder(ABC):
    """The Encoder socket but for `tokenize`, over a way to encode texts that have their prefix."""

    def __init__(self, identity: EncoderIdentity) -> None:
        self._identity = identity

    @property
    def identity(self) -> EncoderIdentity:
        return self._identity

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, self._identity.passage_prefix)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts, self._identity.query_prefix)

    def _encode(self, texts: Sequence[str], prefix: str) -> Vectors:
        if not texts:
            return np.zeros((0, self._identity.dimension), np.float32)
        return self._vectors([prefix + text for text in texts])

    @abstractmethod
    def _vectors(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension) unit rows of at least one text."""
