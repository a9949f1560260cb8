"""A Word 97 to 2003 file's text laid out: paragraphs, tables as rows, notes after what they belong to."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rag.documents import symbols
from rag.documents.doc_bytes import places
from rag.documents.doc_file import ENDNOTE_TEXTS, ENDNOTES, FOOTNOTE_TEXTS, FOOTNOTES, WordFile
from rag.documents.doc_fonts import fonts_of
from rag.documents.doc_numbers import lists_of
from rag.documents.doc_pieces import Pieces
from rag.documents.doc_properties import Characters, Paragraph, character_runs, paragraph_runs
from rag.documents.doc_styles import Styles
from rag.documents.flow import Flow
from rag.documents.heights import at_height
from rag.documents.struck import STRUCK, struck
from rag.documents.styles import level_of
from rag.documents.word_numbers import Counter
from rag.errors import DocumentTooLarge

_LEFT_OUT = "\x00"
_CELL, _BREAK, _FIELD, _RESULT, _FIELD_END = "\x07", "\x0c", "\x13", "\x14", "\x15"
_MARK = re.compile("[\r\x07\x0c\x13\x14\x15]")
_NO_MARK = re.compile("[^\r\x07\x0c]")
_WORDS = re.compile("[^\r\x07\x0c\x13-\x15]+")
_MARKS = {each: None for each in range(32) if each != 9} | {11: "\n", 14: "\n", 30: "\u2011"}  # 31: where it may part
_MOST_ENDS = 3_000_000  # of paragraphs and cells, each of which takes some 300 bytes


def flow_of(file: WordFile, name: str) -> Flow:
    """Raises struct.error, ValueError or IndexError where the file is damaged, DocumentTooLarge."""
    length = max(end for _, end in file.stretches.values())
    pieces = Pieces(file, length, name)
    styles = Styles(file)
    text = _shown(pieces, file, styles)
    if len(_MARK.findall(text)) > _MOST_ENDS:
        raise DocumentTooLarge(
            f"{name}: more than {_MOST_ENDS:,} paragraphs, cells and fields, which is the limit; "
            "split it into smaller files"
        )
    layout = _Layout(text, _Paragraphs(pieces, file, styles))
    notes = [*_notes(file, FOOTNOTES, FOOTNOTE_TEXTS, "footnotes"), *_notes(file, ENDNOTES, ENDNOTE_TEXTS, "endnotes")]
    body = layout.flow(*file.stretches["body"], sorted(notes))
    boxes = layout.flow(*file.stretches["boxes"], [])
    body.pieces += boxes.pieces
    return body


def _shown(pieces: Pieces, file: WordFile, styles: Styles) -> str:
    """Every character in its place; paragraphs and cells end even where their marks are hidden."""
    runs, fonts = character_runs(file), fonts_of(file)
    kept, at = [], 0
    for piece in pieces:
        for run in runs.within(piece.offset, piece.offset_of(piece.end)):
            first = max(piece.begin + (run.begin - piece.offset) // piece.width, at)
            last = min(piece.begin + (run.end - piece.offset) // piece.width, piece.end)
            if first < last:
                said = styles.characters(run.said + piece.changes)
                kept += [pieces.text[at:first], _shown_of(pieces.text[first:last], said, fonts)]
                at = last
    return "".join(kept) + pieces.text[at:]


def _shown_of(text: str, said: Characters, fonts: Mapping[int, str]) -> str:
    if said.is_left_out:
        return _NO_MARK.sub(_LEFT_OUT, text)
    told = _told(text, said, fonts)
    return _WORDS.sub(lambda words: struck(words[0]), told) if said.is_struck or said.is_struck_twice else told


def _told(text: str, said: Characters, fonts: Mapping[int, str]) -> str:
    if said.symbol is not None:
        font, code = said.symbol
        return _NO_MARK.sub(symbols.shown(fonts.get(font, ""), code) or _LEFT_OUT, text)
    return at_height(symbols.told(fonts.get(said.font or 0, ""), text, _LEFT_OUT), said.height)


def _notes(file: WordFile, references: int, texts: int, kind: str) -> Iterator[tuple[int, int, int]]:
    """(where it is referred to, where it begins and ends)"""
    first, last = file.stretches[kind]
    places_of, _ = places(file.table_at(references), 2)
    bounds, _ = places(file.table_at(texts), 0)
    if list(bounds) != sorted(bounds):
        raise ValueError("its notes are not in order")
    for place, begin, end in zip(places_of, bounds, bounds[1:], strict=False):
        if begin < end and first + end <= last:
            yield place, first + begin, first + end


class _Paragraphs:
    """What is said of each, by the place of its last character."""

    def __init__(self, pieces: Pieces, file: WordFile, styles: Styles) -> None:
        self._pieces = pieces
        self._data = file.data
        self._runs = paragraph_runs(file)
        self._styles = styles
        self._lists = lists_of(file)
        self._counter = Counter()
        self._told: dict[tuple[bytes, bytes], Paragraph] = {}

    def at(self, place: int) -> Paragraph:
        piece = self._pieces.at(place)
        run = self._runs.at(piece.offset_of(place))
        key = (run.said if run else b"", piece.changes)
        if key not in self._told:
            style = int.from_bytes(key[0][:2], "little")
            self._told[key] = self._styles.paragraph(style).changed(
                key[0][2:] + key[1], self._styles.paragraph, self._data
            )
        return self._told[key]

    def ends_at(self, place: int) -> bool:
        """Whether the character is the last of its paragraph, whatever it is."""
        piece = self._pieces.at(place)
        run = self._runs.at(piece.offset_of(place))
        return run is None or run.end == piece.offset_of(place) + piece.width

    def level(self, paragraph: Paragraph) -> int | None:
        if paragraph.outline is not None:
            return level_of(paragraph.outline)
        return self._styles.level(paragraph.style)

    def number(self, paragraph: Paragraph) -> str:
        """Of the next one."""
        found = self._lists.get(paragraph.list or 0)
        level = paragraph.list_level or 0
        if found is None or level not in found.levels:
            return ""
        return self._counter.next(str(paragraph.list), found, level)


@dataclass(slots=True)
class _Layout:
    text: str
    paragraphs: _Paragraphs

    def flow(self, begin: int, end: int, notes: Sequence[tuple[int, int, int]]) -> Flow:
        """`notes` in the order in which they are referred to."""
        flow, fields, waiting = Flow(), _Fields(), list(reversed(notes))
        at = begin
        for mark in _MARK.finditer(self.text, begin, end):
            if fields.is_shown:
                flow.add(self.text[at : mark.start()].translate(_MARKS))
            at = mark.end()
            if fields.take(mark[0]):
                continue
            while waiting and waiting[-1][0] <= mark.start():
                place, first, last = waiting.pop()
                if self.text[place] != STRUCK:
                    flow.add_note(self.flow(first, last, []))
            self._end(flow, mark[0], mark.start())
        flow.add(self.text[at:end].translate(_MARKS))
        flow.end()
        return flow

    def _end(self, flow: Flow, mark: str, place: int) -> None:
        if mark == _BREAK and not self.paragraphs.ends_at(place):
            flow.add("\n")
            return
        paragraph = self.paragraphs.at(place)
        if mark == _CELL and paragraph.ends_row:
            for end in paragraph.cell_ends:
                flow.add_end(end)
            flow.end_row()
            flow.begin_row()
            return
        flow.number = self.paragraphs.number(paragraph)
        if mark == _CELL and paragraph.is_in_table:
            flow.end_cell()
        else:
            flow.end_paragraph(self.paragraphs.level(paragraph), is_in_table=paragraph.is_in_table)


@dataclass(slots=True)
class _Fields:
    """Those that are open: of each is shown what it came to, not what it asks for."""

    _results: list[bool] = field(default_factory=list)
    _asking: int = 0  # of them, those whose results have not begun

    @property
    def is_shown(self) -> bool:
        return not self._asking

    def take(self, mark: str) -> bool:
        """Whether the mark is one of a field, or within what a field asks for."""
        if mark == _FIELD:
            self._results.append(False)
            self._asking += 1
        elif mark == _RESULT and self._results and not self._results[-1]:
            self._results[-1] = True
            self._asking -= 1
        elif mark == _FIELD_END and self._results:
            self._asking -= not self._results.pop()
        return mark in (_FIELD, _RESULT, _FIELD_END) or (mark != _CELL and not self.is_shown)
