"""Reading a question and a passage together: `<s> query: question </s></s> passage </s>`.

Heads over the encoder's states say where an answer may start and end; the first position stands for "no answer here"
(Devlin et al. 2019, section 4.3). A passage that is too long is read in windows that overlap by half.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag.encoders.artefact import Tokenizer
from rag.readers.edges import settled
from rag.readers.findings import Finding

BOS, PAD, EOS = 0, 1, 2
QUERY_PREFIX = "query: "
QUESTION_TOKENS = 64  # a longer question is cut: the passage needs the room
LIMIT = 192  # tokens of question and passage together: the network learned from 224 at most, and reads worse past them
ANSWER_TOKENS = 40  # no answer is longer
BREVITY = 0.3  # x the logarithm of a span's tokens: many training sets' answers are longer than people's
NEVER = -1e4  # the logit of a position where no answer may start or end


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, a text, and the stretches of the text (its sentences) in each of which an answer is looked for."""

    question: str
    text: str
    stretches: Sequence[tuple[int, int]]

    @classmethod
    def of_each(
        cls, question: str, texts: Sequence[str], stretches: Sequence[Sequence[tuple[int, int]]]
    ) -> list["Asked"]:
        return [cls(question, *each) for each in zip(texts, stretches, strict=True)]


@dataclass(frozen=True, slots=True)
class Window:
    asked: int
    ids: list[int]
    context_at: int
    offsets: NDArray[np.int64]  # (tokens of the context, 2): where each stands in the text

    @classmethod
    def of(cls, asked: int, ids: list[int], context_at: int, offsets: Sequence[tuple[int, int]]) -> "Window":
        return cls(asked, ids, context_at, np.array(offsets, np.int64).reshape(-1, 2))

    @property
    def context(self) -> slice:
        """The positions of the context's tokens."""
        return slice(self.context_at, self.context_at + len(self.offsets))


@dataclass(frozen=True, slots=True)
class Logits:
    """Of a window's context tokens, and of "no answer"."""

    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    null_start: float
    null_end: float
    answerable: float


def question_ids(tokenizer: Tokenizer, question: str) -> list[int]:
    """Of a longer one the last, which ask; what went before them told."""
    prefix, ids = (
        tokenizer.encode(text, add_special_tokens=False).ids for text in (QUERY_PREFIX.strip(), QUERY_PREFIX + question)
    )
    return [*prefix, *ids[len(prefix) :][len(prefix) - QUESTION_TOKENS :]]


ReadWindows: TypeAlias = Callable[[Sequence[Window]], Iterable[Logits]]


def read(read_windows: ReadWindows, tokenizer: Tokenizer, asked: Sequence[Asked]) -> list[list[Finding | None]]:
    """For every stretch the best answer inside it; None where no token lies in it."""
    heads = {question: head_ids(tokenizer, question) for question in {one.question for one in asked}}
    windows = [each for place, one in enumerate(asked) for each in _windows(tokenizer, place, one, heads[one.question])]
    return best_findings(read_windows, windows, asked)


def best_findings(
    read_windows: ReadWindows, windows: Sequence[Window], asked: Sequence[Asked]
) -> list[list[Finding | None]]:
    """As `read`, of windows that are made."""
    windows = sorted(windows, key=lambda each: -len(each.ids))
    found: list[list[Finding | None]] = [[None] * len(one.stretches) for one in asked]
    for window, logits in zip(windows, read_windows(windows), strict=True):
        one, held = asked[window.asked], found[window.asked]
        for place, stretch in enumerate(one.stretches):
            held[place] = _better(held[place], _best_inside(stretch, one.text, window, logits))
    return found


def head_ids(tokenizer: Tokenizer, question: str) -> list[int]:
    """What stands before the passage."""
    return [BOS, *question_ids(tokenizer, question), EOS, EOS]


def _windows(tokenizer: Tokenizer, place: int, asked: Asked, head: Sequence[int]) -> Iterator[Window]:
    context = tokenizer.encode(asked.text, add_special_tokens=False)
    room = LIMIT - len(head) - 1
    at = 0
    while True:
        some = slice(at, at + room)
        yield Window.of(place, [*head, *context.ids[some], EOS], len(head), context.offsets[some])
        if at + room >= len(context.ids):
            return
        at += room // 2


def _best_inside(stretch: tuple[int, int], text: str, window: Window, logits: Logits) -> Finding | None:
    inside = np.flatnonzero((window.offsets[:, 0] < stretch[1]) & (window.offsets[:, 1] > stretch[0]))
    if not len(inside):
        return None
    low, high = int(inside[0]), int(inside[-1]) + 1
    starts, ends = logits.starts[low:high], logits.ends[low:high]
    lengths = np.arange(high - low)[None, :] - np.arange(high - low)[:, None] + 1
    band = (lengths >= 1) & (lengths <= ANSWER_TOKENS)
    scores = np.where(band, starts[:, None] + ends[None, :], -np.inf)
    first, last = divmod(int((scores - BREVITY * np.log(np.maximum(lengths, 1))).argmax()), high - low)
    start = max(stretch[0], int(window.offsets[low + first, 0]))
    end = min(stretch[1], int(window.offsets[low + last, 1]))
    mass = _share(starts, logits.starts, logits.null_start) + _share(ends, logits.ends, logits.null_end)
    null = logits.null_start + logits.null_end
    return Finding(*settled(text, start, end, stretch), float(scores.max() - null), logits.answerable, mass / 2)


def _share(some: NDArray[np.float64], every: NDArray[np.float64], null: float) -> float:
    """Logarithm of the share of the probability."""
    return float(np.logaddexp.reduce(some) - np.logaddexp(np.logaddexp.reduce(every), null))


def _better(one: Finding | None, other: Finding | None) -> Finding | None:
    """Of two windows' findings that in which the answer stands out more."""
    found = [each for each in (one, other) if each is not None]
    return max(found, key=lambda each: each.minus_null, default=None)
