# mypy: disable-error-code="import-untyped"
"""The numbers that Word puts before paragraphs: "3.2.", "(b)", "IV". (ECMA-376 part 1, 17.9.)

They stand nowhere in the file: each is counted from the paragraphs before it, in the way that its list's levels say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rag.documents.styles import Told
from rag.documents.styles import inherited as styles_told
from rag.numerals import han, letters, roman

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"  # as Word counts: without ё, й, ъ, ы, ь
_DEEPEST = 9  # levels of a list
_LARGEST = 32_767  # that Word counts to


@dataclass(slots=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""
    is_legal: bool = False  # every number of it is decimal
    restarts: bool = True
    ends_with_space: bool = True
    style: str | None = None


@dataclass(slots=True)
class _List:
    """One w:num: its levels, and where those that it starts anew begin."""

    counted_with: str  # lists of one w:abstractNum go on counting where another has stopped
    levels: dict[int, _Level]
    restarts: dict[int, int]


@dataclass(slots=True)
class Numbers:
    """Of one document: ask for each paragraph's, in their order."""

    _lists: dict[str, _List]
    _style_lists: dict[str | None, str | None]
    _style_levels: dict[str | None, int | None]
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, numbering: Any, styles: Mapping[str | None, Any]) -> "Numbers":
        """From the root of the part of this name, None where there is none, and the styles by their id."""
        return cls(_lists_of(numbering), inherited(styles, _own_list), inherited(styles, _own_level))

    def next(self, properties: Any) -> str:
        """Of the next paragraph, by its w:pPr or None: with what parts it from the text; "" where it has none."""
        if properties is None:
            return ""
        style = _value(properties, "pStyle")
        own_list, level = _own_list(properties), _own_level(properties)
        name = own_list or self._style_lists.get(style) or ""
        found = self._lists.get(name)
        if found is None:
            return ""
        if level is None:
            named = (at for at, each in found.levels.items() if own_list is None and style and each.style == style)
            level = next(named, self._style_levels.get(style) or 0)
        return self._counted(name, found, level) if level in found.levels else ""

    def _counted(self, name: str, found: _List, at: int) -> str:
        counts, level = self._counts.setdefault(found.counted_with, {}), found.levels[at]
        for above in range(at):  # what no paragraph has begun is begun by those below it
            counts.setdefault(above, found.levels.get(above, level).start)
        if at in found.restarts and (name, at) not in self._begun:
            counts[at] = found.restarts[at]
        else:
            counts[at] = min(counts.get(at, level.start - 1) + 1, _LARGEST)
        self._begun.add((name, at))
        for deeper in [each for each in counts if each > at and found.levels.get(each, level).restarts]:
            del counts[deeper]
        return _written(found, counts, level)


def inherited(styles: Mapping[str | None, Any], own: Callable[[Any], Told | None]) -> dict[str | None, Told | None]:
    """Of each style what it says itself, or else the one that it is based on."""
    return styles_told(styles, own, lambda style: _value(style, "basedOn"))


def _lists_of(numbering: Any) -> dict[str, _List]:
    if numbering is None:
        return {}
    abstract = {each.get(W + "abstractNumId"): each for each in numbering.iter(W + "abstractNum")}
    linked = {_value(each, "styleLink"): key for key, each in abstract.items()}
    lists = {}
    for num in numbering.iter(W + "num"):
        key = _value(num, "abstractNumId")
        link = _value(abstract[key], "numStyleLink") if key in abstract else None
        key = linked.get(link, key) if link else key
        if key in abstract:
            lists[num.get(W + "numId", "")] = _list_of(key or "", abstract[key], num)
    return lists


def _value(element: Any, name: str) -> str | None:
    found = element.find(W + name)
    return None if found is None else found.get(W + "val")


def _number(element: Any, name: str) -> int | None:
    text = _value(element, name) or ""
    return int(text) if text.isascii() and text.isdigit() and int(text) <= _LARGEST else None


def _is_on(element: Any, name: str) -> bool:
    return element.find(W + name) is not None and _value(element, name) not in ("0", "false", "off")


def _own_list(said: Any) -> str | None:
    """What a style or a paragraph's properties say of the list."""
    found = _numbered(said)
    return None if found is None else _value(found, "numId")


def _own_level(said: Any) -> int | None:
    found = _numbered(said)
    return None if found is None else _number(found, "ilvl")


def _numbered(said: Any) -> Any:
    properties = said.find(W + "pPr") if said.tag == W + "style" else said
    return None if properties is None else properties.find(W + "numPr")


def _list_of(key: str, abstract: Any, num: Any) -> _List:
    levels = {_at(each): _level_of(each) for each in abstract.iter(W + "lvl")}
    restarts = {}
    for override in num.iter(W + "lvlOverride"):
        levels |= {_at(each): _level_of(each) for each in override.iter(W + "lvl")}
        if (start := _number(override, "startOverride")) is not None:
            restarts[_at(override)] = start
    return _List(key, levels, restarts)


def _at(element: Any) -> int:
    text = element.get(W + "ilvl", "")
    return int(text) if text in tuple("012345678") else _DEEPEST


def _level_of(element: Any) -> _Level:
    start = _number(element, "start")
    return _Level(
        start=1 if start is None else start,
        format=_value(element, "numFmt") or "decimal",
        text=_value(element, "lvlText") or "",
        is_legal=_is_on(element, "isLgl"),
        restarts=_value(element, "lvlRestart") != "0",
        ends_with_space=_value(element, "suff") != "nothing",
        style=_value(element, "pStyle"),
    )


def _written(found: _List, counts: dict[int, int], level: _Level) -> str:
    """Nothing for a bullet, or where a number is of a kind that is not known here: none is better than a wrong one."""
    if level.format == "bullet":
        return ""
    text = level.text
    for place in (each for each in counts if f"%{each + 1}" in text):
        its = found.levels.get(place, _Level())
        number = _in_format(counts[place], "decimal" if level.is_legal else its.format)
        if number is None:
            return ""
        text = text.replace(f"%{place + 1}", number)
    text = text.strip()
    return text + " " * (text != "" and level.ends_with_space)


def _in_format(number: int, name: str) -> str | None:
    write = _FORMATS.get(name)
    return None if write is None else write(number)


def _chinese(most: int) -> Callable[[int], str | None]:
    """From a hundred on the ways to count in Chinese characters part."""
    return lambda number: han(number) if number <= most else None


def _ordinal(number: int) -> str:
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


_LOWER = letters("abcdefghijklmnopqrstuvwxyz")
_FORMATS: dict[str, Callable[[int], str | None]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": _LOWER,
    "upperLetter": lambda number: _LOWER(number).upper(),
    "lowerRoman": roman,
    "upperRoman": lambda number: roman(number).upper(),
    "russianLower": letters(_RUSSIAN),
    "russianUpper": lambda number: letters(_RUSSIAN)(number).upper(),
    "ordinal": _ordinal,
    "none": lambda _: "",
    "chineseCountingThousand": _chinese(9999),
    **dict.fromkeys(("chineseCounting", "japaneseCounting"), _chinese(99)),
}
