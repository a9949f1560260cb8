"""How Word counts the paragraphs of its lists, and how it writes the numbers. (ECMA-376 part 1, 17.9.)"""

from collections.abc import Callable
from dataclasses import dataclass, field

from rag.numerals import han, letters, roman

LARGEST = 32_767  # that Word counts to
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"  # as Word counts: without ё, й, ъ, ы, ь


@dataclass(frozen=True, slots=True)
class Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""  # "%1.%2.": the numbers of the first and of the second level
    is_legal: bool = False  # every number of it is decimal
    restarts: bool = True
    ends_with_space: bool = True
    style: str | None = None


@dataclass(frozen=True, slots=True)
class NumberedList:
    """Its levels, and where those that it starts anew begin."""

    counted_with: str  # lists of one kind go on counting where another of it has stopped
    levels: dict[int, Level]
    restarts: dict[int, int]


@dataclass(slots=True)
class Counter:
    """Of one document: ask for each numbered paragraph's, in their order."""

    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def next(self, name: str, found: NumberedList, at: int) -> str:
        """Of the list's next paragraph of this level, with what parts it from the text; "" where it has none."""
        counts, level = self._counts.setdefault(found.counted_with, {}), found.levels[at]
        for above in range(at):  # what no paragraph has begun is begun by those below it
            counts.setdefault(above, found.levels.get(above, level).start)
        if at in found.restarts and (name, at) not in self._begun:
            counts[at] = found.restarts[at]
        else:
            counts[at] = min(counts.get(at, level.start - 1) + 1, LARGEST)
        self._begun.add((name, at))
        for deeper in [each for each in counts if each > at and found.levels.get(each, level).restarts]:
            del counts[deeper]
        return _written(found, counts, level)


def _written(found: NumberedList, counts: dict[int, int], level: Level) -> str:
    """Nothing for a bullet, or where a number is of a kind that is not known here: none is better than a wrong one."""
    if level.format == "bullet":
        return ""
    text = level.text
    for place in (each for each in counts if f"%{each + 1}" in text):
        its = found.levels.get(place, Level())
        number = in_format(counts[place], "decimal" if level.is_legal else its.format)
        if number is None:
            return ""
        text = text.replace(f"%{place + 1}", number)
    text = text.strip()
    return text + " " * (text != "" and level.ends_with_space)


def in_format(number: int, name: str) -> str | None:
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
