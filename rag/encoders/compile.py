"""Compile a sentence-transformers model: `python -m rag.encoders.compile MODEL CACHE`, run by `rag.encoders.artefact`.

Models of the BERT, XLM-R and MPNet families whose vector is the mean of the states or the first of them. What was
compiled is compared with sentence-transformers on texts in many languages before it is put where it will be trusted.
"""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.building import building
from rag.encoders.artefact import GRAPH, Artefact, compiling, encoder_folder, write_card
from rag.encoders.bundled import Progress
from rag.encoders.compiled import CompiledEncoder
from rag.encoders.families import FIRST_POSITION, name_in_bert, scores_of_distances
from rag.encoders.graph import Array, Plan, Seen, encoder_graph, matrices
from rag.encoders.sample import CALIBRATION, CHECK
from rag.encoders.sentence_transformer import SentenceTransformerEncoder
from rag.encoders.states import rows_of_bytes
from rag.errors import NotCompiled

LEAST_COSINE = 0.99  # of each text's vector with the one of sentence-transformers
_XLM_R_STEPS = ["Nmt", "NFKC", "Replace"], ["WhitespaceSplit", "Metaspace"]


def compile_encoder(model: str, cache: Path, progress: Progress) -> None:
    """Raises NotCompiled, or EncoderError where the model cannot be loaded."""
    reference = SentenceTransformerEncoder.made(model, cache, progress)
    progress("compiling the encoder", 0.0)
    transformer, pooling = _modules(reference.model)
    with building(encoder_folder(cache, model)) as folder:
        write_layers(folder, transformer, lambda: [reference.encode_passages([text]) for text in CALIBRATION])
        write_embeddings(folder, transformer)
        card = _write_tokenizer(folder, reference.model.tokenizer)
        identity = {name: getattr(reference.identity, name) for name in reference.identity.__slots__}
        write_card(folder, {"identity": identity, "pooling": pooling, **card})
        progress("compiling the encoder", 0.7)
        _check(CompiledEncoder(Artefact(folder)), reference)
        progress("compiling the encoder", 1.0)


def _modules(model: Any) -> tuple[Any, str]:
    """The transformers model and the kind of pooling."""
    names = [type(module).__name__ for module in model]
    if names not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise NotCompiled(f"its modules are {', '.join(names)}, expected Transformer, Pooling and Normalize")
    pooling = str(model[1].pooling_mode)
    if pooling not in ("mean", "cls"):
        raise NotCompiled(f"its pooling is {pooling!r}, expected 'mean' or 'cls'")
    if getattr(model[0], "do_lower_case", False):
        raise NotCompiled("it lower-cases texts before its tokenizer sees them")
    return model[0].auto_model, pooling


def write_layers(folder: Path, transformer: Any, read_sample: Callable[[], object]) -> None:
    """The graph of a BertModel or one like it; `read_sample` puts calibration texts through it."""
    config = transformer.config
    kind = config.model_type
    if kind not in FIRST_POSITION:
        raise NotCompiled(f"its architecture is {kind!r}, expected one of {', '.join(sorted(FIRST_POSITION))}")
    if config.hidden_act != "gelu" or getattr(config, "position_embedding_type", "absolute") != "absolute":
        raise NotCompiled("its layers are not BERT's: another activation, or relative positions")
    distances = scores_of_distances(transformer)
    plan = Plan(config.num_hidden_layers, config.num_attention_heads, config.layer_norm_eps, distances)
    weights = {name_in_bert(name): value.detach().float().numpy() for name, value in transformer.named_parameters()}
    (folder / GRAPH).write_bytes(encoder_graph(weights, plan, _seen_inputs(transformer, plan, read_sample)))


