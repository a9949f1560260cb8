"""The trained network, compiled and in torch: what it finds stands in what it read."""

import json
import shutil
from pathlib import Path

import pytest
import torch

from rag.config import Settings
from rag.encoders.sample import PAIRS
from rag.errors import EncoderError
from rag.readers import shipped
from rag.readers.findings import Finding, Network
from rag.readers.network import CompiledNetwork, reader_folder
from rag.readers.reference import TorchNetwork, bf16

TEXTS = [
    "Speaker Sahiba Gafarova met a delegation led by Liu Jianchao on April 2. They spoke about trade.",
    "Китай имеет большой опыт в области «зеленой» энергии. 😀 e\u0301",
    "Bread is baked for an hour.",
    "",
]


@pytest.fixture(scope="module")
def compiled() -> CompiledNetwork:
    return CompiledNetwork.shipped(Settings().cache)


@pytest.fixture(scope="module")
def torch_network() -> TorchNetwork:
    return TorchNetwork.shipped(Settings().cache)


@pytest.fixture(params=["compiled", "torch_network"])
def network(request: pytest.FixtureRequest) -> Network:
    network: Network = request.getfixturevalue(request.param)
    return network


def found(network: Network, question: str, text: str) -> Finding | None:
    return network.find(question, [text], [[(0, len(text))]])[0][0]


@pytest.mark.model
def test_the_answer_is_found_where_it_stands(network: Network) -> None:
    best = found(network, "Who led the delegation?", TEXTS[0])
    assert best is not None
    assert "Liu Jianchao" in TEXTS[0][best.start : best.end]


@pytest.mark.model
def test_every_finding_lies_in_the_stretch_it_was_looked_for_in(network: Network) -> None:
    stretches = [[(start, start + 7) for start in range(0, len(text), 7)] for text in TEXTS]
    for text, places, findings in zip(
        TEXTS, stretches, network.find("В чём большой опыт у Китая?", TEXTS, stretches), strict=True
    ):
        for (low, high), each in zip(places, findings, strict=True):
            assert each is not None
            assert low <= each.start < each.end <= min(high, len(text))


@pytest.mark.model
def test_the_stretch_that_answers_has_most_of_the_mass(network: Network) -> None:
    end = TEXTS[0].index(" They")
    answer, other = network.find("Who led the delegation?", TEXTS[:1], [[(0, end), (end, len(TEXTS[0]))]])[0]
    assert answer is not None
    assert other is not None
    assert other.mass < answer.mass <= 0.0


@pytest.mark.model
def test_a_text_that_answers_looks_more_like_an_answer_than_a_stranger(network: Network) -> None:
    answer, stranger, nothing = (found(network, "Who led the delegation?", TEXTS[place]) for place in (0, 2, 3))
    assert answer is not None
    assert stranger is not None
    assert answer.minus_null > stranger.minus_null
    assert nothing is None


@pytest.mark.model
def test_a_long_text_is_read_to_its_end(network: Network) -> None:
    text = "Bread is baked for an hour in a hot oven. " * 40 + TEXTS[0]  # twice what is read at once
    best = found(network, "Who led the delegation?", text)
    assert best is not None
    assert best.start >= text.index(TEXTS[0])


@pytest.mark.model
def test_the_compiled_network_finds_what_the_network_finds(
    compiled: CompiledNetwork, torch_network: TorchNetwork
) -> None:
    pairs = [(found(compiled, *pair), found(torch_network, *pair)) for pair in PAIRS]
    both = [(ours, theirs) for ours, theirs in pairs if ours and theirs]
    equal = sum((ours.start, ours.end) == (theirs.start, theirs.end) for ours, theirs in both)
    assert equal >= 0.9 * len(PAIRS)
    assert all(abs(ours.answerable - theirs.answerable) < 2.0 for ours, theirs in both)


@pytest.mark.model
def test_the_compiled_network_reads_a_text_the_same_whatever_it_is_read_with(compiled: CompiledNetwork) -> None:
    question, passage = PAIRS[0]
    alone = found(compiled, question, passage)
    texts = [passage for _, passage in PAIRS]
    together = compiled.find(question, texts, [[(0, len(text))] for text in texts])
    assert together[0] == [alone]


@pytest.mark.parametrize(
    ("known", "dtype"),
    [
        ({"avx2": True, "avx512_bf16": False}, torch.float32),
        ({"avx512_bf16": True}, torch.bfloat16),
        ({"amx_bf16": True}, torch.bfloat16),
        ({"neon": True, "bf16": True}, torch.bfloat16),
    ],
)
def test_arithmetic_is_bf16_only_on_a_processor_that_has_it(
    known: dict[str, bool], dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: known)
    with bf16():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == dtype


def test_weights_with_other_bytes_are_refused(tmp_path: Path) -> None:
    (tmp_path / "reader.safetensors").write_bytes(b"something else")
    with pytest.raises(EncoderError, match="SHA-256"):
        shipped.checked_weights(tmp_path / "reader.safetensors")


def test_the_shipped_weights_are_those_of_their_card() -> None:
    assert shipped.checked_weights() == json.loads(shipped.WEIGHTS.with_suffix(".json").read_text())["sha256"]


def test_other_weights_are_compiled_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = reader_folder(tmp_path)
    shutil.copy(shipped.WEIGHTS, tmp_path)
    (tmp_path / "reader.json").write_text(json.dumps({"sha256": "f" * 64}))
    monkeypatch.setattr(shipped, "WEIGHTS", tmp_path / "reader.safetensors")
    assert reader_folder(tmp_path) != before


def test_without_the_package_the_reader_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.encoders.bundled.packaged_weights", lambda: None)
    with pytest.raises(EncoderError, match="QUOTH_READER=sentence"):
        TorchNetwork.shipped(tmp_path)
