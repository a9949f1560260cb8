"""What is wrong with a store, each finding with the command that mends it. Nothing here writes."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import StoreDamaged
from rag.store import snapshot
from rag.store.connections import ReadConnections
from rag.store.database import FILE, Database
from rag.store.rows import (
    BODY_COLUMNS,
    ORIGINAL_COLUMNS,
    SUMMARY_COLUMNS,
    checksum,
    content_hash,
    passage_values,
    to_document,
    to_original,
    to_summary,
)
from rag.types import Document

SCRATCH = "re-embedding"  # the folder in which `rebuild --re-embed` grows a new store
UNIT = 1e-3  # how far from 1 a vector's length may be

_RESTORE = "`quoth import FILE --replace` with a copy that `quoth export` made, or add the documents to a new store"
_REBUILD = "`quoth rebuild`"
_RE_EMBED = "`quoth rebuild --re-embed`"
_COMPACT = "`quoth compact`"
_ADD_AGAIN = "add its file again, by `quoth add` or as it was uploaded"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be."""

    subject: str  # a file, or a document's id
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the settings ask for, as far as it is known without loading a model (None: it is not)."""

    model: str
    weights_hash: str | None
    splitter: str
    transform: str | None  # fingerprint


def examine(folder: str | Path, wanted: Wanted | None = None) -> list[Finding]:
    """All that is wrong; nothing, for a sound store. Raises StoreMissing, StoreTooNew."""
    folder = Path(folder)
    try:
        with closing(Database.open(folder)) as database, database.reading() as connection:
            found = [*_contents(connection, database.identity.dimension), *_saved_index(database, wanted)]
            found += _mismatch(database, wanted)
    except StoreDamaged as error:
        found = [Finding(FILE, str(error), _RESTORE)]
    return [*found, *_leftovers(folder)]


def counts(folder: Path) -> tuple[int, int] | None:
    """How many documents and passages there are; None for a store that does not open."""
    try:
        with closing(Database.open(folder)) as database, database.reading() as connection:
            (documents,) = connection.execute("SELECT count(*) FROM documents").fetchone()
            return int(documents), database.count()
    except StoreDamaged:
        return None


def examine_file(path: Path, dimension: int) -> list[Finding]:
    """What is wrong inside one store file. Raises StoreDamaged where it cannot even be read."""
    connections = ReadConnections(path)
    with connections.reading() as connection:
        found = list(_contents(connection, dimension))
    connections.close()
    return found


# -- inside quoth.db


def _contents(connection: sqlite3.Connection, dimension: int) -> Iterator[Finding]:
    broken = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
    if broken != ["ok"]:  # what the tables say is then not to be relied on
        yield Finding(FILE, f"SQLite finds it damaged: {'; '.join(broken)}".replace("\n", " "), _RESTORE)
        return
    orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    if orphans:
        tables = ", ".join(sorted({str(row[0]) for row in orphans}))
        yield Finding(FILE, f"{len(orphans)} rows of {tables} belong to nothing", _RE_EMBED)
    numbers = connection.execute("SELECT number, CAST(id AS BLOB) FROM documents ORDER BY id").fetchall()
    for number, identifier in numbers:
        yield from _document(connection, number, identifier.decode("utf-8", "replace"), dimension)


def _document(connection: sqlite3.Connection, number: int, name: str, dimension: int) -> Iterator[Finding]:
    read = _read_document(connection, number)
    if isinstance(read, str):
        yield Finding(name, read, f"`quoth delete {name}`, then add it again")
        return
    if problem := _original_problem(connection, read.id):
        yield Finding(name, problem, _ADD_AGAIN)
    rows = connection.execute(
        "SELECT p.ordinal, p.start, p.end, p.byte_start, p.byte_end, v.vector, t.tokens, "
        "p.key, p.language, p.checksum, v.checksum, t.checksum FROM passages p "
        "LEFT JOIN vectors v ON v.key = p.key LEFT JOIN tokens t ON t.key = p.key "
        "WHERE p.document = ? ORDER BY p.ordinal",
        (number,),
    ).fetchall()
    (said,) = connection.execute("SELECT passages FROM documents WHERE number = ?", (number,)).fetchone()
    if [row[0] for row in rows] != list(range(said)):
        yield Finding(name, f"{len(rows)} passages are stored, not the {said} it was split into", _RE_EMBED)
    problems = [*_offset_problems(rows, read.text), *_vector_problems(rows, dimension), *_token_problems(rows)]
    for problem in problems or _checksum_problems(rows, read.text):
        yield Finding(name, problem, _RE_EMBED)


def _read_document(connection: sqlite3.Connection, number: int) -> Document | str:
    """The document, or in words why it is not the one that was stored."""
    where = "FROM documents d WHERE d.number = ?"
    try:
        summary = to_summary(connection.execute(f"SELECT {SUMMARY_COLUMNS} {where}", (number,)).fetchone())
        document = to_document(summary, connection.execute(f"SELECT {BODY_COLUMNS} {where}", (number,)).fetchone())
    except StoreDamaged as error:
        return str(error).partition(":")[0]
    except (ValueError, TypeError) as error:
        return f"its row cannot be read ({error})"
    except sqlite3.OperationalError as error:
        if hasattr(error, "sqlite_errorcode"):
            raise
        return f"its row cannot be read ({error})"  # Python's own complaint: a column that is not UTF-8
    if len(document.text) != summary.characters or content_hash(document) != summary.content_hash:
        return "its text is not the one that was stored: the content hash differs"
    return document


def _original_problem(connection: sqlite3.Connection, document_id: str) -> str | None:
    """A file that is gone or changed where it lay is none: it is not the store's."""
    sought = f"SELECT {ORIGINAL_COLUMNS} FROM originals o WHERE o.document = ?"
    try:
        row = connection.execute(sought, (document_id,)).fetchone()
        if row is not None:
            to_original(document_id, row)
    except StoreDamaged as error:
        return str(error).partition(":")[0]
    return None


