"""Questions that ask whether something is so, made of what is said to be so."""

import re

# How a language asks it of a whole statement. Word order inside the statement stays as it was: readers forgive it.
FRAMES = {
    "ar": "هل {}؟",
    "az": "{}, doğrudurmu?",
    "bn": "{} কি?",
    "de": "Stimmt es, dass {}?",
    "el": "Είναι αλήθεια ότι {};",
    "en": "Is it true that {}?",
    "es": "¿Es cierto que {}?",
    "fa": "آیا {}؟",
    "fi": "Onko totta, että {}?",
    "fr": "Est-ce que {} ?",
    "he": "האם {}?",
    "hi": "क्या {}?",
    "hu": "Igaz, hogy {}?",
    "id": "Apakah {}?",
    "it": "È vero che {}?",
    "ja": "{}か？",
    "ko": "{}, 맞습니까?",
    "nl": "Klopt het dat {}?",
    "pl": "Czy {}?",
    "pt": "É verdade que {}?",
    "ro": "Este adevărat că {}?",
    "ru": "Правда ли, что {}?",
    "sw": "Je, {}?",
    "th": "{}หรือไม่",
    "tr": "{}, doğru mu?",
    "uk": "Чи правда, що {}?",
    "ur": "کیا {}؟",
    "vi": "Có phải {} không?",
    "zh": "{}吗？",
}
# English puts its auxiliary first; a subject of more than eight words is no subject.
_AUXILIARY = re.compile(
    r"((?:[^\s,;:“”\"]+ ){1,8}?)(is|are|was|were|has|have|had|will|would|can|could|may|might|must|should) "
)

_SMALL = set("The A An There This That These Those It He She They We His Her Their Its Our In On At No".split())


def polar(statement: str, language: str) -> str | None:
    """The statement as a question; None in a language without a frame."""
    frame = FRAMES.get(language)
    if frame is None:
        return None
    statement = statement.strip().rstrip(".。!?؟।…").strip()
    fronted = _fronted(statement) if language == "en" else None
    return fronted or frame.format(_lowered(statement))


def _fronted(statement: str) -> str | None:
    found = _AUXILIARY.match(statement)
    if found is None:
        return None
    subject, auxiliary = found.groups()
    return f"{auxiliary.capitalize()} {_lowered(subject)}{statement[found.end() :]}?"


def _lowered(text: str) -> str:
    """A small word that began the sentence begins small inside a question; a name keeps its capital."""
    first = text.split(" ", 1)[0]
    return text[:1].lower() + text[1:] if first in _SMALL else text
