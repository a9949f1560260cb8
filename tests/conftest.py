"""Fixtures shared by many tests. The real model is loaded once, and only by tests marked `model`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_encoder import FakeEncoder
from hypothesis import settings

from rag.assembly import create_engine
from rag.centring import Centring
from rag.config import Settings
from rag.documents import find_files, load_file
from rag.encoders.bundled import silent
from rag.encoders.sentence_transformer import SentenceTransformerEncoder
from rag.engine import Engine
from rag.passages import Splitter
from rag.readers import EvidenceReader
from rag.readers.calibration import SENTENCE_BY_VECTORS
from rag.retriever import Retriever
from rag.store import Store

# A deadline would be a timed test, on machines that are now quick and now slow. Whatever CI sets beside it stays.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture
def encoder() -> FakeEncoder:
    return FakeEncoder()


@pytest.fixture
def engine(tmp_path: Path, encoder: FakeEncoder) -> Iterator[Engine]:
    """A whole engine over an empty store, with the fake encoder."""
    splitter, centring = Splitter(), Centring.none()
    store = Store.create(tmp_path / "store", encoder.identity, splitter.fingerprint)
    reader = EvidenceReader(encoder, centring, store.idf, SENTENCE_BY_VECTORS)
    yield Engine(encoder, splitter, store, Retriever(store, centring), reader, passages=5, min_confidence=0.0)
    store.close()


@pytest.fixture(scope="session")
def reference() -> SentenceTransformerEncoder:
    """The bundled model in torch, which takes seconds to load."""
    return SentenceTransformerEncoder.made("bundled", Settings().cache, silent)


@pytest.fixture(scope="session")
def seeds_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the seeds made with the bundled model."""
    folder = tmp_path_factory.mktemp("seeds") / "store"
    made = create_engine(Settings(store=folder))
    for path in find_files([SEEDS]):
        made.add(load_file(path))
    made.close()
    return folder


@pytest.fixture(scope="session")
def seeds_engine(seeds_store: Path) -> Iterator[Engine]:
    opened = create_engine(Settings(store=seeds_store))
    yield opened
    opened.close()
