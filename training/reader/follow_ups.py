"""Questions behind other questions, as a conversation puts them: it is the last one that is to be answered.

A reader that knows single questions only finds the answers to both. Sets of questions have several to a passage, so
that one of them can stand for the question before. What the last one has in common with it is left out, or a pronoun
says it ("Who built the fort? When did he build it?"); or only what is new is asked ("And the bridge?").
"""

import random
import re
from collections.abc import Sequence

from rag.folding import fold
from rag.phrases import is_unspaced
from rag.stretches import without
from training.reader.negatives import entities

SHORTENED = 0.75  # of the questions behind one of the same passage
NEW_ONLY = 0.15  # of those with a name or number ask for that only, behind their like about another
_WITH_PRONOUN = 0.6  # of what is left out in languages that have one here
_LEAST_LETTERS = 5  # of words in common: shorter ones say what is asked
_LEAST_NAME = 3

PRONOUNS = {
    "ar": "هو|هي|هذا",
    "en": "he|she|it|they|that|this|there",
    "fa": "او|آن|آنها",
    "fr": "il|elle|cela|ils",
    "id": "dia|itu|mereka",
    "ko": "그|그것",
    "no": "han|hun|den|det|de",
    "pt": "ele|ela|isso|eles",
    "sw": "yeye|hiyo",
    "th": "เขา|มัน|นั้น",
    "tr": "o|bu|onlar",
    "zh": "他|她|它|这|他们",
    "ja": "彼|彼女|それ|この",
}
AND = {
    "ar": "و{}؟|وماذا عن {}؟",
    "en": "And {}?|What about {}?|And for {}?|{}?",
    "fa": "و {}؟|{} چطور؟",
    "fr": "Et {} ?|Et pour {} ?",
    "id": "Dan {}?|Bagaimana dengan {}?",
    "ja": "{}は？|では{}は？",
    "ko": "{}는요?|그럼 {}?",
    "no": "Og {}?|Hva med {}?",
    "pt": "E {}?|E quanto a {}?",
    "th": "แล้ว{}ล่ะ",
    "tr": "Peki {}?|Ya {}?",
    "zh": "{}呢？|那{}呢？",
}
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ASKS = re.compile(r"[谁誰什么何哪时時几幾多少怎嗎吗呢はのをがにでとかどいつ]|อะไร|ใคร|เมื่อ|ไหน|ทำไม|กี่|เท่า|อย่างไร")


def shortened(question: str, earlier: str, language: str, rng: random.Random) -> str:
    """The question without what it has in common with the earlier one; a pronoun may say it, where one is listed."""
    spans = common(question, earlier)
    if not spans:
        return re.sub(r"\s+", " ", question).strip()
    said = rng.choice(PRONOUNS.get(language, "").split("|")) if rng.random() < _WITH_PRONOUN else ""
    at, left = spans[0][0], without(question, spans)
    return re.sub(r"\s+", " ", left[:at] + said + left[at:]).strip()


def new_only(question: str, others: Sequence[str], language: str, rng: random.Random) -> tuple[str, str] | None:
    """(the question about another name or number, what is left to ask behind it); None where it has neither."""
    frames = AND.get(language, "{}?").split("|")
    here = entities(question)
    if not here:
        return None
    start, end, kind = rng.choice(here)
    asked = question[start:end]
    found = [other[a:b] for other in others for a, b, what in entities(other) if what == kind]
    found = [each for each in found if fold(each) != fold(asked)]
    if not found:
        return None
    return question[:start] + rng.choice(found) + question[end:], rng.choice(frames).format(asked)


def common(question: str, earlier: str) -> list[tuple[int, int]]:
    """Where the question says what the earlier one said: names, or else words; in scripts without spaces a run."""
    if is_unspaced(question):
        run = _longest_run(question, earlier)
        return [run] if run else []
    known = [fold(each) for each in _WORD.findall(earlier)]
    others = list(_WORD.finditer(question))[1:]  # the first one asks
    words = [each for each in others if _is_known(each.group(), known)]
    names = [each for each in words if each.group()[0].isupper()]
    return _joined([each.span() for each in names or words], question)


def _is_known(word: str, known: Sequence[str]) -> bool:
    folded = fold(word)
    if len(folded) < (_LEAST_NAME if word[0].isupper() else _LEAST_LETTERS):
        return False
    stem = folded[: max(_LEAST_LETTERS, len(folded) - 3)]  # endings differ
    return any(each == folded or (len(each) >= _LEAST_LETTERS and each.startswith(stem)) for each in known)


def _joined(spans: Sequence[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Neighbours as one."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        adjoins = bool(found) and not text[found[-1][1] : start].strip()
        found.append((found.pop()[0] if adjoins else start, end))
    return found


def _longest_run(question: str, earlier: str) -> tuple[int, int] | None:
    """The longest run of two characters and more that both have and that does not ask."""
    for length in range(len(question) - 1, 1, -1):
        for start in range(len(question) - length + 1):
            run = question[start : start + length]
            if run in earlier and not _ASKS.search(run) and run.strip() == run:
                return start, start + length
    return None
