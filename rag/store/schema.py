"""The tables of quoth.db, and what its meta table must say before anything is read from it."""

import json
import secrets
import sqlite3
from dataclasses import asdict, fields
from pathlib import Path

from rag.errors import ModelMismatch, StoreDamaged, StoreTooNew
from rag.types import EncoderIdentity

FORMAT = 1
APPLICATION_ID = 0x51756F74  # "Quot": tells our file from any other SQLite file

# documents.text is UTF-8 in a BLOB, in the last column: SQLite's own text functions stop at NUL, and a row's last
# column is not read when only a summary is asked for. A passage keeps its bounds in code points (the coordinates of
# every answer) and in bytes (how SQLite cuts it out without decoding the whole document).
# passages: AUTOINCREMENT, so that a key is never used twice and an old index can never name a new passage.
# changes: one row for each committed change. The random stamp tells this store's generation 7 from the generation 7
# of another store, or of a copy that was restored and went another way.
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
    generation INTEGER NOT NULL REFERENCES changes (generation),
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
    byte_end INTEGER NOT NULL
);
CREATE UNIQUE INDEX passages_document ON passages (document, ordinal);
CREATE TABLE vectors (
    key INTEGER PRIMARY KEY REFERENCES passages (key) ON DELETE CASCADE,
    vector BLOB NOT NULL
);
CREATE TABLE tokens (
    key INTEGER PRIMARY KEY REFERENCES passages (key) ON DELETE CASCADE,
    tokens BLOB NOT NULL
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
    return (
        f"{path.parent} was built with {found[0].fingerprint} and splitter {found[1]}, and asked for with "
        f"{wanted[0].fingerprint} and splitter {wanted[1]} (different: {', '.join(differing)}): "
        f"use the first, or run `quoth rebuild --re-embed`"
    )
