"""Small documents with meaning in their vectors, for the store's tests. The rule: near texts are near."""

import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import DocumentNotFound
from rag.store import Database, Store
from rag.types import Document, EncoderIdentity, Keys, Original, Passage, Vectors

DIMENSION = 16
SPLITTER = "blank lines 1"
IDENTITY = EncoderIdentity("fake", DIMENSION, 512, "query: ", "passage: ", "ab" * 32)
Contents = dict[str, tuple[Document, Original | None]]  # by id


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


def lying(path: str, data: bytes = b"") -> Original:
    """A file with these bytes that was read from disk."""
    return Original(hashlib.sha256(data).hexdigest(), path=path)


def uploaded(data: bytes, recognized: bytes | None = None) -> Original:
    return Original(hashlib.sha256(data).hexdigest(), data=data, recognized=recognized)


def whole(*documents: Document) -> Contents:
    return {each.id: (each, each.original) for each in documents}


def contents(store: Store | Database) -> Contents:
    return {each.id: (store.document(each.id), store.original(each.id)) for each in store.documents()}


def texts_of(store: Store, keys: Keys) -> list[str]:
    return [found.passage.text for found in store.passages(keys)]


def folder_state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file's bytes and time of change."""
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir() if path.is_file()}


# -- what other processes do; here and not in a test module, so that they start quickly

TESTS = Path(__file__).parent
CHILD = "import sys; sys.path[:0] = sys.argv[3:]; import test_store_samples as t; getattr(t, sys.argv[1])(sys.argv[2])"


def child(act: str, folder: Path) -> "subprocess.Popen[str]":
    """A process that does one of the functions below."""
    command = [sys.executable, "-B", "-c", CHILD, act, str(folder), str(TESTS), str(TESTS.parent)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)


def read_as_nobody(folder: str) -> None:
    """As one who may not write there: root, whom no permission binds, becomes nobody."""
    if os.geteuid() == 0:
        os.setuid(65534)
    opened = Database.open(folder, IDENTITY, SPLITTER)
    assert len(list(opened.vectors())) == 1
    print(*(of.id for of in opened.documents()))
    opened.close()


def hold(folder: str) -> None:
    database = Database.open(folder)
    database.write(*parts(document("theirs", "text")))
    print("held", flush=True)
    sys.stdin.read()
    database.close()


def changed(number: int) -> Document | str:
    """The n-th change of a fixed life: a document to write, or the id of one to delete."""
    draw = random.Random(number)
    identifier = f"d{draw.randrange(6)}"
    if draw.random() < 0.25:
        return identifier
    paragraphs = [f"paragraph {part} of change {number} " + "word " * 200 for part in range(draw.randint(1, 8))]
    originals = (None, lying(f"/files/{number}.pdf"), uploaded(draw.randbytes(20_000)))
    return document(identifier, *paragraphs, original=originals[number % 3])


def after(changes: int) -> Contents:
    model: dict[str, Document] = {}
    for number in range(changes):
        change = changed(number)
        if isinstance(change, str):
            model.pop(change, None)
        else:
            model[change.id] = change
    return whole(*model.values())


def live(folder: str) -> None:
    store = Store.open(folder)
    for number in range(100_000):
        change = changed(number)
        try:
            if isinstance(change, str):
                store.delete(change)
            else:
                store.write(*parts(change))
        except DocumentNotFound:
            pass
        print(number, flush=True)
        if number % 7 == 6:
            store.snapshot()
        if number % 11 == 10:
            store.release()
