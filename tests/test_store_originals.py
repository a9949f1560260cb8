"""The files that documents were read from: kept with the document, gone with it, and never told but as they were."""

import hashlib
import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from test_store_samples import (
    IDENTITY,
    SPLITTER,
    child,
    contents,
    document,
    folder_state,
    lying,
    parts,
    uploaded,
    whole,
)

from rag.errors import DocumentNotFound, StoreDamaged, StoreError, StoreLocked
from rag.store import Database, Store, content_hash, database, upkeep
from rag.types import Document, Original

SCAN = random.Random(4).randbytes(300)
READ = lying("/files/report.pdf", SCAN)
SENT = uploaded(SCAN)
SCANNED = uploaded(SCAN, b"what was read off its pages")


def report(original: Original | None = None, text: str = "The minister met nobody.") -> Document:
    return document("report", text, original=original)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store.create(tmp_path / "store", IDENTITY, SPLITTER)
    yield made
    made.close()


def rows(folder: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "quoth.db")) as connection:
        return connection.execute("SELECT * FROM originals ORDER BY document").fetchall()


def bytes_under(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


# -- what is kept


def test_it_is_a_place_or_bytes_and_not_both() -> None:
    for given in ({}, {"path": "/a.pdf", "data": b""}):
        with pytest.raises(ValueError, match="exactly one"):
            Original("00" * 32, **given)  # type: ignore[arg-type]


def test_it_is_no_part_of_the_content() -> None:
    assert report(SENT) == report(READ) == report()
    assert content_hash(report(SENT)) == content_hash(report())
    assert repr(report(SENT)) == repr(report())


@pytest.mark.parametrize(
    "original",
    [
        READ,
        lying("/файлы/отчёт 😀.pdf"),
        lying(os.fsdecode(b"/files/\xffreport.pdf")),
        SENT,
        uploaded(b""),
        uploaded(random.Random(5).randbytes(5_000_000)),
        SCANNED,
        replace(READ, recognized=b""),
    ],
    ids=["path", "any script", "no UTF-8", "bytes", "no bytes", "5 MB", "scanned", "nothing read"],
)
def test_it_comes_back_as_it_went_in(store: Store, original: Original) -> None:
    assert store.write(*parts(report(original))) == "added"
    assert store.has_original("report")
    store.close()
    assert store.original("report") == original
    assert upkeep.examine(store.folder) == []


def test_a_document_is_read_without_it(store: Store) -> None:
    store.write(*parts(report(SENT)))
    assert store.document("report").original is None


def test_a_document_that_tells_none_has_none(store: Store) -> None:
    store.write(*parts(report()))
    assert (store.original("report"), store.has_original("report")) == (None, False)


def test_an_unknown_id_is_an_error_and_has_none(store: Store) -> None:
    with pytest.raises(DocumentNotFound, match="no-such"):
        store.original("no-such")
    assert not store.has_original("no-such")


def test_whether_there_is_one_is_told_without_reading_it(store: Store) -> None:
    asked: list[str] = []
    with store._database.reading() as connection:
        connection.set_trace_callback(asked.append)
        store.has_original("report")
        connection.set_trace_callback(None)
        (plan,) = (step[3] for sql in asked for step in connection.execute(f"EXPLAIN QUERY PLAN {sql}"))
    assert "COVERING INDEX" in plan


# -- the same content again


@pytest.mark.parametrize("original", [READ, SENT, SCANNED])
def test_the_same_original_again_writes_nothing(store: Store, original: Original) -> None:
    store.write(*parts(report(original)))
    store.close()
    before = folder_state(store.folder)
    assert store.write(*parts(report(original))) == "unchanged"
    assert folder_state(store.folder) == before


@pytest.mark.parametrize("before", [None, READ, SENT, lying("/files/old.pdf", SCAN), uploaded(b"older bytes")])
@pytest.mark.parametrize("now", [READ, SENT, SCANNED])
def test_another_original_takes_its_place_and_the_document_is_unchanged(
    store: Store, before: Original | None, now: Original
) -> None:
    store.write(*parts(report(before)))
    assert store.write(*parts(report(now))) == "unchanged"
    assert (store.original("report"), store.generation) == (now, 1)
    assert len(rows(store.folder)) == 1


def test_where_none_is_told_the_one_that_is_known_stays(store: Store) -> None:
    store.write(*parts(report(SENT)))
    assert store.write(*parts(report())) == "unchanged"
    assert store.original("report") == SENT


def test_it_is_not_noted_of_a_document_that_says_something_else_by_now(store: Store) -> None:
    store.write(*parts(report(READ)))
    for other in (report(SENT, text="Another text."), replace(report(SENT), id="gone")):
        store.note_original(other)
    assert contents(store) == whole(report(READ))


def test_another_process_that_writes_is_in_the_way_of_a_new_original_alone(tmp_path: Path) -> None:
    with closing(Store.create(tmp_path, IDENTITY, SPLITTER)) as store:
        store.write(*parts(report(READ)))
    process = child("hold", tmp_path)
    with process, closing(Store.open(tmp_path)) as store:
        assert process.stdout is not None
        process.stdout.readline()
        assert store.write(*parts(report(READ))) == "unchanged"
        with pytest.raises(StoreLocked):
            store.write(*parts(report(SENT)))
        assert store.original("report") == READ
        process.communicate()


def test_what_was_read_off_the_pages_of_a_file_is_found_by_its_bytes(store: Store) -> None:
    store.write(*parts(report(SCANNED)))
    store.write(*parts(document("other", "text", original=lying("/files/other.pdf", b"other"))))
    assert store.recognized(SCANNED.sha256) == SCANNED.recognized
    assert store.recognized(hashlib.sha256(b"other").hexdigest()) is None
    assert store.recognized("00" * 32) is None
    store.delete("report")
    assert store.recognized(SCANNED.sha256) is None


def test_what_was_read_off_pages_is_read_anew_where_it_is_damaged(store: Store) -> None:
    store.write(*parts(report(SCANNED)))
    store.close()
    flip(store.folder, (store.folder / "quoth.db").read_bytes().index(b"read off its pages"))
    assert store.recognized(SCANNED.sha256) is None
    with pytest.raises(StoreDamaged, match="report was read from"):
        store.original("report")
    assert store.write(*parts(report(SCANNED))) == "unchanged"
    assert store.recognized(SCANNED.sha256) == SCANNED.recognized


# -- gone with its document


def test_a_replaced_document_loses_its_old_original(store: Store) -> None:
    store.write(*parts(report(SENT)))
    assert store.write(*parts(report(READ, text="They met."))) == "replaced"
    assert store.original("report") == READ
    assert store.write(*parts(report(text="They parted."))) == "replaced"
    assert (store.original("report"), rows(store.folder)) == (None, [])


def test_a_deleted_document_takes_its_original_with_it(store: Store) -> None:
    store.write(*parts(report(SENT)))
    other = document("other", "text", original=READ)
    store.write(*parts(other))
    store.delete("report")
    assert not store.has_original("report")
    assert contents(store) == whole(other)
    assert len(rows(store.folder)) == 1


def test_a_change_that_breaks_off_leaves_the_document_with_its_original(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking_off(*arguments: object) -> None:
        insert(*arguments)
        raise StoreError("broken off")

    store.write(*parts(report(SENT)))
    insert = database._insert
    monkeypatch.setattr(database, "_insert", breaking_off)
    with pytest.raises(StoreError):
        store.write(*parts(report(READ, text="They met.")))
    assert contents(store) == whole(report(SENT))


def test_nothing_of_a_deleted_or_replaced_file_is_left_on_the_disk(store: Store) -> None:
    scans = [random.Random(seed).randbytes(100_000) for seed in range(3)]
    for name, scan in zip("abc", scans, strict=True):
        store.write(*parts(document(name, "text", original=uploaded(scan))))
    store.snapshot()
    store.delete("a")
    store.write(*parts(document("b", "text", original=lying("/files/b.pdf", scans[1]))))
    upkeep.compact(store._database)
    store.close()
    left = bytes_under(store.folder)
    found = [any(scan[place : place + 16] in left for place in range(0, len(scan), 100)) for scan in scans]
    assert found == [False, False, True]
    assert store.original("c") == uploaded(scans[2])


# -- another file of the store


def test_an_exported_store_has_the_originals_of_the_one_that_it_is_a_copy_of(store: Store, tmp_path: Path) -> None:
    written = (report(SCANNED), document("b", "text", original=READ), document("c", "text"))
    for each in written:
        store.write(*parts(each))
    upkeep.export(store._database, tmp_path / "copy.quoth")
    store.close()
    upkeep.import_(tmp_path / "copy.quoth", tmp_path / "other")
    with closing(Store.open(tmp_path / "other")) as imported:
        assert contents(imported) == whole(*written)
    assert rows(tmp_path / "other") == rows(store.folder)


# -- damage


def flip(folder: Path, place: int, bit: int = 1) -> None:
    data = bytearray((folder / "quoth.db").read_bytes())
    data[place] ^= bit
    (folder / "quoth.db").write_bytes(data)


def test_a_flipped_byte_is_not_told_but_found_and_the_file_added_again_mends_it(store: Store) -> None:
    store.write(*parts(report(SENT)))
    store.close()
    flip(store.folder, (store.folder / "quoth.db").read_bytes().index(SCAN) + 100)
    with pytest.raises(StoreDamaged, match="report was read from"):
        store.original("report")
    assert store.document("report") == report()
    (found,) = upkeep.examine(store.folder)
    assert (found.subject, "not what was written" in found.problem) == ("report", True)
    assert "add its file again" in found.remedy
    assert store.write(*parts(report(SENT))) == "unchanged"
    assert store.original("report") == SENT
    store.close()
    assert upkeep.examine(store.folder) == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE originals SET sha256 = x'00'",
        "UPDATE originals SET path = CAST('/files/other.pdf' AS BLOB)",
        "UPDATE originals SET path = '/files/report.pdf'",
        "UPDATE originals SET data = x'00'",
        "UPDATE originals SET recognized = x'00'",
        "UPDATE originals SET checksum = checksum + 1",
    ],
)
def test_a_row_that_says_anything_else_is_refused_and_found(store: Store, sql: str) -> None:
    store.write(*parts(report(READ)))
    store.close()
    with closing(sqlite3.connect(store.folder / "quoth.db")) as connection:
        connection.execute(sql)
        connection.commit()
    with pytest.raises(StoreDamaged):
        store.original("report")
    assert [found.subject for found in upkeep.examine(store.folder)] == ["report"]