def _offset_problems(rows: Sequence[Any], text: str) -> Iterator[str]:
    octets = np.frombuffer(text.encode("utf-8"), dtype=np.uint8)
    edges = np.append(np.flatnonzero((octets & 0xC0) != 0x80), len(octets))  # where each code point begins, in bytes
    bounds = np.array([row[1:5] for row in rows], dtype=np.int64).reshape(-1, 4)
    start, end = bounds[:, 0], bounds[:, 1]
    outside = (start < 0) | (end > len(text)) | (start > end) | ((start == end) & (len(text) > 0))
    if outside.any():
        yield _told(rows, outside, f"do not lie within the {len(text)} characters of its text")
    elif not _covers(start, end, len(text)):
        yield "its passages do not cover the whole of its text"
    inside = np.flatnonzero(~outside)
    differs = np.zeros(len(rows), dtype=np.bool_)
    differs[inside] = (edges[bounds[inside, :2]] != bounds[inside, 2:]).any(axis=1)
    if differs.any():
        yield _told(rows, differs, "have bounds in bytes that are not those in characters")


def _covers(start: NDArray[np.int64], end: NDArray[np.int64], length: int) -> bool:
    if not len(start):
        return length == 0
    order = np.argsort(start, kind="stable")
    reached = np.maximum.accumulate(end[order])
    return bool(start[order[0]] == 0 and reached[-1] == length and (start[order][1:] <= reached[:-1]).all())


def _vector_problems(rows: Sequence[Any], dimension: int) -> Iterator[str]:
    blobs = [row[5] for row in rows]
    absent = np.array([blob is None for blob in blobs], dtype=np.bool_)
    sized = np.array([blob is not None and len(blob) == 4 * dimension for blob in blobs], dtype=np.bool_)
    if absent.any():
        yield _told(rows, absent, "have no vector")
    if (~absent & ~sized).any():
        yield _told(rows, ~absent & ~sized, f"have a vector that is not of {dimension} numbers")
    kept = np.flatnonzero(sized)
    matrix = np.frombuffer(b"".join(blobs[place] for place in kept), dtype="<f4").reshape(len(kept), dimension)
    bent = np.zeros(len(rows), dtype=np.bool_)
    with np.errstate(invalid="ignore"):  # a NaN is no number to warn of, but one to find
        bent[kept] = ~(np.abs(np.linalg.norm(matrix.astype(np.float64), axis=1) - 1.0) <= UNIT)
    if bent.any():
        yield _told(rows, bent, "have a vector that is not of length 1")


