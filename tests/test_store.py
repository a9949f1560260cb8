"""The store's face: what was written is found, what was deleted is not, whoever wrote it and whenever it was opened."""

import random
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from test_store_samples import IDENTITY, SPLITTER, document, parts, texts_of, token, tokens, vector

from rag.errors import DocumentNotFound, StoreLocked, StoreMissing
from rag.store import Store
from rag.store.vectors import Moment
from rag.tables import Columns
from rag.types import Document, Filters, Passage

WORDS = "river mountain minister treaty border harvest railway museum election airport".split()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.open_or_create(tmp_path / "store", IDENTITY, SPLITTER)
    yield made
    made.close()


def fill(store: Store, count: int = 20) -> None:
    draw = random.Random(2)
    for number in range(count):
        language = "en" if number % 2 else "tr"
        paragraphs = [" ".join(draw.sample(WORDS, 3)) for _ in range(3)]
        store.write(*parts(document(f"d{number}", *paragraphs, language=language)))


def test_open_or_create_creates_once(store: Store, tmp_path: Path) -> None:
    fill(store, 2)
    again = Store.open_or_create(tmp_path / "store", IDENTITY, SPLITTER)
    assert (len(again), again.generation, again.identity, again.splitter) == (6, 2, IDENTITY, SPLITTER)
    with pytest.raises(StoreMissing):
        Store.open(tmp_path / "elsewhere")


def test_an_empty_store_finds_nothing(store: Store) -> None:
    assert len(store.nearest(vector("river"), 5)[0]) == 0
    assert len(store.lexical(tokens("river"), 5)[0]) == 0
    assert store.documents() == ()


def test_a_text_is_found_by_its_meaning_and_by_its_words(store: Store) -> None:
    fill(store)
    store.write(*parts(document("mine", "canary bird song", "museum")))
    keys, cosines = store.nearest(vector("canary bird song"), 3)
    assert texts_of(store, keys)[0].strip() == "canary bird song"
    assert cosines[0] == pytest.approx(1, abs=1e-6)
    assert cosines.max() <= 1
    keys, scores = store.lexical(tokens("song canary"), 3)
    assert texts_of(store, keys) == ["canary bird song\n\n"]
    np.testing.assert_array_equal(store.bm25(tokens("song canary"), keys), scores)
    assert store.bm25(tokens("song"), np.array([1, 10**9])).tolist() == [0, 0]


def test_a_passage_comes_back_with_what_names_the_columns_of_its_table(store: Store) -> None:
    rows = [f"{word}\t{number}\t{number * 7}" for number, word in enumerate(WORDS, 1900)]
    told = document("table", "\n".join(["Place\tOpened\tVisitors", *rows]), language="en")
    columns = Columns(told.text)
    starts = [0, told.text.index("minister"), told.text.index("museum")]
    passages = [
        Passage("table", n, start, end, told.text[start:end], columns.at(start))
        for n, (start, end) in enumerate(zip(starts, [*starts[1:], len(told.text)], strict=True))
    ]
    store.write(told, passages, np.vstack([vector(each.text) for each in passages]), [[1]] * 3)
    found, _ = store.lexical([1], 3)
    assert [store.with_columns(each) for each in store.passages(found)] == passages
    assert [each.columns for each in passages] == [None, *["Place\tOpened\tVisitors"] * 2]
    assert store.columns("table", "another content") is None


def test_filters_leave_k_where_k_exist(store: Store) -> None:
    fill(store)
    for filters, count in ((Filters(languages=("tr",)), 10), (Filters(documents=("d3",)), 3), (Filters(), 10)):
        for keys, _ in (
            store.nearest(vector("river"), 10, filters),
            store.lexical([token(w) for w in WORDS], 10, filters),
        ):
            assert len(keys) == count
            hits = store.passages(keys)
            assert all(hit.document.language in (filters.languages or ("tr", "en")) for hit in hits)
            assert all(hit.document.id in (filters.documents or hit.document.id) for hit in hits)


