"""A disk that is full, that takes no writes, or that gives back other bytes: noticed, not answered from, mended."""

import random
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from test_store_samples import IDENTITY, SPLITTER, document, parts, texts_of, tokens, uploaded, vector, vectors

from rag.errors import StoreDamaged, StoreError, StoreMissing, StoreTooNew
from rag.store import Store, upkeep
from torture.crashes import folder

WORDS = "river mountain minister treaty border harvest railway museum election airport".split()


@contextmanager
def small_disk(megabytes: int = 4) -> Iterator[Path]:
    """A file system of its own. Needs root."""
    with folder() as at:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", at], check=True)
        try:
            yield at
        finally:
            subprocess.run(["umount", at], check=True)


def full_disk(seed: int) -> str:
    with small_disk() as at:
        store = Store.create(at / "store", IDENTITY, SPLITTER)
        count = _fill(store, seed)
        assert len(store.documents()) == count
        assert texts_of(store, store.nearest(vector("marker 3"), 1)[0]) == ["marker 3\n\n"]
        refused = _refused(store.snapshot)
        assert not list((at / "store").glob("*.unfinished*"))
        for number in range(0, count, 2):
            _make_room(store, at, f"d{number}")
        upkeep.compact(store._database)
        store.write(*parts(document("later", "marker later", "canary")))
        store.snapshot()
        assert texts_of(store, store.nearest(vector("marker later"), 1)[0]) == ["marker later\n\n"]
        store.close()
        assert upkeep.examine(at / "store") == []
    return f"full after {count} documents: refused ({refused}), searched on, nothing left over, written again with room"


def _fill(store: Store, seed: int) -> int:
    draw = random.Random(seed)
    for number in range(10_000):
        filler = " ".join(draw.choice(WORDS) for _ in range(4000))
        try:
            store.write(*parts(document(f"d{number}", f"marker {number}", filler)))
        except StoreError:
            return number
    raise AssertionError("the disk never filled up")


def _refused(act: Callable[[], object]) -> str:
    try:
        act()
    except StoreError as error:
        return str(error).partition("(")[2].partition(")")[0] or str(error)
    return "there was room for the index"


def _make_room(store: Store, at: Path, document_id: str) -> None:
    """Deleting needs room for the log as well: a full disk is freed outside, as people do."""
    try:
        store.delete(document_id)
    except StoreError:
        subprocess.run(["mount", "-o", "remount,size=16m", at], check=True)
        store.delete(document_id)


def read_only_disk(seed: int) -> str:
    with small_disk() as at:
        with closing(Store.create(at / "store", IDENTITY, SPLITTER)) as store:
            store.write(*parts(document("a", "river", "museum")))
            store.snapshot()
        subprocess.run(["mount", "-o", "remount,ro", at], check=True)
        with closing(Store.open(at / "store", IDENTITY, SPLITTER)) as store:
            assert texts_of(store, store.nearest(vector("museum"), 1)[0]) == ["museum"]
            assert store.write_refusal()
            for act in (lambda: store.write(*parts(document("b", "text"))), lambda: store.delete("a"), store.snapshot):
                assert _refused(act) != "there was room for the index"
            assert upkeep.examine(at / "store") == []
        subprocess.run(["mount", "-o", "remount,rw", at], check=True)
        with closing(Store.open(at / "store", IDENTITY, SPLITTER)) as store:
            assert store.write_refusal() is None
            store.write(*parts(document("b", "text")))
    return "searched, said to take no writes, each write refused; writable again it is written"


# -- other bytes


def damage(seed: int, flips: int = 200, cuts: int = 50) -> str:
    """Of the index and its manifest every damage is found before it is used; of quoth.db nothing else is ever said."""
    draw = random.Random(seed)
    with folder() as at:
        _make(at)
        right = _said(at)
        assert right is not None
        derived = _derived(at)
        each = (3 * flips // len(derived), 3 * cuts // len(derived))
        index = sum(_survives(at, path, draw, *each, right) for path in derived)
        noticed = _of_the_database(at, draw, flips, cuts, right)
    return (
        f"{index} flips, cuts and foreign files of indexes and manifest: each noticed, none answered from, rebuilt "
        f"without encoding; of {sum(noticed)} of quoth.db {noticed[0]} refused, {noticed[1]} told nothing else"
    )


def _make(at: Path) -> None:
    draw = random.Random(5)
    with closing(Store.create(at, IDENTITY, SPLITTER)) as store:
        for number in range(20):
            paragraphs = [" ".join(draw.sample(WORDS, 4)) for _ in range(3)]
            store.write(*parts(document(f"d{number}", *paragraphs, original=uploaded(draw.randbytes(200)))))
        store.snapshot()


def _derived(at: Path) -> list[Path]:
    return [at / "manifest.json", *at.glob("index-*.faiss"), *at.glob("words-*/*")]


def _damages(whole: bytes, draw: random.Random, flips: int, cuts: int) -> Iterator[bytes]:
    for place in (draw.randrange(len(whole)) for _ in range(flips)):
        yield whole[:place] + bytes([whole[place] ^ 1 << draw.randrange(8)]) + whole[place + 1 :]
    for place in (draw.randrange(len(whole)) for _ in range(cuts)):
        yield whole[:place]
    yield from (b"", b"PK\x03\x04" * 500, draw.randbytes(len(whole)), whole + b"\0")


def _survives(at: Path, path: Path, draw: random.Random, flips: int, cuts: int, right: list[str]) -> int:
    whole, count = path.read_bytes(), 0
    for damaged in _damages(whole, draw, flips, cuts):
        path.write_bytes(damaged)
        with closing(Store.open(at, IDENTITY, SPLITTER)) as store:
            assert store.origin.startswith("built from quoth.db"), store.origin
        assert _said(at) == right
        assert upkeep.examine(at), "doctor did not notice"
        count += 1
    path.write_bytes(whole)
    assert upkeep.examine(at) == []
    return count


def _of_the_database(at: Path, draw: random.Random, flips: int, cuts: int, right: list[str]) -> tuple[int, int]:
    """How many damages were refused, and how many left all that is told as it was, or less with doctor's word on it."""
    path = at / "quoth.db"
    for derived in _derived(at):
        derived.unlink()
    whole, refused, harmless = path.read_bytes(), 0, 0
    for damaged in _damages(whole, draw, flips, cuts):
        path.write_bytes(damaged)
        said = _said(at)
        refused += said is None
        harmless += said is not None
        assert said in (None, right) or (set(said) <= set(right) and upkeep.examine(at)), "something else was told"
    return refused, harmless


def _said(at: Path) -> list[str] | None:
    """What searches find and documents say; None where the store says that it is damaged."""
    try:
        with closing(Store.open(at, IDENTITY, SPLITTER)) as store:
            texts = [repr(store.document(each.id)) for each in store.documents()]
            kept = [(each.id, store.original(each.id)) for each in store.documents()]
            texts += [repr((name, original.sha256, original.data)) for name, original in kept if original]
            keys = [store.nearest(query, 70)[0] for query in vectors(WORDS)]
            keys += [store.lexical(tokens(word), 70)[0] for word in WORDS]
            return texts + [repr(hit.passage) for found in keys for hit in store.passages(found)]
    except (StoreDamaged, StoreMissing, StoreTooNew):
        return None
