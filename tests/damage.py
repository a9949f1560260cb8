"""Files that were damaged on the way, put to the loaders."""

from hypothesis import strategies as st

from rag.documents import load_bytes
from rag.errors import DocumentError
from rag.types import Document


def damaged(good: bytes) -> st.SearchStrategy[bytes]:
    """The file with up to eight bytes changed."""
    changes = st.lists(st.tuples(st.integers(0, len(good) - 1), st.integers(0, 255)), max_size=8)
    return changes.map(lambda made: _changed(good, made))


def _changed(good: bytes, changes: list[tuple[int, int]]) -> bytes:
    data = bytearray(good)
    for place, value in changes:
        data[place] = value
    return bytes(data)


def read_or_refused(data: bytes, name: str) -> Document | None:
    """The document, None where it is refused, which is in words that name the file."""
    try:
        return load_bytes(data, name)
    except DocumentError as error:
        message = str(error)
        assert message.startswith(name)
        assert message.isprintable()
        return None