def test_the_original_of_another_document_is_not_told(store: Store) -> None:
    for name in ("a", "b"):
        store.write(*parts(document(name, "text", original=uploaded(name.encode()))))
    store.close()
    with closing(sqlite3.connect(store.folder / "quoth.db")) as connection:
        for old, new in (("a", "c"), ("b", "a"), ("c", "b")):
            connection.execute("UPDATE originals SET document = ? WHERE document = ?", (new, old))
        connection.commit()
    for name in ("a", "b"):
        with pytest.raises(StoreDamaged):
            store.original(name)


def test_whatever_bit_is_flipped_no_other_original_is_told_and_doctor_finds_what_is_missing(store: Store) -> None:
    written = [document(name, f"text of {name}", original=uploaded(name.encode() * 99)) for name in "ab"]
    for each in written:
        store.write(*parts(each))
    store.close()
    path = store.folder / "quoth.db"
    right = path.read_bytes()
    draw = random.Random(11)
    for place in draw.sample([place for place, byte in enumerate(right) if byte], 200):  # most zeros mean nothing
        flip(store.folder, place, 1 << draw.randrange(8))
        told = [original_or_none(store.folder, each.id) for each in written]
        assert all(kept in (each.original, None) for kept, each in zip(told, written, strict=True)), place
        assert None not in told or upkeep.examine(store.folder), place
        path.write_bytes(right)


