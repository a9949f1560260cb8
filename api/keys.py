"""Keys that let people and programs in: a file of their hashes beside the index, read again whenever it changes.

Without that file everyone who reaches the service may do everything, as suits one's own machine. Once there is one, it
says who may; without a key in it, nobody.
"""

import hashlib
import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from api.errors import KeysUnusable

_PREFIX = "quoth_"  # by which programs that look for secrets in what is published can tell one
_BYTES = 32  # of chance: none can be guessed, so a fast hash keeps them


@dataclass(frozen=True, slots=True)
class Key:
    """What is kept of a key; the key itself is shown once and never kept."""

    name: str  # whose it is
    sha256: str
    changes: bool  # documents may be added, replaced and deleted with it, not only asked and read
    added: str  # date


class KeyFile:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[tuple[int, ...], tuple[Key, ...]] | None = None  # what a file of this age and size held

    def keys(self) -> tuple[Key, ...] | None:
        """Those that are let in, in the order of their making; None where everyone is. Raises KeysUnusable."""
        try:
            at = self._path.stat()
            state = (at.st_ino, at.st_mtime_ns, at.st_size)
            if self._read is None or self._read[0] != state:
                self._read = (state, _parsed(self._path.read_bytes()))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise KeysUnusable(
                f"{self._path} cannot be read as keys ({error}); nobody is let in until it is put right or deleted, "
                "and without it everyone is"
            ) from error
        return self._read[1]

    def add(self, name: str, *, changes: bool) -> str:
        """A new key, which is nowhere else. Raises KeysUnusable where the name has one."""
        known = self.keys() or ()
        if not name.strip() or any(each.name == name for each in known):
            raise KeysUnusable(f"{name!r} is no name for a new key: expected one that no other key has")
        key = _PREFIX + secrets.token_urlsafe(_BYTES)
        self._write([*known, Key(name, _digest(key), changes, datetime.now(UTC).date().isoformat())])
        return key

    def revoke(self, name: str) -> None:
        """Raises KeysUnusable where no key has the name."""
        known = self.keys() or ()
        left = [each for each in known if each.name != name]
        if len(left) == len(known):
            there = ", ".join(each.name for each in known) or "there is none"
            raise KeysUnusable(f"no key is called {name!r}; keys: {there}")
        self._write(left)

    def _write(self, keys: Sequence[Key]) -> None:
        """The old file or the new one, whatever happens, and for its owner's eyes only."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        told = json.dumps({"keys": [asdict(each) for each in keys]}, ensure_ascii=False, indent=1) + "\n"
        number, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        try:
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(told)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def holder(keys: Sequence[Key], key: str) -> Key | None:
    """Whose key it is. Every hash is compared to its end, so that the time tells nothing."""
    told = _digest(key)
    matches = [hmac.compare_digest(each.sha256, told) for each in keys]
    return keys[matches.index(True)] if True in matches else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _parsed(data: bytes) -> tuple[Key, ...]:
    kept = json.loads(data)["keys"]
    keys = tuple(Key(**each) for each in kept)
    for each in keys:
        if [type(getattr(each, field.name)) for field in fields(Key)] != [str, str, bool, str]:
            raise ValueError(f"the key of {each.name!r} is not one")
    return keys
