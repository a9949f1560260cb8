"""What holds within a group of Rich Text, and the control words that change it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from rag.documents.flow import Flow
from rag.documents.struck import without_struck


@dataclass(slots=True)
class Label:
    """Text that is in no paragraph."""

    kind: str  # "number" of a paragraph, "info", or a property by its control word
    parts: list[str] = field(default_factory=list)

    def add(self, text: str) -> None:
        self.parts.append(text)

    @property
    def text(self) -> str:
        return without_struck("".join(self.parts))


@dataclass(frozen=True, slots=True)
class State:
    """What holds until the group ends, or until it is told otherwise."""

    into: Flow | Label
    within: int = 0
    font: int | None = None  # None: the default one
    script: int = 0  # above the line, below it or on it, as \\super and \\sub say
    shift: int = 0  # the same, as \\up and \\dn say in points: who ends one may not have meant the other
    fallback: int = 1  # characters after \\u for those who cannot read it
    is_hidden: bool = False
    is_deleted: bool = False
    is_struck: bool = False
    style: int | None = None
    outline: int | None = None
    is_in_table: bool = False


CHANGES: Mapping[str, Callable[[State, int | None], State]] = MappingProxyType(
    {
        "pard": lambda state, _: replace(state, style=None, outline=None, is_in_table=False),
        "s": lambda state, number: replace(state, style=number),
        "outlinelevel": lambda state, number: replace(state, outline=number),
        "intbl": lambda state, number: replace(state, is_in_table=number != 0),
        "itap": lambda state, number: replace(state, is_in_table=bool(number)),
        "plain": lambda state, _: replace(
            state, font=None, script=0, shift=0, is_hidden=False, is_deleted=False, is_struck=False
        ),
        "super": lambda state, number: replace(state, script=0 if number == 0 else 1),
        "sub": lambda state, number: replace(state, script=0 if number == 0 else -1),
        "nosupersub": lambda state, _: replace(state, script=0),
        "up": lambda state, number: replace(state, shift=1 if number is None else number),
        "dn": lambda state, number: replace(state, shift=-1 if number is None else -number),
        "f": lambda state, number: replace(state, font=number),
        "uc": lambda state, number: replace(state, fallback=1 if number is None else max(number, 0)),
        "v": lambda state, number: replace(state, is_hidden=number != 0),
        "strike": lambda state, number: replace(state, is_struck=number != 0),
        "striked": lambda state, number: replace(state, is_struck=number != 0),  # by two lines
        "deleted": lambda state, number: replace(state, is_deleted=number != 0),
        "mvf": lambda state, number: replace(state, is_deleted=number != 0),  # moved away
    }
)
