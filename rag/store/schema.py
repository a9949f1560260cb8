"""The tables of quoth.db, and what its meta table must say before anything is read from it."""

import json
import secrets
import sqlite3
from dataclasses import asdict, fields
from pathlib import Path

from rag.errors import ModelMismatch, StoreDamaged, StoreTooNew
from rag.store.rows import checksum
from rag.types import EncoderIdentity

FORMAT = 5
APPLICATION_ID = 0x51756F74  # "Quot": tells our file from any other SQLite file

# documents.text is UTF-8 in a BLOB, in the last column: SQLite's own text functions stop at NUL, and a row's last
# column is not read when only a summary is asked for. A passage keeps its bounds in code points (the coordinates of
# every answer) and in bytes (how SQLite cuts it out without decoding the whole document).
# passages: AUTOINCREMENT, so that a key is never used twice and an old index can never name a new passage.
# Its language is NULL where it is the document's; a document's further languages are NULL where it has none.
# changes: one row for each committed change. The random stamp tells this store's generation 7 from the generation 7
# of another store, or of a copy that was restored and went another way.
# checksum: of what its row says, so that a byte the disk gave back wrong is noticed before it is answered from.
# files: which file a document was read from by `quoth sync`, which removes what it brought and nothing else.
# originals: the file that a document was read from: where it lies, in the file system's own bytes, which need not be
# UTF-8, or its bytes; and what was read off its pages that are pictures (`rag.ocr.packed`). By the document's
# id, as files are: its number is another one once the store is embedded anew, and then a row would not be the same byte
# for byte.
# removed: keys that were there once, for replaying deletions into derived indexes. It holds no text.
TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE changes (generation INTEGER PRIMARY KEY, stamp TEXT NOT NULL);
CREATE TABLE documents (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    language TEXT NOT NULL,
    date TEXT,
    date_origin TEXT,
    media_type TEXT NOT NULL,
    characters INTEGER NOT NULL,
    passages INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    checksum INTEGER NOT NULL,
    body_checksum INTEGER NOT NULL,
    generation INTEGER NOT NULL REFERENCES changes (generation),
    languages TEXT,
    pages TEXT NOT NULL,
    headings TEXT NOT NULL,
    metadata TEXT NOT NULL,
    text BLOB NOT NULL
);
CREATE INDEX documents_generation ON documents (generation);
CREATE TABLE passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES documents (number) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    byte_start INTEGER NOT NULL,
    byte_end INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    language TEXT
);
CREATE UNIQUE INDEX passages_document ON passages (document, ordinal);
CREATE TABLE vectors (
    key INTEGER PRIMARY KEY REFERENCES passages (key) ON DELETE CASCADE,
    vector BLOB NOT NULL,
    checksum INTEGER NOT NULL
);
CREATE TABLE tokens (
    key INTEGER PRIMARY KEY REFERENCES passages (key) ON DELETE CASCADE,
    tokens BLOB NOT NULL,
    checksum INTEGER NOT NULL
);
CREATE TABLE files (
    document TEXT PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    path TEXT NOT NULL UNIQUE
) WITHOUT ROWID;
CREATE TABLE originals (
    document TEXT NOT NULL PRIMARY KEY REFERENCES documents (id) ON DELETE CASCADE,
    sha256 BLOB NOT NULL,
    path BLOB,
    checksum INTEGER NOT NULL,
    data BLOB,
    recognized BLOB
);
CREATE TABLE removed (key INTEGER PRIMARY KEY, generation INTEGER NOT NULL);
CREATE INDEX removed_generation ON removed (generation);
"""


def create(path: Path, identity: EncoderIdentity, splitter: str) -> None:
    """A new, empty store file at `path`, which must not be there yet."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA page_size = 8192")  # five vectors of 384 numbers a page; 4096 would hold two
        connection.executescript(f"BEGIN; PRAGMA application_id = {APPLICATION_ID}; {TABLES}")
        meta = {"format": str(FORMAT), "encoder": json.dumps(asdict(identity)), "splitter": splitter}
        connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        connection.execute("INSERT INTO changes VALUES (0, ?)", (new_stamp(),))
        connection.execute("COMMIT")
    finally:
        connection.close()


def is_old(connection: sqlite3.Connection) -> bool:
    """Whether this store must be migrated before it can be used."""
    return _format(connection) < FORMAT


def _format(connection: sqlite3.Connection) -> int:
    (found,) = connection.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()
    return int(found)


# Format 1 had no checksums and no files. Its columns are copied by name into the tables of now.
_SUMMARY = "id, title, source, language, date, date_origin, media_type, characters, passages, content_hash"
_BODY = "pages, headings, metadata, text"
_BOUNDS = "ordinal, start, end"
_FROM_1 = f"""
INSERT INTO documents (number, generation, {_SUMMARY}, {_BODY}, checksum, body_checksum)
    SELECT number, generation, {_SUMMARY}, {_BODY}, checksum({_SUMMARY}), checksum({_BODY}) FROM old_documents;
INSERT INTO passages
    SELECT p.key, p.document, {_BOUNDS}, p.byte_start, p.byte_end,
        checksum({_BOUNDS}, substr(d.text, p.byte_start + 1, p.byte_end - p.byte_start)), NULL
    FROM old_passages p JOIN old_documents d ON d.number = p.document;
INSERT INTO vectors SELECT key, vector, checksum(key, vector) FROM old_vectors;
INSERT INTO tokens SELECT key, tokens, checksum(key, tokens) FROM old_tokens;
"""
_OF_1 = ("tokens", "vectors", "passages", "documents")
_INDEXES_OF_1 = ("documents_generation", "passages_document")


