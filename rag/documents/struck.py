"""What is struck out holds no more: "The rent is <s>500</s> 600 euros" says 600.

Until its paragraph is whole, marks stand in the places of its characters, for it depends on what stands around them
whether a space stays.
"""

import re

STRUCK, _SPACE = "\ufdd0", "\ufdd1"  # Unicode keeps them for such uses: they are in no text
_MARKS = f"[{STRUCK}{_SPACE}]+"
_DOUBLED = re.compile(rf"(?<=\s){_MARKS} ")
_BETWEEN = re.compile(rf"(?<=[\w.,;:]){_MARKS}(?=\w)")


def struck(text: str) -> str:
    """What stands for a text that is struck out."""
    return "".join(_SPACE if character.isspace() else STRUCK for character in text)


def without_struck(text: str) -> str:
    """A paragraph without what is struck out in it: of two spaces around it one stays, and no two words become one."""
    if STRUCK not in text and _SPACE not in text:
        return text
    parted = _BETWEEN.sub(lambda marks: " " if _SPACE in (marks[0][0], marks[0][-1]) else "", _DOUBLED.sub("", text))
    return re.sub(_MARKS, "", parted)
