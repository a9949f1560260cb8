"""The saved vector index: damage is found before FAISS reads it, and costs a rebuild, never an answer."""

import json
import random
import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from test_store_samples import IDENTITY, SPLITTER, document, folder_state, parts, tokens, vector

from rag.errors import StoreDamaged, StoreError
from rag.store import Store, compressed, derived, snapshot
from rag.store.compressed import CompressedIndex
from rag.store.vectors import FlatIndex
from rag.types import Keys, Vectors

WORDS = "river mountain minister treaty border harvest railway museum election airport".split()


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved")
    store = Store.create(folder, IDENTITY, SPLITTER)
    draw = random.Random(5)
    for number in range(12):
        store.write(*parts(document(f"d{number}", *(" ".join(draw.sample(WORDS, 4)) for _ in range(3)))))
    store.delete("d4")
    store.snapshot()
    store.close()
    return folder


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(saved, tmp_path / "store"))


def answers(store: Store) -> list[tuple[list[int], list[float]]]:
    found = [store.nearest(vector(word), 5) for word in WORDS] + [store.lexical(tokens(word), 9) for word in WORDS]
    return [(keys.tolist(), scores.tolist()) for keys, scores in found]


@pytest.fixture(scope="module")
def right(saved: Path) -> list[tuple[list[int], list[float]]]:
    return answers(Store.open(saved))


def index_file(folder: Path) -> Path:
    (path,) = folder.glob("index-*.faiss")
    return path


def test_a_good_one_is_loaded_and_answers_as_a_built_one(folder: Path) -> None:
    store = Store.open(folder, IDENTITY, SPLITTER)
    assert store.origin == "saved at generation 13"
    loaded = answers(store)
    index_file(folder).unlink()
    assert answers(Store.open(folder)) == loaded


def test_what_came_after_it_is_replayed(folder: Path) -> None:
    store = Store.open(folder)
    store.delete("d1")
    store.write(*parts(document("d2", "harvest harvest")))
    store.write(*parts(document("new", "airport", "river")))
    store.close()
    loaded = Store.open(folder)
    assert loaded.origin == "saved at generation 13"
    index_file(folder).unlink()
    assert answers(loaded) == answers(Store.open(folder))


@pytest.mark.parametrize("which", ["index-*.faiss", "manifest.json", "words-*/*"])
def test_every_flipped_byte_is_found(folder: Path, which: str) -> None:
    draw = random.Random(11)
    for path in folder.glob(which):
        whole = path.read_bytes()
        for offset in sorted(draw.sample(range(len(whole)), min(200 if len(whole) > 2000 else 40, len(whole)))):
            damaged = bytearray(whole)
            damaged[offset] ^= 1 << draw.randrange(8)
            path.write_bytes(damaged)
            with pytest.raises(StoreDamaged, match=path.name):
                snapshot.check(folder)
        path.write_bytes(whole)
    snapshot.check(folder)


def words_folder(folder: Path) -> Path:
    (path,) = folder.glob("words-*")
    return path


def words_file(folder: Path, ending: str) -> Path:
    (path,) = folder.glob(f"words-*/*{ending}")
    return path


def test_the_words_folder_is_only_read_when_it_is_opened(folder: Path) -> None:
    before = [folder_state(path) for path in (folder, *folder.glob("words-*"))]
    assert answers(Store.open(folder))
    assert [folder_state(path) for path in (folder, *folder.glob("words-*"))] == before


def test_words_that_were_saved_leave_memory_and_those_written_meanwhile_stay(folder: Path) -> None:
    store = Store.open(folder)
    store.write(*parts(document("d2", "harvest harvest", "airport")))
    before = answers(store)
    store.snapshot()
    assert len(store._now().words._fresh.postings) == 0
    store.write(*parts(document("d3", "museum", "airport museum")))
    store.delete("d2")
    assert answers(store) == answers(Store.open(folder)) != before
    store.close()


def other_store(folder: Path) -> Path:
    store = Store.create(folder, IDENTITY, SPLITTER)
    for number in range(12):
        store.write(*parts(document(f"d{number}", "one", "two", "three")))
    store.delete("d4")
    store.snapshot()
    store.close()
    return folder


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 16
    path.write_bytes(data)


def swap_in_another_stores(folder: Path) -> None:
    other = other_store(folder.parent / "other")
    index_file(folder).unlink()
    shutil.copy(index_file(other), folder)
    shutil.copy(other / "manifest.json", folder)


