"""The lists of a Word 97 to 2003 file. (MS-DOC 2.4.6.3, 2.9.131)"""

from collections.abc import Mapping
from dataclasses import dataclass

from rag.documents.doc_file import LIST_OVERRIDES, LISTS, WordFile
from rag.documents.integers import i32, u16, u32
from rag.documents.word_numbers import LARGEST, Level, NumberedList

_LEVELS = 9
_STARTS, _FORMATTED = 0x10, 0x20
# By their numbers (MS-OSHARED 2.2.1.3), which are the places of their names in ECMA-376.
_FORMATS: Mapping[int, str] = {
    0: "decimal",
    1: "upperRoman",
    2: "lowerRoman",
    3: "upperLetter",
    4: "lowerLetter",
    5: "ordinal",
    11: "japaneseCounting",
    22: "decimalZero",
    23: "bullet",
    37: "chineseCounting",
    39: "chineseCountingThousand",
    58: "russianLower",
    59: "russianUpper",
    255: "none",
}


def lists_of(file: WordFile) -> dict[int, NumberedList]:
    """By the numbers that paragraphs call them by. Raises struct.error."""
    begin, size = file.table_place(LISTS)
    if not size or not file.table_place(LIST_OVERRIDES)[1]:
        return {}
    return _overridden(file.table_at(LIST_OVERRIDES), _levels_of_lists(file.table, begin))


def _levels_of_lists(table: bytes, begin: int) -> dict[int, dict[int, Level]]:
    """By the lists' own numbers: all are described first, then the levels of each."""
    count = u16(table, begin)
    reader = _Levels(table, begin + 2 + 28 * count)
    lists = {}
    for each in range(count):
        at = begin + 2 + 28 * each
        is_simple = table[at + 26] & 1
        lists[i32(table, at)] = {place: reader.next() for place in range(1 if is_simple else _LEVELS)}
    return lists


def _overridden(table: bytes, lists: Mapping[int, dict[int, Level]]) -> dict[int, NumberedList]:
    count = u32(table, 0)
    reader = _Levels(table, 4 + 16 * count)
    found = {}
    for number in range(count):
        at = 4 + 16 * number
        own, overrides = i32(table, at), table[at + 12]
        levels, restarts = dict(lists.get(own, {})), {}
        reader.at += 4
        for _ in range(overrides):
            start, said = i32(table, reader.at), u32(table, reader.at + 4)
            reader.at += 8
            place = said & 0xF
            if said & _FORMATTED:
                levels[place] = reader.next()
                start = levels[place].start
            if said & _STARTS:
                restarts[place] = start
        if own in lists:
            found[number + 1] = NumberedList(str(own), levels, restarts)
    return found


@dataclass(slots=True)
class _Levels:
    """One after the other. (LVL, 2.9.150)"""

    table: bytes
    at: int

    def next(self) -> Level:
        table, at = self.table, self.at
        start, kind, said, follows = i32(table, at), table[at + 4], table[at + 5], table[at + 15]
        text_at = at + 28 + table[at + 24] + table[at + 25]
        length = u16(table, text_at)
        text = table[text_at + 2 : text_at + 2 + 2 * length].decode("utf-16-le", "replace")
        self.at = text_at + 2 + 2 * length
        return Level(
            start=start if 0 <= start <= LARGEST else 1,
            format=_FORMATS.get(kind, "unknown"),
            text="".join(f"%{ord(each) + 1}" if ord(each) < _LEVELS else each for each in text),
            is_legal=bool(said & 0x04),
            restarts=not said & 0x08,
            ends_with_space=follows != 2,
        )
