"""The styles of a Word 97 to 2003 file's paragraphs and characters. (MS-DOC 2.9.271)"""

from collections.abc import Mapping
from dataclasses import dataclass

from rag.documents.doc_file import STYLES, WordFile
from rag.documents.doc_properties import Characters, Paragraph, style_of_words
from rag.documents.integers import u16
from rag.documents.styles import inherited

_HEADINGS = range(1, 10)  # Word's own styles, whatever they are called
_TITLE = 62
_MOST_BASED = 64  # on one another
_OF_PARAGRAPHS, _OF_CHARACTERS = 1, 2


@dataclass(frozen=True, slots=True)
class _Style:
    family: int
    kind: int  # of Word's own
    base: int
    said: bytes


class Styles:
    def __init__(self, file: WordFile) -> None:
        """Raises struct.error."""
        styles = _styles(file.table_at(STYLES))
        self._all = {number: style for number, style in styles.items() if style.family == _OF_PARAGRAPHS}
        self._of_words = {number: style for number, style in styles.items() if style.family == _OF_CHARACTERS}
        self._levels = inherited(self._all, _own_level, lambda style: style.base)
        self._told: dict[int, Paragraph] = {}
        self._told_of_words: dict[bytes, Characters] = {}

    def paragraph(self, number: int) -> Paragraph:
        """What a style says, and those that it is based on."""
        if number not in self._told:
            told = Paragraph(style=number)
            for style in reversed(_chain(self._all, number)):
                told = told.changed(style.said)
            self._told[number] = told
        return self._told[number]

    def characters(self, said: bytes) -> Characters:
        """Of which this is said, and what their style says, and those that it is based on."""
        if said not in self._told_of_words:
            told = Characters()
            for style in reversed(_chain(self._of_words, style_of_words(said))):
                told = told.changed(style.said)
            self._told_of_words[said] = told.changed(said)
        return self._told_of_words[said]

    def level(self, number: int) -> int | None:
        """Of the headings that are of this style."""
        return self._levels.get(number)


def _chain(styles: Mapping[int, _Style], number: int | None) -> list[_Style]:
    chain: list[_Style] = []
    while number is not None and number in styles and len(chain) < _MOST_BASED:
        chain.append(styles[number])
        number = chain[-1].base
    return chain


def _own_level(style: _Style) -> int | None:
    return style.kind if style.kind in _HEADINGS else 1 if style.kind == _TITLE else None


def _styles(table: bytes) -> dict[int, _Style]:
    if not table:
        return {}
    at = 2 + u16(table, 0)
    count, base = u16(table, 2), u16(table, 4)
    styles = {}
    for number in range(count):
        size = u16(table, at)
        if size:
            style = _style(table[at + 2 : at + 2 + size], base)
            if style is not None:
                styles[number] = style
        at += 2 + size
    return styles


def _style(said: bytes, base: int) -> _Style | None:
    """None of those that are of tables or lists."""
    family = u16(said, 2) & 0xF
    if family not in (_OF_PARAGRAPHS, _OF_CHARACTERS):
        return None
    at = base + 2 + 2 * (u16(said, base) + 1)  # behind its name
    at += at % 2
    size = u16(said, at)
    first = at + (4 if family == _OF_PARAGRAPHS else 2)  # behind the style's own number
    return _Style(family, u16(said, 0) & 0xFFF, u16(said, 2) >> 4, said[first : at + 2 + size])
