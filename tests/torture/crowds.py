"""Many readers beside one writer, indexes under churn, and what adding one document costs as the store grows."""

import multiprocessing
import random
import statistics
from contextlib import closing
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path
from time import monotonic, perf_counter
from typing import Any

import numpy as np
from fake_encoder import FakeEncoder
from test_store_samples import DIMENSION, IDENTITY, SPLITTER

from rag.centring import Centring
from rag.engine import Engine
from rag.errors import DocumentNotFound, StoreLocked
from rag.passages import Splitter
from rag.readers import EvidenceReader
from rag.readers.calibration import SENTENCE_BY_VECTORS
from rag.retriever import Retriever
from rag.store import Store
from rag.types import Document, Passage, answer_json
from torture.crashes import folder

WORDS = "river mountain minister treaty border harvest railway museum election airport".split()
VERSIONS = 200_000


# -- readers beside a writer


def readers(seed: int, seconds: float = 60.0, count: int = 4) -> str:
    with folder() as at:
        with closing(_engine(at)) as engine:
            _write(engine, random.Random(seed), 0)
        fresh = multiprocessing.get_context(
            "spawn"
        )  # a fork would take the threads' locks with it, but not the threads
        gone = fresh.Array("b", VERSIONS, lock=False)
        told: Any = fresh.Queue()
        until = monotonic() + seconds
        crowd = [fresh.Process(target=_read, args=(at, gone, seed + each, until, told)) for each in range(count)]
        for reader in crowd:
            reader.start()
        changes = _change_until(at, gone, seed, until)
        results = [told.get(timeout=60) for _ in crowd]
        for reader in crowd:
            reader.join()
        complaints = [each for each in results if isinstance(each, str)]
        assert complaints == [], complaints[:3]
    return f"{sum(results)} answers in {count} processes beside {changes} changes in {seconds:.0f} s: every one sound"


def _engine(at: Path) -> Engine:
    encoder, splitter, centring = FakeEncoder(), Splitter(), Centring.none()
    store = Store.open_or_create(at, encoder.identity, splitter.fingerprint)
    reader = EvidenceReader(encoder, centring, store.idf, SENTENCE_BY_VECTORS)
    return Engine(encoder, splitter, store, Retriever(store, centring), reader, passages=5, min_confidence=0.0)


def _write(engine: Engine, draw: random.Random, version: int) -> str:
    """One of twenty documents; every passage of it bears its version."""
    name = f"d{draw.randrange(20)}"
    sentences = (f"The {' '.join(draw.sample(WORDS, 3))} of version{version} stood {part} times." for part in range(40))
    engine.add(Document(name, "\n\n".join(sentences), name, f"{name}.txt", "en"))
    return name


def _change_until(at: Path, gone: "SynchronizedArray[int]", seed: int, until: float) -> int:
    draw, living, version = random.Random(seed), dict[str, int](), 0
    with closing(_engine(at)) as engine:
        while monotonic() < until:
            version += 1
            if living and draw.random() < 0.3:
                name = draw.choice(sorted(living))
                engine.delete(name)
                gone[living.pop(name)] = 1
            else:
                name = _write(engine, draw, version)
                if name in living:
                    gone[living[name]] = 1
                living[name] = version
            if version % 50 == 0:
                engine.store.snapshot()
                engine.release()
    return version


def _read(at: Path, gone: "SynchronizedArray[int]", seed: int, until: float, told: Any) -> None:
    try:
        told.put(_answers(at, gone, random.Random(seed), until))
    except BaseException as error:
        told.put(f"{type(error).__name__}: {error}")
        raise


def _answers(at: Path, gone: "SynchronizedArray[int]", draw: random.Random, until: float) -> int:
    count = 0
    with closing(_engine(at)) as engine:
        while monotonic() < until:
            before = bytes(gone)
            try:
                answer = engine.ask(f"How many times stood the {draw.choice(WORDS)} of the {draw.choice(WORDS)}?", k=10)
            except StoreLocked:
                continue
            found: dict[str, set[int]] = {}
            for each in (*answer.quotes, *answer.passages):
                found.setdefault(each.document_id, set()).update(_versions(each.text))
            assert all(len(versions) <= 1 for versions in found.values()), f"two versions in one answer: {found}"
            assert not any(before[each] for versions in found.values() for each in versions), "a deleted text came back"
            _verified(engine, answer)
            count += 1
    return count


