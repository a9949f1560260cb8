"""The trained network, compiled: the encoder's embeddings and subwords, layers of its own, and three heads."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from rag.encoders.artefact import FORMAT, Artefact, encoder_folder, made
from rag.encoders.bundled import Progress, silent
from rag.encoders.states import Array
from rag.readers.findings import Finding
from rag.readers.pairs import NEVER, Asked, Logits, Window, read
from rag.readers.shipped import shipped_sha256


@dataclass(frozen=True, slots=True)
class Heads:
    """What is made of the last layer's states. As `rag.readers.reference.ReaderModel`, one text at a time."""

    span: Array  # (2, hidden): start, end
    span_bias: Array  # (2,)
    answerable: Array  # (1, 2 * hidden)
    answerable_bias: Array  # (1,)

    def logits(self, window: Window, states: Array) -> Logits:
        scores = states @ self.span.T + self.span_bias
        allowed = np.zeros(len(states), bool)
        allowed[0] = allowed[window.context] = True
        scores[~allowed] = NEVER
        inside = _softmax(scores[1:]).mean(axis=1)
        beside = np.concatenate([states[0], inside @ states[1:]])
        answerable = float(self.answerable[0] @ beside + self.answerable_bias[0])
        starts, ends = scores.astype(np.float64).T
        return Logits(starts[window.context], ends[window.context], starts[0], ends[0], answerable)


def _softmax(scores: Array) -> Array:
    """Over the first axis."""
    powers = np.exp(scores - scores.max(axis=0))
    return cast(Array, powers / powers.sum(axis=0))


class CompiledNetwork:
    """Behind the `Network` socket, without torch."""

    answers_the_last = True

    def __init__(self, base: Artefact, own: Artefact) -> None:
        self._tokenizer = base.tokenizer
        self._states = own.states(base)
        with np.load(own.file("heads.npz")) as heads:
            self._heads = Heads(**heads)

    @classmethod
    def shipped(cls, cache: Path, progress: Progress = silent) -> "CompiledNetwork":
        """The network that comes with Quoth, on the bundled encoder whatever encoder searches; compiled on first use.

        Raises NotCompiled or EncoderError.
        """
        base = made(encoder_folder(cache, "bundled"), "rag.encoders.compile", ["bundled", str(cache)], progress)
        return cls(base, made(reader_folder(cache), "rag.readers.compile", [str(cache)], progress))

    def find(
        self, question: str, texts: Sequence[str], stretches: Sequence[Sequence[tuple[int, int]]]
    ) -> list[list[Finding | None]]:
        asked = Asked.of_each(question, texts, stretches)
        return read(self._read_windows, self._tokenizer, asked)

    def _read_windows(self, windows: Sequence[Window]) -> list[Logits]:
        return self._states.of(
            [window.ids for window in windows], lambda place, states: self._heads.logits(windows[place], states)
        )


def reader_folder(cache: Path) -> Path:
    """Where the compiled form of the shipped weights stands or would stand."""
    return cache / "compiled" / f"reader-{shipped_sha256()[:12]}-{FORMAT}"
