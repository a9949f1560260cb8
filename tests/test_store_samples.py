"""Small documents with meaning in their vectors, for the store's tests. The rule: near texts are near."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.store import Store
from rag.types import Document, EncoderIdentity, Keys, Passage, Vectors

DIMENSION = 16
SPLITTER = "blank lines 1"
IDENTITY = EncoderIdentity("fake", DIMENSION, 512, "query: ", "passage: ", "ab" * 32)


def document(identifier: str, *paragraphs: str, **fields: Any) -> Document:
    return Document(
        **{
            "id": identifier,
            "text": "\n\n".join(paragraphs),
            "title": f"Title of {identifier}",
            "source": f"{identifier}.txt",
            "language": "en",
            **fields,
        }
    )


def passages(of: Document) -> list[Passage]:
    """One for each paragraph; joined back they are the text."""
    found, start = [], 0
    for part in of.text.split("\n\n") if of.text else []:
        end = min(start + len(part) + 2, len(of.text))
        found.append(Passage(of.id, len(found), start, end, of.text[start:end]))
        start = end
    return found


def token(word: str) -> int:
    return int.from_bytes(hashlib.sha256(word.lower().encode("utf-8", "replace")).digest()[:2], "little")


def tokens(text: str) -> list[int]:
    return [token(word) for word in text.split()]


def vector(text: str) -> Vectors:
    """A hashed bag of words, of length one."""
    bag = np.full(DIMENSION, 0.01)
    for word in tokens(text):
        bag += np.random.default_rng(word).standard_normal(DIMENSION)
    return (bag / np.linalg.norm(bag)).astype(np.float32)


def vectors(texts: Sequence[str]) -> Vectors:
    return np.array([vector(text) for text in texts], dtype=np.float32).reshape(len(texts), DIMENSION)


def parts(of: Document) -> tuple[Document, list[Passage], Vectors, list[list[int]]]:
    """What `write` takes."""
    texts = [passage.text for passage in passages(of)]
    return of, passages(of), vectors(texts), [tokens(text) for text in texts]


def texts_of(store: Store, keys: Keys) -> list[str]:
    return [found.passage.text for found in store.passages(keys)]


def folder_state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file's bytes and time of change."""
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
