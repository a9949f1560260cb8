"""The records of an Excel workbook's stream (MS-XLS 2.1.4): which of them say what its cells hold."""

from collections.abc import Iterator
from struct import Struct

from rag.errors import UnreadableDocument

_HEAD = Struct("<HH")  # a record's kind and the bytes of what it says
_BEGINNINGS = (0x0809, 0x0409, 0x0209, 0x0009)  # of a substream: Excel 5 to 2003, 4, 3, 2
_END = 0x000A
_SHEET, _PASSWORD = 0x0085, 0x002F
_STYLES = (0x00E0, 0x0443, 0x0243, 0x0043, 0x041E, 0x001E)  # of cells, and the number formats that these name
_TOLD = {
    *_BEGINNINGS,
    _END,
    _SHEET,
    *_STYLES,
    *(0x0042, 0x0022, 0x0056, 0x0044),  # the code page, the calendar, how formats and styles are counted
    *(0x008E, 0x008F),  # the sheets of Excel 4
    *(0x0200, 0x0000),  # a sheet's size, before which the styles of Excel 2 to 4 end
    *(0x00FC, 0x003C),  # texts, and what of them did not fit into one record
    *(0x0203, 0x0003, 0x0002, 0x027E, 0x00BD, 0x0205, 0x0005),  # numbers, truth values, errors
    *(0x00FD, 0x0204, 0x0004, 0x00D6),  # cells of text
    *(0x0006, 0x0206, 0x0406, 0x0207, 0x0007),  # what formulas came to
    *(0x04BC, 0x0221, 0x0021, 0x0236, 0x0037, 0x0036),  # may stand between a formula and the text it came to
}
_UNKNOWN = b"\xff\xff"
_MOST_STYLES, _MOST_SHEETS = 10_000, 10_000  # Excel keeps 4,050 styles and some 250 formats


def only_cells(stream: bytes, name: str) -> bytes:
    """The stream with each record that says nothing of the cells of a visible sheet marked as of an unknown kind.

    All stays in its place. Pictures, links and colours are so kept from a reader that would fail for a fault in one, or
    make millions of cells of a link that claims them. Raises UnreadableDocument.
    """
    marked = bytearray(stream)
    sheets = _visible_sheets(marked, name)
    walked = styles = 0
    for start in (0, *sheets):
        for place, kind, length in _substream(stream, start):
            walked += _HEAD.size + length
            styles += kind in _STYLES
            if kind not in _TOLD or (kind in _STYLES and styles > _MOST_STYLES):
                marked[place : place + 2] = _UNKNOWN
        if walked > len(stream):
            raise damaged(name, "sheets that overlap or do not end")
    return bytes(marked)


def _visible_sheets(marked: bytearray, name: str) -> list[int]:
    """Where they begin; the entries of others, and of charts and macros, are marked."""
    starts = []
    for place, kind, _ in _substream(bytes(marked), 0):
        if kind == _PASSWORD:
            raise UnreadableDocument(
                f"{name}: expected an open Excel workbook, found an encrypted one, as Excel writes it with a password "
                "or where the order of its sheets is protected; open it in Excel, take that off and save it"
            )
        if kind == _SHEET and _HEAD.unpack_from(marked)[0] == _BEGINNINGS[0]:
            if marked[place + 8 : place + 9] > b"\x00" or marked[place + 9 : place + 10] > b"\x00":
                marked[place : place + 2] = _UNKNOWN
            else:
                starts.append(int.from_bytes(marked[place + 4 : place + 8], "little"))
    if len(starts) > _MOST_SHEETS:
        raise damaged(name, f"{len(starts):,} sheets")
    return starts


def _substream(stream: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """(place, kind, length) of each record up to the one that ends what begins here; charts within end by their own."""
    place, depth = start, 0
    while place + _HEAD.size <= len(stream):
        kind, length = _HEAD.unpack_from(stream, place)
        yield place, kind, length
        place += _HEAD.size + length
        depth = min(depth + 1, 2) if kind in _BEGINNINGS else depth - (kind == _END)
        if depth <= 0:
            return


def damaged(name: str, found: str) -> UnreadableDocument:
    """To be raised."""
    return UnreadableDocument(
        f"{name}: expected a whole Excel workbook, found a damaged one ({found}); "
        "copy it again, or open it in Excel and save it as xlsx"
    )
