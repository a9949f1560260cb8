"""Settings to a working Engine: the only place that names concrete classes."""

from collections.abc import Callable

from rag.centring import Centring
from rag.config import Settings
from rag.encoders.sentence_transformer import SentenceTransformerEncoder
from rag.engine import Engine
from rag.passages import Splitter
from rag.reader import SentenceReader
from rag.retriever import Retriever
from rag.store import Store
from rag.types import Encoder

Progress = Callable[[str, float], None]

CENTRING = 1.0  # strength, chosen on development data (docs/retrieval.md)


def _silent(what: str, done: float) -> None:
    return


def create_engine(settings: Settings, progress: Progress = _silent) -> Engine:
    """An engine over the index folder of the settings, which is made if it is not there."""
    encoder = make_encoder(settings, progress)
    centring = Centring.shipped(encoder.identity.weights_hash, CENTRING)
    splitter = Splitter()
    store = Store.open_or_create(
        settings.store, encoder.identity, splitter.fingerprint, centring.passage_vectors, centring.fingerprint
    )
    return _engine(settings, encoder, centring, splitter, store)


def open_engine(settings: Settings, progress: Progress = _silent) -> Engine:
    """An engine over an index that is there. Raises StoreMissing before any model is loaded."""
    open_store(settings).close()
    return create_engine(settings, progress)


def open_store(settings: Settings) -> Store:
    """The documents without a model: for lists, texts, deletes and checks."""
    return Store.open(settings.store)


def make_encoder(settings: Settings, progress: Progress = _silent) -> Encoder:
    if settings.model == "bundled":
        return SentenceTransformerEncoder.bundled(settings.cache, progress)
    return SentenceTransformerEncoder.named(settings.model)


def _engine(settings: Settings, encoder: Encoder, centring: Centring, splitter: Splitter, store: Store) -> Engine:
    return Engine(
        encoder=encoder,
        splitter=splitter,
        store=store,
        retriever=Retriever(store, centring),
        reader=SentenceReader(encoder, centring, store.idf),
        passages=settings.passages,
        min_confidence=settings.min_confidence,
    )
