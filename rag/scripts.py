"""What is known of the script of a character or a text."""

import unicodedata
from collections import Counter
from itertools import islice


def is_wide(character: str) -> bool:
    """Chinese and Japanese characters and their punctuation; Hangul is as wide, but Korean has spaces."""
    return unicodedata.east_asian_width(character) in "WF" and not "\uac00" <= character <= "\ud7a3"


def script_of(text: str, letters: int | None = None) -> str | None:
    """The first word of the Unicode names of most of its letters, or of the first of them: "LATIN", "CJK"."""
    names = (unicodedata.name(character, "?").split()[0] for character in text if character.isalpha())
    common = Counter(islice(names, letters)).most_common(1)
    return common[0][0] if common else None
