"""The trained network: what it finds stands in what it read."""

from pathlib import Path

import pytest

from rag.config import Settings
from rag.encoders.bundled import bundled_folder
from rag.errors import EncoderError
from rag.readers.evidence import Finding
from rag.readers.network import SpanNetwork

TEXTS = [
    "Speaker Sahiba Gafarova met a delegation led by Liu Jianchao on April 2. They spoke about trade.",
    "Китай имеет большой опыт в области «зеленой» энергии. 😀 e\u0301",
    "Bread is baked for an hour.",
    "",
]


@pytest.fixture(scope="module")
def network() -> SpanNetwork:
    return SpanNetwork.shipped(Settings().cache)


def found(network: SpanNetwork, question: str, text: str) -> Finding | None:
    return network.find(question, [text], [[(0, len(text))]])[0][0]


@pytest.mark.model
def test_the_answer_is_found_where_it_stands(network: SpanNetwork) -> None:
    best = found(network, "Who led the delegation?", TEXTS[0])
    assert best is not None
    assert "Liu Jianchao" in TEXTS[0][best.start : best.end]


@pytest.mark.model
def test_every_finding_lies_in_the_stretch_it_was_looked_for_in(network: SpanNetwork) -> None:
    stretches = [[(start, start + 7) for start in range(0, len(text), 7)] for text in TEXTS]
    for text, places, findings in zip(
        TEXTS, stretches, network.find("В чём большой опыт у Китая?", TEXTS, stretches), strict=True
    ):
        for (low, high), each in zip(places, findings, strict=True):
            assert each is not None
            assert low <= each.start < each.end <= min(high, len(text))


@pytest.mark.model
def test_the_stretch_that_answers_has_most_of_the_mass(network: SpanNetwork) -> None:
    end = TEXTS[0].index(" They")
    answer, other = network.find("Who led the delegation?", TEXTS[:1], [[(0, end), (end, len(TEXTS[0]))]])[0]
    assert answer is not None
    assert other is not None
    assert other.mass < answer.mass <= 0.0


@pytest.mark.model
def test_a_text_that_answers_looks_more_like_an_answer_than_a_stranger(network: SpanNetwork) -> None:
    answer, stranger, nothing = (found(network, "Who led the delegation?", TEXTS[place]) for place in (0, 2, 3))
    assert answer is not None
    assert stranger is not None
    assert answer.minus_null > stranger.minus_null
    assert nothing is None


@pytest.mark.model
def test_a_long_text_is_read_to_its_end(network: SpanNetwork) -> None:
    text = "Bread is baked for an hour in a hot oven. " * 120 + TEXTS[0]
    best = found(network, "Who led the delegation?", text)
    assert best is not None
    assert best.start >= text.index(TEXTS[0])


@pytest.mark.model
def test_weights_with_other_bytes_are_refused(tmp_path: Path) -> None:
    folder = bundled_folder(Settings().cache)
    assert folder is not None
    (tmp_path / "reader.safetensors").write_bytes(b"something else")
    with pytest.raises(EncoderError, match="SHA-256"):
        SpanNetwork(folder, tmp_path / "reader.safetensors", "0" * 64).find("Who?", ["Nobody."], [[(0, 7)]])


def test_without_the_package_the_reader_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.encoders.bundled.packaged_weights", lambda: None)
    with pytest.raises(EncoderError, match="QUOTH_READER=sentence"):
        SpanNetwork.shipped(tmp_path)
