"""Stretches of a text, [start, end)."""

from collections.abc import Iterable


def without(text: str, stretches: Iterable[tuple[int, int]]) -> str:
    """The text less these, which come in order and may overlap."""
    kept, at = "", 0
    for start, end in stretches:
        kept, at = kept + text[at:start], max(at, end)
    return kept + text[at:]
