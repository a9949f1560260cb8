"""What Outlook keeps of a message, of one of its attachments or of a person: properties by number (MS-OXMSG 2)."""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from rag.documents.code_pages import WESTERN, codec_of_page
from rag.documents.compound import Compound

TABLE = "__properties_version1.0"
# Bytes before the entries of the table (2.4): those of the message, of one within it, of an attachment or a person.
OF_FILE, OF_MESSAGE, OF_PART = 32, 24, 8
_ENTRY = struct.Struct("<HHI8s")
_INTEGER, _BOOLEAN, _TIME = 0x0003, 0x000B, 0x0040
_NAMES = ("__nameid_version1.0", "__substg1.0_00030102")
_NAMED = struct.Struct("<IHH")
_OF_TEXTS, _OF_HTML = 0x3FFD, 0x3FDE  # code pages
# What Windows takes for itself where a message is sent in one of the others: Outlook's own texts are in it.
_OF_WINDOWS = {20127: 1252, 20866: 1251, 21866: 1251, 28591: 1252, 28592: 1250, 28595: 1251, 28597: 1253, 28599: 1254}
_OF_WINDOWS |= {50220: 932, 50221: 932, 50222: 932, 51932: 932, 51949: 949, 54936: 936}
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Properties:
    """Those in one storage of the file. Its methods raise UnreadableDocument where a stream of it is damaged."""

    file: Compound
    path: tuple[str, ...]
    head: int
    around: "Properties | None" = None  # the message that an attachment or a person belongs to

    def text(self, number: int) -> str:
        """ "" where there is none."""
        wide = self._stream(number, "001F")
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\x00")
        return self._decoded(self._stream(number, "001E") or b"").rstrip("\x00")

    def first_text(self, *numbers: int) -> str:
        return next((text for text in map(self.text, numbers) if text.strip()), "")

    def binary(self, number: int) -> bytes | None:
        return self._stream(number, "0102")

    def integer(self, number: int) -> int | None:
        """Whether something holds is told as 1 or 0."""
        value = self._fixed.get((number, _INTEGER)) or self._fixed.get((number, _BOOLEAN))
        return None if value is None else int.from_bytes(value[:4], "little")

    def time(self, number: int) -> datetime | None:
        """In UTC; None too where it is none that a calendar has."""
        ticks = int.from_bytes(self._fixed.get((number, _TIME), b""), "little")  # of 100 nanoseconds, since 1601
        try:
            return _EPOCH + timedelta(microseconds=ticks // 10) if ticks else None
        except OverflowError:
            return None

    @cached_property
    def page_codec(self) -> str | None:
        """Of the page that the HTML is in."""
        page = self.integer(_OF_HTML)
        return None if page is None else codec_of_page(page)

    def storages(self, begin: str) -> list[tuple[str, ...]]:
        """Those whose names begin so, by their numbers."""
        return [(*self.path, name) for name in self.file.children(*self.path) if name.startswith(begin)]

    def _stream(self, number: int, kind: str) -> bytes | None:
        return self.file.stream(*self.path, f"__substg1.0_{number:04X}{kind}")

    @cached_property
    def _fixed(self) -> dict[tuple[int, int], bytes]:
        """By number and type; of texts and the like, which have streams of their own, it tells the length."""
        table = (self.file.stream(*self.path, TABLE) or b"")[self.head :]
        whole = table[: len(table) - len(table) % _ENTRY.size]
        return {(number, kind): value for kind, number, _, value in _ENTRY.iter_unpack(whole)}

    def _decoded(self, data: bytes) -> str:
        try:
            return data.decode(self._codec)
        except UnicodeDecodeError:
            return data.decode(WESTERN if self._codec == "utf-8" else self._codec, "replace")

    @cached_property
    def _codec(self) -> str:
        if self.around is not None:
            return self.around._codec
        pages = (page for page in map(self.integer, (_OF_TEXTS, _OF_HTML)) if page is not None)
        codecs = (codec_of_page(_OF_WINDOWS.get(page, page)) for page in pages)
        return next((codec for codec in codecs if codec), WESTERN)


def numbers_in(file: Compound) -> dict[int, int]:
    """The numbers that properties of appointments and contacts have in this file, by those they have in all (2.2.3)."""
    table = file.stream(*_NAMES) or b""
    whole = table[: len(table) - len(table) % _NAMED.size]
    return {own: 0x8000 + index for own, kind, index in _NAMED.iter_unpack(whole) if not kind & 1}  # 1: of a name
