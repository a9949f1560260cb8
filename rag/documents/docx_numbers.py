# mypy: disable-error-code="import-untyped"
"""The numbers that Word puts before paragraphs: "3.2.", "(b)", "IV". (ECMA-376 part 1, 17.9.)

They stand nowhere in the file: each is counted from the paragraphs before it, in the way that its list's levels say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rag.documents.styles import Told
from rag.documents.styles import inherited as styles_told
from rag.documents.word_numbers import LARGEST, Counter, Level, NumberedList

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 9  # levels of a list


@dataclass(slots=True)
class Numbers:
    """Of one document: ask for each paragraph's, in their order."""

    _lists: dict[str, NumberedList]
    _style_lists: dict[str | None, str | None]
    _style_levels: dict[str | None, int | None]
    _counter: Counter = field(default_factory=Counter)

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
        return self._counter.next(name, found, level) if level in found.levels else ""


def inherited(styles: Mapping[str | None, Any], own: Callable[[Any], Told | None]) -> dict[str | None, Told | None]:
    """Of each style what it says itself, or else the one that it is based on."""
    return styles_told(styles, own, lambda style: _value(style, "basedOn"))


def _lists_of(numbering: Any) -> dict[str, NumberedList]:
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
    return int(text) if text.isascii() and text.isdigit() and int(text) <= LARGEST else None


def is_on(element: Any, name: str) -> bool:
    """What a property that is on or off says of an element, which may lack it."""
    found = element.find(W + name)
    return found is not None and holds(found)


def holds(said: Any) -> bool:
    return said.get(W + "val") not in ("0", "false", "off")


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


def _list_of(key: str, abstract: Any, num: Any) -> NumberedList:
    levels = {_at(each): _level_of(each) for each in abstract.iter(W + "lvl")}
    restarts = {}
    for override in num.iter(W + "lvlOverride"):
        levels |= {_at(each): _level_of(each) for each in override.iter(W + "lvl")}
        if (start := _number(override, "startOverride")) is not None:
            restarts[_at(override)] = start
    return NumberedList(key, levels, restarts)


def _at(element: Any) -> int:
    text = element.get(W + "ilvl", "")
    return int(text) if text in tuple("012345678") else _DEEPEST


def _level_of(element: Any) -> Level:
    start = _number(element, "start")
    return Level(
        start=1 if start is None else start,
        format=_value(element, "numFmt") or "decimal",
        text=_value(element, "lvlText") or "",
        is_legal=is_on(element, "isLgl"),
        restarts=_value(element, "lvlRestart") != "0",
        ends_with_space=_value(element, "suff") != "nothing",
        style=_value(element, "pStyle"),
    )
