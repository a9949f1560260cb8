"""A network that learns: the bundled encoder or weights trained before, and the optimiser that moves it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from rag.readers.reference import ReaderModel, load_encoder
from training.reader.plan import Plan
from training.reader.weights import put_weights

UNTRAINED = "encoder"  # what a network begins with, in place of a path: the bundled encoder, its heads at random


class Network:
    """A model and its optimiser, on the device of their training."""

    def __init__(self, model: ReaderModel, plan: Plan, device: torch.device) -> None:
        freeze(model, plan.frozen)
        put_dropout(model, plan.dropout)
        self.model = model.to(device).train()
        self.optimiser = torch.optim.AdamW(groups(model, plan), betas=(0.9, 0.98), fused=True)

    def move(self, rate: float) -> None:
        """By the gradients of a backward pass, at this share of the full learning rates."""
        for group in self.optimiser.param_groups:
            group["lr"] = group["full"] * rate
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)

    def state(self) -> dict[str, Any]:
        return {"model": trained_state(self.model), "optimiser": self.optimiser.state_dict()}

    def load(self, state: dict[str, Any]) -> None:
        self.model.load_state_dict(state["model"], strict=False)
        self.optimiser.load_state_dict(state["optimiser"])


def networks(base: Path, begin_with: Sequence[str], plan: Plan, device: torch.device) -> list[Network]:
    """One for each path of `begin_with`, a checkpoint or compressed weights, or UNTRAINED."""
    torch.manual_seed(plan.seed)
    return [Network(_model(base, each, device), plan, device) for each in begin_with]


def _model(base: Path, begin_with: str, device: torch.device) -> ReaderModel:
    model = ReaderModel(load_encoder(base, _attention(device)))
    if begin_with != UNTRAINED:
        put_weights(model, Path(begin_with))
    return model


def _attention(device: torch.device) -> str:
    """Torch's own, fused, but on CPUs without AMX, where its backward pass takes a third of a step (torch 2.13)."""
    fused = device.type != "cpu" or torch.cpu.get_capabilities().get("amx_bf16", False)
    return "sdpa" if fused else "eager"


def freeze(model: ReaderModel, layers: int) -> None:
    model.encoder.embeddings.requires_grad_(False)
    for layer in model.encoder.encoder.layer[:layers]:
        layer.requires_grad_(False)


def put_dropout(model: ReaderModel, share: float) -> None:
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = share


def groups(model: ReaderModel, plan: Plan) -> list[dict[str, Any]]:
    trained = [(name, value) for name, value in model.named_parameters() if value.requires_grad]
    matrices = [value for name, value in trained if name.startswith("encoder") and value.dim() > 1]
    vectors = [value for name, value in trained if name.startswith("encoder") and value.dim() == 1]
    heads = [value for name, value in trained if not name.startswith("encoder")]
    return [
        {"params": matrices, "full": plan.rate, "weight_decay": 0.01},
        {"params": vectors, "full": plan.rate, "weight_decay": 0.0},
        {"params": heads, "full": plan.head_rate, "weight_decay": 0.0},
    ]


def trained_state(model: ReaderModel) -> dict[str, Tensor]:
    """All but the embeddings: layers that stay as they are may have been trained by an earlier run."""
    return {
        name: value.detach().clone()
        for name, value in model.named_parameters()
        if not name.startswith("encoder.embeddings.")
    }
