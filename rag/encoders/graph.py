"""A BERT encoder as an ONNX graph for ONNX Runtime, built by hand from its weights.

In: the sum of word, position and type embeddings of one text, (1, tokens, hidden). Out: the last layer's states, of the
same shape. One text at a time needs neither padding nor a mask. Word embeddings stay outside: they are most of the
weights, and the reader shares them.

Matrices are int8 by output column, their inputs int8 by the range each text has (`DynamicQuantizeMatMul`). Where a few
channels are many times larger than the rest and would leave those a few steps of that range, they are divided by a
constant first and their weights multiplied by it (Xiao et al. 2023, SmoothQuant); where a few tokens are (after GELU),
each token is divided by its largest value. What rounding the weights does to the mean input is taken off the bias
(Nagel et al. 2019, section 4.2). `Add` and `LayerNormalization` stand apart because ONNX Runtime's fusion of the two,
not vectorised, is five times as slow (1.31).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Weights = Mapping[str, Array]  # named as in transformers' BertModel

_CONTRIB = "com.microsoft"
_OPSET = 20
_IR_VERSION = 10
_OUTLIER = 0.98  # channels whose largest input lies above this quantile of all channels' are divided down to it
_DIVIDED = ("attention", "up")  # matrices whose inputs come from a LayerNormalization
_LEAST_ROW = 0.2  # GELU is never below -0.17: a row that is divided by no less stays within one


@dataclass(frozen=True, slots=True)
class Plan:
    """What the weights do not say."""

    layers: int
    heads: int
    layer_norm_eps: float


@dataclass(frozen=True, slots=True)
class Seen:
    """What went into a matrix while the calibration texts were read, by channel."""

    largest: Array  # absolute value
    mean: Array


def matrices(layer: int) -> dict[str, str]:
    """Name in the graph -> the module of BertModel that receives the same input."""
    stem = f"encoder.layer.{layer}"
    return {
        f"{layer}.attention": f"{stem}.attention.self.query",
        f"{layer}.out": f"{stem}.attention.output.dense",
        f"{layer}.up": f"{stem}.intermediate.dense",
        f"{layer}.down": f"{stem}.output.dense",
    }


def encoder_graph(weights: Weights, plan: Plan, seen: Mapping[str, Seen]) -> bytes:
    """The graph as the bytes of an ONNX file. `seen` has an entry for each of `matrices`."""
    graph = _Graph(seen)
    states = graph.norm("states", weights, "embeddings.LayerNorm", plan.layer_norm_eps)
    for layer in range(plan.layers):
        states = _layer(graph, states, weights, layer, plan)
    hidden = weights["embeddings.LayerNorm.weight"].shape[0]
    return graph.serialised(states, hidden)


def _layer(graph: "_Graph", states: str, weights: Weights, layer: int, plan: Plan) -> str:
    stem = f"encoder.layer.{layer}"
    three = [f"{stem}.attention.self.{each}" for each in ("query", "key", "value")]
    matrix = np.concatenate([weights[f"{each}.weight"] for each in three])
    bias = np.concatenate([weights[f"{each}.bias"] for each in three])
    query, key, value = graph.split(graph.linear(states, matrix, bias, f"{layer}.attention"), 3)
    context = graph.add("MultiHeadAttention", query, key, value, domain=_CONTRIB, num_heads=plan.heads)
    attended = graph.module(context, weights, f"{stem}.attention.output.dense", f"{layer}.out")
    states = graph.residual(attended, states, weights, f"{stem}.attention.output.LayerNorm", plan.layer_norm_eps)
    wide = graph.module(states, weights, f"{stem}.intermediate.dense", f"{layer}.up")
    narrow = graph.by_rows(graph.add("Gelu", wide, domain=_CONTRIB), weights, f"{stem}.output.dense", f"{layer}.down")
    return graph.residual(narrow, states, weights, f"{stem}.output.LayerNorm", plan.layer_norm_eps)


class _Graph:
    """Nodes and constants, each under a name of its own."""

    def __init__(self, seen: Mapping[str, Seen]) -> None:
        self._seen = seen
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def add(self, kind: str, *inputs: str, domain: str = "", outputs: int = 1, **attributes: Any) -> str:
        """Its only output, or its outputs' names with a space between."""
        from onnx import helper

        names = [f"{kind}.{len(self._nodes)}.{each}" for each in range(outputs)]
        self._nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return " ".join(names)

    def constant(self, value: NDArray[Any]) -> str:
        from onnx import numpy_helper

        name = f"constant.{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def split(self, states: str, parts: int) -> list[str]:
        return self.add("Split", states, outputs=parts, axis=-1, num_outputs=parts).split()

    def linear(self, states: str, matrix: Array, bias: Array, name: str) -> str:
        """`states @ matrix.T + bias`."""
        largest = self._seen[name].largest
        divided = np.ones_like(largest)
        if name.endswith(_DIVIDED):
            divided = np.maximum(1.0, largest / np.quantile(largest, _OUTLIER)).astype(np.float32)
            states = self.add("Mul", states, self.constant(1.0 / divided))
        steps, scale, bias = _rounded(matrix, bias, self._seen[name].mean, divided)
        inputs = [self.constant(each) for each in (steps, scale, bias)]
        return self.add("DynamicQuantizeMatMul", states, *inputs[:2], "", inputs[2], domain=_CONTRIB)

    def module(self, states: str, weights: Weights, module: str, name: str) -> str:
        return self.linear(states, weights[f"{module}.weight"], weights[f"{module}.bias"], name)

    def by_rows(self, states: str, weights: Weights, module: str, name: str) -> str:
        """`module`, each token's input first divided by its largest value: a few tokens' are far larger."""
        largest = self.add("ReduceMax", states, self.constant(np.array([-1])), keepdims=1)
        rows = self.add("Max", largest, self.constant(np.array([_LEAST_ROW], np.float32)))
        matrix, bias, mean = weights[f"{module}.weight"], weights[f"{module}.bias"], self._seen[name].mean
        steps, scale, bias = _rounded(matrix, bias, mean, np.ones_like(mean))
        inputs = [self.constant(each) for each in (steps, scale)]
        product = self.add("DynamicQuantizeMatMul", self.add("Div", states, rows), *inputs, domain=_CONTRIB)
        return self.add("Add", self.add("Mul", product, rows), self.constant(bias))

    def norm(self, states: str, weights: Weights, module: str, epsilon: float) -> str:
        constants = [self.constant(weights[f"{module}.{each}"]) for each in ("weight", "bias")]
        return self.add("LayerNormalization", states, *constants, axis=-1, epsilon=epsilon)

    def residual(self, change: str, states: str, weights: Weights, module: str, epsilon: float) -> str:
        return self.norm(self.add("Add", change, states), weights, module, epsilon)

    def serialised(self, output: str, hidden: int) -> bytes:
        from onnx import TensorProto, helper

        shape: list[str | int | None] = [1, "tokens", hidden]
        self._nodes.append(helper.make_node("Identity", [output], ["encoded"]))
        graph = helper.make_graph(
            self._nodes,
            "encoder",
            [helper.make_tensor_value_info("states", TensorProto.FLOAT, shape)],
            [helper.make_tensor_value_info("encoded", TensorProto.FLOAT, shape)],
            self._constants,
        )
        imports = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIB, 1)]
        model = helper.make_model(graph, opset_imports=imports, ir_version=_IR_VERSION)
        return bytes(model.SerializeToString())


def _rounded(matrix: Array, bias: Array, mean: Array, divided: Array) -> tuple[NDArray[np.int8], Array, Array]:
    """The matrix, for divided inputs, in steps of -127 to 127 (in, out), each column's step, and the bias."""
    multiplied = matrix * divided
    scale = np.maximum(np.abs(multiplied).max(axis=1), np.finfo(np.float32).tiny) / np.float32(127.0)
    steps = np.round(multiplied / scale[:, None])
    mended = bias + (matrix - steps * scale[:, None] / divided) @ mean
    return steps.T.astype(np.int8), scale.astype(np.float32), mended.astype(np.float32)