def test_a_write_is_found_and_a_deleted_text_is_not_from_the_moment_it_returns(store: Store) -> None:
    fill(store, 5)
    for number in range(5):
        store.nearest(vector("river"), 1)
        store.write(*parts(document("mine", f"canary number{number}")))
        assert texts_of(store, store.nearest(vector(f"canary number{number}"), 1)[0]) == [f"canary number{number}"]
        assert texts_of(store, store.lexical(tokens("canary"), 5)[0]) == [f"canary number{number}"]
    store.delete("mine")
    with pytest.raises(DocumentNotFound):
        store.document("mine")
    keys = store.nearest(vector("canary"), 15)[0]
    assert len(keys) == 15
    assert not any("canary" in text for text in texts_of(store, keys))
    assert len(store.lexical(tokens("canary"), 5)[0]) == 0


def test_deleted_text_does_not_come_back_after_reopening(store: Store, tmp_path: Path) -> None:
    fill(store, 5)
    store.write(*parts(document("mine", "canary bird")))
    store.snapshot()
    store.delete("mine")
    store.close()
    again = Store.open(tmp_path / "store")
    assert not any("canary" in text for text in texts_of(again, again.nearest(vector("canary bird"), 16)[0]))
    assert len(again.lexical(tokens("canary"), 5)[0]) == 0


def test_a_store_opened_earlier_sees_what_another_wrote(store: Store, tmp_path: Path) -> None:
    fill(store, 3)
    earlier = Store.open(tmp_path / "store")
    earlier.refresh()
    store.write(*parts(document("mine", "canary bird")))
    assert texts_of(earlier, earlier.nearest(vector("canary bird"), 1)[0]) == ["canary bird"]
    store.delete("mine")
    assert len(earlier.lexical(tokens("canary"), 1)[0]) == 0
    store.release()
    assert len(earlier.documents()) == 3


def test_idf_weighs_rare_tokens_more(store: Store) -> None:
    store.write(*parts(document("a", "common rare", "common", "common")))
    weights = store.idf(tokens("common rare unseen"))
    assert weights[token("common")] < weights[token("rare")] < weights[token("unseen")]


def test_a_failed_replay_costs_a_rebuild_and_no_answer(tmp_path: Path) -> None:
    broken = [False]

    def transform(vectors: np.ndarray, languages: list[str]) -> np.ndarray:
        if broken[0]:
            raise MemoryError
        return vectors

    store = Store.create(tmp_path, IDENTITY, SPLITTER, transform, "fragile")
    fill(store, 3)
    store.refresh()
    broken[0] = True
    with pytest.raises(MemoryError):
        store.write(*parts(document("mine", "canary bird")))
    broken[0] = False
    assert texts_of(store, store.nearest(vector("canary bird"), 1)[0]) == ["canary bird"]
    store.close()


def test_many_threads_ask_while_one_writes(store: Store) -> None:
    """No exception, k stay k, every passage is what its document says, nothing deleted before is returned."""
    fill(store, 10)
    gone: set[str] = set()
    complaints: list[object] = []
    done = threading.Event()

    def ask(seed: int) -> None:
        draw = random.Random(seed)
        while not done.is_set():
            before = set(gone)
            word = draw.choice(WORDS)
            keys = store.nearest(vector(word), 5)[0]
            hits = [hit.passage.text for hit in store.passages(keys)] + texts_of(
                store, store.lexical(tokens(word), 5)[0]
            )
            if len(keys) != 5 or before & {text.split()[-1] for text in hits}:
                complaints.append((before, hits))

    def guarded(seed: int) -> None:
        try:
            ask(seed)
        except BaseException as error:
            complaints.append(error)
            raise

    askers = [threading.Thread(target=guarded, args=(seed,)) for seed in range(3)]
    for thread in askers:
        thread.start()
    draw = random.Random(9)
    for number in range(40):
        store.write(*parts(document("changing", f"{draw.choice(WORDS)} version{number}")))
        gone.add(f"version{number - 1}")
        if number % 10 == 9:
            store.snapshot()
    done.set()
    for thread in askers:
        thread.join()
    assert complaints == []


