"""What stands on a slide of a PowerPoint 97 to 2003 file: its title, its texts and its tables. (MS-PPT 2.7, 2.9)"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from rag.documents.columns import Row, in_columns
from rag.documents.integers import u32, units
from rag.documents.ppt_fonts import told as symbols_told
from rag.documents.ppt_records import (
    ANCHOR_IN_GROUP,
    DRAWING,
    DRAWN,
    FILLED_IN,
    GROUP,
    MORE_PROPERTIES,
    PLACEHOLDER,
    PLACEHOLDER_2007,
    SHAPE,
    SHAPE_DATA,
    TEXT_BOX,
    TEXT_KIND,
    TEXT_NARROW,
    TEXT_REFERENCE,
    TEXT_STYLE,
    TEXT_WIDE,
    Record,
)

_FURNITURE = (7, 8, 9, 10)  # placeholders of dates, numbers of slides, feet and heads
_TITLES = {0: 2, 6: 1}  # levels of headings, by the kinds of texts
_FILLED_IN = "\0"
_IS_TABLE = 0x039F  # a property that says so
_DEEPEST = 32  # groups inside each other
Table: TypeAlias = list[list[str]]


@dataclass(frozen=True, slots=True)
class Text:
    kind: int
    paragraphs: tuple[str, ...]

    @property
    def level(self) -> int | None:
        """Of a title."""
        return _TITLES.get(self.kind)


@dataclass(frozen=True, slots=True)
class Said:
    """Elsewhere of what stands on a slide."""

    outline: Sequence[Text]  # the texts that it refers to
    fonts: Mapping[int, str]  # by their numbers


def texts_in(records: Sequence[Record], fonts: Mapping[int, str]) -> list[Text]:
    """What follows one on another: the kind of each, its characters, their style, and the places that are filled in."""
    texts, at = [], 0
    while at < len(records):
        if records[at].kind == TEXT_KIND:
            end = next((each for each in range(at + 1, len(records)) if records[each].kind == TEXT_KIND), len(records))
            texts.append(_text(u32(records[at].data, 0), records[at + 1 : end], fonts))
            at = end
        else:
            at += 1
    return texts


def told_on(slide: Record, said: Said) -> Iterator[Text | Table]:
    """In the file's order. Raises ValueError, struct.error."""
    drawing = slide.first(DRAWING)
    drawn = drawing.first(DRAWN) if drawing else None
    for group in drawn.all(GROUP) if drawn else ():
        yield from _told_in(group, said, 0)


def _told_in(group: Record, said: Said, depth: int) -> Iterator[Text | Table]:
    if depth == _DEEPEST:
        raise ValueError(f"more than {_DEEPEST} groups inside each other")
    own = list(group)
    if own and _is_table(own[0]):
        yield _table([each for each in own[1:] if each.kind == SHAPE], said)
        return
    for each in own:
        if each.kind == GROUP:
            yield from _told_in(each, said, depth + 1)
        elif each.kind == SHAPE and not _is_furniture(each):
            yield from _texts_of(each, said)


def _texts_of(shape: Record, said: Said) -> Iterator[Text]:
    box = shape.first(TEXT_BOX)
    if box is None:
        return
    records = list(box)
    yield from texts_in(records, said.fonts)
    for record in records:
        if record.kind == TEXT_REFERENCE and u32(record.data, 0) < len(said.outline):
            yield said.outline[u32(record.data, 0)]


def _text(kind: int, records: Sequence[Record], fonts: Mapping[int, str]) -> Text:
    text, style = "", b""
    for record in records:
        if record.kind == TEXT_WIDE:
            text = units(record.data)
        elif record.kind == TEXT_NARROW:  # the lower halves of UTF-16
            text = record.data.decode("latin-1")
        elif record.kind == TEXT_STYLE:
            style = record.data
        elif record.kind in FILLED_IN:
            at = u32(record.data, 0)
            text = text[:at] + _FILLED_IN + text[at + 1 :]
    told = symbols_told(text, style, fonts).replace(_FILLED_IN, "")
    return Text(kind, tuple(told.replace("\v", "\n").split("\r")))


def _is_furniture(shape: Record) -> bool:
    """Two records may say so, each in a place of its own."""
    data = shape.first(SHAPE_DATA)
    kinds = [(data.first(kind), at) for kind, at in ((PLACEHOLDER, 4), (PLACEHOLDER_2007, 0))] if data else []
    return any(record is not None and record.data[at] in _FURNITURE for record, at in kinds)


def _is_table(group_shape: Record) -> bool:
    properties = group_shape.first(MORE_PROPERTIES)
    if properties is None:
        return False
    said = struct.iter_unpack("<HI", properties.data[: 6 * properties.instance])
    return any(number & 0x3FFF == _IS_TABLE and value & 1 for number, value in said)


def _table(shapes: Sequence[Record], said: Said) -> Table:
    """Its rows: cells whose upper edges are at one height, from the left."""
    cells = []
    for shape in shapes:
        anchor, text = shape.first(ANCHOR_IN_GROUP), list(_texts_of(shape, said))
        if anchor is not None and text:
            left, top, right, _ = struct.unpack_from("<iiii", anchor.data)
            cells.append((top, left, right, " ".join(line for each in text for line in each.paragraphs)))
    rows = [list(row) for _, row in groupby(sorted(cells), key=lambda cell: cell[0])]
    return list(in_columns([Row([cell[3] for cell in row], tuple(cell[2] for cell in row)) for row in rows]))
