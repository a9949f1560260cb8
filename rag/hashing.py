"""The SHA-256 by which a file is known."""

import hashlib
from pathlib import Path

_BLOCK = 2 << 20  # bytes; between two blocks a busy interpreter makes others wait


def file_sha256(path: Path) -> str:
    """Hex. Raises OSError."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
