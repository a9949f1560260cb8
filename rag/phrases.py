"""What a question sets in quotation marks: words to be found as they stand."""

import re

_MARKS = (('"', '"'), ("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ("「", "」"), ("『", "』"), ("《", "》"))
_QUOTED = re.compile("|".join(f"{opening}([^{opening}{closing}\n]{{2,200}}){closing}" for opening, closing in _MARKS))

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def phrases_of(question: str) -> list[str]:
    """Each phrase once, in order, without its marks. A single quotation mark is an apostrophe and opens none."""
    found = (next(filter(None, match.groups())).strip() for match in _QUOTED.finditer(question))
    return list(dict.fromkeys(phrase for phrase in found if phrase))


def occurs(phrase: str, text: str) -> bool:
    """Whether the text has the phrase in whole words (in scripts that set no spaces, anywhere)."""
    if is_unspaced(phrase):
        return phrase in text
    return re.search(rf"(?<!\w){re.escape(phrase)}(?!\w)", text) is not None


def is_unspaced(text: str) -> bool:
    """Whether it has letters of a script that sets no spaces between words."""
    return _UNSPACED.search(text) is not None
