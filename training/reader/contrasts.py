"""Questions turned so that the passage that answered them no longer does, though nearly every word still matches.

What people ask of a passage that does not answer is mostly this (SQuAD 2.0, Rajpurkar et al. 2018; IDK-MRC, Putri and
Oh 2022): the opposite of what it says, its denial, the same of another that it names, one condition more, or what it
does not tell of the matter. Where question and passage are both turned, the passage answers again: so it is to be
compared with the question, and "not" is no sign of anything.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rag.folding import fold
from rag.phrases import is_unspaced
from training.reader.interrogatives import TRANSLATIONS, WORDS
from training.reader.negatives import entities, sentence_spans
from training.reader.opposites import DENYING, denials, opposed_words, opposites

BOTH = 0.35  # of what can be turned in the passage as well is turned in both, and answered
TOLD = 0.3  # of the rest is turned in the passage only
TRUE = 0.35  # of the conditions hold
_CONDITIONS = {
    "en": "in {}|in {}|with {}|for {}|by {}|at {}|from {}|during {}",
    "fr": "en {}|avec {}|à {}",
    "id": "di {}|oleh {}|pada {}|dengan {}|untuk {}",
    "no": "i {}|med {}|for {}|av {}",
    "pt": "em {}|com {}|por {}|para {}",
}
_AT_END = re.compile(r"\s*[?？.]*\s*$")
_DIGIT = re.compile(r"\d|[一二三四五六七八九十百千]")
_YEAR = re.compile(r"[12]\d{3}")
_IN_SENTENCE = re.compile(r"[^\W\d_][,;]? $")  # what stands before a name that does not open a sentence

Turn = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Put:
    """A question put to a passage: where what answered it stands, and whether it does still."""

    question: str
    context: str
    answer: tuple[int, int]
    answered: bool = True


def contrast(kind: str, put: Put, language: str, others: Sequence[str], rng: random.Random) -> Put | None:
    """A pair of this kind made of one that is answered; `others` are questions to take conditions from."""
    if kind == "opposed":
        return _opposed(put, language, rng)
    if kind == "denied":
        return _denied(put, language, rng)
    if kind == "misplaced":
        return _misplaced(put, language, rng)
    if kind == "conditioned":
        return _conditioned(put, language, others, rng)
    return _otherwise(put, language, rng)


def _opposed(put: Put, language: str, rng: random.Random) -> Put | None:
    pattern = opposed_words(language)
    found = list(pattern.finditer(put.question)) if pattern else []
    if not found:
        return None
    match = rng.choice(found)
    word = match.group()
    known = opposites(language)
    other = rng.choice(known.get(word) or known.get(word.lower()) or [""])
    if not other or other in put.context.lower():
        return None
    told = other[:1].upper() + other[1:] if word[:1].isupper() else other
    turned = put.question[: match.start()] + told + put.question[match.end() :]
    return _turned(put, turned, lambda text: _substituted(text, _word(word), other), rng)


def _denied(put: Put, language: str, rng: random.Random) -> Put | None:
    start, end = sentence_of(put.context, put.answer)
    if DENYING.search(put.question) or DENYING.search(put.context[start:end]):
        return None
    turned = denied(put.question, language, rng)
    if turned is None:
        return None
    # Not the passage alone: which of its words the question asks about is not known.
    told = _told(put, lambda text: denied(text, language, rng)) if rng.random() < BOTH else None
    return replace(told, question=turned) if told else replace(put, question=turned, answered=False)


def denied(text: str, language: str, rng: random.Random) -> str | None:
    """The text with one word denied, in one of the ways that are listed for its language."""
    ways = [(pattern, told) for pattern, told in denials(language) if pattern.search(text)]
    return _substituted(text, *rng.choice(ways)) if ways else None


def _word(word: str) -> re.Pattern[str]:
    told = re.escape(word)
    return re.compile(told if is_unspaced(word) else rf"\b{told}\b", re.IGNORECASE)


def _substituted(text: str, pattern: re.Pattern[str], told: str) -> str | None:
    made, count = pattern.subn(told, text, count=1)
    return made if count else None


def _turned(put: Put, turned: str, turn: Turn, rng: random.Random) -> Put:
    """The question turned, or what the passage says, or both: then it is answered."""
    both = rng.random() < BOTH
    told = _told(put, turn) if both or rng.random() < TOLD else None
    if told is None:
        return replace(put, question=turned, answered=False)
    return replace(told, question=turned) if both else replace(told, answered=False)


def _told(put: Put, turn: Turn) -> Put | None:
    """The passage with the sentence of the answer turned, beside the answer itself."""
    start, end = put.answer
    opens, ends = sentence_of(put.context, put.answer)
    before, after = turn(put.context[opens:start]), turn(put.context[end:ends])
    if before is not None:
        moved = len(before) - (start - opens)
        return replace(
            put, context=put.context[:opens] + before + put.context[start:], answer=(start + moved, end + moved)
        )
    return None if after is None else replace(put, context=put.context[:end] + after + put.context[ends:])


def _misplaced(put: Put, language: str, rng: random.Random) -> Put | None:
    """Asked of another name or number of the passage, from another sentence than the answer's."""
    asked = entities(put.question, language)
    asked = [each for each in asked if fold(put.question[each[0] : each[1]]) in fold(put.context)]
    if not asked:
        return None
    start, end, kind = rng.choice(asked)
    said = put.question[start:end]
    opens, ends = sentence_of(put.context, put.answer)
    sentence, question = fold(put.context[opens:ends]), fold(put.question)
    choices = [
        name
        for name in named(put.context, kind, language)
        if fold(name) not in sentence and fold(name) not in question and said not in name
        if kind == "name" or _shape(name) == _shape(said)
    ]
    if not choices:
        return None
    return replace(put, question=put.question[:start] + rng.choice(choices) + put.question[end:], answered=False)


