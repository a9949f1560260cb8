"""Earlier questions and a message -> what to search for, and how far to follow it. Pure functions.

A message is read twice: alone, and together with the questions before it. Nothing is generated, and no word lists say
what a pronoun is: whether the message goes on with their subject is told by what the documents hold for each reading.
"""

from collections.abc import Sequence
from typing import NamedTuple

from rag.logistic import Logistic
from rag.types import Vectors

TURNS = 3  # earlier questions carried; more bring older subjects back
LONGEST = 600  # characters of a message, and of what is carried; the newest are kept
FEATURES = ("message at earlier", "earlier at message", "unmoved", "gain")

# Fitted by `python -m training.conversation DEV_FOLDER` (docs/conversation.md).
_GOING_ON = Logistic((2.2, 14.14, 18.8, 16.22), -11.74)
_LEAST = 0.2  # a message that goes on with a probability below this stands alone
_MOST = 0.8  # how much the readings behind earlier questions count for a message that goes on for sure


class Found(NamedTuple):
    """What a reading finds: its centred vector, and that of the passage nearest to it."""

    question: Vectors
    passage: Vectors

    @property
    def cosine(self) -> float:
        return _cosine(self.question, self.passage)


def alone(message: str) -> str:
    """What is searched for when nothing was asked before."""
    return message.strip()[-LONGEST:]


def carried(history: Sequence[str], message: str) -> tuple[str, ...]:
    """What may be carried, as it was asked: the last question and, if there are more, the last few, oldest first."""
    newest_first = dict.fromkeys(map(str.strip, reversed(history)))
    others = [turn for turn in newest_first if turn and turn != message.strip()]
    texts = (" ".join(reversed(others[:turns]))[-LONGEST:] for turns in (1, TURNS))
    return tuple(dict.fromkeys(text for text in texts if text))


def behind(earlier: str, message: str) -> str:
    """What was asked and the message, as one text: read so, it is the message that asks."""
    return f"{earlier} {message}"


def evidence(message: Found, before: Found, together: Found) -> tuple[float, ...]:
    """FEATURES: of the message alone, of what was asked before it, and of the two together."""
    return (
        _cosine(message.question, before.passage) - message.cosine,  # does what was found before answer this as well?
        _cosine(before.question, message.passage) - before.cosine,  # and the other way round
        _cosine(together.question, before.question),  # how little the message adds to what was asked
        together.cosine - message.cosine,  # what the message gains by what is carried
    )


def probability(features: Sequence[float]) -> float:
    """That the message goes on with the subject of the earlier questions."""
    return _GOING_ON.probability(features)


def share(going_on: float) -> float:
    """How much of the search goes to the readings behind earlier questions, the rest going to the message alone."""
    return _MOST * going_on if going_on >= _LEAST else 0.0


def _cosine(one: Vectors, other: Vectors) -> float:
    return float(one @ other)
