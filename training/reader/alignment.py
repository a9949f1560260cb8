"""Which words of a sentence and of its translation say the same, by the encoder's own states.

Two words that are each other's nearest among the other sentence's words are a pair (SimAlign, Jalili Sabet et al.
2020); a stretch of words whose pairs fill a stretch of the translation, and nothing else, is a phrase (Och and Ney
2004). Tokens stand for words in languages that do not space them.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor

from rag.readers.pairs import BOS, EOS
from rag.readers.reference import load_encoder

LAYERS = 8  # the states that align best lie in the middle of the encoder
LEAST = 0.3  # cosine, the sentence's mean taken away
LONGEST = 5  # words of a phrase
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
        self._encoder = load_encoder(base).eval().to(torch.bfloat16)
        del self._encoder.encoder.layer[LAYERS:]
        self._tokenizer = tokenizer
        self._prefix = tokenizer.encode(PREFIX, add_special_tokens=False).ids
        self._words = lru_cache(maxsize=4096)(self._read)  # an English sentence is aligned with every language

    def phrases(self, one: str, other: str) -> list[tuple[Span, Span]]:
        """The phrases of up to LONGEST words that both sentences have: where in the one, where in the other."""
        here, there = self._words(one), self._words(other)
        return phrases(pairs(here.states, there.states), here.spans, there.spans)

    def pairs(self, one: str, other: str) -> list[tuple[str, str]]:
        """The words that say the same, of the one and of the other."""
        here, there = self._words(one), self._words(other)
        return [
            (one[slice(*here.spans[a])], other[slice(*there.spans[b])]) for a, b in pairs(here.states, there.states)
        ]

    @torch.inference_mode()
    def _read(self, text: str) -> Words:
        tokens = self._tokenizer.encode(text, add_special_tokens=False)
        ids = torch.tensor([[BOS, *self._prefix, *tokens.ids, EOS]])
        states = self._encoder(input_ids=ids).last_hidden_state[0, 1 + len(self._prefix) : -1].float()
        spans, members = words(text, tokens.offsets)
        centred = states - states.mean(0)
        means = torch.stack([centred[first:last].mean(0) for first, last in members])
        return Words(spans, torch.nn.functional.normalize(means, dim=-1))


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
    there, back = cosines.argmax(1), cosines.argmax(0)
    return [
        (place, int(found))
        for place, found in enumerate(there)
        if int(back[found]) == place and float(cosines[place, found]) >= LEAST
    ]


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