def _seen_inputs(transformer: Any, plan: Plan, read_sample: Callable[[], object]) -> Mapping[str, Seen]:
    """What goes into each matrix while the sample is read."""
    rows: dict[str, list[Array]] = {}

    def watch(name: str) -> Any:
        def hook(_: Any, inputs: tuple[Any, ...]) -> None:
            rows.setdefault(name, []).append(inputs[0].detach().float().flatten(0, -2).numpy())

        return hook

    names = {name: module for layer in range(plan.layers) for name, module in matrices(layer).items()}
    modules = {name_in_bert(name): module for name, module in transformer.named_modules()}
    hooks = [modules[module].register_forward_pre_hook(watch(name)) for name, module in names.items()]
    read_sample()
    for hook in hooks:
        hook.remove()
    together = {name: np.concatenate(seen) for name, seen in rows.items()}
    return {name: Seen(np.abs(seen).max(axis=0), seen.mean(axis=0)) for name, seen in together.items()}


def write_embeddings(folder: Path, transformer: Any) -> None:
    table = {name: value.detach().float().numpy() for name, value in transformer.embeddings.named_parameters()}
    words, scales = rows_of_bytes(table["word_embeddings.weight"])
    positions = table["position_embeddings.weight"][FIRST_POSITION[transformer.config.model_type] :]
    if "token_type_embeddings.weight" in table:
        positions = positions + table["token_type_embeddings.weight"][0]
    for name, value in (("words", words), ("scales", scales), ("positions", positions)):
        np.save(folder / f"{name}.npy", value)


def _write_tokenizer(folder: Path, tokenizer: Any) -> dict[str, Any]:
    """The tokenizer's files, and what the card says of it."""
    begin_end = tokenizer("")["input_ids"]
    if len(begin_end) != 2:
        raise NotCompiled(f"its tokenizer puts {len(begin_end)} special tokens around a text, expected 2")
    card: dict[str, Any] = {"begin": begin_end[0], "end": begin_end[1]}
    told = json.loads(tokenizer.backend_tokenizer.to_str())
    if not _is_unigram(told):
        tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"))
        return card
    pieces = [piece for piece, _ in told["model"]["vocab"]]
    (folder / "pieces.txt").write_text("\n".join(pieces), encoding="utf-8")
    np.save(folder / "scores.npy", np.array([score for _, score in told["model"]["vocab"]]))
    special = [each["content"] for each in told["added_tokens"]]
    return {**card, "unknown": told["model"]["unk_id"], "special": special}


def _is_unigram(told: dict[str, Any]) -> bool:
    """Whether a tokenizer.json does what `rag.encoders.unigram` does."""
    normalizers = [each["type"] for each in (told["normalizer"] or {}).get("normalizers", ())]
    pre_tokenizers = [each["type"] for each in (told["pre_tokenizer"] or {}).get("pretokenizers", ())]
    return (
        told["model"]["type"] == "Unigram"
        and (normalizers, pre_tokenizers) == _XLM_R_STEPS
        and not any("\n" in piece for piece, _ in told["model"]["vocab"])
        and {each["content"] for each in told["added_tokens"]} <= {piece for piece, _ in told["model"]["vocab"]}
    )


def _check(compiled: CompiledEncoder, reference: SentenceTransformerEncoder) -> None:
    """Raises NotCompiled where the compiled model is not the model."""
    _same_tokens(compiled.tokenize(CHECK), reference.tokenize(CHECK))
    pairs = [
        (compiled.encode_passages(CHECK), reference.encode_passages(CHECK)),
        (compiled.encode_queries(CHECK), reference.encode_queries(CHECK)),
    ]
    least = min(float(np.sum(ours * theirs, axis=1).min()) for ours, theirs in pairs)
    if least < LEAST_COSINE:
        raise NotCompiled(f"compiled, it gives vectors at cosine {least:.4f} to its own, expected {LEAST_COSINE}")


def _same_tokens(ours: Sequence[list[int]], theirs: Sequence[list[int]]) -> None:
    for text, own, their in zip(CHECK, ours, theirs, strict=True):
        if own != their:
            raise NotCompiled(f"compiled, it cuts {text[:40]!r} into other subwords than its own tokenizer")


def main() -> None:
    model, cache = sys.argv[1:]
    compiling(lambda progress: compile_encoder(model, Path(cache), progress))


if __name__ == "__main__":
    main()
