"""Which passages have a token, by tantivy: in memory, or in a folder that is written once. The only tantivy importer.

Tantivy's scores are BM25 with the field's length in one byte (exact to 40 tokens, then rounded down by up to 1/8) and
the statistics of its own passages. They are only used to choose candidates. Nothing is ever deleted from postings, so
that their statistics are known exactly: whoever holds them tells removed passages apart.
"""

import math
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np

from rag.errors import StoreDamaged, StoreError
from rag.types import Keys

WRITER_BYTES = 50_000_000


class Postings:
    """Token -> keys of the passages that have it, and how often. Adding and searching must not overlap."""

    def __init__(self, index: Any, schema: Any) -> None:
        index.config_reader("manual")  # or a thread of tantivy's would look for changes for ever
        self._index = index
        self._schema = schema
        self._writer: Any = None
        self._searcher = index.searcher()

    @classmethod
    def empty(cls) -> Self:
        """In memory."""
        import tantivy

        schema = _schema()
        return cls(tantivy.Index(schema), schema)

    @classmethod
    def opened(cls, folder: Path, names: Iterable[str]) -> Self:
        """Those that were written to a folder, which is left as it is. Check the files' SHA-256 first.

        Raises StoreDamaged, OSError.
        """
        import tantivy

        with _links(folder, names) as links:
            try:
                index = tantivy.Index.open(str(links))
                return cls(index, index.schema)
            except ValueError as error:
                raise StoreDamaged(f"{folder.name} is no index of words ({error}): it must be rebuilt") from error

    @classmethod
    def write(cls, folder: Path, passages: Iterable[tuple[int, Sequence[int]]]) -> None:
        """Postings of these passages into an empty folder. Raises StoreError."""
        import tantivy

        schema = _schema()
        try:
            made = cls(tantivy.Index(schema, path=str(folder), reuse=False), schema)
            for key, tokens in passages:
                made.add(key, tokens)
            made.commit()
            if made._writer is not None:
                made._writer.wait_merging_threads()
        except ValueError as error:
            raise StoreError(
                f"the index of words could not be written in {folder.parent} ({error}): "
                f"check the disk's free space and permissions"
            ) from error
        for own in folder.glob(".*"):  # locks, and the list of what tantivy may throw away
            own.unlink()

    def add(self, key: int, tokens: Sequence[int]) -> None:
        """Seen after the next commit."""
        import tantivy

        if self._writer is None:
            self._writer = self._index.writer(heap_size=WRITER_BYTES, num_threads=1)
        # Not Document(key=..., body=...): keyword construction with a list has killed the writer.
        document = tantivy.Document()
        document.add_integer("key", key)
        document.add_text("body", " ".join(map(str, tokens)))
        self._writer.add_document(document)

    def commit(self) -> None:
        if self._writer is not None:
            self._writer.commit()
            self._index.reload()
            self._searcher = self._index.searcher()

    def __len__(self) -> int:
        """Passages."""
        return int(self._searcher.num_docs)

    def frequency(self, token: int) -> int:
        """How many passages have it."""
        return int(self._searcher.doc_freq("body", str(token)))

    def candidates(self, weights: Mapping[int, float], limit: int) -> tuple[Keys, float, float]:
        """Keys of at most `limit` passages by tantivy's BM25 with these idf; the last one's score; its rounding error.

        Best first. Tokens that no passage here has are to be left out of `weights`.
        """
        from tantivy import Occur, Query

        boosts = {token: weight / self._own_idf(token) for token, weight in weights.items()}
        words = [(Occur.Should, self._term(token, boost)) for token, boost in boosts.items()]
        hits = self._searcher.search(Query.boolean_query(words), limit, count=False).hits
        if not hits:
            return np.empty(0, np.int64), 0.0, 0.0
        keys = self._searcher.fast_field_values("key", [address for _, address in hits])
        return np.array(keys, dtype=np.int64), float(hits[-1][0]), FLOAT32 * sum(boosts.values())

    def _term(self, token: int, boost: float) -> Any:
        from tantivy import Query

        return Query.boost_query(Query.term_query(self._schema, "body", str(token), index_option="freq"), boost)

    def _own_idf(self, token: int) -> float:
        return idf(len(self), self.frequency(token))


@contextmanager
def _links(folder: Path, names: Iterable[str]) -> Iterator[Path]:
    """A folder of links to the files, for tantivy writes a lock beside what it opens; gone when they are mapped."""
    links = Path(tempfile.mkdtemp(prefix="quoth-"))
    try:
        for name in names:
            (links / name).symlink_to((folder / name).absolute())
        yield links
    finally:
        for pause in (0.0, 0.01, 0.1):  # a thread of tantivy's may write the lock once more
            if links.exists():
                time.sleep(pause)
                shutil.rmtree(links, ignore_errors=True)


FLOAT32 = 5e-7  # how far tantivy's share of one token may be off: ln(1 + x) of a token that all passages have


def idf(passages: int, having: int) -> float:
    """How rare a token is: ln(1 + (N - df + 0.5) / (df + 0.5))."""
    return math.log(1 + (passages - having + 0.5) / (having + 0.5))


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", fast=True)
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
    return builder.build()
