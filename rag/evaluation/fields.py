"""Reading JSON that other people wrote: every complaint names the place, what was found and what was expected."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from rag.errors import DataSetError

Kind = TypeVar("Kind", str, int, bool)

WORDS = {str: "a string", int: "a whole number", bool: "true or false", list: "a list", dict: "an object"}


def shown(value: object, limit: int = 60) -> str:
    """A value as an error message shows it: short, on one line."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataSetError(f"{path}: byte {error.start} is not UTF-8; expected UTF-8 text") from error
    except OSError as error:
        raise DataSetError(f"{path}: cannot be read ({error.strerror})") from error


@dataclass(frozen=True, slots=True)
class Record:
    """A JSON object together with where it stands, for messages."""

    place: str
    values: Mapping[str, Any]

    def fail(self, message: str) -> DataSetError:
        return DataSetError(f"{self.place}: {message}")

    def required(self, name: str, kind: type[Kind]) -> Kind:
        if name not in self.values:
            raise self.fail(f'no "{name}"; expected {WORDS[kind]}')
        return self._checked(name, kind)

    def optional(self, name: str, kind: type[Kind]) -> Kind | None:
        """None where the field is absent or null."""
        return None if self.values.get(name) is None else self._checked(name, kind)

    def strings(self, name: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """A list of strings; `default` stands in for an absent one."""
        items = self._list(name, default)
        for item in items:
            if not isinstance(item, str):
                raise self.fail(f'"{name}" holds {shown(item)}; expected only strings')
        return tuple(items)

    def records(self, name: str, default: Sequence[Any] | None = None) -> Iterator["Record"]:
        """The objects of a list, each with its own place."""
        for position, item in enumerate(self._list(name, default)):
            place = f"{self.place}.{name}[{position}]"
            if not isinstance(item, dict):
                raise DataSetError(f"{place}: found {shown(item)}; expected an object")
            yield Record(place, item)

    def _list(self, name: str, default: Sequence[Any] | None) -> Sequence[Any]:
        value = self.values.get(name, default)
        if value is None:
            raise self.fail(f'no "{name}"; expected a list')
        if not isinstance(value, list | tuple):
            raise self.fail(f'"{name}" is {shown(value)}; expected a list')
        return value

    def _checked(self, name: str, kind: type[Kind]) -> Kind:
        value = self.values[name]
        # In Python true is an int; in a data set it is a mistake.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fail(f'"{name}" is {shown(value)}; expected {WORDS[kind]}')
        return value


def parse_object(text: str, place: str) -> Record:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise DataSetError(f"{place}: not JSON ({error.msg}, column {error.colno})") from error
    if not isinstance(value, dict):
        raise DataSetError(f"{place}: found {shown(value)}; expected an object")
    return Record(place, value)


def json_lines(path: Path) -> Iterator[Record]:
    """The objects of a .jsonl file; blank lines are passed over."""
    # Not splitlines(): U+2028 and its like may stand inside a JSON string.
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if line.strip():
            yield parse_object(line, f"{path}, line {number}")


def json_object(path: Path) -> Record:
    text = read_text(path)
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise DataSetError(f"{path}, line {error.lineno}: not JSON ({error.msg}, column {error.colno})") from error
    if not isinstance(value, dict):
        raise DataSetError(f"{path}: found {shown(value)}; expected an object")
    return Record(str(path), value)