def _versions(text: str) -> set[int]:
    return {int(word.removeprefix("version")) for word in text.split() if word.startswith("version")}


def _verified(engine: Engine, answer: Any) -> None:
    """Where no document changed meanwhile, every quotation stands where it says."""
    generation = engine.store.generation
    try:
        verdict = engine.verify(answer_json(answer))
    except DocumentNotFound:
        return
    changed = {each.document_id for each in (*answer.quotes, *answer.passages)}
    if generation == engine.store.generation and not verdict.ok:
        texts = {name: _versions(_text(engine, name)) for name in changed}
        same = all(texts[each.document_id] == _versions(each.text) for each in (*answer.quotes, *answer.passages))
        assert not same, verdict.difference


def _text(engine: Engine, name: str) -> str:
    try:
        return engine.document(name).text.split("\n\n")[0]
    except DocumentNotFound:
        return ""


# -- churn


def churn(seed: int, documents: int = 400, rounds: int = 10) -> str:
    """Ten times a third is deleted and as much put in: k asked = k returned, and the order is the exact one."""
    draw = np.random.default_rng(seed)
    kept: dict[str, np.ndarray] = {}
    worst = 1.0
    with folder() as at, closing(Store.create(at, IDENTITY, SPLITTER)) as store:
        for turn in range(rounds):
            for name in draw.permutation(sorted(kept))[: documents // 3]:
                store.delete(str(name))
                del kept[str(name)]
            while len(kept) < documents:
                name = f"r{turn}-{len(kept)}"
                kept[name] = _stored(store, name, draw)
            worst = min(worst, _recall(store, kept, draw))
    assert worst >= 0.95
    return f"{rounds} x {documents // 3} deleted and put in: k asked = k returned, recall@10 at worst {worst:.3f}"


def _stored(store: Store, name: str, draw: np.random.Generator, dimension: int = DIMENSION) -> np.ndarray:
    vectors = draw.standard_normal((3, dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    text = "one two three"
    passages = [Passage(name, part, 4 * part, 4 * part + 3, text[4 * part : 4 * part + 3]) for part in range(3)]
    store.write(Document(name, text, name, name, "en", metadata={"n": name}), passages, vectors, [[1], [2], [3]])
    return vectors


def _recall(store: Store, kept: dict[str, np.ndarray], draw: np.random.Generator) -> float:
    names = [name for name in sorted(kept) for _ in range(3)]
    matrix = np.concatenate([kept[name] for name in sorted(kept)])
    right = 0
    queries = draw.standard_normal((50, matrix.shape[1])).astype(np.float32)
    for query in queries / np.linalg.norm(queries, axis=1, keepdims=True):
        keys, _ = store.nearest(query, 10)
        found = store.passages(keys)
        assert len(found) == 10
        best = {(names[row], row % 3) for row in np.argsort(-(matrix @ query), kind="stable")[:10]}
        right += len(best & {(hit.document.id, hit.passage.ordinal) for hit in found})
    return right / 500


# -- growth


def growth(seed: int, sizes: tuple[int, ...] = (1_000, 10_000, 100_000)) -> str:
    """Milliseconds to add one document of three passages, of 384 numbers each, until it is on disk and found."""
    draw = np.random.default_rng(seed)
    identity = FakeEncoder.identity.__class__("fake", 384, 512, "", "", "0" * 64)
    told = []
    with folder() as at, closing(Store.create(at, identity, SPLITTER)) as store:
        for size in sizes:
            _grow(store, size, draw)
            store.refresh()
            times = []
            for number in range(50):
                begun = perf_counter()
                _stored(store, f"one{size}-{number}", draw, 384)
                times.append((perf_counter() - begun) * 1000)
            told.append(f"{size:,} passages: median {statistics.median(times):.1f} ms, worst {max(times):.1f}")
    return "; ".join(told)


def _grow(store: Store, size: int, draw: np.random.Generator) -> None:
    """A document of a thousand passages at a time."""
    while len(store) < size:
        count = min(999, size - len(store))
        name, text = f"big{len(store)}", "word " * count
        vectors = draw.standard_normal((count, 384)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        passages = [Passage(name, part, 5 * part, 5 * part + 5, "word ") for part in range(count)]
        tokens = draw.integers(0, 30_000, (count, 60)).tolist()
        store.write(Document(name, text, name, name, "en"), passages, vectors, tokens)