def seal(folder: Path, **changed: object) -> None:
    """A manifest that is whole and says something else."""
    values = {**json.loads((folder / "manifest.json").read_bytes()), **changed}
    del values["seal"]
    (folder / "manifest.json").write_bytes(snapshot._sealed(snapshot.Manifest(**values)))


def foreign_but_sealed(folder: Path) -> None:
    path = index_file(folder)
    path.write_bytes(b"a text file")
    seal(folder, sha256=snapshot.hashlib.sha256(b"a text file").hexdigest())


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def swap_in_another_stores_words(folder: Path) -> None:
    own, theirs = words_folder(folder), words_folder(other_store(folder.parent / "other"))
    shutil.rmtree(own)
    shutil.copytree(theirs, own)


def put_and_seal(folder: Path, path: Path, data: bytes) -> None:
    path.write_bytes(data)
    sums = snapshot.read_manifest(folder).words_sha256
    seal(folder, words_sha256={**sums, path.name: snapshot.hashlib.sha256(data).hexdigest()})


def foreign_but_sealed_words(folder: Path) -> None:
    put_and_seal(folder, words_file(folder, "meta.json"), b"{}")


def fewer_but_sealed_keys(folder: Path) -> None:
    put_and_seal(folder, words_file(folder, "keys"), words_file(folder, "keys").read_bytes()[8:])


