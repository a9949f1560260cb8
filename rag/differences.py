"""Which quotations of one answer may as well be right, and which of these give different figures.

Of what they tell otherwise, a length or a date, only what can be compared in any language is: the numbers in the exact
answers that the reader marked. Names and claims are left to the person who reads.
"""

import re
from collections.abc import Sequence

from rag.types import Quote

_NUMBER = re.compile(r"\d+(?:[.,'’ \u00a0\u202f]\d+)*")
_AS_LIKELY = 0.65  # x the first quotation's score: of those with more on the seeds as many are right as wrong
_CONTRADICTS = 0.5  # ... one that is much less likely right contradicts nothing


def likely(quotes: Sequence[Quote]) -> int:
    """How many of an answer's quotations may as well be right: the first, and those nearly as likely."""
    return sum(each.score >= _AS_LIKELY * quotes[0].score for each in quotes)


def differing(quotes: Sequence[Quote]) -> tuple[int, ...]:
    """Places of the first quotation and of those that answer with other figures, the newest first; () if none do."""
    others = [place for place in range(1, len(quotes)) if _differ(quotes[0], quotes[place])]
    if not others:
        return ()
    return tuple(sorted((0, *others), key=lambda place: quotes[place].date or "", reverse=True))


def _differ(first: Quote, other: Quote) -> bool:
    if other.document_id == first.document_id or other.score < _CONTRADICTS * first.score:
        return False
    here, there = figures(first), figures(other)
    return bool(here and there) and not (here <= there or there <= here)


def figures(quote: Quote) -> frozenset[str]:
    """The numbers in the exact answer by their leading digits: "18,000", "18 000" and "18 thousand" are one figure."""
    if quote.highlight is None:
        return frozenset()
    start, end = (place - quote.start for place in quote.highlight)
    return frozenset(_leading(each) for each in _NUMBER.findall(quote.text[start:end]))


def _leading(number: str) -> str:
    digits = "".join(str(int(each)) for each in number if each.isdecimal())
    return digits.strip("0") or "0"
