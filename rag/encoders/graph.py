"""A BERT encoder as an ONNX graph for ONNX Runtime, built by hand from its weights.

In: the sum of word, position and type embeddings of one text, (1, tokens, hidden). Out: the last layer's states, of the
same shape. One text at a time needs neither padding nor a mask. Word embeddings stay outside: they are most of the
weights, and the reader shares them.

Matrices are int8 by output column, their inputs int8 by the range each text has. Where some channels are many times
larger than the rest and would leave those a few steps of that range, each is divided by a constant first and its
weights multiplied by it (Xiao et al. 2023, SmoothQuant); where a few are so for a few tokens (after GELU), they stay in
fp32. What rounding the weights does to the mean input is taken off the bias (Nagel et al. 2019, section 4.2). `Add` and
`LayerNormalization` stand apart because ONNX Runtime's fusion of the two, not vectorised, is five times as slow (1.31);
attention is four operations because `MultiHeadAttention` copies query, key and value first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Weights = Mapping[str, Array]  # named as in transformers' BertModel

_CONTRIB = "com.microsoft"
_OPSET = 20
_IR_VERSION = 10
_EVENED = 0.7  # of the differences in size between channels, as exponent
_LEAST_SIZE = 1e-4  # x the largest channel: smaller ones count as this
_DIVIDED = ("attention", "up")  # matrices whose inputs come from a LayerNormalization
_LEAST_GELU = -0.17  # it is never below
_ROOM = 1.1  # x the largest that was seen
_APART = 16  # channels: four would do for the largest, and each more takes next to no time


@dataclass(frozen=True, slots=True)
class Plan:
    """What the weights do not say."""

    layers: int
    heads: int
    layer_norm_eps: float
    distances: Array | None = None  # (heads, 2 * farthest + 1): what attention adds for tokens that far apart


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
    graph = _Graph(seen, hidden=weights["embeddings.LayerNorm.weight"].shape[0])
    states = graph.norm("states", weights, "embeddings.LayerNorm", plan.layer_norm_eps)
    distances = None if plan.distances is None else graph.distances("states", plan.distances)
    for layer in range(plan.layers):
        states = _layer(graph, states, weights, layer, plan, distances)
    return graph.serialised(states)


def _layer(graph: "_Graph", states: str, weights: Weights, layer: int, plan: Plan, distances: str | None) -> str:
    stem = f"encoder.layer.{layer}"
    three = [f"{stem}.attention.self.{each}" for each in ("query", "key", "value")]
    context = graph.attention(graph.together(states, weights, three, f"{layer}.attention"), plan.heads, distances)
    attended = graph.module(context, weights, f"{stem}.attention.output.dense", f"{layer}.out")
    states = graph.residual(attended, states, weights, f"{stem}.attention.output.LayerNorm", plan.layer_norm_eps)
    wide = graph.module(states, weights, f"{stem}.intermediate.dense", f"{layer}.up")
    active = graph.add("Gelu", wide, domain=_CONTRIB)
    narrow = graph.saturating(active, weights, f"{stem}.output.dense", f"{layer}.down")
    return graph.residual(narrow, states, weights, f"{stem}.output.LayerNorm", plan.layer_norm_eps)


class _Graph:
    """Nodes and constants, each under a name of its own."""

    def __init__(self, seen: Mapping[str, Seen], hidden: int) -> None:
        self._seen = seen
        self._hidden = hidden
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def add(self, kind: str, *inputs: str, domain: str = "", outputs: int = 1, **attributes: Any) -> str:
        """Its only output, or its outputs' names with a space between."""
        from onnx import helper

        names = [f"{kind}.{len(self._nodes)}.{each}" for each in range(outputs)]
        self._nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return " ".join(names)

    def constant(self, value: NDArray[Any] | np.generic) -> str:
        from onnx import numpy_helper

        name = f"constant.{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def module(self, states: str, weights: Weights, module: str, name: str) -> str:
        """`states @ matrix.T + bias`, the states quantised by their own range."""
        states, divided = self._divided(states, name)
        inputs = self._matrix(weights, module, name, divided)
        return self.add("DynamicQuantizeMatMul", states, *inputs[:2], "", inputs[2], domain=_CONTRIB)

    def together(self, states: str, weights: Weights, modules: Sequence[str], name: str) -> list[str]:
        """Each of the modules, of states that are quantised once."""
        states, divided = self._divided(states, name)
        steps, scale, zero = self.add("DynamicQuantizeLinear", states, outputs=3).split()
        every = [self._matrix(weights, module, name, divided) for module in modules]
        return [self._product(steps, scale, zero, matrix) for matrix in every]

    def saturating(self, states: str, weights: Weights, module: str, name: str) -> str:
        """`module` of what GELU gives, quantised by the range that the calibration texts had.

        A few channels are far larger for the tokens that open and close a text (Sun et al. 2024, "Massive Activations
        in Large Language Models"), and so are their weights: the largest are multiplied as they are.
        """
        seen, matrix = self._seen[name], weights[f"{module}.weight"]
        largest = np.argsort(-seen.largest)[:_APART]
        few = self.add("Gather", states, self.constant(largest), axis=-1)
        apart = self.add("MatMul", few, self.constant(matrix[:, largest].T))
        usual = ~np.isin(np.arange(len(seen.largest)), largest)
        step = np.float32((_ROOM * seen.largest[usual].max() - _LEAST_GELU) / 255)
        scale, zero = self.constant(step), self.constant(np.uint8(round(-_LEAST_GELU / step)))
        steps = self.add("QuantizeLinear", states, scale, zero)
        rest = self._rounded(matrix * usual, weights[f"{module}.bias"], seen.mean, np.ones_like(seen.largest))
        return self.add("Add", self._product(steps, scale, zero, rest), apart)

    def distances(self, states: str, scores: Array) -> str:
        """(heads, tokens, tokens): the score of every token's distance from every other."""
        farthest = scores.shape[1] // 2
        count = self.add("Squeeze", self.add("Shape", states, start=1, end=2))
        places = self.add("Range", self.constant(np.int64(0)), count, self.constant(np.int64(1)))
        rows, columns = (self.add("Unsqueeze", places, self.constant(np.array([axis]))) for axis in (1, 0))
        ends = [self.constant(np.int64(end)) for end in (-farthest, farthest)]
        clipped = self.add("Clip", self.add("Sub", columns, rows), *ends)
        return self.add("Gather", self.constant(scores), self.add("Add", clipped, ends[1]), axis=1)

    def attention(self, three: Sequence[str], heads: int, distances: str | None) -> str:
        """Of query, key and value (1, tokens, hidden), whose heads are multiplied where they lie."""
        by_head = self.constant(np.array([-1, heads, self._hidden // heads]))
        query, key, value = [self.add("Reshape", each, by_head) for each in three]
        scale = float(heads / self._hidden) ** 0.5
        scores = self.by_heads(query, key, transBatchA=1, transB=1, alpha=scale)
        if distances is not None:
            scores = self.add("Add", scores, distances)
        context = self.by_heads(self.add("Softmax", scores, axis=-1), value)
        beside = self.add("Transpose", context, perm=[1, 0, 2])
        return self.add("Reshape", beside, self.constant(np.array([1, -1, self._hidden])))

    def by_heads(self, first: str, second: str, **attributes: Any) -> str:
        return self.add("FusedMatMul", first, second, domain=_CONTRIB, transBatchB=1, **attributes)

    def _divided(self, states: str, name: str) -> tuple[str, Array]:
        """The states with each channel divided, and by what."""
        largest = self._seen[name].largest
        if not name.endswith(_DIVIDED):
            return states, np.ones_like(largest)
        sizes = np.maximum(largest, _LEAST_SIZE * largest.max())
        divided = (sizes / np.exp(np.log(sizes).mean())) ** np.float32(_EVENED)
        return self.add("Mul", states, self.constant(1.0 / divided)), divided

    def _matrix(self, weights: Weights, module: str, name: str, divided: Array) -> list[str]:
        return self._rounded(weights[f"{module}.weight"], weights[f"{module}.bias"], self._seen[name].mean, divided)

    def _rounded(self, matrix: Array, bias: Array, mean: Array, divided: Array) -> list[str]:
        """Steps, scale and bias."""
        return [self.constant(each) for each in _rounded(matrix, bias, mean, divided)]

    def _product(self, steps: str, scale: str, zero: str, matrix: Sequence[str]) -> str:
        inputs = (steps, matrix[0], scale, matrix[1], zero, "", matrix[2])
        return self.add("MatMulIntegerToFloat", *inputs, domain=_CONTRIB)

    def norm(self, states: str, weights: Weights, module: str, epsilon: float) -> str:
        constants = [self.constant(weights[f"{module}.{each}"]) for each in ("weight", "bias")]
        return self.add("LayerNormalization", states, *constants, axis=-1, epsilon=epsilon)

    def residual(self, change: str, states: str, weights: Weights, module: str, epsilon: float) -> str:
        return self.norm(self.add("Add", change, states), weights, module, epsilon)

    def serialised(self, output: str) -> bytes:
        from onnx import TensorProto, helper

        shape: list[str | int | None] = [1, "tokens", self._hidden]
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
