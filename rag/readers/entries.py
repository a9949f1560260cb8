"""Which of the questions that stand in the passages is the one that is asked.

What a list of frequent questions says of one seldom repeats it, and the sentence that refers to another section by its
title does. Two questions are alike as whole texts, in one language or two: the encoder tells it better than whether a
sentence answers.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rag.centring import Centring
from rag.folding import fold
from rag.readers.candidates import Candidate
from rag.readers.vector_cache import VectorCache
from rag.types import Encoder, Query

_USUAL = 0.4  # the cosine of a question with one on the same subject


class Entry(NamedTuple):
    """The question of a text that is most like the one asked."""

    question: str  # folded
    lead: float  # of its cosine over that of the next, or over what is usual

    def holds(self, candidate: Candidate) -> bool:
        return fold(candidate.questions.above) == self.question

    def puts(self, candidate: Candidate) -> bool:
        """Whether it is part of the question."""
        return fold(candidate.questions.own) == self.question


class Entries:
    def __init__(self, encoder: Encoder, centring: Centring) -> None:
        self._centring = centring
        self._vectors = VectorCache(encoder.encode_queries)

    def likest(self, readings: Sequence[tuple[Query, float]], candidates: Sequence[Candidate]) -> Entry | None:
        """`readings`: what is asked, and its share. None where no candidate stands under a question that is like it."""
        under = {fold(each.questions.above): each for each in candidates if each.questions.above}
        if not under:
            return None
        raw = self._vectors.of([each.questions.above for each in under.values()])
        languages = [each.hit.document.language for each in under.values()]
        vectors = [self._centring.query_vector(*each) for each in zip(raw, languages, strict=True)]
        asked = sum(share * self._centring.query_vector(each.vector, each.language) for each, share in readings)
        cosines = dict(zip(under, (np.array(vectors) @ asked).tolist(), strict=True))
        first, *others = sorted(cosines, key=lambda each: -cosines[each])
        lead = cosines[first] - max([_USUAL, *(cosines[each] for each in others[:1])])
        return Entry(first, lead) if lead > 0 else None
