"""The graph that is compiled computes what transformers computes, in steps of a byte."""

from pathlib import Path

import numpy as np
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from transformers import BertConfig, BertModel, MPNetConfig, MPNetModel, XLMRobertaConfig, XLMRobertaModel

from rag.encoders.artefact import GRAPH
from rag.encoders.compile import write_embeddings, write_layers
from rag.encoders.states import Embeddings, States, session
from rag.errors import NotCompiled

SIZES = {
    "vocab_size": 60,
    "hidden_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 128,
    "max_position_embeddings": 40,
    "pad_token_id": 1,
}
TEXTS = [[0, *range(5, 5 + size), 2] for size in (1, 7, 30)]


def model_of(kind: type, config: type, **changed: object) -> torch.nn.Module:
    torch.manual_seed(3)
    model: torch.nn.Module = kind(config(**SIZES | changed)).eval()
    for parameter in model.parameters():
        parameter.data += 0.05 * torch.randn_like(parameter)  # no bias or norm is left at its beginning
    return model


def states_of(model: torch.nn.Module, text: list[int]) -> np.ndarray:
    with torch.inference_mode():
        return model(input_ids=torch.tensor([text])).last_hidden_state[0].numpy()


def compiled_states(model: torch.nn.Module, folder: Path, texts: list[list[int]] = TEXTS) -> list[np.ndarray]:
    write_layers(folder, model, lambda: [states_of(model, text) for text in texts])
    write_embeddings(folder, model)
    embeddings = Embeddings(*(np.load(folder / f"{name}.npy") for name in ("words", "scales", "positions")))
    return States(session(folder / GRAPH), embeddings).of(texts, lambda place, states: states.copy())


def assert_the_same(ours: np.ndarray, theirs: np.ndarray) -> None:
    assert ours.shape == theirs.shape
    cosines = np.sum(ours * theirs, axis=1) / np.linalg.norm(ours, axis=1) / np.linalg.norm(theirs, axis=1)
    assert cosines.min() > 0.998


@pytest.mark.parametrize(
    ("kind", "config"),
    [(BertModel, BertConfig), (XLMRobertaModel, XLMRobertaConfig), (MPNetModel, MPNetConfig)],
)
def test_states_are_those_of_transformers(kind: type, config: type, tmp_path: Path) -> None:
    model = model_of(kind, config)
    for text, ours in zip(TEXTS, compiled_states(model, tmp_path), strict=True):
        assert_the_same(ours, states_of(model, text))


def test_tokens_far_apart_attend_to_each_other_as_in_mpnet(tmp_path: Path) -> None:
    model = model_of(MPNetModel, MPNetConfig, max_position_embeddings=400)
    model.encoder.relative_attention_bias.weight.data *= 200  # next to it nothing else decides what is attended to
    texts = [TEXTS[-1], [0, *(5 + place % 50 for place in range(350)), 2]]
    for text, ours in zip(texts, compiled_states(model, tmp_path, texts), strict=True):
        assert_the_same(ours, states_of(model, text))


def test_a_channel_that_one_token_makes_far_larger_costs_the_others_nothing(tmp_path: Path) -> None:
    model = model_of(BertModel, BertConfig)
    layer = model.encoder.layer[0]
    seen: list[torch.Tensor] = []
    hook = layer.intermediate.dense.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0][0]))
    states_of(model, TEXTS[-1])
    hook.remove()
    apart = seen[0][0] - seen[0][1:].mean(dim=0)
    layer.intermediate.dense.weight.data[5] = 200 * apart / (apart @ apart)
    layer.output.dense.weight.data[:, 5] /= 20
    for text, ours in zip(TEXTS, compiled_states(model, tmp_path), strict=True):
        assert_the_same(ours, states_of(model, text))


def test_other_layers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotCompiled, match="activation"):
        write_layers(tmp_path, model_of(BertModel, BertConfig, hidden_act="relu"), list)


def test_products_of_the_largest_bytes_are_summed_without_loss(tmp_path: Path) -> None:
    """Two of them do not fit the 16 bits that processors without VNNI give their sum."""
    weights = np.full((64, 4), 127, np.int8)
    node = helper.make_node("DynamicQuantizeMatMul", ["states", "w", "s"], ["encoded"], domain="com.microsoft")
    shapes = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("states", "encoded")]
    constants = [numpy_helper.from_array(weights, "w"), numpy_helper.from_array(np.ones(4, np.float32), "s")]
    graph = helper.make_graph([node], "products", shapes[:1], shapes[1:], constants)
    imports = [helper.make_opsetid("", 20), helper.make_opsetid("com.microsoft", 1)]
    (tmp_path / "g.onnx").write_bytes(
        helper.make_model(graph, opset_imports=imports, ir_version=10).SerializeToString()
    )
    states = np.ones((1, 64), np.float32)
    (product,) = session(tmp_path / "g.onnx").run(None, {"states": states})
    np.testing.assert_allclose(product, states @ weights, rtol=0.01)
