"""Examples to token ids: the answer's tokens, a window around them, batches of like length."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
from torch import Tensor

from rag.encoders.artefact import Tokenizer
from rag.readers.pairs import EOS, PAD, head_ids

EDGES = " \n\t,.;:!?()[]\"'“”«»、。，；：「」『』（）《》\u200c\u200e"  # a token may bring these along
MULTIPLE = 32  # lengths are padded to multiples of this: many different lengths doubled the time of a step


@dataclass(frozen=True, slots=True)
class Example:
    """A question put to a passage. No answer: the passage does not hold one."""

    question: str
    context: str
    answer: tuple[int, int] | None
    origin: str  # name of the set
    kind: str  # "sentence": the answer lies somewhere inside, where is not known


@dataclass(frozen=True, slots=True)
class Encoded:
    ids: list[int]
    context_at: int  # position of the context's first token
    starts: tuple[int, int]  # first and last position where the answer may begin; (0, 0) for no answer
    ends: tuple[int, int]


def answer_tokens(offsets: Sequence[tuple[int, int]], text: str, answer: tuple[int, int]) -> tuple[int, int] | None:
    """First and last token of the answer; None where tokens do not begin and end with it, punctuation aside."""
    start, end = answer
    touched = [place for place, (a, b) in enumerate(offsets) if a < end and b > start]
    if not touched:
        return None
    first, last = touched[0], touched[-1]
    spelled = text[offsets[first][0] : offsets[last][1]]
    return (first, last) if spelled.strip(EDGES) == text[start:end].strip(EDGES) else None


def encode(tokenizer: Tokenizer, example: Example, limit: int, rng: random.Random) -> Encoded | None:
    """Ids of at most `limit` tokens; a longer context is cut to a random window, around the answer if there is one.

    None where the answer does not align with tokens.
    """
    context = tokenizer.encode(example.context, add_special_tokens=False)
    place = None
    if example.answer is not None:
        place = answer_tokens(context.offsets, example.context, example.answer)
        if place is None:
            return None
    head = head_ids(tokenizer, example.question)
    room = limit - len(head) - 1
    low, high = window(len(context.ids), room, place, rng)
    if place is not None and not low <= place[0] <= place[1] < high:
        return None  # an answer longer than the window
    first, last = (0, 0) if place is None else (len(head) + place[0] - low, len(head) + place[1] - low)
    starts, ends = ((first, last),) * 2 if example.kind == "sentence" else ((first, first), (last, last))
    return Encoded([*head, *context.ids[low:high], EOS], len(head), starts, ends)


def window(length: int, room: int, place: tuple[int, int] | None, rng: random.Random) -> tuple[int, int]:
    if length <= room:
        return 0, length
    low, high = 0, length - room
    if place is not None:
        low, high = max(low, place[1] - room + 1), min(high, place[0])
    start = rng.randint(min(low, high), high)
    return start, start + room


@dataclass(frozen=True, slots=True)
class Batch:
    ids: Tensor  # (n, length)
    mask: Tensor  # (n, length), 1 for tokens
    allowed: Tensor  # (n, length), True where a span may begin or end: the context and position 0
    starts: Tensor  # (n, length), True where the answer may begin; position 0 for no answer
    ends: Tensor

    def to(self, device: torch.device) -> "Batch":
        return Batch(*(getattr(self, each.name).to(device) for each in fields(self)))


def collate(examples: Sequence[Encoded]) -> Batch:
    longest = max(len(each.ids) for each in examples)
    length = -(-longest // MULTIPLE) * MULTIPLE
    ids = np.full((len(examples), length), PAD, np.int64)
    allowed, starts, ends = np.zeros((3, len(examples), length), bool)
    for row, each in enumerate(examples):
        ids[row, : len(each.ids)] = each.ids
        allowed[row, each.context_at : len(each.ids) - 1] = True
        starts[row, each.starts[0] : each.starts[1] + 1] = True
        ends[row, each.ends[0] : each.ends[1] + 1] = True
    allowed[:, 0] = True
    tokens = torch.from_numpy(ids)
    return Batch(
        tokens,
        (tokens != PAD).long(),
        torch.from_numpy(allowed),
        torch.from_numpy(starts),
        torch.from_numpy(ends),
    )


def batches(examples: Sequence[Encoded], size: int, rng: random.Random) -> list[list[Encoded]]:
    """Neighbours in length together, the batches in random order; what does not fill a batch is left."""
    ordered = sorted(examples, key=lambda each: (len(each.ids), rng.random()))
    groups = [ordered[at : at + size] for at in range(0, len(ordered) - size + 1, size)]
    rng.shuffle(groups)
    return groups
