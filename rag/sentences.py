"""Where the sentences of a text begin and end."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from rag.abbreviations import ends_in_abbreviation
from rag.folding import fold
from rag.part_numbers import only_numbers
from rag.reflow import BREAK, Reflowed, is_small, reflow

LONGEST = 800  # characters; Thai, tables and minified text have no sentence ends to be found
_PAGES = re.compile(r"\s?:\s?\d[\d\s,–-]*(?<=\d)")  # of a note, behind its mark: "[17]: 108, 112–114"
_PAUSES = tuple(map(re.compile, (r"[;；]", r"[,，、،](?=\D)", " ")))
_CUT_NUMBER = re.compile(r"\d[.,]$")  # digits of any script: sentencex knows those of ASCII
_LOOK = 20  # characters on each side of an end: a text of nothing but ends is read in linear time
_NOTED = re.compile(r"([.!?…。！？][\"'”’»)]*)( ?[⁰¹²³⁴-⁹]+(?:[,;]\s?[⁰¹²³⁴-⁹]+)*)")  # the mark of a note behind an end
_LONG_WORD = re.compile(r"[^\W\d_]{5}\.$")
_OPENINGS = " \t\n\"'«“„‘("
_NO_FULL_STOP = re.compile(r"[\u0e00-\u0eff]\.$")  # Thai and Lao end no sentence so, they abbreviate
_ROMAN = re.compile(r"\b[IVXL]{2,}\.$")
_ROMAN_ORDINALS = frozenset("bs cs da de et fi hr hu is lv nb nn no pl sk sl sr".split())
_NUMBER = re.compile(r"\b(?:\d{1,3}|[IVXL]{2,})\.$")  # Turkish ends hardly a sentence so, but with a verb
_FIGURES = re.compile(r"\d|[§№]|[VX]\b|[IVXLC]{2,}\b")  # no "I", which begins sentences
_CLAUSE = re.compile(r"(?:\d{1,3}(?:\.\d{1,3}){0,4}|[IVXLC]{1,6}|[^\W\d_])\.")
# ... behind the end of a sentence: a long word's, or "1941 г.", "1939 r.".
_CLAUSE_AFTER = re.compile(
    r"(?:[^\W\d_]{4}[.!?;]\s+|[。！？；]\s*|\d\s?(?:гг?|rr?|р)\.\s+)(\d{1,3}(?:\.\d{1,3}){0,4}\.\s*)$"
)
# Scripts without capitals whose lone letter before a full stop is an abbreviation: Hebrew to Khmer, but not Hangul.
_ABBREVIATING = ("\u0530", "\u1cff")


def sentences(text: str, language: str) -> list[tuple[int, int]]:
    """Half-open spans of the sentences of a text, without surrounding white space, by where they begin.

    A row of a table is one, as its line stands: with a tab before it where its first cell is blank.

    Sentences that a page break cut are put together first (`rag.reflow`), so a span may hold other, whole sentences
    that stand between its halves. Stretches without a letter or digit are no sentence; longer ones than `LONGEST` are
    cut at a pause.
    """
    reflowed = reflow(text)
    rows = {row.start: row.line for row in reflowed.rows}
    return sorted(rows.get(start) or reflowed.source_span(start, end) for start, end in _segments(reflowed, language))


def _segments(reflowed: Reflowed, language: str) -> Iterator[tuple[int, int]]:
    from sentencex import segment

    rows = {row.start for row in reflowed.rows}
    at = 0
    for line in reflowed.text.split(BREAK):
        if at in rows:
            if any(character.isalnum() for character in line):
                yield at, at + len(line)
            at += len(line) + len(BREAK)
            continue
        told = _NOTED.sub(r"\2\1", line)  # as if it stood before the end, and so within the sentence
        for sentence in _with_pages(_rejoined(segment(language if language != "und" else "en", told), language)):
            for piece in _cut_long(sentence):
                stripped = piece.strip()
                start = at + piece.index(stripped[:1])
                if any(character.isalnum() for character in stripped):
                    yield start, start + len(stripped)
                at += len(piece)
        at += len(BREAK)


def _rejoined(sentences: Iterable[str], language: str) -> Iterator[str]:
    """Without the ends that are none: in or after a number, before a small letter, after an initial or abbreviation.

    sentencex knows the abbreviations of some languages, and at best the initials and numbers of ASCII.
    """
    held = ""
    for sentence in sentences:
        if held and not _goes_on(held, sentence, language):
            at = len(held) - _clause_number(held, language)
            yield held[:at]
            held = held[at:]
        held += sentence
    yield held


def _clause_number(held: str, language: str) -> int:
    """Length of "2." at the end, where it belongs to what follows: "Der Mieter zahlt. 2. Der Vermieter haftet."."""
    tail = held[-_LOOK:]
    found = _CLAUSE_AFTER.search(tail)
    if not found or ends_in_abbreviation(tail[: found.start(1)].rstrip(), language, number_follows=True):
        return 0
    return len(found.group(1))


def _goes_on(held: str, following: str, language: str) -> bool:
    tail, beginning = held[-_LOOK:].rstrip(), following[:_LOOK].lstrip(_OPENINGS)
    first = beginning[:1]
    if _is_clause_number(held) or (_CUT_NUMBER.search(held[-2:]) and following[:1].isdigit()):
        return True
    if _ordinal(tail, language) or _abbreviated(tail, beginning, language):
        return True
    if is_small(first):  # "40. yıl", "3 млрд. фунтов", unless somebody writes without capitals
        return not (_LONG_WORD.search(tail) or is_small(held[:_LOOK].lstrip(_OPENINGS)[:1]))
    initial = _initial(tail)
    if is_small(initial):  # "və s." ends many a sentence
        return first.isdigit()
    return initial.isupper() or _ABBREVIATING[0] < initial < _ABBREVIATING[1]


def _is_clause_number(held: str) -> bool:
    """Whether nothing but "3.2." or "Article IV." stands there, which is quoted with its clause."""
    return len(held) < _LOOK and (bool(_CLAUSE.fullmatch(held.strip())) or only_numbers(fold(held)))


def _abbreviated(tail: str, following: str, language: str) -> bool:
    figures = bool(_FIGURES.match(following))
    return bool(_NO_FULL_STOP.search(tail)) or ends_in_abbreviation(tail, language, number_follows=figures)


def _ordinal(tail: str, language: str) -> bool:
    """Whether "II." or "16." at the end says which one: "II. Dünya Savaşı"."""
    pattern = _NUMBER if language == "tr" else _ROMAN if language in _ROMAN_ORDINALS else None
    return bool(pattern and pattern.search(tail))


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