def test_questions_and_writes_go_on_while_the_index_is_saved(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store, 5)
    store.refresh()
    copying, go_on = threading.Event(), threading.Event()
    copied = Moment.copied

    def slowly(moment: Moment) -> object:
        copying.set()
        assert go_on.wait(20)
        return copied(moment)

    monkeypatch.setattr(Moment, "copied", slowly)
    saving = threading.Thread(target=store.snapshot)
    saving.start()
    assert copying.wait(20)
    store.write(*parts(document("mine", "canary bird")))
    store.release()  # which does not give away the role that the saving needs
    assert texts_of(store, store.nearest(vector("canary bird"), 1)[0]) == ["canary bird"]
    with pytest.raises(StoreLocked):
        Store.open(store.folder).delete("mine")
    go_on.set()
    saving.join()
    store.close()
    again = Store.open(store.folder)
    assert texts_of(again, again.nearest(vector("canary bird"), 1)[0]) == ["canary bird"]
    assert again.origin == "saved at generation 5"


class Life(RuleBasedStateMachine):
    """The whole store against a dict, through writing, deleting, saving, closing and opening."""

    ids = st.sampled_from(["a", "b", "c", "d"])
    texts = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join), min_size=1, max_size=3)

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="quoth-test-"))
        self.store = Store.create(self.folder, IDENTITY, SPLITTER)
        self.model: dict[str, Document] = {}

    @rule(identifier=ids, paragraphs=texts)
    def write(self, identifier: str, paragraphs: list[str]) -> None:
        new = document(identifier, *paragraphs)
        before = self.model.get(identifier)
        expected = "added" if before is None else "unchanged" if before == new else "replaced"
        assert self.store.holds(new) == (expected == "unchanged")
        assert self.store.write(*parts(new)) == expected
        self.model[identifier] = new

    @rule(identifier=ids)
    def delete(self, identifier: str) -> None:
        if self.model.pop(identifier, None) is None:
            with pytest.raises(DocumentNotFound):
                self.store.delete(identifier)
        else:
            self.store.delete(identifier)

    @rule()
    def snapshot(self) -> None:
        self.store.snapshot()

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = Store.open(self.folder, IDENTITY, SPLITTER)

    @precondition(lambda self: list(self.folder.glob("index-*")))
    @rule()
    def damage(self) -> None:
        (path,) = self.folder.glob("index-*")
        path.write_bytes(path.read_bytes()[:-1])

    @precondition(lambda self: list(self.folder.glob("words-*")))
    @rule()
    def damage_words(self) -> None:
        (path,) = self.folder.glob("words-*/tokens")
        path.write_bytes(path.read_bytes() + b"\0")

    @rule(word=st.sampled_from(WORDS), k=st.integers(1, 9))
    def search(self, word: str, k: int) -> None:
        texts = [passage.text for of in self.model.values() for passage in parts(of)[1]]
        keys, cosines = self.store.nearest(vector(word), k)
        want = sorted((float(vector(text) @ vector(word)) for text in texts), reverse=True)[:k]
        np.testing.assert_allclose(cosines, want, atol=1e-5)
        assert all(text in texts for text in texts_of(self.store, keys))
        keys, _ = self.store.lexical(tokens(word), k)
        assert len(keys) == min(k, sum(word in text.split() for text in texts))
        assert all(word in text.split() for text in texts_of(self.store, keys))

    @invariant()
    def it_holds_what_was_written(self) -> None:
        if hasattr(self, "model"):
            assert {of.id: self.store.document(of.id) for of in self.store.documents()} == self.model

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=15, stateful_step_count=15)


def test_importing_the_store_loads_neither_faiss_nor_tantivy() -> None:
    import subprocess

    code = "import sys, rag.store; assert not {'faiss', 'tantivy', 'torch'} & set(sys.modules), sorted(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent)