def _token_problems(rows: Sequence[Any]) -> Iterator[str]:
    bad = np.array([row[6] is None or len(row[6]) % 4 != 0 for row in rows], dtype=np.bool_)
    if bad.any():
        yield _told(rows, bad, "have no list of tokens, or half a one")


def _checksum_problems(rows: Sequence[Any], text: str) -> Iterator[str]:
    def differs(row: Any) -> bool:
        ordinal, start, end, _, _, vector, tokens, key, language, own, of_vector, of_tokens = row
        sums = (
            checksum(*passage_values(ordinal, start, end, text[start:end].encode("utf-8"), language)),
            checksum(key, vector),
            checksum(key, tokens),
        )
        return sums != (own, of_vector, of_tokens)

    bad = np.array([differs(row) for row in rows], dtype=np.bool_)
    if bad.any():
        yield _told(rows, bad, "are not as they were written: their checksums differ")


def _told(rows: Sequence[Any], which: NDArray[np.bool_], problem: str) -> str:
    places = np.flatnonzero(which)
    return f"{len(places)} of {len(rows)} passages {problem} (the first: passage {rows[places[0]][0]})"


# -- beside it


def _saved_index(database: Database, wanted: Wanted | None) -> Iterator[Finding]:
    """Having none is sound: the indexes are then built at the first question."""
    if not (database.folder / snapshot.MANIFEST).exists():
        return
    try:
        found = snapshot.check(database.folder)
    except StoreDamaged as error:
        yield Finding(snapshot.MANIFEST, str(error), _REBUILD)
        return
    if database.stamp(found.generation) != found.stamp:
        yield Finding(found.file, f"was made from another {FILE}", _REBUILD)
    elif (
        wanted is not None
        and wanted.weights_hash == database.identity.weights_hash
        and wanted.transform != found.transform
    ):
        problem = f"holds vectors of transform {found.transform}, wanted is {wanted.transform}"
        yield Finding(found.file, problem, _REBUILD)


def _mismatch(database: Database, wanted: Wanted | None) -> Iterator[Finding]:
    if wanted is None:
        return
    stored = database.identity
    if stored.name != wanted.model or wanted.weights_hash not in (None, stored.weights_hash):
        weights = f" (weights {wanted.weights_hash[:12]})" if wanted.weights_hash else ""
        yield Finding(
            "encoder",
            f"the store was built with {stored.fingerprint}, the settings ask for {wanted.model}{weights}",
            f"{_RE_EMBED}, or set QUOTH_MODEL to the model it was built with",
        )
    if database.splitter != wanted.splitter:
        problem = f"the store was built with {database.splitter}, this Quoth splits by {wanted.splitter}"
        yield Finding("splitter", problem, _RE_EMBED)


def _leftovers(folder: Path) -> Iterator[Finding]:
    for path in leftovers(folder):
        if path.name == SCRATCH:
            remedy = f"{_RE_EMBED} goes on with it, {_COMPACT} throws it away"
            yield Finding(SCRATCH, "a re-embedding was begun and not finished", remedy)
        else:
            yield Finding(path.name, "was left over by a process that did not finish", _COMPACT)


def leftovers(folder: Path) -> list[Path]:
    """What stands in the folder and serves nothing."""
    found = {*folder.glob("*.unfinished*"), *folder.glob(SCRATCH)}
    try:
        manifest = snapshot.read_manifest(folder)
        found.update(path for path in snapshot.files(folder) if path.name not in (manifest.file, manifest.words))
    except StoreDamaged:
        if not (folder / snapshot.MANIFEST).exists():
            found.update(snapshot.files(folder))
    return sorted(found)
