"""Words of English and their translations, and English text told half in another language.

No set of questions is in Russian, Azerbaijani or German. A reader that sees English questions and passages with many of
their words replaced by translations learns to read those words where a question turns on them (code-switching,
Qin et al. 2020, CoSDA-ML). The translations are counted where the encoder's own states align parallel news
(training.reader.alignment).
"""

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import TypeAlias

from training.reader.interrogatives import TRANSLATIONS

LANGUAGES = sorted(TRANSLATIONS)  # those that can ask
RARE = 0.12  # of a word's counted translations; what is rarer is mostly misaligned
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")

# (a sentence, its translation) -> the words of the one, each with the word of the other that says it
Pairs: TypeAlias = Callable[[str, str], Iterable[tuple[str, str]]]
Span: TypeAlias = tuple[int, int]


class Lexicon:
    """For each language, what each English word (in lower case) is told by, and how often."""

    def __init__(self, words: Mapping[str, Mapping[str, Mapping[str, int]]]) -> None:
        self._words = {
            language: {word: _cumulated(told) for word, told in entries.items()} for language, entries in words.items()
        }
        self.languages = sorted(words)

    @classmethod
    def read(cls, path: Path) -> "Lexicon":
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def translation(self, word: str, language: str, rng: random.Random) -> str | None:
        """One of the word's translations, the frequent more often; capital where the word is."""
        known = self._words[language].get(word.lower())
        if known is None:
            return None
        (drawn,) = rng.choices(known[0], cum_weights=known[1])
        return drawn[:1].upper() + drawn[1:] if word[:1].isupper() else drawn

    def switched(
        self, text: str, language: str, share: float, rng: random.Random, answer: Span | None = None
    ) -> tuple[str, Span | None]:
        """The text with that share of its known words told in the language, and where its answer stands now."""
        edges = [] if answer is None else list(answer)
        moved = list(edges)
        made, at = [], 0
        for match in _WORD.finditer(text):
            start, end = match.span()
            if rng.random() >= share or any(start < edge < end for edge in edges):
                continue
            told = self.translation(match.group(), language, rng)
            if told is None:
                continue
            longer = len(told) - (end - start)
            moved = [now + longer if edge >= end else now for edge, now in zip(edges, moved, strict=True)]
            made += [text[at:start], told]
            at = end
        return "".join([*made, text[at:]]), (moved[0], moved[1]) if answer is not None else None


def _cumulated(told: Mapping[str, int]) -> tuple[list[str], list[int]]:
    return list(told), list(accumulate(told.values()))


def counted(pairs: Pairs, english: Sequence[str], translated: Sequence[str]) -> dict[str, dict[str, int]]:
    """What each English word is told by in the translations of sentences."""
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for sentence, told in zip(english, translated, strict=True):
        for word, translation in pairs(sentence, told):
            if _WORD.fullmatch(word) and any(character.isalpha() for character in translation):
                counts[word.lower()][_uncapitalised(word, translation)] += 1
    return {word: kept for word, found in counts.items() if (kept := _frequent(found))}


def _uncapitalised(word: str, translation: str) -> str:
    return translation[:1].lower() + translation[1:] if word[:1].isupper() else translation


def _frequent(found: Counter[str]) -> dict[str, int]:
    least = RARE * found.total()
    return {translation: count for translation, count in found.items() if count >= least}
