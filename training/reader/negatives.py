"""Passages and questions that do not go together, near enough to be worth learning from.

A reader learns to say no from the passage that a search would have brought, from the right passage without its
answering sentence, and from a question with one name or number changed.
"""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from babel import Locale
from numpy.typing import NDArray

from rag.folding import fold
from rag.phrases import is_unspaced
from training.reader.data import Question, QuestionSet

_SENTENCE_END = re.compile(r"(?<=[.!?؟۔])\s+|(?<=[。！？])|\n+")
_NUMBER = re.compile(r"\d[\d.,]*\d|\d")
_NAME = re.compile(r"(?<!^)\b[^\W\d_a-z][^\W\d_]+(?:[ -][^\W\d_a-z][^\W\d_]+)*|[ァ-ヴー]{3,}")
UNCASED = frozenset("ar bn fa gu he hi ja km kn ko lo ml mr my ne pa ps sd si ta te th ug ur zh".split())
_LEAST_REST = 80  # characters: less is no passage


class Bm25:
    """A small inverted index over the subword ids of one set's contexts (k1 = 1.2, b = 0.75)."""

    def __init__(self, token_lists: Iterable[Sequence[int]]) -> None:
        rows, columns, counts, lengths = [], [], [], []
        for number, ids in enumerate(token_lists):
            found, times = np.unique(np.asarray(ids, np.int64), return_counts=True)
            rows.append(np.full(len(found), number))
            columns.append(found)
            counts.append(times)
            lengths.append(len(ids))
        self.size = len(lengths)
        order = np.argsort(np.concatenate(columns), kind="stable")
        row, column, count = (np.concatenate(each)[order] for each in (rows, columns, counts))
        tokens, starts = np.unique(column, return_index=True)
        self._places = {int(t): slice(a, b) for t, a, b in zip(tokens, starts, [*starts[1:], len(column)], strict=True)}
        length = np.asarray(lengths, np.float64)
        norm = 1.2 * (0.25 + 0.75 * length / length.mean())
        self._rows = row
        self._weights = (count * 2.2 / (count + norm[row])).astype(np.float32)

    def scores(self, tokens: Iterable[int]) -> NDArray[np.float32]:
        total = np.zeros(self.size, np.float32)
        for token in set(tokens):
            place = self._places.get(token)
            if place is not None:
                found = place.stop - place.start
                idf = np.log(1 + (self.size - found + 0.5) / (found + 0.5))
                total[self._rows[place]] += np.float32(idf) * self._weights[place]
        return total

    def best(self, tokens: Iterable[int], count: int) -> list[int]:
        scores = self.scores(tokens)
        return [int(row) for row in np.argsort(-scores, kind="stable")[:count]]


@dataclass(frozen=True, slots=True)
class Held:
    """The folded answers of a question: a passage that holds one of them is no negative."""

    answers: tuple[str, ...]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Held":
        return cls(tuple(sorted({fold(text).strip() for text in texts})))

    def in_text(self, text: str) -> bool:
        folded = fold(text)
        return any(answer in folded for answer in self.answers)


def hard_context(
    own: QuestionSet, question: Question, others: Sequence[str], ranking: Sequence[int], rng: random.Random
) -> str | None:
    """One of the four best-ranked contexts that neither is the question's own nor holds its answer."""
    held = Held.of(own.answer_texts(question))
    left = []
    for place in ranking:
        if others[place] != own.contexts[question.context] and not held.in_text(others[place]):
            left.append(others[place])
        if len(left) == 4:
            break
    return rng.choice(left) if left else None


def rest_of_context(context: str, answers: Sequence[str], rng: random.Random) -> str | None:
    """The context without the sentences that hold an answer: what stood before them or what stood after."""
    held = Held.of(answers)
    sentences = sentence_spans(context)
    telling = [held.in_text(context[start:end]) for start, end in sentences]
    if not any(telling):
        return None
    before = context[: sentences[telling.index(True)][0]]
    after = context[sentences[len(telling) - 1 - telling[::-1].index(True)][1] :]
    left = [part for part in (before, after) if len(part.strip()) >= _LEAST_REST and not held.in_text(part)]
    return rng.choice(left) if left else None


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where punctuation and line ends cut; they partition the text."""
    edges = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    return [(start, end) for start, end in pairwise(edges) if end > start]


def entities(question: str, language: str = "") -> list[tuple[int, int, str]]:
    """(start, end, kind) of the numbers and names of a question, as far as spelling shows them.

    In scripts without capitals the names of countries, where `language` is given.
    """
    numbers = [(match.start(), match.end(), "number") for match in _NUMBER.finditer(question)]
    names = [
        (match.start(), match.end(), "name")
        for match in _NAME.finditer(question)
        if match.group()[0].isupper() or "ァ" <= match.group()[0] <= "ー"
    ]
    countries = _countries(language)
    if countries is not None:
        names += [(match.start(), match.end(), "name") for match in countries.finditer(question)]
    return numbers + names


@cache
def _countries(language: str) -> re.Pattern[str] | None:
    """What countries are called in a language whose script has no capitals (Unicode CLDR, by babel)."""
    if language not in UNCASED:
        return None
    told = [name for code, name in Locale.parse(language).territories.items() if code.isalpha()]
    told = [name for name in told if len(name) >= (2 if is_unspaced(name) else 3)]
    return re.compile("|".join(re.escape(name) for name in sorted(told, key=len, reverse=True)))


def asked_of_another(
    question: str, told: str, others: Iterable[str], rng: random.Random, language: str = ""
) -> str | None:
    """The question about another name or number: one that `told` has gives way to one of the others' that it lacks."""
    folded = fold(told)
    here = [each for each in entities(question, language) if fold(question[each[0] : each[1]]) in folded]
    if not here:
        return None
    start, end, kind = rng.choice(here)
    for other in others:
        found = [other[a:b] for a, b, what in entities(other, language) if what == kind]
        choices = [each for each in found if fold(each) not in folded]
        if choices:
            return question[:start] + rng.choice(choices) + question[end:]
    return None


def changed_context(
    question: str, context: str, others: Sequence[str], answers: Sequence[str], rng: random.Random
) -> str | None:
    """The passage told of another name or number than the question asks about; its answer still stands there."""
    held = Held.of(answers)
    here = [each for each in entities(question) if question[each[0] : each[1]] in context]
    here = [each for each in here if not any(fold(question[each[0] : each[1]]) in answer for answer in held.answers)]
    if not here:
        return None
    start, end, kind = rng.choice(here)
    asked = question[start:end]
    found = (other[a:b] for other in others for a, b, what in entities(other) if what == kind)
    choices = [each for each in found if each not in context and asked not in each and not held.in_text(each)]
    return context.replace(asked, rng.choice(choices)) if choices else None
