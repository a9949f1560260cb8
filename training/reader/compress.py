"""Make a trained reader small: what it changed in each matrix of the encoder, as a product of two thin ones.

    python -m training.reader.compress WEIGHTS... --rank 88 [--run run.json] [--figures figures.json]
                                                     [--out rag/data/reader.safetensors]

The difference of a fine-tuned matrix to its base is nearly of low rank; truncated by SVD it ships in a few megabytes.
Biases and layer norms are kept as full differences, the heads whole; all in fp16. WEIGHTS are checkpoints or what was
made of them before; of several the mean is taken (model soups, Wortsman et al. 2022). Beside the weights stands a JSON
file of the same name with what they were made from, how they measure, and their SHA-256.
"""

import argparse
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from rag.hashing import file_sha256
from rag.readers.pairs import LIMIT
from rag.readers.reference import load_encoder
from training.reader.data import LICENCES
from training.reader.weights import read_model


def mean_of(states: Sequence[dict[str, Tensor]], base: dict[str, Tensor]) -> dict[str, Tensor]:
    """What a network lacks it has as the base has it."""
    names = dict.fromkeys(name for state in states for name in state)
    return {
        name: torch.stack([state[name] if name in state else base[name] for state in states]).mean(0) for name in names
    }


def low_rank(difference: Tensor, rank: int) -> tuple[Tensor, Tensor]:
    """(up, down) whose product is the nearest matrix of that rank; the singular values are shared evenly for fp16."""
    left, values, right = torch.linalg.svd(difference, full_matrices=False)
    root = values[:rank].sqrt()
    return left[:, :rank] * root, root[:, None] * right[:rank]


def compressed(base: dict[str, Tensor], tuned: dict[str, Tensor], rank: int) -> dict[str, Tensor]:
    """What `model.apply_difference` puts back. `base` and `tuned` name parameters as ReaderModel does."""
    made: dict[str, Tensor] = {}
    for name, value in tuned.items():
        if name not in base:
            made[f"head.{name}"] = value
        elif value.dim() == 1:
            made[f"{name}.added"] = value - base[name]
        else:
            made[f"{name}.up"], made[f"{name}.down"] = low_rank(value - base[name], rank)
    return {name: value.to(torch.float16).contiguous() for name, value in made.items()}


def base_state(folder: Path) -> dict[str, Tensor]:
    return {f"encoder.{name}": value.detach() for name, value in load_encoder(folder).named_parameters()}


def card(weights: Path, rank: int, base: Path, run: dict[str, Any], figures: dict[str, Any]) -> dict[str, Any]:
    """The model card, as far as a machine can write it."""
    trained_on = run.get("sets", {})
    return {
        "name": "quoth-reader",
        "made": date.today().isoformat(),
        "licence": "MIT",
        "sha256": file_sha256(weights),
        "bytes": weights.stat().st_size,
        "rank": rank,
        "base": json.loads((base / "quoth.json").read_text(encoding="utf-8")),
        "max_tokens": LIMIT,
        "training": {
            name: run[name]
            for name in ("plan", "sittings", "steps", "examples", "seconds", "not_aligned")
            if name in run
        },
        "data": [
            {"set": name, "questions": count, "licence": LICENCES[name.partition(".")[0]]}
            for name, count in trained_on.items()
        ],
        "figures": figures,
    }


def tuned_state(folder: Path, weights: Path, base: dict[str, Tensor]) -> dict[str, Tensor]:
    """What is not as in the base: the trained layers and the heads."""
    parameters = read_model(folder, weights).named_parameters()
    return {
        name: value.detach() for name, value in parameters if name not in base or not torch.equal(value, base[name])
    }


def read_json(path: Path | None) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path else {}


def main() -> None:
    from training.reader.train import bundled_base

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, nargs="+")
    parser.add_argument("--rank", type=int, default=88)
    parser.add_argument("--run", type=Path, help="run.json of the training")
    parser.add_argument("--figures", type=Path, help="figures.json of the evaluation")
    parser.add_argument("--out", type=Path, default=Path("rag/data/reader.safetensors"))
    options = parser.parse_args()
    torch.set_num_threads(2)
    base = bundled_base()
    untrained = base_state(base)
    tuned = mean_of([tuned_state(base, each, untrained) for each in options.weights], untrained)
    save_file(compressed(untrained, tuned, options.rank), options.out)
    described = card(options.out, options.rank, base, read_json(options.run), read_json(options.figures))
    options.out.with_suffix(".json").write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")
    print(options.out, options.out.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
