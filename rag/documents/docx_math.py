# mypy: disable-error-code="import-untyped"
"""Word's formulas on one line: "(a+b)/2", "x^2", "√(n)". (ECMA-376 part 1, 22.1)

Left out, they would be missing from the sentences that they stand in.
"""

from collections.abc import Callable, Mapping
from typing import Any

from rag.documents.docx_numbers import W

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
FORMULA = M + "oMath"
_LEFT_OUT = {W + "del", W + "moveFrom"}  # as in other text


def linear(element: Any) -> str:
    """A formula or a part of it."""
    if not isinstance(element.tag, str) or element.tag in _LEFT_OUT:
        return ""
    if element.tag == M + "t":
        return element.text or ""
    write = _WRITTEN.get(element.tag)
    return write(element) if write else _all(element)


def _all(element: Any) -> str:
    return "".join(map(linear, element))


def _part(element: Any, name: str) -> str:
    found = element.find(M + name)
    return "" if found is None else linear(found)


def _parts(element: Any, name: str, between: str) -> str:
    return between.join(linear(each) for each in element.findall(M + name))


def _one(text: str) -> str:
    """In brackets, unless it is one word, one number or in brackets already."""
    return text if text.isalnum() or len(text) == 1 or (text[:1], text[-1:]) == ("(", ")") else f"({text})"


def _limits(element: Any) -> str:
    below, above = _part(element, "sub"), _part(element, "sup")
    return (f"_{_one(below)}" if below else "") + (f"^{_one(above)}" if above else "")


def _limited(mark: str) -> Callable[[Any], str]:
    return lambda element: f"{_part(element, 'e')}{mark}{_one(_part(element, 'lim'))}"


def _root(element: Any) -> str:
    degree = _part(element, "deg")
    return f"{f'{_one(degree)}' if degree else ''}√{_one(_part(element, 'e'))}"


def _sign(element: Any, properties: str, name: str, usual: str) -> str:
    found = element.find(f"{M}{properties}/{M}{name}")
    return usual if found is None else str(found.get(M + "val", ""))


def _summed(element: Any) -> str:
    return f"{_sign(element, 'naryPr', 'chr', '∫')}{_limits(element)} {_part(element, 'e')}"


def _bracketed(element: Any) -> str:
    begin, end = _sign(element, "dPr", "begChr", "("), _sign(element, "dPr", "endChr", ")")
    return begin + _parts(element, "e", _sign(element, "dPr", "sepChr", "|")) + end


_WRITTEN: Mapping[str, Callable[[Any], str]] = {
    M + "f": lambda element: f"{_one(_part(element, 'num'))}/{_one(_part(element, 'den'))}",
    M + "rad": _root,
    M + "nary": _summed,
    M + "d": _bracketed,
    M + "limLow": _limited("_"),
    M + "limUpp": _limited("^"),
    M + "m": lambda element: f"[{_parts(element, 'mr', '; ')}]",
    M + "mr": lambda element: _parts(element, "e", ", "),
    M + "eqArr": lambda element: _parts(element, "e", "; "),
    **dict.fromkeys((M + "sSup", M + "sSub", M + "sSubSup"), lambda element: _part(element, "e") + _limits(element)),
}
