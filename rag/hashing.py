"""The SHA-256 by which a file is known."""

import hashlib
from pathlib import Path


def file_sha256(path: Path) -> str:
    """Hex. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
