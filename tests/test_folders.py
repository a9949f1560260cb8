"""`quoth sync`: the index follows a folder, and removes nothing but what came from it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from fake_encoder import FakeEncoder
from typer.testing import CliRunner

import rag.assembly
import rag.folders
from api.command import app
from rag.documents import load_file
from rag.errors import DocumentError
from rag.ocr import Ocr
from rag.store import Store
from rag.types import Document, Original


@pytest.fixture(autouse=True)
def encoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeEncoder:
    made = FakeEncoder()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUOTH_STORE", "store")
    monkeypatch.setenv("QUOTH_READER", "sentence")
    monkeypatch.setattr(rag.assembly, "make_encoder", lambda *_: made)
    Path("notes/deep").mkdir(parents=True)
    Path("notes/baku.txt").write_text("The minister met the delegation in Baku.")
    Path("notes/deep/rome.txt").write_text("The railway to Rome was closed.")
    return made


def quoth(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def synced(*arguments: str) -> dict[str, list[str]]:
    """Names of files by what became of them."""
    result = quoth("sync", *(arguments or ("notes",)))
    assert result.exception is None, result.output
    *lines, summary = result.stdout.splitlines()
    found: dict[str, list[str]] = {}
    for line in lines:
        difference, path = line.split(maxsplit=1)
        found.setdefault(difference, []).append(Path(path).name)
    counts = {word: int(number) for number, word in (each.split() for each in summary.split(", "))}
    assert {word: count for word, count in counts.items() if count} == {key: len(each) for key, each in found.items()}
    return found


def stored() -> dict[str, str]:
    store = Store.open("store")
    found = {each.id: store.document(each.id).text for each in store.documents()}
    store.close()
    return found


def test_the_index_follows_the_folder(encoder: FakeEncoder) -> None:
    assert synced() == {"added": ["baku.txt", "rome.txt"]}
    encoder.encoded.clear()
    assert synced() == {"unchanged": ["baku.txt", "rome.txt"]}
    assert encoder.encoded == []
    Path("notes/baku.txt").write_text("The minister met nobody.")
    Path("notes/deep/rome.txt").unlink()
    Path("notes/paris.txt").write_text("A museum in Paris.")
    assert synced() == {"replaced": ["baku.txt"], "added": ["paris.txt"], "removed": ["rome.txt"]}
    assert stored() == {"baku": "The minister met nobody.", "paris": "A museum in Paris."}
    assert synced() == {"unchanged": ["baku.txt", "paris.txt"]}


def test_a_dry_run_says_the_same_and_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert synced("notes", "--dry-run") == {"added": ["baku.txt", "rome.txt"]}
    assert not Path("store").exists()
    synced()
    before = stored()
    Path("notes/baku.txt").unlink()
    Path("notes/deep/rome.txt").write_text("It opened again in May.")
    monkeypatch.setattr(rag.assembly, "make_encoder", None)  # no model is needed
    assert synced("notes", "--dry-run") == {"replaced": ["rome.txt"], "removed": ["baku.txt"]}
    assert stored() == before


def load_with_original(path: Path, ocr: Ocr | None) -> Document:
    return replace(load_file(path, ocr=ocr), original=Original("ab" * 32, path=str(path.resolve())))


def originals() -> dict[str, str | None]:
    """Where the file of each document lies."""
    store = Store.open("store")
    found = {each.id: store.original(each.id) for each in store.documents()}
    store.close()
    return {name: original and original.path for name, original in found.items()}


def test_a_file_that_is_unchanged_is_noted_as_the_original_but_not_by_a_dry_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced()
    assert originals() == {"baku": None, "rome": None}
    monkeypatch.setattr(rag.folders, "load_file", load_with_original)
    before = Path("store/quoth.db").read_bytes()
    assert synced("notes", "--dry-run") == {"unchanged": ["baku.txt", "rome.txt"]}
    assert Path("store/quoth.db").read_bytes() == before
    assert synced() == {"unchanged": ["baku.txt", "rome.txt"]}
    assert originals() == {"baku": f"{tmp_path}/notes/baku.txt", "rome": f"{tmp_path}/notes/deep/rome.txt"}


def test_what_did_not_come_from_the_folder_stays() -> None:
    Path("elsewhere").mkdir()
    Path("elsewhere/paris.txt").write_text("A museum in Paris.")
    quoth("add", "elsewhere")
    synced()
    synced("elsewhere")
    Path("notes/baku.txt").unlink()
    assert synced() == {"unchanged": ["rome.txt"], "removed": ["baku.txt"]}
    assert set(stored()) == {"paris", "rome"}


def test_a_file_that_was_added_before_is_followed_from_the_first_sync_on() -> None:
    quoth("add", "notes")
    assert synced() == {"unchanged": ["baku.txt", "rome.txt"]}
    Path("notes/baku.txt").unlink()
    assert synced() == {"unchanged": ["rome.txt"], "removed": ["baku.txt"]}


def test_it_does_not_matter_where_it_is_called_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced()
    monkeypatch.setenv("QUOTH_STORE", str(tmp_path / "store"))
    monkeypatch.chdir(tmp_path / "notes")
    assert synced(".") == {"unchanged": ["baku.txt", "rome.txt"]}


def test_two_files_of_one_name_are_two_documents_and_are_followed_apart() -> None:
    Path("notes/deep/baku.txt").write_text("Another text of the same name.")
    assert synced() == {"added": ["baku.txt", "baku.txt", "rome.txt"]}
    assert len(stored()) == 3
    assert synced() == {"unchanged": ["baku.txt", "baku.txt", "rome.txt"]}
    Path("notes/baku.txt").unlink()
    assert synced() == {"unchanged": ["baku.txt", "rome.txt"], "removed": ["baku.txt"]}
    assert "Another text of the same name." in stored().values()


def test_a_file_that_is_moved_within_the_folder_keeps_its_document() -> None:
    synced()
    Path("notes/deep/baku.txt").hardlink_to("notes/baku.txt")
    Path("notes/baku.txt").unlink()
    assert synced() == {"replaced": ["baku.txt"], "unchanged": ["rome.txt"]}
    assert set(stored()) == {"baku", "rome"}
    assert synced() == {"unchanged": ["baku.txt", "rome.txt"]}
    Path("notes/deep/baku.txt").unlink()
    assert synced() == {"removed": ["baku.txt"], "unchanged": ["rome.txt"]}


@pytest.mark.parametrize("command", ["add", "sync"])
def test_a_file_whose_name_is_not_utf_8_is_taken_and_followed(command: str) -> None:
    with open(os.fsencode("notes/") + b"caf\xe9.txt", "w") as file:
        file.write("The cafe opened in 1902.")
    result = quoth(command, "notes")
    assert result.exception is None, result.output
    assert "added      notes/caf\ufffd.txt" in result.stdout
    assert "The cafe opened in 1902." in stored().values()
    again = quoth(command, "notes")
    assert again.exception is None, again.output
    assert "unchanged  notes/caf\ufffd.txt" in again.stdout


def test_a_file_that_cannot_be_read_any_more_keeps_its_document() -> None:
    synced()
    Path("notes/baku.txt").write_bytes(bytes(range(256)))
    result = quoth("sync", "notes")
    assert result.exit_code == 1
    assert "failed     baku.txt" in result.stdout
    assert set(stored()) == {"baku", "rome"}


def test_a_document_put_in_place_by_another_way_is_no_longer_the_files() -> None:
    synced()
    Path("baku.txt").write_text("Put here by hand.")
    quoth("delete", "baku")
    quoth("add", "baku.txt")
    Path("notes/baku.txt").unlink()
    assert synced() == {"unchanged": ["rome.txt"]}
    assert stored()["baku"] == "Put here by hand."


def test_an_empty_folder_and_one_that_is_not_there_remove_nothing() -> None:
    synced()
    for path in (Path("notes/baku.txt"), Path("notes/deep/rome.txt")):
        path.unlink()
    assert "empty, but 2 documents came from it" in str(quoth("sync", "notes").exception)
    for name in ("nowhere", "notes/baku.txt"):
        assert isinstance(quoth("sync", name).exception, DocumentError)
    assert len(stored()) == 2


def test_a_re_embedded_store_still_follows() -> None:
    synced()
    assert quoth("rebuild", "--re-embed").exit_code == 0
    Path("notes/baku.txt").unlink()
    assert synced() == {"unchanged": ["rome.txt"], "removed": ["baku.txt"]}
