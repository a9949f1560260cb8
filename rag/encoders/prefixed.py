"""What encoders have in common: an identity, and its prefixes before questions and passages."""

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from rag.types import Encoded, EncoderIdentity, Vectors


class PrefixedEncoder(ABC):
    """The Encoder socket, over a way to encode texts that have their prefix."""

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

    def read_passages(self, texts: Sequence[str]) -> list[Encoded]:
        return self._read(texts, self._identity.passage_prefix)

    def read_queries(self, texts: Sequence[str]) -> list[Encoded]:
        return self._read(texts, self._identity.query_prefix)

    def _read(self, texts: Sequence[str], prefix: str) -> list[Encoded]:
        if not texts:
            return []
        # A space that ends the prefix goes into the first word of the text.
        (before,) = self.tokenize([prefix.rstrip()])
        return self._encoded([prefix + text for text in texts], len(before))

    @abstractmethod
    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """As the Encoder socket has it."""

    @abstractmethod
    def _encoded(self, texts: Sequence[str], before: int) -> list[Encoded]:
        """Of at least one text, with the states of its subwords but for the first ones, `before`."""

    @abstractmethod
    def _vectors(self, texts: Sequence[str]) -> Vectors:
        """(n, dimension) unit rows of at least one text."""
