"""Paths to files, and files to bytes."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from rag.documents.content import MAX_BYTES, check_bytes, one_line
from rag.errors import DocumentError

_NOT_DOCUMENTS = (".", "~$")


def find_files(paths: Iterable[Path]) -> list[Path]:
    """Every file at or under the paths, sorted, each once, whatever its ending.

    Inside folders, hidden files and those that Office keeps beside an open one are skipped, and links that lead out of
    the folder are not followed.
    A folder that cannot be listed stands in the list itself, so that loading it tells why.
    Raises DocumentError for a path that does not exist.
    """
    found: dict[Path, Path] = {}  # the real file -> the name it was found by
    for path in paths:
        _check_exists(path)
        for file in _walk(path, path.resolve(), set()) if path.is_dir() else [path]:
            real = file.resolve()
            found[real] = min(found.get(real, file), file, key=lambda name: (name.is_symlink(), name))
    return sorted(found.values())


def read_bytes(path: Path) -> bytes:
    """A regular file's bytes. Raises DocumentError, DocumentTooLarge."""
    name = shown(path)
    _check_exists(path)
    if path.is_dir():
        raise DocumentError(f"{name}: a folder, not a file; its files could not be listed")
    if not path.is_file():
        raise DocumentError(f"{name}: not a regular file but a device, pipe or socket; only files can be read")
    try:
        with path.open("rb") as file:
            check_bytes(os.fstat(file.fileno()).st_size, name)
            data = file.read(MAX_BYTES + 1)  # it may be growing
    except OSError as error:
        raise _unreadable(path, error) from error
    check_bytes(len(data), name)
    return data


def source_of(path: Path) -> str:
    """The path relative to the current folder when inside it, else absolute; forward slashes, one line."""
    absolute, here = Path(os.path.abspath(path)), Path.cwd()
    inside = absolute.relative_to(here) if absolute.is_relative_to(here) else absolute
    return one_line(readable(inside), limit=4096)


def shown(path: Path) -> str:
    """A path as messages name it."""
    return one_line(readable(path)) or "."


def _walk(folder: Path, root: Path, seen: set[Path]) -> Iterator[Path]:
    """Files below a folder; a linked folder is entered last and once, so loops end and real names win."""
    seen.add(folder.resolve())
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: (entry.is_symlink(), entry))
    except OSError:
        yield folder
        return
    for entry in entries:
        if entry.name.startswith(_NOT_DOCUMENTS) or not _stays_inside(entry, root):
            continue
        if not entry.is_dir():
            yield entry
        elif entry.resolve() not in seen:
            yield from _walk(entry, root, seen)


def _stays_inside(entry: Path, root: Path) -> bool:
    try:
        return not entry.is_symlink() or entry.resolve().is_relative_to(root)
    except (OSError, RuntimeError):  # a link that leads to itself
        return False


def _check_exists(path: Path) -> None:
    try:
        path.stat()
    except FileNotFoundError as error:
        raise DocumentError(f"{shown(path)}: no such file or folder; check the path") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError | ValueError) -> DocumentError:
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return DocumentError(f"{shown(path)}: cannot be read ({reason.lower()}); check the path and its permissions")


def readable(path: Path) -> str:
    """Names that are not UTF-8 on disk get replacement characters, never lone surrogates."""
    return path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "replace")
