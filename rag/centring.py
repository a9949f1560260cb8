"""The cure for language bias: each language's mean vector is taken off queries and passages.

Raw e5 vectors carry their language: 99.9 % of first hits are in the question's own, even where it holds no answer.
Subtracting the mean of the language and renormalising (measured in docs/retrieval.md) lets passages of all languages
compete. The shipped means come from parallel text (`training/language_means.py`), so they serve from the first
document on. Passages that a search has found are compared by means that go half of the way to those of the index's own
passages (`Centring.adapted`). Stored vectors stay raw; only the index and the query are centred.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from rag.types import LanguageMean, Vectors

OWN = 0.5  # of the way to an index's own mean, at most: all of it costs what sets passages of one language apart
FEW = 100  # passages of a language, with which half of that is gone: the mean of fewer is their subject


@dataclass(frozen=True, slots=True, eq=False)
class Centring:
    """`queries[i]` and `passages[i]` are what to subtract for language i; the last row serves unknown languages."""

    rows: dict[str, int]
    queries: Vectors  # (languages + 1, dimension), scaled by the strength
    passages: Vectors
    fingerprint: str

    @classmethod
    def shipped(cls, weights_hash: str, strength: float) -> "Centring":
        """The means that come with Quoth; a model they were not computed for is left uncentred."""
        means = _shipped_means()
        if means["weights_hash"] != weights_hash or strength == 0.0:
            return cls.none()
        rows = {str(code): row for row, code in enumerate(means["languages"])}
        queries, passages = (_with_unknown(means[name]) * np.float32(strength) for name in ("queries", "passages"))
        return cls(rows, queries, passages, f"shipped-1 {strength}")

    @classmethod
    def none(cls) -> "Centring":
        nothing = np.zeros((1, 1), np.float32)
        return cls({}, nothing, nothing, "none")

    def passage_vectors(self, vectors: Vectors, languages: Sequence[str]) -> Vectors:
        """(n, dimension) raw rows and their languages to centred unit rows."""
        return _unit(vectors - self.passages[[self.rows.get(code, -1) for code in languages]])

    def adapted(self, means: Mapping[str, LanguageMean]) -> "Centring":
        """With part of what sets an index's passages of each language apart from the shipped mean taken off too.

        Questions move as the passages of their language do: their own mean cannot be known.
        """
        if not self.rows:
            return self
        rows, queries, passages = dict(self.rows), [self.queries], [self.passages]
        for code, (count, mean) in means.items():
            row = self.rows.get(code, -1)
            shift = OWN * count / (count + FEW) * (mean - self.passages[row])
            rows[code] = len(self.passages) + len(passages) - 1
            queries.append((self.queries[row] + shift)[None])
            passages.append((self.passages[row] + shift)[None])
        # The last row stays that of unknown languages.
        queries.append(self.queries[-1:])
        passages.append(self.passages[-1:])
        return replace(self, rows=rows, queries=np.vstack(queries), passages=np.vstack(passages))

    def raw(self, vectors: Vectors, languages: Sequence[str]) -> Vectors:
        """What `passage_vectors` was given: the one unit row that lies behind the mean in that direction."""
        means = self.passages[[self.rows.get(code, -1) for code in languages]]
        along = (vectors * means).sum(axis=1, keepdims=True)
        length = np.sqrt(along**2 + 1.0 - (means**2).sum(axis=1, keepdims=True)) - along
        return np.asarray(vectors * length + means, np.float32)

    def query_vector(self, vector: Vectors, language: str) -> Vectors:
        """(dimension,) raw to centred."""
        rows: Vectors = _unit(vector[None] - self.queries[[self.rows.get(language, -1)]])
        return rows.reshape(-1)


@cache
def _shipped_means() -> dict[str, Any]:
    import json

    with (files("rag") / "data" / "language_means.npz").open("rb") as file, np.load(file) as archive:
        means = {name: archive[name] for name in ("languages", "queries", "passages")}
        means["weights_hash"] = json.loads(str(archive["provenance"]))["weights_hash"]
    return means


def _with_unknown(means: Any) -> Vectors:
    rows: Vectors = np.asarray(means, np.float32)
    return np.vstack([rows, rows.mean(axis=0, keepdims=True)])


def _unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)
