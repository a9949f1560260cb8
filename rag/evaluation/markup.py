"""HTML and SVG by nested calls. A plain string is always escaped; only what `tag` made goes in as it is."""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias


class Markup(str):
    """Text that is markup already."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[str] | None"
Attribute: TypeAlias = str | float | None

VOID = frozenset({"meta", "br", "line", "rect", "circle", "path", "polyline"})


def tag(name: str, /, *children: Child, **attributes: Attribute) -> Markup:
    """An element. `class_` stands for `class` and `_` for `-`; None leaves an attribute or a child out."""
    opened = f"<{name}{''.join(map(_attribute, attributes.items()))}>"
    inner = join(*children)
    if not inner and name in VOID:
        return Markup(opened if name in ("meta", "br") else f"{opened}</{name}>")
    return Markup(f"{opened}{inner}</{name}>")


def join(*children: Child) -> Markup:
    return Markup("".join(map(_child, children)))


def _child(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, str):
        return child if isinstance(child, Markup) else escape(_printable(child))
    return "".join(map(_child, child))


def _attribute(item: tuple[str, Attribute]) -> str:
    name, value = item
    if value is None:
        return ""
    text = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return f' {name.rstrip("_").replace("_", "-")}="{escape(_printable(text))}"'


def _printable(text: str) -> str:
    """Without what no HTML file can hold: controls but white space, and halves of surrogate pairs."""
    return "".join("\ufffd" if _unfit(ord(character)) else character for character in text)


def _unfit(code: int) -> bool:
    control = (code < 0x20 and code not in (9, 10, 13)) or 0x7F <= code < 0xA0
    return control or 0xD800 <= code < 0xE000
