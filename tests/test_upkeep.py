"""Looking after a store: what doctor finds, and that rebuild, compact, export and import lose and invent nothing."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from fake_encoder import FakeEncoder
from typer.testing import CliRunner

import rag.assembly
from api.command import app
from rag.engine import Engine
from rag.errors import StoreDamaged, StoreError, StoreLocked, StoreMissing
from rag.passages import Splitter
from rag.store import Database, Store, snapshot, upkeep
from rag.store.tokens import Saved
from rag.types import Document, Original

TEXTS = {
    "baku": "The minister met the delegation in Baku. They spoke of trade. 😀 Дальше.",
    "paris": "A museum in Paris opened a new hall.\n\nThe hall shows maps.",
    "rome": "The railway to Rome was closed. It opened again in May.",
}
CANARY = "xylographic quetzalcoatl"


class Another(FakeEncoder):
    """A model of another name that reads the same."""

    identity = replace(FakeEncoder.identity, name="fake/another", weights_hash="a" * 64)


@pytest.fixture(autouse=True)
def encoder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeEncoder:
    """The settings' model, and the store of the `engine` fixture as the settings' store."""
    made = FakeEncoder()
    use(monkeypatch, made)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUOTH_STORE", "store")
    return made


def use(monkeypatch: pytest.MonkeyPatch, encoder: FakeEncoder) -> None:
    monkeypatch.setenv("QUOTH_READER", "sentence")
    monkeypatch.setattr(rag.assembly, "make_encoder", lambda *_: encoder)
    monkeypatch.setenv("QUOTH_MODEL", encoder.identity.name)


def document(name: str, text: str) -> Document:
    return Document(name, text, name.title(), f"{name}.txt", "en")


@pytest.fixture
def folder(engine: Engine, encoder: FakeEncoder) -> Path:
    """A store of three documents that nobody has open."""
    for name, text in TEXTS.items():
        engine.add(document(name, text))
    engine.store.close()
    encoder.encoded.clear()
    return Path("store")


def quoth(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def done(*arguments: str) -> str:
    result = quoth(*arguments)
    assert (result.exit_code, result.exception) == (0, None), result.output
    return result.stdout


def findings() -> list[dict[str, str]]:
    result = quoth("doctor", "--json")
    report = json.loads(result.stdout)
    assert report["sound"] is (result.exit_code == 0) is not bool(report["findings"])
    return report["findings"]


def change(sql: str, *values: object) -> None:
    """Behind Quoth's back."""
    with closing(sqlite3.connect("store/quoth.db")) as connection, connection:
        connection.execute(sql, values)


def contents(folder: Path) -> dict[str, str]:
    with closing(Database.open(folder)) as database:
        return {each.id: database.document(each.id).text for each in database.documents()}