def migrate(connection: sqlite3.Connection) -> None:
    """A store of an older format becomes one of this, whole or not at all; one of this is left as it is."""
    connection.create_function("checksum", -1, checksum, deterministic=True)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA legacy_alter_table = ON")  # the renamed tables go on pointing to each other's old names
    connection.execute("BEGIN IMMEDIATE")
    try:
        if is_old(connection):
            _MIGRATIONS[_format(connection)](connection)
            connection.execute("UPDATE meta SET value = ? WHERE name = 'format'", (str(FORMAT),))
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _migrate_from_1(connection: sqlite3.Connection) -> None:
    for index in _INDEXES_OF_1:
        connection.execute(f"DROP INDEX {index}")
    for table in _OF_1:
        connection.execute(f"ALTER TABLE {table} RENAME TO old_{table}")
    (last,) = connection.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence").fetchone()
    for statement in (*_statements(TABLES), *_statements(_FROM_1)):
        if not statement.startswith(_KEPT_OF_1):
            connection.execute(statement)
    for table in _OF_1:
        connection.execute(f"DROP TABLE old_{table}")
    connection.execute("DELETE FROM sqlite_sequence")
    connection.execute("INSERT INTO sqlite_sequence VALUES ('passages', ?)", (last,))


def _migrate_from_2(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE passages ADD COLUMN language TEXT")
    connection.execute("ALTER TABLE documents ADD COLUMN languages TEXT")
    _migrate_from_3(connection)


def _migrate_from_3(connection: sqlite3.Connection) -> None:
    """Of what its documents were read from nothing is known until they are added again."""
    (table,) = (each for each in _statements(TABLES) if each.startswith("CREATE TABLE originals"))
    connection.execute(table)


def _migrate_from_4(connection: sqlite3.Connection) -> None:
    """Pages that are pictures were not read."""
    connection.execute("ALTER TABLE originals ADD COLUMN recognized BLOB")


_MIGRATIONS = {1: _migrate_from_1, 2: _migrate_from_2, 3: _migrate_from_3, 4: _migrate_from_4}


_KEPT_OF_1 = ("CREATE TABLE meta", "CREATE TABLE changes", "CREATE TABLE removed", "CREATE INDEX removed_generation")


def _statements(script: str) -> list[str]:
    return [statement.strip() for statement in script.split(";") if statement.strip()]


def new_stamp() -> str:
    return secrets.token_hex(8)


def check(
    connection: sqlite3.Connection, path: Path, identity: EncoderIdentity | None, splitter: str | None
) -> tuple[EncoderIdentity, str]:
    """The stored encoder identity and splitter; raises unless they are those given (None: any)."""
    meta = _meta(connection, path)
    if int(meta["format"]) > FORMAT:
        raise StoreTooNew(f"{path} has format {meta['format']}; this Quoth reads up to {FORMAT}: upgrade Quoth")
    try:
        stored = EncoderIdentity(**json.loads(meta["encoder"]))
    except (ValueError, TypeError) as error:
        raise StoreDamaged(f"{path} does not say its encoder ({error}): restore it from a backup") from error
    expected = (identity or stored, meta["splitter"] if splitter is None else splitter)
    if (stored, meta["splitter"]) != expected:
        raise ModelMismatch(_mismatch(path, (stored, meta["splitter"]), expected))
    return expected


def _meta(connection: sqlite3.Connection, path: Path) -> dict[str, str]:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise StoreDamaged(f"{path} is not an index of Quoth's: move it away, then run `quoth add PATH`")
    meta = dict(connection.execute("SELECT name, value FROM meta"))
    missing = {"format", "encoder", "splitter"} - meta.keys()
    if missing or not meta["format"].isdigit():
        raise StoreDamaged(
            f"{path} does not say its {', '.join(sorted(missing)) or 'format'}: restore it from a backup"
        )
    return meta


def _mismatch(path: Path, found: tuple[EncoderIdentity, str], wanted: tuple[EncoderIdentity, str]) -> str:
    differing = [f.name for f in fields(EncoderIdentity) if getattr(found[0], f.name) != getattr(wanted[0], f.name)]
    differing += ["splitter"] if found[1] != wanted[1] else []
    choice = "" if differing == ["splitter"] else "use the first, or "  # no setting chooses a splitter
    return (
        f"{path.parent} was built with {found[0].fingerprint} and splitter {found[1]}, and asked for with "
        f"{wanted[0].fingerprint} and splitter {wanted[1]} (different: {', '.join(differing)}): "
        f"{choice}run `quoth rebuild --re-embed`"
    )
