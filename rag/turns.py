"""Sentences of a text that is told in several languages: a contract of two columns, a law with its translation.

Which language each sentence is in is told by all of them together, as a hidden Markov model (Rabiner 1989): a sentence
is as likely in a language as its letters say, and a text rarely turns from one to another.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from rag.language import UNKNOWN, beliefs
from rag.sentences import sentences

_TURN = 3.0  # the logarithm of how much rarer it is that a text turns to a language than that it goes on in one
_FAR = 0.05  # belief in the language of most of a text below which a sentence may be in another
_SURE = 0.7  # belief in that other one, for such a sentence or for several in a row
_SHORTEST = 48  # bytes of these: a Chinese character says more than a Latin one
_NONE = 0.5  # belief in a language that is not known, for any sentence: names of all countries are in none
_LEAST = 1e-9  # belief: no single sentence says more against a language

Beliefs = Mapping[str, float]


class Sentence(NamedTuple):
    start: int
    end: int
    language: str


def sentences_told(text: str, language: str) -> list[Sentence]:
    """The sentences of a text that is in `language` for the most part, each cut by the rules of its own."""
    spans = sentences(text, language)
    told = languages_of([text[start:end] for start, end in spans], language)
    found: list[Sentence] = []
    for code, group in groupby(zip(spans, told, strict=True), key=lambda each: each[1]):
        stretch = [span for span, _ in group]
        begin, end = stretch[0][0], max(last for _, last in stretch)
        if code != language:
            stretch = [(begin + first, begin + last) for first, last in sentences(text[begin:end], code)]
        found += [Sentence(*span, code) for span in stretch]
    return found


def languages_of(texts: Sequence[str], main: str) -> list[str]:
    """The language of each of the sentences of a text. `main`: of most of them; one that cannot be told stays."""
    believed = [each | {UNKNOWN: _NONE} if each else each for each in map(beliefs, texts)]
    if not any(main in each for each in believed):
        return [main] * len(texts)
    told = [main, *_told_beside(main, texts, believed)]
    return _likeliest(believed, told) if len(told) > 1 else [main] * len(texts)


def _told_beside(main: str, texts: Sequence[str], believed: Sequence[Beliefs]) -> list[str]:
    """The other languages in which a sentence surely is, or several in a row are."""
    told: dict[str, None] = {}
    far = [bool(each) and (main == UNKNOWN or each.get(main, 0.0) < _FAR) for each in believed]
    for is_far, group in groupby(zip(texts, believed, far, strict=True), key=lambda each: each[2]):
        if not is_far:
            continue
        run = [(text, each) for text, each, _ in group]
        if len(run) > 1:
            joined = " ".join(text for text, _ in run)
            run.append((joined, beliefs(joined)))
        for text, each in run:
            code = max(each, key=each.__getitem__, default=UNKNOWN)
            if code != UNKNOWN and len(text.encode()) >= _SHORTEST and each[code] >= _SURE:
                told[code] = None
    return list(told)


def _likeliest(believed: Sequence[Beliefs], codes: Sequence[str]) -> list[str]:
    """The likeliest sequence of languages (Viterbi 1967); the text begins in the first of them."""
    reached = [0.0, *(-_TURN for _ in codes[1:])]
    came_from: list[list[int]] = []
    for each in believed:
        best = max(range(len(codes)), key=reached.__getitem__)
        turned = reached[best] - _TURN
        came_from.append([best if turned > stayed else place for place, stayed in enumerate(reached)])
        says = [math.log(max(each.get(code, 0.0), _LEAST)) if each else 0.0 for code in codes]
        reached = [max(turned, stayed) + said for stayed, said in zip(reached, says, strict=True)]
    place = max(range(len(codes)), key=reached.__getitem__)
    path = []
    for places in reversed(came_from):
        path.append(codes[place])
        place = places[place]
    return path[::-1]
