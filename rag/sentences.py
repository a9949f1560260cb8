"""Where the sentences of a text begin and end."""

import re
from collections.abc import Iterable, Iterator

from rag.reflow import BREAK, reflow

LONGEST = 800  # characters; Thai, tables and minified text have no sentence ends to be found
_PAGES = re.compile(r"\s?:\s?\d[\d\s,–-]*(?<=\d)")  # of a note, behind its mark: "[17]: 108, 112–114"
_PAUSES = (";；", ",，、،", " ")


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
        for sentence in _with_pages(segment(language if language != "und" else "en", line)):
            for piece in _cut_long(sentence):
                stripped = piece.strip()
                start = at + piece.index(stripped[:1])
                if any(character.isalnum() for character in stripped):
                    yield start, start + len(stripped)
                at += len(piece)
        at += len(BREAK)


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
    for pauses in _PAUSES:
        at = max(stretch.rfind(pause) for pause in pauses)
        if at >= len(stretch) // 2:
            return at + 1
    return len(stretch)
