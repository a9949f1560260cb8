"""The numbers before an OpenDocument's paragraphs and headings, as its lists say. (OpenDocument 1.3 part 3, 5.3, 16.)

They stand nowhere in the file: each is counted from the paragraphs before it. Where the standard leaves it open, they
are counted as LibreOffice does.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rag.documents.opendocument_styles import STYLE, TEXT, Styles, number
from rag.numerals import counted_letters, letters, roman

LIST, ITEM, HEADER = TEXT + "list", TEXT + "list-item", TEXT + "list-header"
_HEADING = TEXT + "h"
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_STYLE_NAME = TEXT + "style-name"
_LEVELS = tuple(f"{TEXT}{kind}" for kind in ("list-level-style-number", "outline-level-style"))
_FORMAT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}num-list-format"
_LARGEST = 32_767
_DEEPEST = 10  # levels of a list
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class _Level:
    """`text` has %1% where the number of the first level stands; of a bullet it is empty."""

    text: str = ""
    format: str = ""
    start: int = 1
    ends_with_space: bool = True


_List = Mapping[int, _Level]


@dataclass(slots=True)
class _Open:
    """A text:list that is being read."""

    counted_with: str
    style: str | None
    begins_anew: bool
    item: Any = None  # whose first paragraph has not come yet
    has_lists: bool = False  # the item


@dataclass(slots=True)
class Numbers:
    """Of one document: tell it of each list and item, ask for each paragraph's, in their order."""

    _styles: Styles
    _lists: dict[str | None, _List]
    _outline: str  # the list that headings are numbered by
    _open: list[_Open] = field(default_factory=list)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: int = 0
    _known: dict[str, str] = field(default_factory=dict)  # lists by their ids, what they are counted with
    _last: tuple[str | None, str] = (None, "")  # the style of the last list, and what it is counted with

    @classmethod
    def of(cls, styles: Styles, *roots: Any) -> "Numbers":
        """From the roots of styles.xml and content.xml, None where there is none."""
        found = [root for root in roots if root is not None]
        lists: dict[str | None, _List] = {
            each.get(STYLE + "name"): _levels(each) for root in found for each in root.iter(TEXT + "list-style")
        }
        outline = next((each for root in found for each in root.iter(TEXT + "outline-style")), None)
        if outline is None:
            return cls(styles, lists, "Outline")
        name = outline.get(STYLE + "name", "Outline")
        return cls(styles, lists | {name: _levels(outline)}, name)

    @contextmanager
    def in_list(self, element: Any) -> Iterator[None]:
        """While what a text:list holds is read."""
        outer = self._open[-1] if self._open else None
        goes_on = element.get(TEXT + "continue-numbering") == "true"
        if outer is None:
            style = element.get(_STYLE_NAME)
            self._open.append(_Open(self._counted_with(element, style, goes_on), style, begins_anew=False))
        else:
            # Another list in the same item begins anew; that in another item does so by itself, or else goes on.
            style = element.get(_STYLE_NAME) or outer.style
            self._open.append(_Open(outer.counted_with, style, begins_anew=outer.has_lists and not goes_on))
            outer.has_lists = True
        yield
        self._open.pop()

    def begin_item(self, item: Any) -> None:
        """Of the list that is being read."""
        self._open[-1].item = item if item.tag == ITEM else None
        self._open[-1].has_lists = False

    @contextmanager
    def apart(self) -> Iterator[None]:
        """While something is read that stands in no list, whatever it is anchored in: a note, a box, a cell."""
        outside, self._open = self._open, []
        yield
        self._open = outside

    def next(self, paragraph: Any) -> str:
        """Of the next paragraph, with what parts it from the text; "" where it has none."""
        if self._open:
            inner = self._open[-1]
            item, inner.item = inner.item, None
            return "" if item is None else self._of_item(item, inner)
        level = self._styles.level(paragraph)
        if level is None or self._styles.list_of(paragraph) not in (None, self._outline):
            return ""
        if paragraph.get(TEXT + "is-list-header") == "true":
            return ""
        start = None
        if paragraph.get(TEXT + "restart-numbering") == "true":
            start = number(paragraph.get(TEXT + "start-value"), at_most=_LARGEST)
            self._counts.get(self._outline, {}).pop(level, None)
        return self._counted(self._outline, self._outline, level, start)

    def _of_item(self, item: Any, inner: _Open) -> str:
        at = len(self._open)
        if any(each.begins_anew for each in self._open):
            self._counts.get(inner.counted_with, {}).pop(at, None)
            for each in self._open:
                each.begins_anew = False
        start = number(item.get(TEXT + "start-value"), at_most=_LARGEST)
        told = self._counted(inner.counted_with, item.get(TEXT + "style-override") or inner.style, at, start)
        stated = item.find(TEXT + "number")
        return told if stated is None else ("".join(stated.itertext()).strip() + " ").lstrip()

    def _counted_with(self, element: Any, style: str | None, goes_on: bool) -> str:
        self._begun += 1
        continued = self._known.get(element.get(TEXT + "continue-list"))
        if continued is None and goes_on and self._last[0] == style:
            continued = self._last[1]
        key = self._outline if style == self._outline else continued or f"list {self._begun}"
        self._known[element.get(_ID) or element.get(TEXT + "id", "")] = key
        self._last = (style, key)
        return key

    def _counted(self, name: str, style: str | None, at: int, start: int | None) -> str:
        levels = self._lists.get(style, {})
        level = levels.get(at, _Level())
        counts = self._counts.setdefault(name, {})
        for above in range(1, at):  # what no paragraph has begun is begun by those below it
            counts.setdefault(above, levels.get(above, level).start)
        counts[at] = min(counts.get(at, level.start - 1) + 1, _LARGEST) if start is None else start
        for deeper in [each for each in counts if each > at]:
            del counts[deeper]
        return _written(levels, counts, level)


