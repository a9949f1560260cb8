"""Compile the trained network: `python -m rag.readers.compile CACHE`, as `rag.encoders.artefact` runs it."""

import sys
from pathlib import Path
from typing import Any

import numpy as np

from rag.building import building
from rag.encoders.artefact import Artefact, compiling, encoder_folder, write_card
from rag.encoders.bundled import Progress
from rag.encoders.compile import write_layers
from rag.encoders.sample import PAIRS
from rag.errors import NotCompiled
from rag.readers.findings import Finding, Network
from rag.readers.network import CompiledNetwork, reader_folder
from rag.readers.reference import TorchNetwork

LEAST_EQUAL = 0.9  # of the spans that both find, each in the passage that answers
MOST_APART = 1.0  # mean difference of the logits; they range over tens


def compile_reader(cache: Path, progress: Progress) -> None:
    """Raises NotCompiled, or EncoderError where the weights are not those that were shipped."""
    reference = TorchNetwork.shipped(cache, progress)
    progress("compiling the reader", 0.0)
    base = Artefact(encoder_folder(cache, "bundled"))
    with building(reader_folder(cache)) as folder:
        _same_embeddings(base, reference.model.encoder)
        write_layers(folder, reference.model.encoder, lambda: findings(reference, PAIRS[::2]))
        _write_heads(folder / "heads.npz", reference.model)
        write_card(folder, {"base": base.folder.name})
        progress("compiling the reader", 0.7)
        _check(CompiledNetwork(base, Artefact(folder)), reference)
        progress("compiling the reader", 1.0)


def _same_embeddings(base: Artefact, encoder: Any) -> None:
    """Training leaves them as they are, so that encoder and reader share them."""
    words = encoder.embeddings.word_embeddings.weight.detach().numpy()[:1000]
    shared = base.embeddings
    if np.abs(shared.words[:1000] * shared.scales[:1000, None] - words).max() > shared.scales[:1000].max():
        raise NotCompiled("its word embeddings are not those of the encoder that it was trained from")


def _write_heads(path: Path, model: Any) -> None:
    heads = {
        "span": model.span.weight,
        "span_bias": model.span.bias,
        "answerable": model.answerable.weight,
        "answerable_bias": model.answerable.bias,
    }
    np.savez(path, **{name: value.detach().numpy() for name, value in heads.items()})


def findings(network: Network, pairs: Any) -> list[Finding]:
    """The best answer in each pair's passage."""
    found = [network.find(question, [passage], [[(0, len(passage))]])[0][0] for question, passage in pairs]
    return [each for each in found if each is not None]


def _check(compiled: CompiledNetwork, reference: TorchNetwork) -> None:
    """Raises NotCompiled where the compiled network does not find what the network finds."""
    pairs = list(zip(findings(compiled, PAIRS), findings(reference, PAIRS), strict=True))
    equal = float(np.mean([(ours.start, ours.end) == (theirs.start, theirs.end) for ours, theirs in pairs]))
    apart = float(np.mean([abs(ours.minus_null - theirs.minus_null) for ours, theirs in pairs]))
    if equal < LEAST_EQUAL or apart > MOST_APART:
        raise NotCompiled(
            f"compiled, it finds the same span in {equal:.0%} of passages with scores {apart:.2f} apart, "
            f"expected {LEAST_EQUAL:.0%} and {MOST_APART}"
        )


def main() -> None:
    (cache,) = sys.argv[1:]
    compiling(lambda progress: compile_reader(Path(cache), progress))


if __name__ == "__main__":
    main()