def bytes_under(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


# -- doctor


def test_a_sound_store_is_said_to_be_sound(folder: Path) -> None:
    before = bytes_under(folder)
    assert done("doctor") == "the store is sound: 3 documents, 3 passages\n"
    assert json.loads(done("doctor", "--json")) == {
        "sound": True,
        "documents": 3,
        "passages": 3,
        "findings": [],
        "alike": [],
    }
    assert bytes_under(folder) == before


def test_so_is_an_empty_one_and_one_with_a_saved_index(engine: Engine) -> None:
    assert findings() == []
    engine.add(document("empty", ""))
    engine.store.snapshot()
    assert findings() == []


def test_where_there_is_no_store_doctor_says_what_to_run() -> None:
    assert isinstance(quoth("doctor").exception, StoreMissing)


WRONG: dict[str, tuple[str, str, str]] = {
    "no vector": ("DELETE FROM vectors WHERE key = 1", "have no vector", "--re-embed"),
    "short vector": ("UPDATE vectors SET vector = x'00000000' WHERE key = 1", "not of 64 numbers", "--re-embed"),
    "zero vector": ("UPDATE vectors SET vector = zeroblob(256) WHERE key = 1", "not of length 1", "--re-embed"),
    "no tokens": ("DELETE FROM tokens WHERE key = 1", "no list of tokens", "--re-embed"),
    "outside": ("UPDATE passages SET end = end + 1 WHERE key = 1", "do not lie within", "--re-embed"),
    "backwards": ("UPDATE passages SET start = 5, end = 5 WHERE key = 1", "do not lie within", "--re-embed"),
    "gap": ("UPDATE passages SET start = 1, byte_start = 1 WHERE key = 1", "do not cover", "--re-embed"),
    "bytes": ("UPDATE passages SET byte_end = byte_end - 1 WHERE key = 1", "bounds in bytes", "--re-embed"),
    "passage gone": ("DELETE FROM passages WHERE key = 1", "not the 1 it was split into", "--re-embed"),
    "text": (
        "UPDATE documents SET text = CAST('Tha' || substr(text, 4) AS BLOB) WHERE id = 'baku'",
        "not what was written",
        "delete",
    ),
    "no UTF-8": ("UPDATE documents SET text = x'ff' WHERE id = 'baku'", "not what was written", "delete"),
    "title": ("UPDATE documents SET title = 'Bakı' WHERE id = 'baku'", "not what was written", "delete"),
    "vector": (
        "UPDATE vectors SET vector = (SELECT vector FROM vectors WHERE key = 2) WHERE key = 1",
        "checksums",
        "--re-embed",
    ),
    "language": ("UPDATE passages SET language = 'az' WHERE key = 1", "checksums", "--re-embed"),
    "languages": ("UPDATE documents SET languages = '[\"az\"]' WHERE id = 'baku'", "not what was written", "delete"),
    "tokens": ("UPDATE tokens SET tokens = x'01000000' WHERE key = 1", "checksums", "--re-embed"),
    "title no UTF-8": ("UPDATE documents SET title = CAST(x'ff' AS TEXT) WHERE id = 'baku'", "cannot be", "delete"),
}


@pytest.mark.parametrize("which", WRONG)
def test_what_is_wrong_in_the_database_is_found_with_its_remedy(folder: Path, which: str) -> None:
    sql, problem, remedy = WRONG[which]
    change(sql)
    found = findings()
    assert any(problem in each["problem"] and remedy in each["remedy"] for each in found), found
    assert {each["subject"] for each in found} <= {"baku", "quoth.db"}


def test_a_vector_that_is_not_a_number_is_found(folder: Path) -> None:
    change("UPDATE vectors SET vector = ? WHERE key = 1", np.full(64, np.nan, "<f4").tobytes())
    assert "not of length 1" in findings()[0]["problem"]


@pytest.mark.parametrize("which", sorted(name for name, (_, _, remedy) in WRONG.items() if "re-embed" in remedy))
def test_the_remedy_mends_it(folder: Path, which: str) -> None:
    change(WRONG[which][0])
    assert findings()
    done("rebuild", "--re-embed")
    assert findings() == []
    assert contents(folder) == TEXTS


def test_documents_that_say_nearly_the_same_are_told_and_the_store_is_sound(engine: Engine, folder: Path) -> None:
    sentences = [f"Minister number {number} met delegation {number * 7} in hall {number % 5}." for number in range(60)]
    engine.add(document("long", " ".join(sentences)))
    engine.add(document("long-again", " ".join([*sentences[:30], "This one sentence was changed.", *sentences[31:]])))
    engine.add(
        document("half", " ".join([*sentences[:30], *(f"Train {n} left at {n * 3} for Ganja." for n in range(30))]))
    )
    engine.add(document("empty", ""))
    engine.close()
    (pair,) = json.loads(done("doctor", "--json"))["alike"]
    assert (pair["first"], pair["second"]) == ("long", "long-again")
    assert 0.8 <= pair["share"] < 1
    said = done("doctor")
    assert "long and long-again say" in said
    assert "`quoth delete long-again`" in said
    assert "the store is sound: 7 documents" in said


def test_the_same_short_text_twice_is_found_and_a_letterhead_makes_nothing_alike(engine: Engine, folder: Path) -> None:
    engine.add(document("note", "See you at nine."))
    engine.add(document("note-2", "See you at nine."))
    head = "Ministry of foreign affairs, press office, Baku. "
    for number in range(60):
        engine.add(document(f"letter{number:02}", head + " ".join(f"word{number}x{part}" for part in range(40))))
    engine.close()
    pairs = json.loads(done("doctor", "--json"))["alike"]
    assert [(pair["first"], pair["second"], pair["share"]) for pair in pairs] == [("note", "note-2", 1.0)]


def test_every_finding_is_printed_with_its_remedy(folder: Path) -> None:
    change("DELETE FROM vectors WHERE key = 1")
    result = quoth("doctor")
    assert result.exit_code == 1
    assert result.stdout == (
        "baku: 1 of 1 passages have no vector (the first: passage 0)\n    remedy: `quoth rebuild --re-embed`\n"
    )


def test_a_damaged_file_is_a_finding_and_not_an_accident(folder: Path) -> None:
    data = bytearray((folder / "quoth.db").read_bytes())
    for page in range(2, len(data) // 8192):
        data[page * 8192 : page * 8192 + 64] = b"\xff" * 64
    (folder / "quoth.db").write_bytes(data)
    (found,) = findings()
    assert (found["subject"], "damaged" in found["problem"]) == ("quoth.db", True)
    assert "quoth import" in found["remedy"]
    (folder / "quoth.db").write_bytes(b"no database " * 1000)
    assert findings()[0]["subject"] == "quoth.db"


def damage_index(folder: Path) -> None:
    (path,) = folder.glob("index-*.faiss")
    path.write_bytes(path.read_bytes()[:-1])


def damage_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{}")


def take_another_stores(folder: Path) -> None:
    data = (folder / snapshot.check(folder).file).read_bytes()
    words = partial(Saved.write, passages=[])
    snapshot.save(folder, data, words, generation=3, stamp="another", dimension=64, count=3, transform="none", means={})


def damage_words(folder: Path) -> None:
    (path,) = folder.glob("words-*/*.idx")
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("spoil", [damage_index, damage_words, damage_manifest, take_another_stores])
def test_a_saved_index_that_is_not_good_is_found_and_rebuilt_without_encoding(
    folder: Path, encoder: FakeEncoder, spoil: Callable[[Path], None]
) -> None:
    done("rebuild")
    assert findings() == []
    spoil(folder)
    (found,) = findings()
    assert found["remedy"] == "`quoth rebuild`"
    assert "rebuilt: 3 documents, 3 passages" in done("rebuild")
    assert findings() == []
    assert encoder.encoded == []


def test_what_a_killed_process_left_is_found_and_compact_removes_it(folder: Path) -> None:
    for name in ("index-2-0123.faiss", "index-9-99.faiss.unfinished", "quoth.db.unfinished-journal"):
        (folder / name).write_bytes(b"half")
    for name in ("words-2-0123", "words.unfinished"):
        (folder / name).mkdir()
        (folder / name / "tokens").write_bytes(b"half")
    (folder / "re-embedding").mkdir()
    assert {each["subject"] for each in findings()} == {
        "index-2-0123.faiss",
        "index-9-99.faiss.unfinished",
        "quoth.db.unfinished-journal",
        "re-embedding",
        "words-2-0123",
        "words.unfinished",
    }
    assert all("quoth compact" in each["remedy"] for each in findings())
    done("compact")
    assert findings() == []


def test_another_model_and_another_splitter_are_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_MODEL", "bundled")
    monkeypatch.setattr(Splitter, "fingerprint", "other")
    encoder, splitter = findings()
    assert "fake/bag-of-words" in encoder["problem"]
    assert "intfloat/multilingual-e5-small" in encoder["problem"]
    assert "QUOTH_MODEL" in encoder["remedy"]
    assert (splitter["subject"], splitter["remedy"]) == ("splitter", "`quoth rebuild --re-embed`")


# -- rebuild


def test_rebuild_saves_an_index_of_the_stored_vectors_that_the_next_open_loads(folder: Path) -> None:
    done("rebuild")
    with closing(Store.open(folder)) as store:
        assert store.origin == "saved at generation 3"


def test_re_embedding_takes_a_store_of_another_model(
    folder: Path, monkeypatch: pytest.MonkeyPatch, encoder: FakeEncoder
) -> None:
    use(monkeypatch, another := Another())
    assert findings()[0]["subject"] == "encoder"
    assert "fake/another" in done("rebuild", "--re-embed")
    assert (findings(), encoder.encoded, len(another.encoded)) == ([], [], 3)
    assert contents(folder) == TEXTS
    assert json.loads(done("ask", "Who met the delegation in Baku?", "--json"))["passages"][0]["document_id"] == "baku"
    assert not (folder / "re-embedding").exists()


def rows_of_originals(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "quoth.db")) as connection:
        return connection.execute("SELECT * FROM originals ORDER BY document").fetchall()


def test_re_embedding_carries_over_the_files_that_documents_were_read_from(
    engine: Engine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = bytes(range(256)) * 100
    originals = {"baku": Original("ab" * 32, data=scan), "rome": Original("cd" * 32, path="/files/rome.pdf")}
    for name, original in originals.items():
        assert engine.add(replace(document(name, TEXTS[name]), original=original)) == "unchanged"
    engine.store.close()
    before = rows_of_originals(folder)
    use(monkeypatch, Another())
    done("rebuild", "--re-embed")
    with closing(Store.open(folder)) as store:
        assert {each.id: store.original(each.id) for each in store.documents()} == {**originals, "paris": None}
    assert (len(before), rows_of_originals(folder)) == (2, before)
    assert findings() == []


def test_a_reader_that_has_the_store_open_sees_each_change_of_place(folder: Path, encoder: FakeEncoder) -> None:
    """No key of old ever names a new passage, and no index is left behind the store."""
    done("export", "three.quoth")
    with closing(Store.open(folder)) as reader:
        question = encoder.encode_queries(["the railway to Rome"])[0]

        def nearest() -> tuple[int, str]:
            keys, _ = reader.nearest(question, 3)
            first = reader.passages(keys)[0]
            return len(keys), first.document.id

        assert nearest() == (3, "rome")
        keys = {int(key) for key in reader.nearest(question, 3)[0]}
        done("rebuild", "--re-embed")
        assert nearest() == (3, "rome")
        assert not keys & {int(key) for key in reader.nearest(question, 3)[0]}
        done("delete", "rome")
        done("compact")
        assert nearest()[0] == 2
        done("import", "three.quoth", "--replace")
        assert nearest() == (3, "rome")


class Failing(Another):
    """Breaks off at the second document."""

    def encode_passages(self, texts: list[str]) -> np.ndarray:
        if self.encoded:
            raise StoreError("broken off")
        return super().encode_passages(texts)


def test_a_re_embedding_that_breaks_off_leaves_the_old_store_and_is_gone_on_with(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, Failing())
    before = (folder / "quoth.db").read_bytes()
    assert quoth("rebuild", "--re-embed").exit_code == 1
    assert (folder / "quoth.db").read_bytes()[100:] == before[100:]  # the header counts changes of journal mode
    use(monkeypatch, again := Another())
    assert {each["subject"] for each in findings()} == {"encoder", "re-embedding"}
    done("rebuild", "--re-embed")
    assert len(again.encoded) == 2  # the first was encoded before
    assert (findings(), contents(folder)) == ([], TEXTS)


def test_what_was_begun_of_another_state_or_for_another_model_is_begun_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch, encoder: FakeEncoder
) -> None:
    use(monkeypatch, Failing())
    quoth("rebuild", "--re-embed")
    done("delete", "rome")
    use(monkeypatch, again := Another())
    done("rebuild", "--re-embed")
    assert (findings(), len(again.encoded), set(contents(folder))) == ([], 2, {"baku", "paris"})
    use(monkeypatch, Failing())
    quoth("rebuild", "--re-embed")
    use(monkeypatch, encoder)
    done("rebuild", "--re-embed")
    assert (findings(), len(encoder.encoded)) == ([], 2)


KILLED = """
import os, signal, sys
sys.path[:0] = sys.argv[1:]
import rag.assembly
from api.command import app
from test_upkeep import Another
from rag.store import upkeep

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

rag.assembly.make_encoder = lambda *_: Another()
upkeep.discard = die  # what take_place calls when all is in place
upkeep._forget_snapshots = die if os.environ["DIE"] == "before" else lambda folder: None
app(["rebuild", "--re-embed"])
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_beside_the_swap_the_store_is_the_old_one_or_the_new(
    folder: Path, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    (folder / "re-embedding").mkdir()
    Database.create(folder / "re-embedding", Another.identity, Splitter().fingerprint).close()
    with closing(Database.open(folder)) as database:
        upkeep.continue_numbers(database, folder / "re-embedding")  # so that nothing is thrown away at the start
    tests = Path(__file__).parent
    command = [sys.executable, "-B", "-c", KILLED, str(tests), str(tests.parent)]
    killed = subprocess.run(command, env={**os.environ, "DIE": when}, capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    with closing(Database.open(folder)) as database:
        assert database.identity.name == ("fake/bag-of-words" if when == "before" else "fake/another")
    assert contents(folder) == TEXTS
    use(monkeypatch, Another())
    assert {each["subject"] for each in findings()} == {"re-embedding", *(["encoder"] if when == "before" else [])}
    done("rebuild", "--re-embed")
    assert (findings(), contents(folder)) == ([], TEXTS)


def test_a_damaged_text_is_not_given_a_new_hash(folder: Path) -> None:
    change(WRONG["text"][0])
    result = quoth("rebuild", "--re-embed")
    assert isinstance(result.exception, StoreDamaged)
    assert "baku" in str(result.exception)


@pytest.mark.parametrize("command", [("rebuild",), ("rebuild", "--re-embed"), ("compact",)])
def test_while_another_writes_it_is_refused_and_nothing_changed(folder: Path, command: tuple[str, ...]) -> None:
    with closing(Store.open(folder)) as writer:
        writer.snapshot()
        before = bytes_under(folder)
        assert isinstance(quoth(*command).exception, StoreLocked)
        assert bytes_under(folder) == before


# -- compact


TOKENS_OF_SECRETS = """
SELECT t.tokens FROM tokens t JOIN passages p ON p.key = t.key JOIN documents d ON d.number = p.document
WHERE d.id LIKE 'secret%'
"""


def test_nothing_of_a_deleted_document_is_left_on_the_disk(engine: Engine, folder: Path) -> None:
    """Neither its text nor its tokens."""
    text = f"Nobody expects the {CANARY}. " * 50
    for word in ("secret", "secret-2"):
        engine.add(document(word, f"{text} {word}"))
    engine.store.snapshot()
    (tokens,) = engine.encoder.tokenize([CANARY])
    with closing(sqlite3.connect(folder / "quoth.db")) as connection:
        bags = [bag for (bag,) in connection.execute(TOKENS_OF_SECRETS)]
    assert bags
    assert all(bag in bytes_under(folder) for bag in bags)
    engine.add(document("secret", f"{text} replaced"))
    engine.store.close()
    Path(folder / "re-embedding").mkdir()
    (folder / "re-embedding" / "quoth.db").write_text(CANARY)
    done("delete", "secret", "secret-2")
    assert "compacted" in done("compact")
    left = bytes_under(folder)
    assert not any(bag in left for bag in bags)
    with closing(Store.open(folder)) as store:
        assert [store._now().words._saved.postings.frequency(token) for token in tokens] == [0] * len(tokens)
    assert CANARY.encode() not in left
    assert b"secret" not in left
    assert (findings(), contents(folder)) == ([], TEXTS)


def test_compact_forgets_what_was_removed_and_saves_an_index(folder: Path) -> None:
    done("delete", "rome")
    done("compact")
    with closing(sqlite3.connect(folder / "quoth.db")) as connection:
        assert connection.execute("SELECT count(*) FROM removed").fetchone() == (0,)
        assert connection.execute("SELECT generation FROM changes WHERE stamp != ''").fetchall() == [(4,)]
    with closing(Store.open(folder)) as store:
        assert store.origin == "saved at generation 4"
    assert sorted(path.name.split("-")[0] for path in folder.iterdir()) == [
        "index", "manifest.json", "quoth.db", "words", "writer.lock",
    ]  # fmt: skip


def test_a_reader_behind_the_forgotten_removals_finds_no_ghosts(folder: Path, encoder: FakeEncoder) -> None:
    with closing(Store.open(folder)) as reader:
        question = encoder.encode_queries(["the railway to Rome"])[0]
        assert len(reader.nearest(question, 3)[0]) == 3
        done("delete", "rome")
        done("compact")
        assert len(reader.nearest(question, 3)[0]) == 2
        assert (reader.vectors_of(np.array([3])) == 0).all()


# -- export and import


def test_an_exported_file_imported_elsewhere_is_the_same_store(folder: Path, encoder: FakeEncoder) -> None:
    done("export", "copy.quoth")
    assert "3 documents, 3 passages" in done("import", "copy.quoth", "--store", "other")
    assert contents(Path("other")) == TEXTS
    assert [path.name for path in Path().glob("copy*")] == ["copy.quoth"]
    assert sorted(path.name for path in Path("other").iterdir()) == ["quoth.db", "writer.lock"]
    assert json.loads(done("doctor", "--json", "--store", "other"))["sound"]
    assert encoder.encoded == []
    done("delete", "rome", "--store", "other")
    assert set(contents(folder)) == set(TEXTS)


def test_export_is_one_whole_file_while_another_writes(engine: Engine) -> None:
    engine.add(document("baku", TEXTS["baku"]))  # and keeps the writer's role
    done("export", "copy.quoth")
    assert Path("copy.quoth").read_bytes()[18:20] == b"\x01\x01"  # no write-ahead log is wanted beside it
    done("import", "copy.quoth", "--store", "other")
    assert set(contents(Path("other"))) == {"baku"}


def test_export_overwrites_nothing(folder: Path) -> None:
    Path("mine.txt").write_text("mine")
    assert "there already" in str(quoth("export", "mine.txt").exception)
    assert Path("mine.txt").read_text() == "mine"
    assert isinstance(quoth("export", "no/such/folder/file").exception, StoreError)


def test_import_takes_the_place_of_documents_only_when_told_to(folder: Path) -> None:
    done("export", "three.quoth")
    done("delete", "rome")
    refused = quoth("import", "three.quoth")
    assert "holds 2 documents" in str(refused.exception)
    assert set(contents(folder)) == {"baku", "paris"}
    done("import", "three.quoth", "--replace")
    assert (contents(folder), findings()) == (TEXTS, [])


def test_import_mends_a_store_that_is_damaged_beyond_opening(folder: Path) -> None:
    done("export", "copy.quoth")
    (folder / "quoth.db").write_bytes(b"no database " * 1000)
    (folder / "quoth.db-wal").write_bytes(b"of the damaged file")
    assert isinstance(quoth("import", "copy.quoth").exception, StoreDamaged)
    done("import", "copy.quoth", "--replace")
    assert (contents(folder), findings()) == (TEXTS, [])


def a_text(path: Path) -> None:
    path.write_text("no database at all")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-8192])


def without_a_vector(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM vectors WHERE key = 1")


@pytest.mark.parametrize("spoil", [a_text, cut_short, without_a_vector])
def test_a_file_that_is_not_a_sound_store_is_not_imported(folder: Path, spoil: Callable[[Path], None]) -> None:
    done("export", "copy.quoth")
    spoil(Path("copy.quoth"))
    before = bytes_under(folder)
    assert isinstance(quoth("import", "copy.quoth", "--replace").exception, StoreDamaged)
    assert isinstance(quoth("import", "copy.quoth", "--store", "other").exception, StoreDamaged)
    assert bytes_under(folder) == before
    assert not Path("other").exists()
    assert isinstance(quoth("import", "none.quoth").exception, StoreError)
