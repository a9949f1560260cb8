"""The derived indexes on disk: `index-<generation>-<hash>.faiss`, the folder `words-<generation>-<hash>`, and the
manifest that vouches for both.

They are written under other names, flushed to the disk and renamed, the manifest last: whenever the process dies, the
manifest on disk names whole files, the old or the new. Nothing here is ever the only copy: what is absent, damaged or
from elsewhere is reported and built again from quoth.db.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from rag.errors import StoreDamaged, StoreError
from rag.hashing import file_sha256
from rag.store.connections import flush_folder

FORMAT = 4
MANIFEST = "manifest.json"
_GROWING = "words.unfinished"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot holds, and how to know that it does."""

    format: int
    file: str
    sha256: str
    words: str  # a folder
    words_sha256: Mapping[str, str]  # of each file in it
    generation: int
    stamp: str  # of that generation, in the database it was made from
    dimension: int
    count: int
    transform: str  # fingerprint of what was done to the raw vectors
    means: Mapping[str, Any]  # of each language's raw vectors, as `LanguageMeans` writes them

    @property
    def seal(self) -> str:
        return hashlib.sha256(_json(asdict(self))).hexdigest()


def save(
    folder: Path,
    data: memoryview | bytes,
    write_words: Callable[[Path], None],
    *,
    generation: int,
    stamp: str,
    dimension: int,
    count: int,
    transform: str,
    means: Mapping[str, Any],
) -> Manifest:
    """Puts the snapshot in the place of the one before. Raises StoreError, leaving the one before.

    `write_words` fills an empty folder with files.
    """
    digest = hashlib.sha256(data).hexdigest()
    name = f"index-{generation}-{digest[:12]}.faiss"
    try:
        _write(folder / name, data)
        words, sums = _write_words(folder, generation, write_words)
        manifest = Manifest(FORMAT, name, digest, words, sums, generation, stamp, dimension, count, transform, means)
        _write(folder / MANIFEST, _sealed(manifest))
        _remove_others(folder, manifest)
    except OSError as error:
        raise StoreError(
            f"the index could not be saved in {folder} ({error.strerror}): searching goes on, and it will be rebuilt "
            f"from quoth.db; check the disk's free space and permissions"
        ) from error
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """What was saved last, whether or not its files are whole. Raises StoreDamaged: nothing is known of it."""
    try:
        text = (folder / MANIFEST).read_bytes()
    except FileNotFoundError as error:
        raise StoreDamaged("no index was saved yet") from error
    except OSError as error:
        raise StoreDamaged(f"{MANIFEST} cannot be read ({error.strerror})") from error
    return _parsed(text)


def read_index(folder: Path, manifest: Manifest) -> bytes:
    """The bytes of the vector index, checked before anyone parses them. Raises StoreDamaged."""
    try:
        data = (folder / manifest.file).read_bytes()
    except OSError as error:
        raise StoreDamaged(f"{manifest.file} cannot be read ({error.strerror})") from error
    if hashlib.sha256(data).hexdigest() != manifest.sha256:
        raise StoreDamaged(f"{manifest.file} is damaged: its SHA-256 is not the one in {MANIFEST}")
    return data


def check_words(folder: Path, manifest: Manifest) -> Path:
    """The folder of the words, once each of its files is read and found as it was written. Raises StoreDamaged."""
    words = folder / manifest.words
    for name, sha256 in manifest.words_sha256.items():
        try:
            found = file_sha256(words / name)
        except OSError as error:
            raise StoreDamaged(f"{manifest.words}/{name} cannot be read ({error.strerror})") from error
        if found != sha256:
            raise StoreDamaged(f"{manifest.words}/{name} is damaged: its SHA-256 is not the one in {MANIFEST}")
    return words


def check(folder: Path) -> Manifest:
    """What was saved last, all of it read and found as it was written. Raises StoreDamaged."""
    manifest = read_manifest(folder)
    read_index(folder, manifest)
    check_words(folder, manifest)
    return manifest


def files(folder: Path) -> list[Path]:
    """All that is or was a snapshot of this folder, or was to become one, but for the manifest."""
    return sorted({*folder.glob("index-*.faiss*"), *folder.glob("words-*"), *folder.glob(_GROWING)})


def remove(path: Path) -> None:
    """A file or a folder, if it is there. Raises OSError."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sealed(manifest: Manifest) -> bytes:
    return _json({**asdict(manifest), "seal": manifest.seal})


def _parsed(text: bytes) -> Manifest:
    """The manifest, if this is byte for byte what we would write for it. Raises StoreDamaged."""
    try:
        values = json.loads(text)
        if values["format"] != FORMAT:
            raise StoreDamaged(f"{MANIFEST} has format {values['format']!r}, expected {FORMAT}")
        manifest = Manifest(**{field.name: values[field.name] for field in fields(Manifest)})
        names = [manifest.file, manifest.words, *manifest.words_sha256]
        if all(Path(name).name == name for name in names) and _sealed(manifest) == text:
            return manifest
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    raise StoreDamaged(f"{MANIFEST} is damaged")


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


def _write_words(folder: Path, generation: int, write: Callable[[Path], None]) -> tuple[str, dict[str, str]]:
    """The new folder's name, and the SHA-256 of each file in it."""
    unfinished = folder / _GROWING
    remove(unfinished)  # left by a process that was killed
    try:
        unfinished.mkdir()
        write(unfinished)
        paths = sorted(unfinished.iterdir())
        for path in paths:
            _flush(path)
        flush_folder(unfinished)
        sums = {path.name: file_sha256(path) for path in paths}
        name = f"words-{generation}-{hashlib.sha256(_json(sums)).hexdigest()[:12]}"
        remove(folder / name)
        unfinished.replace(folder / name)
    except (OSError, StoreError):
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    flush_folder(folder)
    return name, sums


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _remove_others(folder: Path, manifest: Manifest) -> None:
    for path in files(folder):
        if path.name not in (manifest.file, manifest.words):
            remove(path)
    (folder / f"{MANIFEST}.unfinished").unlink(missing_ok=True)