def original_or_none(folder: Path, name: str) -> Original | None:
    """None where it is refused as well."""
    try:
        with closing(Database.open(folder)) as opened:
            return opened.original(name)
    except (StoreDamaged, DocumentNotFound):  # the bit was one of its id
        return None


def test_a_row_of_no_document_is_found_and_re_embedding_leaves_it_out(store: Store) -> None:
    store.write(*parts(report(SENT)))
    store.close()
    with closing(sqlite3.connect(store.folder / "quoth.db")) as connection:
        connection.execute("UPDATE originals SET document = 'nobody'")
        connection.commit()
    (found,) = upkeep.examine(store.folder)
    assert "originals belong to nothing" in found.problem
    assert "--re-embed" in found.remedy
    with closing(Database.open(store.folder)) as old:
        with closing(Database.create(tmp := store.folder / "re-embedding", IDENTITY, SPLITTER)) as grown:
            grown.write(*parts(report()))
        upkeep.take_place(old, tmp)
    assert (upkeep.examine(store.folder), rows(store.folder)) == ([], [])


def test_a_file_that_is_gone_or_changed_where_it_lay_is_no_finding(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(b"as it is now")
    for path in (file, tmp_path / "gone.pdf"):
        store.write(*parts(report(Original(hashlib.sha256(b"as it was").hexdigest(), path=str(path)))))
        assert upkeep.examine(store.folder) == []
