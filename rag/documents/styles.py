"""What styles say that are based on one another."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Key = TypeVar("Key")
Told = TypeVar("Told")


def inherited(
    styles: Mapping[Key, Any], own: Callable[[Any], Told | None], based_on: Callable[[Any], Key]
) -> dict[Key, Told | None]:
    """Of each style what it says itself, or else the one that it is based on."""
    told: dict[Key, Told | None] = {}
    for style in styles:
        name, chain = style, []
        while name in styles and name not in told:
            chain.append(name)
            told[name] = own(styles[name])
            if told[name] is None:
                name = based_on(styles[name])
        told |= dict.fromkeys(chain, told.get(name))
    return told


def level_named(name: str) -> int | None:
    """Of the headings that Word calls so, whatever language it speaks."""
    words = name.lower()
    heading = re.fullmatch(r"heading ([1-9])", words)
    return int(heading[1]) if heading else 1 if words == "title" else None


def level_of(outline: int | None) -> int | None:
    """Of a heading, as Word counts outline levels from 0; 9 is body text."""
    return outline + 1 if outline is not None and 0 <= outline <= 8 else None
