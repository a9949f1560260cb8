"""What styles say that are based on one another."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Told = TypeVar("Told")


def inherited(
    styles: Mapping[str | None, Any], own: Callable[[Any], Told | None], based_on: Callable[[Any], str | None]
) -> dict[str | None, Told | None]:
    """Of each style what it says itself, or else the one that it is based on."""
    told: dict[str | None, Told | None] = {}
    for style in styles:
        name, chain = style, []
        while name in styles and name not in told:
            chain.append(name)
            told[name] = own(styles[name])
            if told[name] is None:
                name = based_on(styles[name])
        told |= dict.fromkeys(chain, told.get(name))
    return told