DAMAGES = {
    "a flipped byte": (lambda folder: flip(index_file(folder)), "SHA-256"),
    "cut short": (lambda folder: index_file(folder).write_bytes(index_file(folder).read_bytes()[:-9]), "SHA-256"),
    "empty": (lambda folder: index_file(folder).write_bytes(b""), "SHA-256"),
    "a foreign file": (lambda folder: index_file(folder).write_bytes(b"PK" * 500), "SHA-256"),
    "gone": (lambda folder: index_file(folder).unlink(), "No such file"),
    "a folder": (
        lambda folder: (index_file(folder).unlink(), (folder / "manifest.json").unlink()),
        "no index was saved",
    ),
    "a damaged manifest": (lambda folder: flip(folder / "manifest.json"), "manifest.json is damaged"),
    "an empty manifest": (lambda folder: (folder / "manifest.json").write_bytes(b""), "manifest.json is damaged"),
    "a manifest of a list": (lambda folder: (folder / "manifest.json").write_bytes(b"[]"), "manifest.json is damaged"),
    "of another format": (lambda folder: seal(folder, format=1), "has format 1, expected 4"),
    "outside the folder": (lambda folder: seal(folder, file="../other.faiss"), "manifest.json is damaged"),
    "another store's": (swap_in_another_stores, "another quoth.db"),
    "no FAISS file": (foreign_but_sealed, "is no FAISS index"),
    "of a generation to come": (lambda folder: seal(folder, generation=99), "another quoth.db"),
    "words: a flipped byte": (lambda folder: flip(words_file(folder, ".idx")), ".idx is damaged"),
    "words: cut short": (lambda folder: cut(words_file(folder, ".term")), ".term is damaged"),
    "words: flipped tokens": (lambda folder: flip(words_file(folder, "tokens")), "tokens is damaged"),
    "words: empty": (lambda folder: words_file(folder, "keys").write_bytes(b""), "keys is damaged"),
    "words: gone": (lambda folder: shutil.rmtree(words_folder(folder)), "No such file"),
    "words: a file gone": (lambda folder: words_file(folder, "meta.json").unlink(), "No such file"),
    "words: another store's": (swap_in_another_stores_words, "SHA-256|No such file"),
    "words: no index": (foreign_but_sealed_words, "is no index of words"),
    "words: other keys": (fewer_but_sealed_keys, "holds 32 keys"),
    "of another length": (lambda folder: seal(folder, count=5), "holds 33 vectors"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_bad_one_is_named_and_rebuilt_to_the_same_answers(folder: Path, damage: str, right: object) -> None:
    act, said = DAMAGES[damage]
    act(folder)
    store = Store.open(folder, IDENTITY, SPLITTER)
    assert answers(store) == right
    assert store.origin.startswith("built from quoth.db: ")
    assert re.search(said, store.origin)
    store.snapshot()
    store.close()
    assert Store.open(folder).origin == "saved at generation 13"


def test_another_transform_rebuilds_from_the_stored_vectors(folder: Path) -> None:
    def turned(vectors: np.ndarray, languages: list[str]) -> np.ndarray:
        assert set(languages) == {"en"}
        return -vectors

    store = Store.open(folder, transform=turned, transform_fingerprint="turned 1")
    assert "transform none, wanted is turned 1" in store.origin
    key = store.nearest(-vector("river"), 1)[0]
    (stored,) = store._database.vectors(key)
    np.testing.assert_array_equal(store.vectors_of(key), -stored.vectors)
    store.snapshot()
    store.close()
    assert Store.open(folder, transform=turned, transform_fingerprint="turned 1").origin == "saved at generation 13"


def test_the_one_before_is_removed_when_the_new_one_stands(folder: Path) -> None:
    before = {index_file(folder).name, words_folder(folder).name}
    (folder / "index-3-0123.faiss.unfinished").write_bytes(b"left by a killed process")
    store = Store.open(folder)
    store.delete("d7")
    store.snapshot()
    store.close()
    assert not before & {path.name for path in folder.iterdir()}
    assert {path.name for path in folder.iterdir()} == {
        "quoth.db",
        "writer.lock",
        "manifest.json",
        index_file(folder).name,
        words_folder(folder).name,
    }
    assert {path.name for path in words_folder(folder).iterdir()} == set(snapshot.check(folder).words_sha256)


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The n-th flush or renaming fails, as on a full disk."""
    left = [0]

    def once(real: object) -> object:
        def act(*arguments: object) -> object:
            left[0] -= 1
            if left[0] == 0:
                raise OSError(28, "No space left on device")
            return real(*arguments)  # type: ignore[operator]

        return act

    monkeypatch.setattr(snapshot.os, "fsync", once(snapshot.os.fsync))
    monkeypatch.setattr(Path, "replace", once(Path.replace))
    return left


def test_failing_at_any_step_leaves_the_old_one_or_the_new(folder: Path, failing: list[int], tmp_path: Path) -> None:
    for nth in range(1, 100):
        at = Path(shutil.copytree(folder, tmp_path / f"failing{nth}"))
        if not fails_at(at, failing, nth):
            assert nth == 21
            return
    raise AssertionError("it never succeeded")


def fails_at(folder: Path, failing: list[int], nth: int) -> bool:
    store = Store.open(folder)
    store.delete("d7")
    expected = answers(store)
    failing[0] = nth
    with suppress(StoreError):
        store.snapshot()
    failed, failing[0] = failing[0] <= 0, 0
    assert answers(store) == expected
    snapshot.check(folder)
    assert not list(folder.glob("*.unfinished"))
    store.snapshot()
    store.close()
    reopened = Store.open(folder)
    assert (answers(reopened), reopened.origin) == (expected, "saved at generation 14")
    return failed


# -- many passages


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty passages are many."""
    monkeypatch.setattr(derived, "COMPRESSED_FROM", 30)
    monkeypatch.setattr(compressed, "LISTS", 4)
    monkeypatch.setattr(compressed, "LOOKED_THROUGH", 4)


@pytest.mark.usefixtures("large")
def test_saving_many_passages_changes_the_index_and_no_answer(folder: Path, right: object) -> None:
    store = Store.open(folder)
    assert answers(store) == right
    assert isinstance(store._now().vectors, FlatIndex)
    store.snapshot()
    assert isinstance(store._now().vectors, CompressedIndex)
    assert answers(store) == right
    store.close()
    reopened = Store.open(folder)
    assert (answers(reopened), reopened.origin) == (right, "saved at generation 13")
    assert isinstance(reopened._now().vectors, CompressedIndex)


@pytest.mark.usefixtures("large")
def test_what_comes_and_goes_after_it_was_compressed_is_found_and_gone(folder: Path) -> None:
    store = Store.open(folder)
    store.snapshot()
    store.refresh()
    store.delete("d1")
    store.write(*parts(document("d2", "harvest harvest")))
    store.write(*parts(document("new", "airport", "river")))
    found = answers(store)
    keys, _ = store.nearest(vector("river"), 40)
    np.testing.assert_array_equal(store.vectors_of(keys[:3]), exact_vectors(store, keys[:3]))
    assert len(keys) == len(store) == 30
    store.close()
    assert answers(Store.open(folder)) == found
    index_file(folder).unlink()
    assert answers(Store.open(folder)) == found


def exact_vectors(store: Store, keys: Keys) -> Vectors:
    found = {
        key: row for chunk in store._database.vectors(keys) for key, row in zip(chunk.keys, chunk.vectors, strict=True)
    }
    return np.array([found[key] for key in keys])


@pytest.mark.usefixtures("large")
def test_a_store_that_became_small_has_an_exact_index_again(folder: Path) -> None:
    store = Store.open(folder)
    store.snapshot()
    store.delete("d1")
    store.delete("d2")
    store.snapshot()
    assert isinstance(store._now().vectors, FlatIndex)
    store.close()
