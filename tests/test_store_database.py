"""quoth.db: what goes in comes out, what is refused, and what opening leaves alone."""

import hashlib
import os
import random
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_store_samples import (
    DIMENSION,
    IDENTITY,
    SPLITTER,
    child,
    document,
    folder_state,
    lying,
    parts,
    passages,
    uploaded,
)

from rag.errors import (
    DocumentNotFound,
    EncoderError,
    ModelMismatch,
    SplitError,
    StoreDamaged,
    StoreError,
    StoreMissing,
    StoreTooNew,
    UnreadableDocument,
)
from rag.store import Database, content_hash, schema, upkeep
from rag.types import Document, Filters, Heading, Passage

FULL = document(
    "full",
    "Перша сторінка.",
    "第二页\x00 😀.",
    title="Название",
    language="uk",
    date="2024-04-29",
    date_origin="text",
    media_type="application/pdf",
    pages=(0, 17),
    headings=(Heading(0, 15, 1), Heading(17, 20, 6)),
    metadata={"author": "Ñandú", "zeta": "1"},
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database.create(tmp_path / "store", IDENTITY, SPLITTER)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = Database.create(tmp_path_factory.mktemp("shared"), IDENTITY, SPLITTER)
    yield made
    made.close()


# -- documents


def test_a_document_comes_back_as_it_went_in(database: Database) -> None:
    assert database.write(*parts(FULL)) == "added"
    assert database.document("full") == FULL
    summary = database.summary("full")
    assert (summary.characters, summary.passages) == (len(FULL.text), 2)
    assert summary.content_hash == content_hash(FULL)


def test_what_its_pages_are_called_comes_back_with_a_document(database: Database) -> None:
    labelled = replace(FULL, page_labels=tuple(f"A-{number}" for number in range(len(FULL.pages))))
    assert len(FULL.pages) > 1
    database.write(*parts(FULL))
    assert database.write(*parts(labelled)) == "replaced"
    assert database.document("full") == labelled
    assert content_hash(labelled) == database.summary("full").content_hash


def test_a_passage_is_cut_from_its_document_by_code_points(database: Database) -> None:
    database.write(*parts(FULL))
    found = database.passages([2, 77, 1])
    assert [(hit.key, hit.passage) for hit in found] == [(2, passages(FULL)[1]), (1, passages(FULL)[0])]
    assert {hit.document for hit in found} == {database.summary("full")}


@settings(max_examples=60)
@given(
    text=st.text(st.characters(exclude_categories=("Cs",)), max_size=60),
    cuts=st.lists(st.integers(0, 60), max_size=4),
    title=st.text(st.characters(exclude_categories=("Cs",)), max_size=10),
)
def test_any_text_and_any_passages_of_it_come_back(shared: Database, text: str, cuts: list[int], title: str) -> None:
    bounds = sorted({0, len(text), *(min(cut, len(text)) for cut in cuts)})
    mine = [
        Passage("id", ordinal, start, end, text[start:end]) for ordinal, (start, end) in enumerate(pairwise(bounds))
    ]
    given_document = Document("id", text, title, "source", "und", metadata={"bounds": str(bounds)})
    shared.write(given_document, mine, np.ones((len(mine), DIMENSION), np.float32), [[1]] * len(mine))
    assert shared.document("id") == given_document
    keys = shared.keys(Filters(documents=("id",)))
    assert keys is not None
    assert [hit.passage for hit in shared.passages(keys)] == mine


def test_the_same_content_again_writes_nothing(database: Database) -> None:
    database.write(*parts(FULL))
    database.release()
    before = folder_state(database.folder)
    assert database.holds(FULL)
    assert database.write(*parts(FULL)) == "unchanged"
    assert (database.generation, folder_state(database.folder)) == (1, before)


@pytest.mark.parametrize(
    "change",
    [
        {"text": FULL.text + " "},
        {"title": "t"},
        {"source": "s"},
        {"language": "ru"},
        {"date": "2024-04-30"},
        {"date_origin": "metadata"},
        {"media_type": "text/html"},
        {"pages": (0,)},
        {"headings": ()},
        {"metadata": {}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_answers_are_made_from_makes_a_document_new(change: dict[str, object]) -> None:
    assert content_hash(replace(FULL, **change)) != content_hash(FULL)


def test_a_date_that_is_only_the_files_own_does_not() -> None:
    touched = [content_hash(replace(FULL, date=date, date_origin="file")) for date in ("2024-01-01", "2025-01-01")]
    assert touched[0] == touched[1]
    assert content_hash(replace(FULL, id="another")) == content_hash(FULL)


def test_a_replaced_document_gets_new_keys_and_its_old_ones_name_nothing(database: Database) -> None:
    database.write(*parts(document("a", "one", "two")))
    assert database.write(*parts(document("a", "three"))) == "replaced"
    assert [hit.key for hit in database.passages([1, 2, 3])] == [3]
    database.delete("a")
    database.write(*parts(document("a", "four")))
    assert [hit.key for hit in database.passages(range(1, 9))] == [4]


def test_documents_are_listed_by_id(database: Database) -> None:
    for identifier in ("b", "ä", "a", "B"):
        database.write(*parts(document(identifier, "text")))
    assert [summary.id for summary in database.documents()] == ["B", "a", "b", "ä"]


def test_an_unknown_id_is_an_error(database: Database) -> None:
    for ask in (database.document, database.summary, database.delete):
        with pytest.raises(DocumentNotFound, match="no-such"):
            ask("no-such")
    assert database.generation == 0


def test_a_document_without_text_can_be_stored(database: Database) -> None:
    empty = document("empty")
    assert database.write(empty, [], np.empty((0, DIMENSION), np.float32), []) == "added"
    assert (database.document("empty"), database.count()) == (empty, 0)


def test_what_does_not_belong_together_is_refused_whole(database: Database) -> None:
    of, mine, vectors, tokens = parts(document("a", "one", "two"))
    refused = [
        (SplitError, (of, mine[:1], vectors, tokens)),
        (SplitError, (of, mine, vectors, tokens[:1])),
        (SplitError, (of, mine[::-1], vectors, tokens)),
        (SplitError, (of, [replace(mine[0], text="x"), mine[1]], vectors, tokens)),
        (SplitError, (of, [replace(mine[0], document_id="b"), mine[1]], vectors, tokens)),
        (EncoderError, (of, mine, vectors[:, :3], tokens)),
        (EncoderError, (of, mine, np.full_like(vectors, np.nan), tokens)),
        (UnreadableDocument, (replace(of, text="\ud800"), [], vectors[:0], [])),
    ]
    for error, arguments in refused:
        with pytest.raises(error):
            database.write(*arguments)
    assert (database.generation, database.documents()) == (0, ())


# -- filters


def test_filters_are_anded_and_their_values_ored(database: Database) -> None:
    database.write(*parts(document("1", "a", "b", language="en", date="2024-01-10", date_origin="text")))
    database.write(*parts(document("2", "a", language="ru", date="2024-02-10", date_origin="file", source="s")))
    database.write(*parts(document("3", "a", language="en", source="s")))
    expected = {
        Filters(documents=("1", "3", "none")): [1, 2, 4],
        Filters(languages=("ru", "tr")): [3],
        Filters(languages=("en",), sources=("s",)): [4],
        Filters(date_from="2024-01-10"): [1, 2, 3],
        Filters(date_to="2024-01-10"): [1, 2],
        Filters(date_from="2024-01-11", date_to="2024-02-09"): [],
        Filters(documents=("none",)): [],
        Filters(documents=("' OR 1=1 --",)): [],
    }
    for filters, keys in expected.items():
        found = database.keys(filters)
        assert found is not None
        assert found.tolist() == keys
    assert database.keys(Filters()) is None


# -- documents in several languages


def write_bilingual(database: Database, name: str = "both") -> None:
    """English, two passages of Russian, English, Turkish."""
    told, split, *rest = parts(document(name, "one", "два", "три", "four", "beş"))
    languages = (None, "ru", "ru", None, "tr")
    split = [replace(each, language=language) for each, language in zip(split, languages, strict=True)]
    database.write(told, split, *rest)


def test_a_passage_keeps_its_language_where_it_is_not_its_documents(database: Database) -> None:
    write_bilingual(database)
    assert [each.language for each in database.passages(range(1, 6))] == ["en", "ru", "ru", "en", "tr"]
    assert [each.passage.language for each in database.passages([1, 2])] == [None, "ru"]
    assert [each.language for each in database.places(range(1, 6))] == ["en", "ru", "ru", "en", "tr"]
    assert [code for chunk in database.vectors() for code in chunk.languages] == ["en", "ru", "ru", "en", "tr"]


def test_a_language_may_answer_with_its_half_of_a_document(database: Database) -> None:
    write_bilingual(database)
    found = database.keys(Filters(languages=("ru",)))
    assert found is not None
    assert found.tolist() == [2, 3]


def test_a_document_is_listed_with_all_its_languages_its_own_first(database: Database) -> None:
    write_bilingual(database)
    database.write(*parts(document("one", "one")))
    assert {each.id: each.languages for each in database.documents()} == {"both": ("en", "ru", "tr"), "one": ("en",)}


def test_where_a_document_is_in_another_language_is_told(database: Database) -> None:
    write_bilingual(database)
    text = database.document("both").text
    assert [(text[each.start : each.end].split(), each.language) for each in database.stretches("both")] == [
        (["два", "три"], "ru"),
        (["beş"], "tr"),
    ]


# -- generations


def test_every_change_has_a_generation_and_can_be_replayed(database: Database) -> None:
    database.write(*parts(document("a", "one", "two")))
    database.write(*parts(document("b", "three")))
    database.write(*parts(document("a", "four")))
    database.delete("b")
    expected = {0: ([4], [1, 2, 3]), 1: ([4], [1, 2, 3]), 2: ([4], [1, 2, 3]), 3: ([], [3]), 4: ([], [])}
    for generation, (added, removed) in expected.items():
        changes = database.changes_since(generation)
        assert (changes.generation, changes.added.tolist(), changes.removed.tolist()) == (4, added, removed)
    assert len({database.stamp(generation) for generation in range(5)}) == 5
    assert database.stamp(5) is None


def test_replaying_a_change_does_not_walk_over_the_store(database: Database) -> None:
    asked: list[str] = []
    with database.reading() as connection:
        connection.set_trace_callback(asked.append)
        database.changes_since(0)
        connection.set_trace_callback(None)
        plans = [step[3] for sql in asked for step in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert len(asked) == 3
    assert not [step for step in plans if step.startswith("SCAN")], plans


def test_vectors_and_tokens_are_given_back_raw_with_their_language(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.store.queries.CHUNK", 2)
    written = [parts(document("a", "one", "two", "three")), parts(document("b", "four", language="tr"))]
    for arguments in written:
        database.write(*arguments)
    chunks = list(database.vectors())
    assert [chunk.keys.tolist() for chunk in chunks] == [[1, 2], [3, 4]]
    np.testing.assert_array_equal(np.concatenate([c.vectors for c in chunks]), np.concatenate([w[2] for w in written]))
    assert [language for chunk in chunks for language in chunk.languages] == ["en", "en", "en", "tr"]
    (some,) = database.tokens(np.array([4, 1, 99]))
    assert (some.keys.tolist(), [ids.tolist() for ids in some.tokens]) == ([1, 4], [written[0][3][0], written[1][3][0]])


def test_what_is_read_together_is_of_one_generation(database: Database) -> None:
    database.write(*parts(document("a", "one")))
    with database.reading():
        assert database.generation == 1
        with_other_thread(lambda: database.write(*parts(document("b", "two"))))
        assert (database.generation, len(database.documents())) == (1, 1)
    assert (database.generation, len(database.documents())) == (2, 2)


def with_other_thread(act: Callable[[], object]) -> None:
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


# -- doors


def test_there_must_be_an_index_to_open(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(StoreMissing, match="quoth add PATH"):
            Database.open(folder)
    assert list(tmp_path.iterdir()) == []


def test_a_store_is_not_created_over_another(database: Database) -> None:
    with pytest.raises(StoreError, match="there already"):
        Database.create(database.folder, IDENTITY, SPLITTER)


def test_what_a_killed_creation_left_is_no_index_and_no_hindrance(tmp_path: Path) -> None:
    for name in ("quoth.db.unfinished", "quoth.db.unfinished-journal"):
        (tmp_path / name).write_bytes(b"half")
    with pytest.raises(StoreMissing):
        Database.open(tmp_path)
    Database.create(tmp_path, IDENTITY, SPLITTER).close()
    assert {path.name for path in tmp_path.iterdir()} == {"quoth.db", "writer.lock"}


@pytest.mark.parametrize(
    ("identity", "splitter", "named"),
    [
        (replace(IDENTITY, name="other"), SPLITTER, "name"),
        (replace(IDENTITY, weights_hash="cd" * 32), SPLITTER, "weights_hash"),
        (replace(IDENTITY, passage_prefix=""), SPLITTER, "passage_prefix"),
        (IDENTITY, "sentences 2", "splitter"),
    ],
)
def test_another_model_or_splitter_is_refused_by_name(
    database: Database, identity: object, splitter: str, named: str
) -> None:
    with pytest.raises(ModelMismatch) as error:
        Database.open(database.folder, identity, splitter)  # type: ignore[arg-type]
    for said in (IDENTITY.fingerprint, identity.fingerprint, SPLITTER, splitter, named, "quoth rebuild --re-embed"):  # type: ignore[attr-defined]
        assert said in str(error.value)
    assert ("use the first" in str(error.value)) == (splitter == SPLITTER)  # no setting chooses a splitter


def test_the_same_model_and_none_at_all_may_open(database: Database) -> None:
    for identity, splitter in ((IDENTITY, SPLITTER), (None, None)):
        opened = Database.open(database.folder, identity, splitter)
        assert (opened.identity, opened.splitter) == (IDENTITY, SPLITTER)
        opened.close()


def change_meta(folder: Path, sql: str) -> None:
    connection = sqlite3.connect(folder / "quoth.db")
    connection.execute(sql)
    connection.commit()
    connection.close()


def test_a_newer_format_is_refused(database: Database) -> None:
    database.close()
    change_meta(database.folder, f"UPDATE meta SET value = '{schema.FORMAT + 1}' WHERE name = 'format'")
    with pytest.raises(StoreTooNew, match="upgrade Quoth"):
        Database.open(database.folder)


def store_of_format_1(folder: Path) -> Path:
    return golden_store(folder, "format-1.sql")


def golden_store(folder: Path, name: str) -> Path:
    """As an older Quoth left it."""
    with closing(sqlite3.connect(folder / "quoth.db")) as connection:
        connection.executescript((Path(__file__).parent / "golden" / name).read_text(encoding="utf-8"))
    return folder


def columns(folder: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(folder / "quoth.db")) as connection:
        sql = "SELECT m.name, c.name || c.type || c.pk FROM sqlite_master m, pragma_table_info(m.name) c"
        return set(connection.execute(sql).fetchall())


def test_a_store_of_format_1_is_brought_up_to_date_when_it_is_opened(tmp_path: Path, database: Database) -> None:
    opened = Database.open(store_of_format_1(tmp_path), IDENTITY, SPLITTER)
    assert {each.id: opened.document(each.id).text for each in opened.documents()} == {
        "a": "Перша сторінка.\n\n第二页 😀.",
        "b": "harvest museum\n\nairport",
    }
    assert (opened.generation, opened.changes_since(2).removed.tolist()) == (4, [3, 4])
    assert [hit.passage.text for hit in opened.passages([1, 2, 5, 6])][1:3] == ["第二页 😀.", "harvest museum\n\n"]
    assert opened.write(*parts(document("b", "harvest museum", "airport"))) == "unchanged"
    opened.write(*parts(document("c", "new")))
    assert [hit.key for hit in opened.passages(range(10))] == [1, 2, 5, 6, 7]
    opened.close()
    assert upkeep.examine(tmp_path) == []
    assert columns(tmp_path) == columns(database.folder)


def test_a_store_of_format_2_knows_one_language_a_document(tmp_path: Path, database: Database) -> None:
    database.write(*parts(FULL))
    database.close()
    with closing(sqlite3.connect(database.folder / "quoth.db")) as connection:
        connection.execute("ALTER TABLE passages DROP COLUMN language")
        connection.execute("ALTER TABLE documents DROP COLUMN languages")
        connection.execute("DROP TABLE originals")
        connection.execute("UPDATE meta SET value = '2' WHERE name = 'format'")
        connection.commit()
    with closing(Database.open(database.folder, IDENTITY, SPLITTER)) as opened:
        assert opened.document("full") == FULL
        assert opened.summary("full").languages == (FULL.language,)
        assert [each.language for each in opened.passages([1])] == [FULL.language]
        write_bilingual(opened)
        assert opened.summary("both").languages == ("en", "ru", "tr")
    assert upkeep.examine(database.folder) == []
    made = Database.create(tmp_path / "new", IDENTITY, SPLITTER)
    assert columns(database.folder) == columns(made.folder)


def test_a_store_of_format_3_knows_no_originals_until_its_documents_are_added_again(
    tmp_path: Path, database: Database
) -> None:
    old = golden_store(tmp_path, "format-3.sql")
    again = document("b", "harvest museum", "airport", original=uploaded(b"%PDF-1.7"))
    with closing(Database.open(old, IDENTITY, SPLITTER)) as opened:
        assert {each.id: opened.document(each.id).text for each in opened.documents()} == {
            "a": "Перша сторінка.\n\n第二页 😀.\n\nthree",
            "b": "harvest museum\n\nairport",
        }
        assert [each.languages for each in opened.documents()] == [("uk", "en"), ("en",)]
        assert (opened.generation, opened.changes_since(3).removed.tolist()) == (5, [8])
        assert opened.files() == {"/notes/b.txt": "b"}
        assert [opened.original(name) for name in "ab"] == [None, None]
        assert opened.write(*parts(again)) == "unchanged"
        assert (opened.original("b"), opened.generation) == (again.original, 5)
    assert upkeep.examine(old) == []
    assert columns(old) == columns(database.folder)


def test_a_store_of_format_3_can_be_imported(tmp_path: Path) -> None:
    upkeep.import_(golden_store(tmp_path, "format-3.sql") / "quoth.db", tmp_path / "other")
    with closing(Database.open(tmp_path / "other", IDENTITY, SPLITTER)) as imported:
        assert [each.id for each in imported.documents()] == ["a", "b"]
    assert upkeep.examine(tmp_path / "other") == []


def test_a_store_of_format_4_keeps_its_originals(tmp_path: Path, database: Database) -> None:
    old = golden_store(tmp_path, "format-4.sql")
    scanned = document("b", "harvest museum", "airport", original=uploaded(b"%PDF-1.7 of b", b"read off"))
    with closing(Database.open(old, IDENTITY, SPLITTER)) as opened:
        kept = (uploaded(b"%PDF-1.7 of a"), lying("/notes/b.pdf", b"%PDF-1.7 of b"), None)
        assert tuple(opened.original(name) for name in "abc") == kept
        assert opened.recognized(hashlib.sha256(b"%PDF-1.7 of a").hexdigest()) is None
        assert opened.write(*parts(scanned)) == "unchanged"
        assert (opened.original("b"), opened.generation) == (scanned.original, 3)
    assert upkeep.examine(old) == []
    assert columns(old) == columns(database.folder)
    (tmp_path / "again").mkdir()
    upkeep.import_(golden_store(tmp_path / "again", "format-4.sql") / "quoth.db", tmp_path / "other")
    assert upkeep.examine(tmp_path / "other") == []


def test_an_old_store_that_cannot_be_written_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store_of_format_1(tmp_path)
    monkeypatch.setattr("rag.store.database.os.access", lambda *_: False)
    with pytest.raises(StoreError, match="open it where it can be written"):
        Database.open(tmp_path)


def test_a_store_of_format_1_can_be_replaced_by_an_import(tmp_path: Path, database: Database) -> None:
    database.write(*parts(FULL))
    upkeep.export(database, tmp_path / "copy.quoth")
    (tmp_path / "old").mkdir()
    upkeep.import_(tmp_path / "copy.quoth", store_of_format_1(tmp_path / "old"), replace=True)
    with closing(Database.open(tmp_path / "old")) as imported:
        assert imported.document("full") == FULL


def test_a_store_of_format_1_can_be_imported(tmp_path: Path) -> None:
    upkeep.import_(store_of_format_1(tmp_path) / "quoth.db", tmp_path / "other")
    with closing(Database.open(tmp_path / "other", IDENTITY, SPLITTER)) as imported:
        assert len(imported.documents()) == 2
    assert upkeep.examine(tmp_path / "other") == []


def test_where_an_old_store_cannot_be_brought_up_to_date_the_reason_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise sqlite3.OperationalError("broken off")

    store_of_format_1(tmp_path)
    monkeypatch.setitem(schema._MIGRATIONS, 1, failing)
    with pytest.raises(sqlite3.OperationalError):
        Database.open(tmp_path)
    monkeypatch.undo()
    assert len(Database.open(tmp_path).documents()) == 2


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM meta WHERE name = 'encoder'",
        "UPDATE meta SET value = '{' WHERE name = 'encoder'",
        "UPDATE meta SET value = '{}' WHERE name = 'encoder'",
        "UPDATE meta SET value = 'x' WHERE name = 'format'",
        "DROP TABLE meta",
        "PRAGMA application_id = 1",
    ],
)
def test_a_store_that_does_not_say_what_it_is_is_damaged(database: Database, sql: str) -> None:
    database.close()
    change_meta(database.folder, sql)
    with pytest.raises(StoreDamaged, match=r"quoth\.db"):
        Database.open(database.folder)


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100, b"SQLite format 3\x00"])
def test_a_foreign_file_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "quoth.db").write_bytes(content)
    with pytest.raises(StoreDamaged, match=r"quoth\.db"):
        Database.open(tmp_path)


def test_a_truncated_file_is_damaged(database: Database) -> None:
    database.write(*parts(document("a", *("many words " * 50,) * 40)))
    database.close()
    path = database.folder / "quoth.db"
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(StoreDamaged, match="restore it from a backup"):
        list(Database.open(database.folder).vectors())


def told(folder: Path) -> set[str] | None:
    """All that a store says; None where it says that it is damaged."""
    try:
        with closing(Database.open(folder)) as opened:
            said = [repr(opened.document(each.id)) for each in opened.documents()]
            said += [repr((hit.key, hit.passage)) for hit in opened.passages(range(1, 40))]
            for part in opened.vectors():
                said += map(repr, zip(part.keys, part.vectors.tolist(), part.languages, strict=True))
            for words in opened.tokens():
                said += map(repr, zip(words.keys, words.tokens, strict=True))
            return set(said)
    except (StoreDamaged, StoreTooNew, StoreMissing):
        return None


def test_a_flipped_byte_in_the_database_makes_it_say_nothing_else_and_doctor_finds_what_is_missing(
    database: Database,
) -> None:
    for name in ("a", "b", "c"):
        database.write(*parts(document(name, *(f"{word} of {name} " * 40 for word in "river treaty museum".split()))))
    database.close()
    path = database.folder / "quoth.db"
    whole, right = path.read_bytes(), told(database.folder)
    assert right is not None
    draw = random.Random(17)
    for offset in draw.sample([place for place, byte in enumerate(whole) if byte], 200):  # most zeros mean nothing
        damaged = bytearray(whole)
        damaged[offset] ^= 1 << draw.randrange(8)
        path.write_bytes(damaged)
        now = told(database.folder)
        assert now is None or now <= right, offset
        assert now == right or upkeep.examine(database.folder), offset


# -- opening never writes


def test_opening_and_reading_change_no_file(database: Database) -> None:
    database.write(*parts(document("a", "one")))
    database.close()
    before = folder_state(database.folder)
    assert set(before) == {"quoth.db", "writer.lock"}
    opened = Database.open(database.folder, IDENTITY, SPLITTER)
    assert len(opened.documents()) == 1
    assert folder_state(database.folder) == before  # neither while it is open ...
    opened.close()
    assert folder_state(database.folder) == before  # ... nor after


@pytest.fixture
def read_only() -> Iterator[Path]:
    """A folder that others can reach, to be made read-only by the test."""
    folder = Path(tempfile.mkdtemp(prefix="quoth-test-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("state", ["closed", "being written", "copied without its log"])
def test_a_read_only_folder_can_be_read(read_only: Path, state: str) -> None:
    database = Database.create(read_only, IDENTITY, SPLITTER)
    database.write(*parts(document("a", "one")))
    if state == "closed":
        database.close()
    elif state == "copied without its log":
        with database.writing() as connection:
            connection.execute("COMMIT")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("BEGIN")
        for name in ("quoth.db-wal", "quoth.db-shm"):
            (read_only / name).unlink()
    before = folder_state(read_only)
    read_only.chmod(0o555)
    for path in read_only.iterdir():
        path.chmod(0o444)
    process = child("read_as_nobody", read_only)
    said, _ = process.communicate()
    assert (process.returncode, said) == (0, "a\n")
    assert folder_state(read_only) == before
