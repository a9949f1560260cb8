"""The mean vector of each language's passages, as they were when the saved indexes were made."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from rag.errors import StoreDamaged
from rag.store.database import Database
from rag.types import LanguageMean, Vectors

SAMPLED = 20_000  # passages at most, evenly spread: read in a quarter of a second


@dataclass(frozen=True, slots=True, eq=False)
class LanguageMeans:
    """By language code. They stay as they are until the indexes are made anew, so that searches agree meanwhile."""

    of: Mapping[str, LanguageMean]

    @classmethod
    def measured(cls, database: Database) -> Self:
        keys = database.every_key()
        sums: dict[str, Vectors] = {}
        counts: dict[str, int] = {}
        for chunk in database.vectors(keys[:: -(-len(keys) // SAMPLED) or 1]):
            languages = np.array(chunk.languages)
            for code in set(chunk.languages):
                of_code = chunk.vectors[languages == code]
                sums[code] = sums.get(code, 0.0) + of_code.sum(axis=0, dtype=np.float64)
                counts[code] = counts.get(code, 0) + len(of_code)
        return cls(
            {code: LanguageMean(count, (sums[code] / count).astype(np.float32)) for code, count in counts.items()}
        )

    def to_json(self) -> dict[str, list[Any]]:
        return {
            code: [each.passages, base64.b64encode(each.mean.astype("<f4").tobytes()).decode("ascii")]
            for code, each in self.of.items()
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any], dimension: int) -> Self:
        """Raises StoreDamaged."""
        try:
            read = {
                code: LanguageMean(int(passages), np.frombuffer(base64.b64decode(mean, validate=True), "<f4"))
                for code, (passages, mean) in value.items()
            }
        except (ValueError, TypeError) as error:
            raise StoreDamaged(f"the saved means of languages cannot be read ({error})") from error
        if any(len(each.mean) != dimension for each in read.values()):
            raise StoreDamaged(f"the saved means of languages are not of {dimension} numbers")
        return cls(read)
