"""What is known of a character's script."""

import unicodedata


def is_wide(character: str) -> bool:
    """Chinese and Japanese characters and their punctuation; Hangul is as wide, but Korean has spaces."""
    return unicodedata.east_asian_width(character) in "WF" and not "\uac00" <= character <= "\ud7a3"
