"""Raised and lowered figures: "10¹⁵" is not "1015", Article 12¹ not Article 121, and the mark of a note no figure.

Files tell a raised figure as an ordinary one and its place beside it. Unicode has figures, signs and a few letters that
are raised or lowered by themselves; a run of these with a figure among them is told in them. Words stay as they are:
"2nd", "Mme".
"""

_FIGURES = frozenset("0123456789")
_SIGNS = "+-\u2212\u2013=()"
_BETWEEN = frozenset(".,; \u00a0")  # neither raised nor lowered ones are there
_LETTERS = "ni"
_RAISED = str.maketrans(f"0123456789{_SIGNS}{_LETTERS}", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱ")
_LOWERED = str.maketrans(f"0123456789{_SIGNS}", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")
_TOLD = _FIGURES | _BETWEEN | frozenset(_SIGNS + _LETTERS)


def raised(text: str) -> str:
    """A raised run of characters as it is told."""
    return text.translate(_RAISED) if _has_figures(text) else text


def lowered(text: str) -> str:
    """A lowered one; of letters none is told."""
    return text.translate(_LOWERED) if _has_figures(text) else text


def _has_figures(text: str) -> bool:
    """And nothing that is not told."""
    return _TOLD.issuperset(text) and not _FIGURES.isdisjoint(text)
