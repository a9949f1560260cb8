"""Earlier questions and a message -> what to search for. Pure functions.

A message that can stand alone is searched for as it is; one that leans on what was asked before is searched for
together with it. Nothing is generated: `searched_for` is made of the questions as they were asked.
"""

import re
from collections.abc import Sequence

LONGEST = 600  # characters carried; the newest are kept

# Words that stand for something said before, where the language has such words apart from its verbs.
_LEANING = frozenset(
    "he she it they him her them his hers its their theirs this that these those there then "
    "он она оно они его её ее их ему ей им ней нём нем них это этот эта эти этого этой этом этих тот там тогда "
    "o onu ona onun onlar onların onlara bu bunu buna bunun bunlar orada orda şu şunu ora onda bunda".split()
)
_LEANING_UNSPACED = ("他", "她", "它", "这", "那", "其", "该")
_OPENING = re.compile(
    r"^(and|but|so|also|а|и|но|также|bəs|və|həm|peki|ve|ya|那么|那|还有)\b|^(那么|那|还有|呢)", re.IGNORECASE
)
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def search_text(history: Sequence[str], message: str) -> str:
    """What to search for: the message, behind the earlier questions that it leans on (oldest first)."""
    text = ""
    for turn in map(str.strip, (*history, message)):
        text = f"{text} {turn}" if text and leans(turn) else turn
    return text[-LONGEST:] if len(text) > LONGEST else text


def leans(message: str) -> bool:
    """Whether a message asks about something named before it: a pronoun, an opening "and", or no name and few words."""
    if _OPENING.search(message):
        return True
    words = _WORD.findall(message)
    if any(word.lower() in _LEANING for word in words) or any(sign in message for sign in _LEANING_UNSPACED):
        return True
    if _HAN.search(message):
        return len(message) <= 7
    names = [word for word in words[1:] if word[0].isupper() or any(map(str.isdigit, word))]
    return not names and len(words) <= 4
