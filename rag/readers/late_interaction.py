"""How well each word of a question is met by some word of a sentence, in whatever languages they are told.

One vector for a whole sentence cannot tell that all that is asked for is spoken of. So the encoder's states are made a
short vector for each subword, and each subword of the question counts by the likest one of the sentence (late
interaction: Khattab and Zaharia 2020, ColBERT). The linear maps and what each subword of a question weighs are learned
(`training/late_interaction.py`); the encoder stays as it is, and gives the states along with the vectors.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float32]
Words: TypeAlias = NDArray[np.float16]  # (subwords, size), unit rows

MAPS = ("question", "question_bias", "sentence", "sentence_bias", "weight")


@dataclass(frozen=True, slots=True, eq=False)
class AskedWords:
    """Of a question: its subwords' vectors, and what each weighs; the weights sum to 1."""

    vectors: Array  # (subwords, size)
    weights: Array  # (subwords,)


@dataclass(frozen=True, slots=True, eq=False)
class LateInteraction:
    """By the names of MAPS arrays of (size, dimension), (size,) and for the weight (dimension,); none for an encoder
    that they were not learned for.
    """

    maps: Mapping[str, Array]

    @classmethod
    def shipped(cls, weights_hash: str) -> "LateInteraction":
        """What comes with Quoth; nothing for an encoder of other weights."""
        maps, learned_for = _shipped()
        return cls(maps if learned_for == weights_hash else {})

    @property
    def is_known(self) -> bool:
        return bool(self.maps)

    def asked(self, states: Array) -> AskedWords:
        """`states`: (subwords, dimension) of a question."""
        if not self.is_known or not len(states):
            return AskedWords(states[:0], np.zeros(0, np.float32))
        scores = states @ self.maps["weight"]
        weights = np.exp(scores - scores.max())
        return AskedWords(_unit(states @ self.maps["question"].T + self.maps["question_bias"]), weights / weights.sum())

    def told(self, states: Array) -> Words:
        """`states`: (subwords, dimension) of a sentence."""
        if not self.is_known:
            return states[:0].astype(np.float16)
        return _unit(states @ self.maps["sentence"].T + self.maps["sentence_bias"]).astype(np.float16)

    def met(self, asked: AskedWords, told: Words) -> float:
        """The weighted mean, over the subwords of the question, of the cosine to the likest one of the sentence.

        0 where nothing is known of them.
        """
        if not len(asked.weights) or not len(told):
            return 0.0
        return float(asked.weights @ (asked.vectors @ told.T.astype(np.float32)).max(axis=1))


def _unit(rows: Array) -> Array:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@cache
def _shipped() -> tuple[dict[str, Array], str]:
    """The maps, and the hash of the weights that they were learned for."""
    with (files("rag") / "data" / "late_interaction.npz").open("rb") as file, np.load(file) as archive:
        maps = {name: archive[name].astype(np.float32) for name in MAPS}
        return maps, json.loads(str(archive["provenance"]))["weights_hash"]
