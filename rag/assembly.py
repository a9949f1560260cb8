"""Settings to a working Engine: the only place that names concrete classes."""

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from threading import Lock

from rag import language
from rag.centring import Centring
from rag.config import Settings
from rag.encoders.bundled import Progress, silent
from rag.encoders.compiled import CompiledEncoder
from rag.encoders.sentence_transformer import SentenceTransformerEncoder
from rag.engine import Engine
from rag.errors import EncoderError, NotCompiled, StoreMissing
from rag.ocr import Ocr, PagesDone, ocr_of, unwatched
from rag.passages import Splitter
from rag.readers import EvidenceReader
from rag.readers.calibration import calibration_for
from rag.readers.findings import Network
from rag.readers.late_interaction import LateInteraction
from rag.retriever import Retriever
from rag.store import Store
from rag.types import Encoder, Reader

CENTRING = 1.0  # strength, chosen on development data (docs/retrieval.md)

_TORCH = Lock()  # transformers imports lazily, and names go missing where two threads make it do so at once


def create_engine(settings: Settings, progress: Progress = silent) -> Engine:
    """An engine over the index folder of the settings, which is made if it is not there."""
    language.prepare(settings.cache)
    with ThreadPoolExecutor(1) as beside:  # the reader's network is loaded while the rest is
        network = None if settings.reader == "sentence" else beside.submit(make_network, settings, progress)
        encoder = make_encoder(settings, progress)
        centring = Centring.shipped(encoder.identity.weights_hash, CENTRING)
        splitter = Splitter()
        store = Store.open_or_create(
            settings.store, encoder.identity, splitter.fingerprint, centring.passage_vectors, centring.fingerprint
        )
        return Engine(
            encoder=encoder,
            splitter=splitter,
            store=store,
            retriever=Retriever(store, centring, per_document=settings.per_document),
            reader=make_reader(encoder, centring, store, network.result() if network else None),
            passages=settings.passages,
            min_confidence=settings.min_confidence,
        )


def open_engine(settings: Settings, progress: Progress = silent) -> Engine:
    """An engine over an index that is there. Raises StoreMissing before any model is loaded."""
    open_store(settings).close()
    return create_engine(settings, progress)


def open_store(settings: Settings) -> Store:
    """The documents without a model: for lists, texts, deletes and checks."""
    return Store.open(settings.store)


def make_ocr(settings: Settings, progress: PagesDone = unwatched) -> Ocr | None:
    """How pages that are pictures are read; those of files that the index knows are not read again.

    Raises SettingsError.
    """
    ocr = ocr_of(settings.ocr)
    return ocr and replace(ocr, known=partial(_recognized, settings), progress=progress)


def _recognized(settings: Settings, sha256: str) -> bytes | None:
    try:
        with closing(open_store(settings)) as store:
            return store.recognized(sha256)
    except StoreMissing:
        return None


def make_encoder(settings: Settings, progress: Progress = silent) -> Encoder:
    if settings.encoder == "compiled":
        try:
            return CompiledEncoder.made(settings.model, settings.cache, progress)
        except NotCompiled as refusal:
            _say_torch("the encoder", refusal)
    with _TORCH:
        return SentenceTransformerEncoder.made(settings.model, settings.cache, progress)


def make_reader(encoder: Encoder, centring: Centring, store: Store, network: Network | None) -> Reader:
    """The sentences and the trained network; without one, the encoder and words alone."""
    late = LateInteraction.shipped(encoder.identity.weights_hash)
    calibration = calibration_for(network=network is not None, late=late.is_known)
    return EvidenceReader(encoder, centring, store.idf, calibration, network, late)


def make_network(settings: Settings, progress: Progress = silent) -> Network:
    if settings.reader == "bundled" and settings.encoder == "compiled":
        from rag.readers.network import CompiledNetwork

        try:
            return CompiledNetwork.shipped(settings.cache, progress)
        except NotCompiled as refusal:
            _say_torch("the reader", refusal)
    with _TORCH:
        return _torch_network(settings, progress)


def _torch_network(settings: Settings, progress: Progress) -> Network:
    if settings.reader == "bundled":
        from rag.readers.reference import TorchNetwork

        return TorchNetwork.shipped(settings.cache, progress)
    try:
        from rag.readers.question_answering import QuestionAnsweringNetwork
    except ImportError as error:
        raise EncoderError(f"QUOTH_READER={settings.reader} needs torch and transformers: {error}") from error
    return QuestionAnsweringNetwork.named(settings.reader)


def _say_torch(what: str, refusal: NotCompiled) -> None:
    logging.getLogger("quoth").warning("quoth: %s runs in torch, slower and larger: %s", what, refusal)
