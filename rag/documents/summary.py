"""What a compound file says about itself: its summary, a set of properties by number (MS-OLEPS 2.21)."""

import struct
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from rag.documents.code_pages import WESTERN, codec_of_page
from rag.documents.content import one_line
from rag.documents.integers import u16, u32
from rag.documents.properties import about

_SECTION_AT, _PROPERTIES = 44, 8  # where the place of the first section stands; in it, where its properties do
_CODE_PAGE, _TITLE, _AUTHOR, _CREATED = 1, 2, 4, 12  # appendix A of MS-OSHARED
_SHORT, _BYTES, _WIDE, _TIME = 2, 30, 31, 64  # types
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_Value: TypeAlias = int | bytes | str | datetime | None


def about_of(summary: bytes) -> dict[str, Any]:
    """Title, date and metadata, as `Content` takes them; what cannot be read of them is left out."""
    try:
        said = _said(summary)
    except (OverflowError, struct.error):
        said = {}
    page = said.get(_CODE_PAGE)
    codec = codec_of_page(page if isinstance(page, int) else 0) or WESTERN
    title, author = (_text(said.get(each), codec) for each in (_TITLE, _AUTHOR))
    return about(title or None, author, said.get(_CREATED))


def _said(summary: bytes) -> dict[int, _Value]:
    """Raises struct.error or OverflowError where it is damaged."""
    section = u32(summary, _SECTION_AT)
    count = min(u32(summary, section + 4), (len(summary) - section) // 8)
    wanted = (_CODE_PAGE, _TITLE, _AUTHOR, _CREATED)
    places = {}
    for each in range(count):
        number, place = struct.unpack_from("<II", summary, section + _PROPERTIES + 8 * each)
        places[number] = section + place
    return {number: _value(summary, places[number]) for number in wanted if number in places}


def _value(summary: bytes, place: int) -> _Value:
    kind, at = u16(summary, place), place + 4
    if kind == _SHORT:
        return u16(summary, at)
    if kind == _BYTES:
        return summary[at + 4 : at + 4 + u32(summary, at)]
    if kind == _WIDE:
        return summary[at + 4 : at + 4 + 2 * u32(summary, at)].decode("utf-16-le", "replace")
    if kind == _TIME:
        ticks = u32(summary, at) | u32(summary, at + 4) << 32  # of 100 nanoseconds
        return _EPOCH + timedelta(microseconds=ticks // 10) if ticks else None
    return None


def _text(value: _Value, codec: str) -> str:
    text = value.decode(codec, "replace") if isinstance(value, bytes) else value
    return one_line(text.partition("\x00")[0]) if isinstance(text, str) else ""
