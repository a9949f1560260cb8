"""The trained network: what it finds stands in what it read."""

from pathlib import Path

import pytest

from rag.config import Settings
from rag.encoders.bundled import bundled_folder
from rag.errors import EncoderError
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


@pytest.mark.model
def test_the_answer_is_found_where_it_stands(network: SpanNetwork) -> None:
    best = network.find("Who led the delegation?", TEXTS[:1])[0][0]
    assert "Liu Jianchao" in TEXTS[0][best.start : best.end]


@pytest.mark.model
def test_every_finding_is_a_stretch_of_its_text(network: SpanNetwork) -> None:
    for text, findings in zip(TEXTS, network.find("В чём большой опыт у Китая?", TEXTS), strict=True):
        for each in findings:
            assert 0 <= each.start < each.end <= len(text)
            assert text[each.start : each.end].strip()


@pytest.mark.model
def test_a_text_that_answers_looks_more_like_an_answer_than_a_stranger(network: SpanNetwork) -> None:
    answer, _, stranger, nothing = network.find("Who led the delegation?", TEXTS)
    assert answer[0].minus_null > stranger[0].minus_null
    assert nothing == []


@pytest.mark.model
def test_a_long_text_is_read_to_its_end(network: SpanNetwork) -> None:
    text = "Bread is baked for an hour in a hot oven. " * 120 + TEXTS[0]
    best = network.find("Who led the delegation?", [text])[0][0]
    assert "Liu Jianchao" in text[best.start : best.end]


@pytest.mark.model
def test_weights_with_other_bytes_are_refused(tmp_path: Path) -> None:
    folder = bundled_folder(Settings().cache)
    assert folder is not None
    (tmp_path / "reader.safetensors").write_bytes(b"something else")
    with pytest.raises(EncoderError, match="SHA-256"):
        SpanNetwork(folder, tmp_path / "reader.safetensors", "0" * 64).find("Who?", ["Nobody."])


def test_without_the_package_the_reader_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.encoders.bundled.packaged_weights", lambda: None)
    with pytest.raises(EncoderError, match="QUOTH_READER=sentence"):
        SpanNetwork.shipped(tmp_path)
