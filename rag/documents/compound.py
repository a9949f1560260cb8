"""Compound files (MS-CFB), in which old Office files and Outlook's messages keep their streams."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from rag.documents.code_pages import WESTERN, codec_of_page
from rag.documents.content import one_line, quiet
from rag.documents.properties import about
from rag.errors import UnreadableDocument

_SUMMARY = "\x05SummaryInformation"
_CODE_PAGE, _TITLE, _AUTHOR, _CREATED = 1, 2, 4, 12  # MS-OLEPS 3.1 and appendix A of MS-OSHARED
# What olefile raises, beside OSError, on directories and tables that no program wrote.
_DAMAGE = (AttributeError, LookupError, MemoryError, OSError, OverflowError, RecursionError, TypeError, ValueError)


class Compound:
    """One that is open."""

    def __init__(self, data: bytes, name: str) -> None:
        """Raises UnreadableDocument."""
        from olefile import OleFileIO
        from olefile.olefile import OleFileError

        quiet("olefile")
        self._name = name
        self._damage = (OleFileError, *_DAMAGE)
        try:
            self._file = OleFileIO(BytesIO(data))
        except self._damage as error:
            raise self._damaged(error) from error

    def stream(self, *path: str) -> bytes | None:
        """None where there is none of this path. Raises UnreadableDocument where a part of it is missing."""
        try:
            if self._file.get_type(path) != 2:  # a stream
                return None
            data = bytes(self._file.openstream(path).read())
            size = self._file.get_size(path)
        except self._damage as error:
            raise self._damaged(error) from error
        if len(data) != size:
            raise self._damaged(f"{size:,} bytes of {path[-1]}, of which {len(data):,} are there")
        return data

    def children(self, *path: str) -> Sequence[str]:
        """The names of the streams and storages in the root or a storage, in the file's order."""
        try:
            entries = self._file.listdir(streams=True, storages=True)
        except self._damage as error:
            raise self._damaged(error) from error
        return [entry[-1] for entry in entries if len(entry) == len(path) + 1 and tuple(entry[:-1]) == path]

    @property
    def about(self) -> dict[str, Any]:
        """Title, date and metadata, as `Content` takes them; what cannot be read of them is left out."""
        if self._file.get_type(_SUMMARY) != 2:
            return about(None, None, None)
        try:
            said = self._file.getproperties(_SUMMARY, convert_time=True, no_conversion=[10])
        except self._damage:
            return about(None, None, None)
        codec = codec_of_page(_unsigned(said.get(_CODE_PAGE))) or WESTERN
        title, author = (_text(said.get(each), codec) for each in (_TITLE, _AUTHOR))
        return about(title or None, author, said.get(_CREATED))

    def _damaged(self, found: object) -> UnreadableDocument:
        return UnreadableDocument(
            f"{self._name}: expected a whole Office file, found a damaged one ({one_line(str(found), 120)}); "
            "copy it again, or open it in the program that made it and save it"
        )


def _unsigned(code_page: Any) -> int:
    """65001 is kept in sixteen bits with a sign."""
    return code_page % 65536 if isinstance(code_page, int) else 0


def _text(value: Any, codec: str) -> str:
    text = value.decode(codec, "replace") if isinstance(value, bytes) else value
    return one_line(text) if isinstance(text, str) else ""
