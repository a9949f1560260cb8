"""The vector index on disk: `index-<generation>-<hash>.faiss` and the manifest that vouches for it.

Both are written under another name, flushed to the disk and renamed, the manifest last: whenever the process dies, the
manifest on disk names a whole file, the old or the new. Nothing here is ever the only copy: a snapshot that is absent,
damaged or from elsewhere is reported and the index rebuilt from the vectors in quoth.db.
"""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from rag.errors import StoreError
from rag.store.connections import flush_folder

FORMAT = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds, and how to know that it does."""

    format: int
    file: str
    sha256: str
    generation: int
    stamp: str  # of that generation, in the database it was made from
    dimension: int
    count: int
    transform: str  # fingerprint of what was done to the raw vectors

    @property
    def seal(self) -> str:
        return hashlib.sha256(_json(asdict(self))).hexdigest()


@dataclass(frozen=True, slots=True)
class Found:
    """A snapshot whose bytes are those its manifest names, or the reason why there is none."""

    manifest: Manifest | None
    data: bytes
    reason: str


def save(
    folder: Path, data: memoryview | bytes, *, generation: int, stamp: str, dimension: int, count: int, transform: str
) -> Manifest:
    """Puts the snapshot in the place of the one before. Raises StoreError, leaving the one before."""
    digest = hashlib.sha256(data).hexdigest()
    name = f"index-{generation}-{digest[:12]}.faiss"
    manifest = Manifest(FORMAT, name, digest, generation, stamp, dimension, count, transform)
    try:
        _write(folder / name, data)
        _write(folder / MANIFEST, _sealed(manifest))
        _remove_others(folder, name)
    except OSError as error:
        raise StoreError(
            f"the index could not be saved in {folder} ({error.strerror}): searching goes on, and it will be rebuilt "
            f"from quoth.db; check the disk's free space and permissions"
        ) from error
    return manifest


def load(folder: Path) -> Found:
    """The newest snapshot, read and checked whole before anyone parses it."""
    manifest, reason = read_manifest(folder)
    if manifest is None:
        return _absent(reason)
    try:
        data = (folder / manifest.file).read_bytes()
    except OSError as error:
        return _absent(f"{manifest.file} cannot be read ({error.strerror})")
    if hashlib.sha256(data).hexdigest() != manifest.sha256:
        return _absent(f"{manifest.file} is damaged: its SHA-256 is not the one in {MANIFEST}")
    return Found(manifest, data, f"saved at generation {manifest.generation}")


def read_manifest(folder: Path) -> tuple[Manifest | None, str]:
    """What was saved last, whether or not its file is whole; or why nothing is known of it."""
    try:
        text = (folder / MANIFEST).read_bytes()
    except FileNotFoundError:
        return None, "no index was saved yet"
    except OSError as error:
        return None, f"{MANIFEST} cannot be read ({error.strerror})"
    manifest = _parsed(text)
    return manifest, "" if manifest else f"{MANIFEST} is damaged"


def _absent(reason: str) -> Found:
    return Found(None, b"", reason)


def _sealed(manifest: Manifest) -> bytes:
    return _json({**asdict(manifest), "seal": manifest.seal})


def _parsed(text: bytes) -> Manifest | None:
    """The manifest, if this is byte for byte what we would write for it."""
    try:
        values = json.loads(text)
        manifest = Manifest(**{field.name: values[field.name] for field in fields(Manifest)})
    except (ValueError, KeyError, TypeError):
        return None
    plain = Path(manifest.file).name == manifest.file if isinstance(manifest.file, str) else False
    return manifest if plain and manifest.format == FORMAT and _sealed(manifest) == text else None


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode("ascii")


def _write(path: Path, data: memoryview | bytes) -> None:
    """All of it under this name, or what was there before."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def _remove_others(folder: Path, name: str) -> None:
    for file in folder.glob("index-*.faiss*"):
        if file.name != name:
            file.unlink(missing_ok=True)
    (folder / f"{MANIFEST}.unfinished").unlink(missing_ok=True)
