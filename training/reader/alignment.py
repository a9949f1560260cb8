"""Which words of a sentence and of its translation say the same, by the encoder's own states.

Two words that are each other's nearest among the other sentence's words are a pair (SimAlign, Jalili Sabet et al.
2020); a stretch of words whose pairs fill a stretch of the translation, and nothing else, is a phrase (Och and Ney
2004). Tokens stand for words in languages that do not space them.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from rag.readers.pairs import BOS, EOS, PAD
from rag.readers.reference import computes_bf16, load_encoder

LAYERS = 8  # the states that align best lie in the middle of the encoder
LEAST = 0.3  # cosine, the sentence's mean taken away
LONGEST = 5  # words of a phrase
MOST = 490  # tokens of a sentence: the encoder has places for 512
AT_ONCE = 256  # sentences
PREFIX = "passage: "
UNSPACED = r"\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"  # Thai to Han, without Hangul
_UNSPACED = re.compile(f"[{UNSPACED}]")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Words:
    spans: list[Span]  # characters
    states: Tensor  # (words, hidden), of length one


class Aligner:
    def __init__(self, base: Path, tokenizer: Tokenizer) -> None:
        self._encoder = load_encoder(base).eval()
        if computes_bf16():
            self._encoder.to(torch.bfloat16)
        del self._encoder.encoder.layer[LAYERS:]
        self._tokenizer = tokenizer
        self._prefix = tokenizer.encode(PREFIX, add_special_tokens=False).ids
        self._remembered: dict[str, NDArray[np.float16]] = {}
        self.words = lru_cache(maxsize=4096)(self._words)  # an English sentence is aligned with every language

    def remember(self, texts: Iterable[str], device: torch.device) -> None:
        """Read the texts now, many at once; their states take 0.8 kB a token. The encoder comes back to the CPU.

        So that processes which are forked afterwards have them, and have no need of the device.
        """
        self._encoder.to(device)
        ordered = sorted(texts, key=lambda text: len(text.encode()))  # like lengths together: little is padding
        for at in range(0, len(ordered), AT_ONCE):
            some = ordered[at : at + AT_ONCE]
            tokens = self._tokenizer.encode_batch(some, add_special_tokens=False)
            self._remembered.update(zip(some, self._states([each.ids for each in tokens]), strict=True))
        self._encoder.to("cpu")

    def phrases(self, one: str, other: str) -> list[tuple[Span, Span]]:
        """The phrases of up to LONGEST words that both sentences have: where in the one, where in the other."""
        here, there = self.words(one), self.words(other)
        return phrases(pairs(here.states, there.states), here.spans, there.spans)

    def pairs(self, one: str, other: str) -> list[tuple[str, str]]:
        """The words that say the same, of the one and of the other."""
        here, there = self.words(one), self.words(other)
        return [
            (one[slice(*here.spans[a])], other[slice(*there.spans[b])]) for a, b in pairs(here.states, there.states)
        ]

    def _words(self, text: str) -> Words:
        tokens = self._tokenizer.encode(text, add_special_tokens=False)
        states = self._remembered.get(text)
        if states is None:
            (states,) = self._states([tokens.ids])
        spans, members = words(text, tokens.offsets[:MOST])
        return Words(spans, directions(torch.from_numpy(states).float(), members))

    @torch.inference_mode()
    def _states(self, texts: Sequence[Sequence[int]]) -> list[NDArray[np.float16]]:
        """Of the tokens of each text, (tokens, hidden); fp16 holds all that bf16 arithmetic tells."""
        framed = [torch.tensor([BOS, *self._prefix, *ids[:MOST], EOS]) for ids in texts]
        ids = pad_sequence(framed, batch_first=True, padding_value=PAD).to(self._encoder.device)
        states = self._encoder(input_ids=ids, attention_mask=(ids != PAD).long()).last_hidden_state.half().cpu()
        first = 1 + len(self._prefix)
        # Copied, for a slice would keep the padding of the whole batch.
        return [row[first : len(each) - 1].numpy().copy() for row, each in zip(states, framed, strict=True)]


def directions(states: Tensor, members: Sequence[Span]) -> Tensor:
    """Of each word the mean of its tokens' states, of length one, the sentence's mean taken away."""
    centred = states - states.mean(0)
    sums = nn.functional.pad(centred.cumsum(0), (0, 0, 1, 0))
    first, last = torch.tensor(members).T
    return nn.functional.normalize(sums[last] - sums[first], dim=-1)


def words(text: str, offsets: Sequence[Span]) -> tuple[list[Span], list[Span]]:
    """(characters, tokens) of each word; tokens of punctuation and of unspaced scripts are words by themselves."""
    spans: list[Span] = []
    members: list[Span] = []
    for place, (first, end) in enumerate(offsets):
        start = end - len(text[first:end].lstrip())
        if start == end:  # a token that is a space
            continue
        if spans and start == spans[-1][1] and _joins(text, start):
            spans[-1], members[-1] = (spans[-1][0], end), (members[-1][0], place + 1)
        else:
            spans.append((start, end))
            members.append((place, place + 1))
    return spans, members


def _joins(text: str, at: int) -> bool:
    """Whether the characters before and at a place belong to one word; those of unspaced scripts stand alone."""
    before, after = text[at - 1], text[at]
    return _in_word(before) and _in_word(after) and not (_UNSPACED.match(before) or _UNSPACED.match(after))


def _in_word(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN"


def pairs(one: Tensor, other: Tensor) -> list[tuple[int, int]]:
    """Words that are each other's nearest, and near."""
    cosines = one @ other.T
    nearest, there = cosines.max(1)
    mutual = (cosines.argmax(0)[there] == torch.arange(len(there))) & (nearest >= LEAST)
    return list(zip(mutual.nonzero()[:, 0].tolist(), there[mutual].tolist(), strict=True))


def phrases(paired: Sequence[tuple[int, int]], one: Sequence[Span], other: Sequence[Span]) -> list[tuple[Span, Span]]:
    """Stretches whose outer words are paired, inside each other on both sides."""
    right_of = dict(paired)
    found = []
    for first in right_of:
        for last in range(first, min(first + LONGEST, len(one))):
            if last not in right_of:
                continue
            there = [right_of[place] for place in range(first, last + 1) if place in right_of]
            low, high = min(there), max(there)
            inside = {place for place, found_there in paired if low <= found_there <= high}
            if high - low <= LONGEST + 2 and all(first <= place <= last for place in inside):
                found.append(((one[first][0], one[last][1]), (other[low][0], other[high][1])))
    return found
