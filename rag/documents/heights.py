"""What stands above the line or below it: the 15 of "10¹⁵", the 2 of "CO₂"."""

import re

from rag.raised import lowered, raised

# "superscript", "sub 58%", "-33% 58%", "30000"; what says nothing of the kind ("baseline", "0% 100%") is on the line.
_SAID = re.compile(r"(sub|-[0.]*[1-9])|super|[0.]*[1-9]")
_PART = re.compile(r"[^\x00-\x1f]+")  # of a text with marks of paragraphs and cells in it


def height_of(said: str) -> int:
    """1 above the line, -1 below it, 0 on it: as a file says it, in a word or in a number."""
    found = _SAID.match(said)
    return 0 if found is None else -1 if found[1] else 1


def at_height(text: str, height: int) -> str:
    """A text at this height, of which only the sign is asked; no character changes its place."""
    if not height:
        return text
    told = raised if height > 0 else lowered
    return _PART.sub(lambda part: told(part[0]), text)