def _levels(style: Any) -> _List:
    found = {number(each.get(TEXT + "level"), at_most=_DEEPEST + 1): each for each in style.iter(*_LEVELS)}
    return {at: _level(each, at) for at, each in found.items() if at}


def _level(element: Any, at: int) -> _Level:
    prefix, suffix = element.get(STYLE + "num-prefix", ""), element.get(STYLE + "num-suffix", "")
    kind = element.get(STYLE + "num-format", "")
    told = number(element.get(TEXT + "display-levels"), at_most=at) or 1
    own = prefix + ".".join(f"%{each}%" for each in range(at - told + 1, at + 1)) + suffix
    start = number(element.get(TEXT + "start-value"), at_most=_LARGEST)
    label = element.find(f"{STYLE}list-level-properties/{STYLE}list-level-label-alignment")
    return _Level(
        text=element.get(_FORMAT, own) if kind else prefix + suffix,
        format=f"{kind}{kind}" if element.get(STYLE + "num-letter-sync") == "true" else kind,
        start=1 if start is None else start,
        ends_with_space=label is None or label.get(TEXT + "label-followed-by") != "nothing",
    )


def _written(levels: _List, counts: Mapping[int, int], level: _Level) -> str:
    """Nothing for a bullet, or where a number is of a kind that is not known here: none is better than a wrong one."""
    text = level.text
    for at in (each for each in counts if f"%{each}%" in text):
        its = levels.get(at, _Level())
        if not its.format:  # it has no number, and nothing stands between that and the next
            text = re.sub(f"%{at}%[^%]*", "", text)
        elif its.format in _FORMATS:
            text = text.replace(f"%{at}%", _FORMATS[its.format](counts[at]))
        else:
            return ""
    text = text.strip()
    return text + " " * level.ends_with_space if any(each.isalnum() for each in text) else ""


_LOWER, _DOUBLED = counted_letters(_ALPHABET), letters(_ALPHABET)
_FORMATS: dict[str, Callable[[int], str]] = {
    "1": str,
    "a": _LOWER,
    "A": lambda count: _LOWER(count).upper(),
    "aa": _DOUBLED,
    "AA": lambda count: _DOUBLED(count).upper(),
    "i": roman,
    "I": lambda count: roman(count).upper(),
}
_FORMATS |= {each + each: _FORMATS[each] for each in "1iI"}
