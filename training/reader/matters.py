"""Questions that a passage does not answer though it speaks of all that they name: what they ask for, it does not tell.

"In which hotel did they stay?" of news that says in which city; "Who designed the bridge?" of what tells when it was
opened. Both are made of questions that people asked: what one asks for ("city") gives way to what another asks for in
the same words around it, and a question about another matter is asked of a name that the passage has.
"""

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.folding import fold
from rag.phrases import is_unspaced
from training.reader.negatives import entities

_AUXILIARY = r"is|was|are|were|did|does|do|has|have|had|can|could|will|would"
# What stands before what is asked for, that itself, and what stands behind: only like frames exchange it.
_FRAMES = {
    "en": [
        rf"(\b(?i:which|what) )((?!(?:{_AUXILIARY}|kind|type|sort|else)\b)[a-z-]{{3,}}(?: [a-z-]+)?)"
        rf"( (?:{_AUXILIARY})\b)",
        r"(\b(?i:what) (?:is|was|are|were) the )([a-z-]{3,}(?: [a-z-]+)?)( (?:of|for|in|between)\b)",
        rf"(\b(?i:how many) )([a-z-]{{3,}}(?: [a-z-]+)?)( (?:{_AUXILIARY}|in|of)\b)",
        r"(\b(?i:how) )(old|long|tall|far|deep|wide|big|large|fast|often)(\b)",
    ],
    "tr": [r"(\b(?i:hangi) )(\w{3,})(\w\w\b)", r"(\b(?i:kaç) )(\w{3,})(\b)"],
    "no": [r"(\b(?i:hvilken|hvilket|hvilke) )([a-zæøå]{3,})(\b)", r"(\b(?i:hvor mange) )([a-zæøå]{3,})(\b)"],
    "pt": [r"(\b(?i:em que|qual) )(?!(?:é|foi|era|o|a)\b)(\w{3,})(\b)", r"(\b(?i:quant[oa]s) )(\w{3,})(\b)"],
    "fr": [
        r"(\b(?i:quel|quels|quelle|quelles) )(?!(?:est|sont|était|fut|fût)\b)([a-zà-ÿ]{3,})(\b)",
        r"(\b(?i:combien de) )(\w+)(\b)",
    ],
    "id": [r"(\b)((?!(?i:yang|adalah|itu)\b)[a-z]{4,})( (?:apa|mana|berapa)\b)", r"(\b(?i:berapa) )([a-z]{4,})(\b)"],
    "sw": [r"(\b)(\w{4,})( (?:gani|ipi|ngapi|yupi)\b)"],
    "ar": [r"(\bأي )(\w{3,})(\b)", r"(\bكم عدد )(\w{4,})(\b)"],
    "fa": [r"(\bکدام )(\w{3,})(\b)", r"(\bچند )(\w{3,})(\b)", r"(\bچه )(\w{3,})(\b)"],
    "ko": [r"((?:어느|무슨|어떤|몇) ?)([가-힣]{1,4})([가-힣]\b)"],
    "ja": [r"(何)([\u4e00-\u9fffァ-ー]{1,4})()", r"(どの)([\u4e00-\u9fffァ-ー]{1,4})()"],
    "zh": [
        r"(哪)(一?(?:个[\u4e00-\u9fff]{2}|[年月天日位座种所家国省市县州区届部首条]))()",
        r"(什么)([\u4e00-\u9fff]{2})()",
    ],
}
_PATTERNS = {language: [re.compile(each) for each in told] for language, told in _FRAMES.items()}
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class Focus:
    """What a question asks for, and between what it stands."""

    start: int
    end: int
    frame: tuple[str, ...]  # the words around it, folded


def focus_of(question: str, language: str) -> Focus | None:
    for number, pattern in enumerate(_PATTERNS.get(language, ())):
        match = pattern.search(question)
        if match:
            return Focus(*match.span(2), (str(number), fold(match.group(1)), fold(match.group(3))))
    return None


class Foci:
    """What the questions of a set ask for."""

    def __init__(self, questions: Iterable[str], language: str) -> None:
        told: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for question in questions:
            focus = focus_of(question, language)
            if focus is not None:
                told[focus.frame].append(question[focus.start : focus.end])
        self._language = language
        self._told: Mapping[tuple[str, ...], Sequence[str]] = told

    def another(self, question: str, context: str, rng: random.Random) -> tuple[str, str] | None:
        """What the question asks for, and what another in the same words does: nothing that the context speaks of."""
        focus = focus_of(question, self._language)
        if focus is None:
            return None
        asked, folded = question[focus.start : focus.end], fold(context)
        drawn = rng.choices(self._told.get(focus.frame, [asked]), k=8)
        others = [each for each in drawn if fold(each) != fold(asked) and not _spoken_of(each, folded)]
        return (asked, others[0]) if others else None


def _spoken_of(told: str, folded: str) -> bool:
    words = [told] if is_unspaced(told) else told.split()
    return any(_stem(word) in folded for word in words)


def _stem(word: str) -> str:
    return fold(word)[:5]


def of_a_name(
    others: Sequence[str], names: Sequence[str], context: str, language: str, rng: random.Random
) -> str | None:
    """Of other questions the one that shares most words with the context, asked of one of these names and not its own.

    Those of which the context has every word are left out: it may answer them. Words that many of the questions have
    ("when", "born") say nothing of the matter.
    """
    folded = fold(context)
    often = Counter(word for other in others for word in set(_stems(other)))
    best: tuple[float, str] | None = None
    for other in others:
        found = entities(other, language)
        if len(found) != 1 or found[0][2] != "name" or fold(other[slice(*found[0][:2])]) in folded:
            continue
        start, end, _ = found[0]
        words = [word for word in _stems(f"{other[:start]} {other[end:]}") if often[word] <= max(2, len(others) // 10)]
        shared = sum(word in folded for word in words)
        if shared < len(words) and (best is None or shared / len(words) > best[0]):
            best = shared / len(words), other[:start] + rng.choice(names) + other[end:]
    return best[1] if best else None


def _stems(text: str) -> list[str]:
    return [_stem(word) for word in _WORD.findall(text)]
