"""Token ids to the last layer's states, by ONNX Runtime.

Each run is one text on one thread, as many at a time as there are cores: nothing is padded, no thread waits for
another within a layer, a text's states are the same bits whatever it is encoded with, and memory is bounded by the
longest text.
"""

import os
import platform
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Taken = TypeVar("Taken")


@dataclass(frozen=True, slots=True)
class Embeddings:
    """What stands before the first layer: int8 rows of word embeddings, mapped from disk, and positions."""

    words: NDArray[np.int8]  # (vocabulary, hidden)
    scales: Array  # (vocabulary,)
    positions: Array  # (positions, hidden), the type embedding among them

    def of(self, ids: Sequence[int]) -> Array:
        """(1, tokens, hidden)."""
        rows = self.words[np.asarray(ids)].astype(np.float32)
        rows *= self.scales[np.asarray(ids), None]
        rows += self.positions[: len(ids)]
        return cast(Array, rows[None])


def rows_of_bytes(words: Array) -> tuple[NDArray[np.int8], Array]:
    """Each row in steps of 1/127 of its largest value, and the steps."""
    scales = np.maximum(np.abs(words).max(axis=1), np.finfo(np.float32).tiny) / np.float32(127.0)
    return np.round(words / scales[:, None]).astype(np.int8), scales.astype(np.float32)


class States:
    """An encoder graph (`rag.encoders.graph`) in a session, and the embeddings that go into it."""

    def __init__(self, session: Any, embeddings: Embeddings) -> None:
        self._session = session
        self._embeddings = embeddings

    def of(self, texts: Sequence[Sequence[int]], take: Callable[[int, Array], Taken]) -> list[Taken]:
        """`take(place, states)` of each text, its states (tokens, hidden). Longest first, so that all end together."""

        def run(place: int) -> Taken:
            states = self._session.run(None, {"states": self._embeddings.of(texts[place])})[0][0]
            return take(place, states)

        if len(texts) == 1:
            return [run(0)]
        order = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        taken = dict(zip(order, _workers().map(run, order), strict=True))
        return [taken[place] for place in range(len(texts))]


@cache
def _workers() -> ThreadPoolExecutor:
    """One for all sessions: more threads than cores would only take turns."""
    return ThreadPoolExecutor(cores(), thread_name_prefix="quoth-states")


def cores() -> int:
    """Those this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def saturates() -> bool:
    """Whether this processor sums products of signed and unsigned bytes in 16 bits, too few: x86 without VNNI.

    ONNX Runtime then multiplies unsigned ones, if it is asked to.
    """
    described = Path("/proc/cpuinfo")
    is_x86 = platform.machine().lower() in ("x86_64", "amd64")
    return is_x86 and not (described.exists() and "vnni" in described.read_text(encoding="utf-8"))


def session(graph: Path) -> Any:
    """An onnxruntime.InferenceSession."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # kept for every length that ever came
    options.log_severity_level = 3
    levels = onnxruntime.GraphOptimizationLevel
    options.graph_optimization_level = levels.ORT_DISABLE_ALL  # made as it shall be run
    if saturates():
        options.graph_optimization_level = levels.ORT_ENABLE_EXTENDED  # the first that knows of it
        options.add_session_config_entry("session.x64quantprecision", "1")
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