def _shape(number: str) -> str:
    return re.sub(r"\d", "0", number)


def named(text: str, kind: str, language: str) -> list[str]:
    """The names of a text that do not open a sentence, or its numbers."""
    return [
        text[a:b]
        for a, b, what in entities(text, language)
        if what == kind and (kind == "number" or _IN_SENTENCE.search(text[:a]))
    ]


def _conditioned(put: Put, language: str, others: Sequence[str], rng: random.Random) -> Put | None:
    """One condition more: of another question, or of the answer's own sentence."""
    frames = _CONDITIONS.get(language)
    if frames is None:
        return None
    opens, ends = sentence_of(put.context, put.answer)
    true = rng.random() < TRUE
    texts = [put.context[opens : put.answer[0]], put.context[put.answer[1] : ends]] if true else others
    known = fold(put.question) if true else fold(put.context)
    found = [name for text in texts for kind in ("name", "number") for name in named(text, kind, language)]
    choices = [each for each in found if fold(each) not in known and (_YEAR.fullmatch(each) or not _DIGIT.match(each))]
    if not choices:
        return None
    told = rng.choice(frames.split("|")).format(rng.choice(choices))
    question = _AT_END.sub("", put.question)
    return Put(f"{question} {told}?", put.context, put.answer, answered=true)


def _otherwise(put: Put, language: str, rng: random.Random) -> Put | None:
    """When, asked of what the passage gives no time for."""
    words = TRANSLATIONS.get(language) or ({word: word for word in WORDS} if language == "en" else None)
    opens, ends = sentence_of(put.context, put.answer)
    if words is None or _DIGIT.search(put.context[opens:ends]):
        return None
    for asked in ("who", "where"):
        made = _substituted(put.question, _word(words[asked]), words["when"])
        if made is not None:
            return replace(put, question=made[:1].upper() + made[1:], answered=False)
    return None


def sentence_of(context: str, answer: tuple[int, int]) -> tuple[int, int]:
    """From the beginning of the sentence in which an answer begins to the end of the one in which it ends."""
    spans = [span for span in sentence_spans(context) if span[0] < answer[1] and span[1] > answer[0]]
    return spans[0][0], spans[-1][1]
