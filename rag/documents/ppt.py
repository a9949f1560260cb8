"""PowerPoint 97 to 2003 (ppt): slides as pages, their titles headings, their notes behind them, as pptx is read.

Numbers, dates and feet of slides, comments, pictures and charts are not in it. (MS-PPT)
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from rag.documents import signatures
from rag.documents.blocks import Blocks
from rag.documents.compound import Compound
from rag.documents.content import Content, one_line
from rag.documents.integers import u32
from rag.documents.ppt_fonts import fonts_of
from rag.documents.ppt_records import NOTES, SLIDE, SLIDE_ENTRY, SLIDE_HEAD, SLIDE_LIST, Record, current
from rag.documents.ppt_shapes import Said, Text, texts_in, told_on
from rag.errors import UnreadableDocument

MEDIA_TYPE = "application/vnd.ms-powerpoint"
_SLIDES, _NOTES = 0, 2  # the lists of them
_DUAL = "PP97_DUALSTORAGE"  # of files that PowerPoint 95 reads as well
_LOCKED = 0xF3D1C4DF
_DAMAGE = (IndexError, ValueError, struct.error)


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "compound", name)
    compound = Compound(data, name)
    storage = (_DUAL,) if _DUAL in compound.children() else ()
    stream, user = (compound.stream(*storage, each) for each in ("PowerPoint Document", "Current User"))
    if stream is None or user is None:
        raise UnreadableDocument(
            f"{name}: expected a PowerPoint 97 to 2003 file, found an Office file that is none; give the file its true "
            "ending, or open it in PowerPoint and save it as pptx"
        )
    blocks = Blocks(name)
    try:
        if u32(user, 12) == _LOCKED:
            raise UnreadableDocument(f"{name}: locked with a password; save it without one")
        _lay_out(*current(stream, u32(user, 16)), blocks)
    except _DAMAGE as error:
        raise UnreadableDocument(
            f"{name}: expected a PowerPoint 97 to 2003 file, found a damaged or an older one ({error}); copy it again, "
            "or open it in PowerPoint and save it as pptx"
        ) from error
    return Content(blocks.text, MEDIA_TYPE, pages=blocks.pages, headings=tuple(blocks.headings), **compound.about)


@dataclass(slots=True)
class _Entry:
    """Of a slide or of notes in a list of them."""

    number: int  # by which the directory calls it
    own: int  # and a slide its notes
    records: list[Record] = field(default_factory=list)  # the texts of its placeholders


def _lay_out(document: Record, places: Mapping[int, int], blocks: Blocks) -> None:
    notes = {entry.own: entry for entry in _entries(document, _NOTES)}
    fonts, read = fonts_of(document), set[int]()
    for entry in _entries(document, _SLIDES):
        if entry.number not in places:
            raise ValueError("one of its slides is missing")
        slide = _standing(document.stream, places[entry.number], SLIDE, read)
        if slide is None:
            continue
        blocks.begin_page()
        _add_slide(slide, Said(texts_in(entry.records, fonts), fonts), blocks)
        head = slide.first(SLIDE_HEAD)
        behind = notes.get(u32(head.data, 16)) if head else None
        page = _standing(document.stream, places.get(behind.number), NOTES, read) if behind else None
        if page is not None and behind is not None:
            _add_texts(page, Said(texts_in(behind.records, fonts), fonts), blocks)


def _entries(document: Record, wanted: int) -> list[_Entry]:
    entries: list[_Entry] = []
    for record in chain.from_iterable(each for each in document.all(SLIDE_LIST) if each.instance == wanted):
        if record.kind == SLIDE_ENTRY:
            entries.append(_Entry(u32(record.data, 0), u32(record.data, 12)))
        elif entries:
            entries[-1].records.append(record)
    return entries


def _standing(stream: bytes, place: int | None, kind: int, read: set[int]) -> Record | None:
    """What stands there, once: a file that names it again and again would be read for ever."""
    if place is None or place in read:
        return None
    read.add(place)
    record = Record.at(stream, place)
    return record if record.kind == kind else None


def _add_slide(slide: Record, said: Said, blocks: Blocks) -> None:
    """The title first, wherever it stands."""
    told = list(told_on(slide, said))
    title = next((each for each in told if isinstance(each, Text) and each.level), None)
    if title is not None:
        blocks.add(one_line(" ".join(title.paragraphs)), level=title.level)
    for each in told:
        if isinstance(each, list):
            for row in each:
                blocks.add_row(row)
            blocks.end_table()
        elif each is not title:
            _add(each, blocks)


def _add_texts(page: Record, said: Said, blocks: Blocks) -> None:
    for each in told_on(page, said):
        if isinstance(each, Text):
            _add(each, blocks)


def _add(text: Text, blocks: Blocks) -> None:
    for paragraph in text.paragraphs:
        blocks.add(paragraph)
