"""The service's eye on its store: what others wrote is seen, the index saved, trouble told."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from fake_encoder import FakeEncoder
from fakes import FakeEngine
from fastapi.testclient import TestClient

from api.app import build_app
from api.errors import NotReady
from api.state import State, opened
from api.watching import Watch
from rag.engine import Engine
from rag.errors import ModelMismatch, StoreDamaged, StoreError, StoreLocked
from rag.store import Database, Store, snapshot, upkeep
from rag.types import Document

OTHER = replace(FakeEncoder.identity, name="fake/another", weights_hash="a" * 64)


def document(name: str, text: str) -> Document:
    return Document(name, text, name.title(), f"{name}.txt", "en")


@pytest.fixture
def served(engine: Engine) -> Iterator[tuple[Watch, TestClient]]:
    watch = Watch(opened(engine))
    state = State(opened(engine), "0", trouble=watch.trouble, write_refusal=watch.write_refusal)
    with TestClient(build_app(state), base_url="http://localhost") as client:
        yield watch, client


def saved_generation(engine: Engine) -> int | None:
    try:
        return snapshot.read_manifest(Path(engine.store.folder)).generation
    except StoreDamaged:
        return None


def embed_by_another_model(engine: Engine) -> None:
    """As `quoth rebuild --re-embed` in another process does."""
    engine.release()
    with closing(Database.open(engine.store.folder)) as database:
        folder = upkeep.scratch(database)
        Database.create(folder, OTHER, engine.store.splitter).close()
        upkeep.continue_numbers(database, folder)
        upkeep.take_place(database, folder)


def test_the_index_is_saved_in_the_background_and_the_role_given_back(
    engine: Engine, served: tuple[Watch, TestClient]
) -> None:
    engine.add(document("baku", "The minister met the delegation in Baku."))
    watch, _ = served
    watch.look()
    assert saved_generation(engine) == 1
    with closing(Store.open(engine.store.folder)) as another:
        another.delete("baku")  # no StoreLocked


def test_a_little_that_came_since_is_left_to_be_replayed(engine: Engine, served: tuple[Watch, TestClient]) -> None:
    watch, _ = served
    for number in range(30):
        engine.add(document(f"d{number}", f"Sentence number {number} stands alone."))
    watch.look()
    engine.add(document("one", "One more."))
    watch.look()
    assert saved_generation(engine) == 30
    for number in range(3):
        engine.add(document(f"more{number}", f"More of number {number}."))
    watch.look()
    assert saved_generation(engine) == 34


def test_a_store_that_another_model_embedded_anew_is_neither_asked_nor_written(
    engine: Engine, served: tuple[Watch, TestClient]
) -> None:
    watch, client = served
    engine.ask("Anything?")
    watch.look()
    assert client.get("/readyz").status_code == 200
    embed_by_another_model(engine)
    for act in (lambda: engine.ask("Anything?"), lambda: engine.add(document("baku", "The minister."))):
        with pytest.raises(ModelMismatch, match=r"fake/another .*fake/bag-of-words .*rebuild --re-embed"):
            act()
    watch.look()
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (503, "not_ready")
    assert "fake/another" in ready.json()["message"]


@pytest.mark.parametrize(("error", "writable"), [(StoreLocked("busy"), True), (StoreError("the disk is full"), False)])
def test_what_hinders_saving_is_told_unless_it_is_only_another_writer(error: StoreError, writable: bool) -> None:
    class Hindered(FakeEngine):
        def save(self) -> None:
            raise error

    watch = Watch(opened(Hindered()))
    watch.look()
    assert (watch.trouble(), watch.write_refusal()) == (None, None if writable else "the disk is full")


def test_a_folder_that_takes_no_writes_is_searched_and_said_to_take_none(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, served: tuple[Watch, TestClient]
) -> None:
    monkeypatch.setattr("rag.store.database.os.access", lambda *_: False)
    watch, client = served
    watch.look()
    ready = client.get("/readyz").json()
    assert (ready["status"], ready["writable"]) == ("ready", False)
    assert "cannot be written to" in ready["message"]
    assert saved_generation(engine) is None


def test_before_the_engine_is_loaded_nothing_is_looked_at() -> None:
    def loading(wait_s: float = 0.0) -> Engine:
        raise NotReady("loading")

    watch = Watch(loading)
    watch.look()
    assert watch.trouble() is None
