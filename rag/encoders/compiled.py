"""The encoder that searches and indexes by default: a compiled model, without torch."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import numpy as np

from rag.encoders.artefact import Artefact, encoder_folder, made
from rag.encoders.bundled import Progress, silent
from rag.encoders.prefixed import PrefixedEncoder
from rag.encoders.states import Array
from rag.types import Encoded, EncoderIdentity, Vectors


class CompiledEncoder(PrefixedEncoder):
    """An artefact behind the Encoder socket. Its identity is that of the model it was compiled from."""

    def __init__(self, artefact: Artefact) -> None:
        card = artefact.card
        super().__init__(EncoderIdentity(**card["identity"]))
        with ThreadPoolExecutor(1) as beside:
            states = beside.submit(artefact.states, artefact)
            self._tokenizer = artefact.tokenizer
            self._states = states.result()
        self._begin, self._end = card["begin"], card["end"]
        self._pool = {"mean": _mean, "cls": _first}[card["pooling"]]

    @classmethod
    def made(cls, model: str, cache: Path, progress: Progress = silent) -> "CompiledEncoder":
        """Compiled on first use. Raises NotCompiled for a model that cannot be, EncoderError for none at all."""
        folder = encoder_folder(cache, model)
        return cls(made(folder, "rag.encoders.compile", [model, str(cache)], progress))

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        return [list(self._tokenizer.encode(text, add_special_tokens=False).ids) for text in texts]

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        vectors = np.stack(self._states.of(self._ids(texts), lambda _, states: self._pool(states)))
        return cast(Vectors, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))

    def _encoded(self, texts: Sequence[str], before: int) -> list[Encoded]:
        def take(_: int, states: Array) -> Encoded:
            vector = self._pool(states)
            return Encoded(vector / np.linalg.norm(vector), states[1 + before : -1])

        return self._states.of(self._ids(texts), take)

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        room = self._identity.max_tokens - 2
        return [[self._begin, *tokens[:room], self._end] for tokens in self.tokenize(texts)]


def _mean(states: Array) -> Array:
    return cast(Array, states.mean(axis=0))


def _first(states: Array) -> Array:
    return cast(Array, states[0].copy())
