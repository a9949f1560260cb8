"""Where an answer's mark begins and ends: without the commas of its outer tokens, its brackets in pairs.

Subwords do not always part from what stands beside them: XLM-R keeps many an Arabic comma with its word.
"""

import re

_OUTER = " \n\t\u200c\u200e,;:，、；：،؛፣፤፥၊"
_FULL_STOP = re.compile(r"(?<=\w\w\w)[.!?]+$|(?<=\d)\.+$|[。؟۔।॥။።։]$")  # but not that of "U.S."
_BRACKETS = ("()", "[]", "{}", "（）", "【】")
_MARKS = ('""', "«»", "“”", "„“", "「」", "『』", "《》")  # not ’, which is an apostrophe as well


def settled(text: str, start: int, end: int, within: tuple[int, int]) -> tuple[int, int]:
    """The stretch `text[start:end]` with its edges put right: never empty, and inside `within` if it was."""
    start, end = trimmed(text, start, end)
    for pair in (*_BRACKETS, *_MARKS):
        paired = _paired(text, start, end, pair, within)
        start, end = (start, end) if paired == (start, end) else trimmed(text, *paired)
    return start, end


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without outer space, commas and full stop, unless that is all."""
    stretch = text[start:end]
    kept = _FULL_STOP.sub("", stretch.strip(_OUTER))
    if not kept:
        return start, end
    start += stretch.index(kept)
    return start, start + len(kept)


def _paired(text: str, start: int, end: int, pair: str, within: tuple[int, int]) -> tuple[int, int]:
    """With the other of a pair that stands right outside, or without the one at the edge that has no other.

    A bracket at the edge is dropped first: who asks for a year wants "1879" of "(1879)".
    """
    opening, closing = pair[0], pair[1]
    stretch = text[start:end]
    if len(stretch) < 2 or not (opening in stretch or closing in stretch):
        return start, end
    unclosed, unopened = _unmatched(stretch, opening, closing)
    at_start, at_end = unclosed == 0, unopened == len(stretch) - 1
    bracket = pair in _BRACKETS
    if unclosed is not None and end < within[1] and text[end] == closing and not (bracket and at_start):
        return start, end + 1
    if unopened is not None and start > within[0] and text[start - 1] == opening and not (bracket and at_end):
        return start - 1, end
    return start + at_start, end - at_end


def _unmatched(stretch: str, opening: str, closing: str) -> tuple[int | None, int | None]:
    """Where the last opening that is not closed stands, and the first closing that was not opened."""
    places = [place for place, character in enumerate(stretch) if character in (opening, closing)]
    if opening == closing:  # one of an odd number is unmatched, and may be either
        odd = places[-1] if len(places) % 2 else None
        return odd, odd
    opened: list[int] = []
    unopened: int | None = None
    for place in places:
        if stretch[place] == opening:
            opened.append(place)
        elif opened:
            opened.pop()
        elif unopened is None:
            unopened = place
    return (opened[-1] if opened else None), unopened
