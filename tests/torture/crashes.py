"""Killed at seeded writing calls, and failing at every one: what was acknowledged stays, nothing is half done."""

import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from test_store_samples import (
    IDENTITY,
    SPLITTER,
    Contents,
    after,
    changed,
    contents,
    lying,
    parts,
    passages,
    tokens,
    uploaded,
    vector,
    whole,
)

from rag.errors import DocumentNotFound, StoreError
from rag.store import Database, Store, upkeep
from rag.types import Document
from torture import faults

CHANGES = 40  # of the life that is killed; a snapshot after every 5th, compacted after every 9th


@contextmanager
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="quoth-torture-"))
    try:
        yield made
    finally:
        shutil.rmtree(made)


# -- killed


def kills(seed: int, count: int = 60) -> str:
    with folder() as at:
        calls = _calls_of_a_life(at)
    draw = random.Random(seed)
    died = lost = 0
    for place in sorted(draw.sample(range(1, calls + 1), count)):
        with folder() as at:
            acknowledged, killed = _killed_life(at, place)
            found = _sound_contents(at)
            died += killed
            lost += found not in (after(acknowledged), after(acknowledged + 1))
            _live(at, begin=acknowledged)
            assert _sound_contents(at) == after(CHANGES), f"killed at call {place}: a re-run does not converge"
    assert (died, lost) == (count, 0), f"{died} of {count} died, {lost} lost something"
    return f"{count} kills among {calls} writing calls: 0 lost, 0 half present, doctor clean after each, re-runs equal"


def _calls_of_a_life(at: Path) -> int:
    Database.create(at, IDENTITY, SPLITTER).close()
    faults.arm(at, 0, faults.KILL)
    _live(at, begin=0)
    return faults.disarm()


def _killed_life(at: Path, place: int) -> tuple[int, bool]:
    """How many changes were acknowledged before it died, and whether it did."""
    Database.create(at, IDENTITY, SPLITTER).close()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        faults.arm(at, place, faults.KILL)
        _live(at, begin=0, told=lambda: os.write(writing, b"."))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        acknowledged = len(told.read())
    _, status = os.waitpid(child, 0)
    return acknowledged, os.WIFSIGNALED(status)


def _live(at: Path, begin: int, told: Callable[[], object] = lambda: None) -> None:
    database = Database.open(at, IDENTITY, SPLITTER)
    store = Store(database)
    for number in range(begin, CHANGES):
        _change(store, number)
        told()
        if number % 5 == 4:
            store.snapshot()
        if number % 9 == 8:
            upkeep.compact(database)
        if number % 11 == 10:
            store.release()
    store.close()


def _change(store: Store, number: int) -> None:
    change = changed(number)
    if isinstance(change, Document):
        store.write(*parts(change))
        return
    with suppress(DocumentNotFound):
        store.delete(change)


def _sound_contents(at: Path) -> Contents:
    """What is stored, once doctor and both indexes agree with it."""
    with closing(Store.open(at, IDENTITY, SPLITTER)) as store:
        found = contents(store)
        expected = sorted(passage.text for of, _ in found.values() for passage in passages(of))
        for keys, _ in (store.nearest(vector("paragraph"), 1000), store.lexical(tokens("paragraph"), 1000)):
            assert sorted(hit.passage.text for hit in store.passages(keys)) == expected
        assert "damaged" not in store.origin
    left = [each for each in upkeep.examine(at) if "left over" not in each.problem]
    assert left == [], left
    with closing(Database.open(at)) as database:
        upkeep.compact(database)  # what doctor says to do about what a killed process left
    assert upkeep.examine(at) == []
    return found


# -- failing


def failures(seed: int) -> str:
    """The n-th write, fsync, rename, truncation or removal fails, for every n until none does."""
    struck = 0
    while True:
        with folder() as at:
            told, calls = _life_with_a_failure(at, struck + 1)
        if calls <= struck:
            assert told == 0
            return f"each of {struck} writing calls failed once: always the old state or the new, and usable at once"
        struck += 1


def _life_with_a_failure(at: Path, place: int) -> tuple[int, int]:
    """How many acts were refused, and how many writing calls there were."""
    refused = 0
    expected: Contents = {}
    faults.arm(at, place, faults.FAIL)
    database = _created(at)
    store = Store(database)
    for act, wanted in _acts(store, database):
        try:
            act()
        except StoreError:
            refused += 1
            assert _contents(at) in (expected, wanted), f"call {place}: neither old nor new"
            _act_again(act)
        expected = wanted
        assert _contents(at) == expected, f"call {place}"
    store.close()
    calls = faults.disarm()
    assert _sound_contents(at) == expected
    return refused, calls


def _act_again(act: Callable[[], object]) -> None:
    with suppress(DocumentNotFound):  # a delete that said it failed may have been done
        act()


def _created(at: Path) -> Database:
    try:
        return Database.create(at, IDENTITY, SPLITTER)
    except StoreError:
        return Database.create(at, IDENTITY, SPLITTER) if not (at / "quoth.db").exists() else Database.open(at)


def _acts(store: Store, database: Database) -> list[tuple[Callable[[], object], Contents]]:
    first, second, third = _written(0), _written(1), _written(2)
    renewed = _written(3, first.id)
    moved = replace(third, original=lying("/files/third.pdf"))
    return [
        (lambda: store.write(*parts(first)), whole(first)),
        (store.snapshot, whole(first)),
        (lambda: store.write(*parts(second)), whole(first, second)),
        (lambda: store.write(*parts(renewed)), whole(renewed, second)),
        (store.snapshot, whole(renewed, second)),
        (lambda: store.delete(second.id), whole(renewed)),
        (store.release, whole(renewed)),
        (lambda: store.write(*parts(third)), whole(renewed, third)),
        (lambda: upkeep.compact(database), whole(renewed, third)),
        (store.snapshot, whole(renewed, third)),
        (lambda: database.note_file(third.id, "third.txt"), whole(renewed, third)),
        (lambda: store.note_original(moved), whole(renewed, moved)),
    ]


def _written(number: int, identifier: str | None = None) -> Document:
    text = f"paragraph 0 of {number}\n\nparagraph 1 of {number}"
    name = identifier or f"d{number}"
    return Document(name, text, name, f"{name}.txt", "en", original=uploaded(text.encode() * 200))


def _contents(at: Path) -> Contents:
    with closing(Database.open(at)) as opened:
        return contents(opened)
