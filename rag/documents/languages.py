"""A document's language: what it declares, where its script bears that out; else what its words say."""

from rag.documents.content import Content
from rag.language import LANGUAGES, identify
from rag.scripts import script_of

_SAMPLE = 8000  # characters read; the identifier looks at 4000
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi", "cmn": "zh", "yue": "zh"}
# Scripts, by the first word of their letters' Unicode names; a language not listed here is written in Latin.
_SCRIPTS = {
    "CYRILLIC": "be bg kk ky mk mn ru sr uk az uz",
    "LATIN": "sr az uz kk",
    "ARABIC": "ar fa ku ps sd ug ur",
    "HEBREW": "he yi",
    "CJK": "zh ja",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "DEVANAGARI": "hi mr ne sa",
    "BENGALI": "as bn",
    "GREEK": "el",
    "ARMENIAN": "hy",
    "GEORGIAN": "ka",
    "ETHIOPIC": "am",
    "THAI": "th",
    "LAO": "lo",
    "KHMER": "km",
    "MYANMAR": "my",
    "GUJARATI": "gu",
    "GURMUKHI": "pa",
    "KANNADA": "kn",
    "MALAYALAM": "ml",
    "ORIYA": "or",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
}
_ELSEWHERE = {code for codes in _SCRIPTS.values() for code in codes.split()}


def language_of(content: Content) -> str:
    """ISO 639-1 where there is one; "und" when unknown."""
    sample = _sample(content)
    stated = _primary(content.language)
    return stated if stated and _fits(stated, script_of(sample)) else identify(sample)


def _sample(content: Content) -> str:
    """The beginning of the text without its headings, which are often names or another language."""
    parts, at = [], 0
    for heading in content.headings:
        if heading.start >= _SAMPLE:
            break
        parts.append(content.text[at : heading.start])
        at = heading.end
    sample = "".join([*parts, content.text[at : at + _SAMPLE]])
    return sample if any(character.isalpha() for character in sample) else content.text[:_SAMPLE]


def _primary(tag: str | None) -> str | None:
    code = (tag or "").replace("_", "-").split("-")[0].strip().lower()
    code = _SAME.get(code, code)
    return code if code in LANGUAGES else None


def _fits(code: str, script: str | None) -> bool:
    if script is None:
        return False
    return code in _SCRIPTS.get(script, "").split() or (script == "LATIN" and code not in _ELSEWHERE)
