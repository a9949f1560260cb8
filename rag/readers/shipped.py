"""The trained network's weights, as they come with Quoth: a low-rank difference to the bundled encoder, and heads."""

import json
from pathlib import Path

from rag.errors import EncoderError
from rag.hashing import file_sha256

WEIGHTS = Path(__file__).parent.parent / "data" / "reader.safetensors"


def shipped_sha256() -> str:
    """Of the weights, as their card says."""
    return str(json.loads(WEIGHTS.with_suffix(".json").read_text(encoding="utf-8"))["sha256"])


def checked_weights(path: Path = WEIGHTS) -> str:
    """Their SHA-256. Raises EncoderError when they are not those that were shipped."""
    found, expected = file_sha256(path), shipped_sha256()
    if found != expected:
        raise EncoderError(f"{path} has SHA-256 {found}, expected {expected}: reinstall quoth")
    return found
