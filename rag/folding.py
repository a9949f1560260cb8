"""One form for all the ways to write a word, on both sides of the lexical search."""

import re
import unicodedata

_DIGITS = {code: str(unicodedata.decimal(chr(code))) for code in range(128, 0x20000) if chr(code).isdecimal()}
# Characters that decomposition leaves apart though readers take them for one.
_ALIKE = (
    str.maketrans({"ё": "е", "ı": "i", "ß": "ss", "ł": "l", "ø": "o", "đ": "d", "’": "'", "ʼ": "'", "‘": "'"}) | _DIGITS
)

_RAISED = re.compile(r"(?<=\d)(?=[⁰¹²³⁴-⁹])")


def fold(text: str) -> str:
    """Case, accents, ё/е, dotted and dotless i, digits of all scripts, full-width and compatibility forms made alike.

    A raised figure behind a number is none of its own: Article 12¹ is 12.1, as people write it who cannot raise it.
    Marks are dropped on Latin and Greek letters alone: elsewhere (й, Arabic, Indic) they make another letter.
    """
    parted = text if text.isascii() else _RAISED.sub(".", text)
    lowered = unicodedata.normalize("NFKC", parted).replace("İ", "i").lower()
    if lowered.isascii():
        return lowered
    decomposed = unicodedata.normalize("NFD", lowered)
    kept = []
    base = ""
    for character in decomposed:
        if not unicodedata.combining(character):
            base = character
        elif base < "\u0400":  # Latin and Greek stand below Cyrillic
            continue
        kept.append(character)
    return unicodedata.normalize("NFC", "".join(kept)).translate(_ALIKE)
