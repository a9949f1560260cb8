"""How like the questions that stand in the passages are to the one that is asked.

What a list of frequent questions says of one seldom repeats it, and the sentence that refers to another section by its
title does. Two questions are alike as whole texts, in one language or two: the encoder tells it better than whether a
sentence answers.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from rag.centring import Centring
from rag.readers.text_cache import TextCache
from rag.types import Encoder, Query

_USUAL = 0.4  # the cosine of a question with one on the same subject
_REMEMBERED = 20_000  # vectors, 30 MB


class SimilarQuestions:
    def __init__(self, encoder: Encoder, centring: Centring) -> None:
        self._centring = centring
        self._vectors = TextCache(encoder.encode_queries, _REMEMBERED)

    def likeness(self, readings: Sequence[tuple[Query, float]], languages: Mapping[str, str]) -> Callable[[str], float]:
        """Of each question by its text: its cosine with what is asked, above what is usual; 0 of any other text.

        `readings`: what is asked, and its share. `languages`: of the questions, by their texts.
        """
        if not languages:
            return lambda _: 0.0
        raw = self._vectors.of(list(languages))
        vectors = [self._centring.query_vector(*each) for each in zip(raw, languages.values(), strict=True)]
        asked = sum(share * self._centring.query_vector(each.vector, each.language) for each, share in readings)
        cosines = dict(zip(languages, (np.array(vectors) @ asked).tolist(), strict=True))
        return lambda text: max(0.0, cosines.get(text, 0.0) - _USUAL)
