"""Where the sentences of a text begin and end."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from rag.reflow import BREAK, reflow

LONGEST = 800  # characters; Thai, tables and minified text have no sentence ends to be found
_PAGES = re.compile(r"\s?:\s?\d[\d\s,–-]*(?<=\d)")  # of a note, behind its mark: "[17]: 108, 112–114"
_PAUSES = tuple(map(re.compile, (r"[;；]", r"[,，、،](?=\D)", " ")))
_CUT_NUMBER = re.compile(r"\d[.,]$")  # digits of any script: sentencex knows those of ASCII
_LOOK = 20  # characters on each side of an end: a text of nothing but ends is read in linear time
_LONG_WORD = re.compile(r"[^\W\d_]{5}\.$")
_OPENINGS = " \t\n\"'«“„‘("
_NO_FULL_STOP = re.compile(r"[\u0e00-\u0eff]\.$")  # Thai and Lao end no sentence so, they abbreviate
_ROMAN = re.compile(r"\b[IVXL]{2,}\.$")
_ROMAN_ORDINALS = frozenset("bs cs da de et fi hr hu is lv nb nn no pl sk sl sr".split())
_NUMBER = re.compile(r"\b(?:\d{1,3}|[IVXL]{2,})\.$")  # Turkish ends hardly a sentence so, but with a verb
# Scripts without capitals whose lone letter before a full stop is an abbreviation: Hebrew to Khmer, but not Hangul.
_ABBREVIATING = ("\u0530", "\u1cff")


def sentences(text: str, language: str) -> list[tuple[int, int]]:
    """Half-open spans of the sentences of a text, without surrounding white space, by where they begin.

    Sentences that a page break cut are put together first (`rag.reflow`), so a span may hold other, whole sentences
    that stand between its halves. Stretches without a letter or digit are no sentence; longer ones than `LONGEST` are
    cut at a pause.
    """
    reflowed = reflow(text)
    spans = [reflowed.source_span(start, end) for start, end in _segments(reflowed.text, language)]
    return sorted(spans)


def _segments(text: str, language: str) -> Iterator[tuple[int, int]]:
    from sentencex import segment

    at = 0
    for line in text.split(BREAK):
        for sentence in _with_pages(_rejoined(segment(language if language != "und" else "en", line), language)):
            for piece in _cut_long(sentence):
                stripped = piece.strip()
                start = at + piece.index(stripped[:1])
                if any(character.isalnum() for character in stripped):
                    yield start, start + len(stripped)
                at += len(piece)
        at += len(BREAK)


def _rejoined(sentences: Iterable[str], language: str) -> Iterator[str]:
    """Without the ends that are none: in a number, before a small letter, after an initial ("Ə.", "ق.م.", "कि.मी.").

    sentencex knows the abbreviations of some languages, and at best the initials and numbers of ASCII.
    """
    held = ""
    for sentence in sentences:
        if held and not _goes_on(held, sentence, language):
            yield held
            held = ""
        held += sentence
    yield held


def _goes_on(held: str, following: str, language: str) -> bool:
    tail, first = held[-_LOOK:].rstrip(), following[:_LOOK].lstrip(_OPENINGS)[:1]
    if _CUT_NUMBER.search(held[-2:]) and following[:1].isdigit():
        return True
    if _NO_FULL_STOP.search(tail) or _ordinal(tail, language):
        return True
    if _is_small(first):  # "40. yıl", "3 млрд. фунтов", unless somebody writes without capitals
        return not (_LONG_WORD.search(tail) or _is_small(held[:_LOOK].lstrip(_OPENINGS)[:1]))
    initial = _initial(tail)
    if initial.islower():  # "və s." ends many a sentence
        return first.isdigit()
    return initial.isupper() or _ABBREVIATING[0] < initial < _ABBREVIATING[1]


def _ordinal(tail: str, language: str) -> bool:
    """Whether "II." or "16." at the end says which one: "II. Dünya Savaşı"."""
    pattern = _NUMBER if language == "tr" else _ROMAN if language in _ROMAN_ORDINALS else None
    return bool(pattern and pattern.search(tail))


def _is_small(character: str) -> bool:
    return character.islower() and not "\u10d0" <= character <= "\u10ff"  # Georgian has no sentence capitals


def _initial(tail: str) -> str:
    """The letter before the full stop at the end, where it stands alone; its vowel signs do not count."""
    plain = "".join(each for each in tail if not unicodedata.category(each).startswith("M"))
    alone = plain.endswith(".") and plain[-2:-1].isalpha() and not plain[-3:-2].isalnum()
    return plain[-2] if alone else ""


def _with_pages(sentences: Iterable[str]) -> Iterator[str]:
    """With the pages of a note at the end of the sentence that it belongs to."""
    held = ""
    for sentence in sentences:
        pages = _PAGES.match(sentence) if held.rstrip().endswith("]") else None
        end = pages.end() if pages else 0
        yield held + sentence[:end]
        held = sentence[end:]
    yield held


def _cut_long(sentence: str) -> Iterator[str]:
    start = 0
    while len(sentence) - start > LONGEST:
        end = start + _last_pause(sentence[start : start + LONGEST])
        yield sentence[start:end]
        start = end
    yield sentence[start:]


def _last_pause(stretch: str) -> int:
    """Where to cut: after the last strongest pause of the second half, else at the end."""
    for pause in _PAUSES:
        at = max((found.start() for found in pause.finditer(stretch)), default=-1)
        if at >= len(stretch) // 2:
            return at + 1
    return len(stretch)
