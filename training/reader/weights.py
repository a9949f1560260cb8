"""A reader's weights, as `train` leaves them (.pt) or as `compress` makes them small (.safetensors)."""

from pathlib import Path

import torch
from safetensors.torch import load_file

from rag.readers.reference import ReaderModel, apply_difference, load_encoder


def read_model(base: Path, weights: Path) -> ReaderModel:
    """The bundled encoder with these weights in their place."""
    model = ReaderModel(load_encoder(base))
    put_weights(model, weights)
    return model


def put_weights(model: ReaderModel, weights: Path) -> None:
    """`model` is the bundled encoder as it comes: compressed weights are added to it."""
    if weights.suffix == ".safetensors":
        apply_difference(model, load_file(weights))
    else:
        state = torch.load(weights, weights_only=True, map_location="cpu")
        (network,) = state.get("networks", [state])  # each of several has a file to itself
        model.load_state_dict(network["model"], strict=False)
