"""Reading a question and a passage together: `<s> query: question </s></s> passage </s>`.

Heads over the encoder's states say where an answer may start and end; the first position stands for "no answer here"
(Devlin et al. 2019, section 4.3). A passage that is too long is read in windows that overlap.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn

from rag.readers.evidence import Finding

BOS, PAD, EOS = 0, 1, 2
QUERY_PREFIX = "query: "
QUESTION_TOKENS = 64  # a longer question is cut: the passage needs the room
LIMIT = 384  # tokens of question and passage together
STRIDE = 128  # tokens that neighbouring windows share
ANSWER_TOKENS = 40  # no answer is longer
TRIMMED = " \n\t\u200c\u200e,;:，、；："
_FULL_STOP = re.compile(r"(?<=\w\w\w)[.!?]+$|(?<=\d)\.+$|。$")  # but not that of "U.S."
_NEVER = -1e4
_BATCH = 16  # windows


class ReaderModel(nn.Module):
    """A BertModel with heads for start, end and answerability."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        hidden = encoder.config.hidden_size
        self.encoder = encoder
        self.span = nn.Linear(hidden, 2)
        self.answerable = nn.Linear(2 * hidden, 1)

    def forward(self, ids: Tensor, mask: Tensor, allowed: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Start and end logits (n, length), far below zero where not allowed, and answerability logits (n,)."""
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        starts, ends = self.span(states).masked_fill(~allowed.unsqueeze(-1), _NEVER).unbind(-1)
        # What is looked at beside the first token is the place where an answer would most likely begin and end.
        inside = torch.softmax(starts[:, 1:].detach(), -1) + torch.softmax(ends[:, 1:].detach(), -1)
        found = torch.einsum("nl,nld->nd", inside / 2, states[:, 1:])
        return starts, ends, self.answerable(torch.cat([states[:, 0], found], -1)).squeeze(-1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, a text, and the stretches of the text (its sentences) in each of which an answer is looked for."""

    question: str
    text: str
    stretches: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class _Window:
    asked: int
    ids: list[int]
    context_at: int
    offsets: NDArray[np.int64]  # (tokens of the context, 2): where each stands in the text


@dataclass(frozen=True, slots=True)
class _Logits:
    """Of a window's context tokens, and of "no answer"."""

    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    null_start: float
    null_end: float
    answerable: float


def question_ids(tokenizer: Tokenizer, question: str) -> list[int]:
    return list(tokenizer.encode(QUERY_PREFIX + question, add_special_tokens=False).ids[:QUESTION_TOKENS])


def read(model: ReaderModel, tokenizer: Tokenizer, asked: Sequence[Asked]) -> list[list[Finding | None]]:
    """For every stretch the best answer inside it; None where no token lies in it.

    bf16 arithmetic: twice as fast on a CPU that has it, with the same answers.
    """
    windows = [each for place, one in enumerate(asked) for each in _windows(tokenizer, place, one)]
    windows.sort(key=lambda each: -len(each.ids))
    found: list[list[Finding | None]] = [[None] * len(one.stretches) for one in asked]
    for at in range(0, len(windows), _BATCH):
        group = windows[at : at + _BATCH]
        for window, logits in zip(group, _read_windows(model, group), strict=True):
            one, held = asked[window.asked], found[window.asked]
            for place, stretch in enumerate(one.stretches):
                held[place] = _better(held[place], _best_inside(stretch, one.text, window, logits))
    return found


def _windows(tokenizer: Tokenizer, place: int, asked: Asked) -> Iterator[_Window]:
    head = [BOS, *question_ids(tokenizer, asked.question), EOS, EOS]
    context = tokenizer.encode(asked.text, add_special_tokens=False)
    offsets = np.array(context.offsets, np.int64).reshape(-1, 2)
    room = LIMIT - len(head) - 1
    at = 0
    while True:
        yield _Window(place, [*head, *context.ids[at : at + room], EOS], len(head), offsets[at : at + room])
        if at + room >= len(context.ids):
            return
        at += room - STRIDE


@torch.inference_mode()
def _read_windows(model: ReaderModel, windows: Sequence[_Window]) -> Iterator[_Logits]:
    length = max(len(each.ids) for each in windows)
    ids = torch.full((len(windows), length), PAD)
    allowed = torch.zeros((len(windows), length), dtype=torch.bool)
    allowed[:, 0] = True
    for row, each in enumerate(windows):
        ids[row, : len(each.ids)] = torch.tensor(each.ids)
        allowed[row, each.context_at : len(each.ids) - 1] = True
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(ids, (ids != PAD).long(), allowed)
    starts, ends, answerable = (each.double().numpy() for each in logits)
    for row, each in enumerate(windows):
        inside = slice(each.context_at, len(each.ids) - 1)
        yield _Logits(starts[row, inside], ends[row, inside], starts[row, 0], ends[row, 0], float(answerable[row]))


def _best_inside(stretch: tuple[int, int], text: str, window: _Window, logits: _Logits) -> Finding | None:
    inside = np.flatnonzero((window.offsets[:, 0] < stretch[1]) & (window.offsets[:, 1] > stretch[0]))
    if not len(inside):
        return None
    low, high = int(inside[0]), int(inside[-1]) + 1
    starts, ends = logits.starts[low:high], logits.ends[low:high]
    band = np.triu(np.ones((high - low, high - low), bool)) & ~np.triu(np.ones((high - low,) * 2, bool), ANSWER_TOKENS)
    scores = np.where(band, starts[:, None] + ends[None, :], -np.inf)
    first, last = divmod(int(scores.argmax()), high - low)
    start = max(stretch[0], int(window.offsets[low + first, 0]))
    end = min(stretch[1], int(window.offsets[low + last, 1]))
    mass = _share(starts, logits.starts, logits.null_start) + _share(ends, logits.ends, logits.null_end)
    null = logits.null_start + logits.null_end
    return Finding(*trimmed(text, start, end), float(scores[first, last] - null), logits.answerable, mass / 2)


def _share(some: NDArray[np.float64], every: NDArray[np.float64], null: float) -> float:
    """Logarithm of the share of the probability."""
    return float(np.logaddexp.reduce(some) - np.logaddexp(np.logaddexp.reduce(every), null))


def _better(one: Finding | None, other: Finding | None) -> Finding | None:
    """Of two windows' findings that in which the answer stands out more."""
    found = [each for each in (one, other) if each is not None]
    return max(found, key=lambda each: each.minus_null, default=None)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without what its outer tokens brought along (space, commas, a full stop), unless that is all."""
    stretch = text[start:end]
    kept = _FULL_STOP.sub("", stretch.strip(TRIMMED))
    if not kept:
        return start, end
    start += stretch.index(kept)
    return start, start + len(kept)
