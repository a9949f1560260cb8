"""What the styles of an OpenDocument say that is wanted of them: which are headings, which number, which hide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.documents.heights import height_of
from rag.documents.styles import inherited

_NAMES = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
OFFICE, TEXT, STYLE, TABLE, DRAW = (_NAMES % each for each in ("office", "text", "style", "table", "drawing"))
PRESENTATION = _NAMES % "presentation"
_NAME = STYLE + "name"
_FONT_FAMILY = (_NAMES % "svg-compatible") + "font-family"
_FAMILY = STYLE + "family"


@dataclass(frozen=True, slots=True)
class Styles:
    """Of one document, by their names."""

    levels: dict[str | None, int | None]  # of headings; 0 says that it is none
    lists: dict[str | None, str | None]  # of single paragraphs: the list that they are in, "" for none
    hidden: frozenset[str]  # of sheets and of words that are not shown
    fonts: dict[str | None, str]  # of words
    heights: dict[str | None, int | None]  # of words; None where nothing is said of it
    struck: dict[tuple[str | None, str | None], bool | None]  # of paragraphs, words and cells, by their family too

    @classmethod
    def of(cls, named: Any, content: Any) -> "Styles":
        """From the roots of styles.xml, None where there is none, and of content.xml."""
        single = _of_family("paragraph", content)
        words = (_of_family("text", named) if named is not None else {}) | _of_family("text", content)
        hidden = {name for name, style in _of_family("table", content).items() if _hides(style)}
        hidden |= {name for name, display in inherited(words, _own_display, _parent).items() if display == "none"}
        roots = [root for root in (named, content) if root is not None]
        return cls(
            inherited((_of_family("paragraph", named) if named is not None else {}) | single, _own_level, _parent),
            # LibreOffice numbers a heading by the outline whatever list its named style is in.
            {name: style.get(STYLE + "list-style-name") for name, style in single.items()},
            frozenset(str(name) for name in hidden),
            _fonts(roots, words),
            inherited(words, _own_height, _parent),
            _struck(roots),
        )

    def level(self, paragraph: Any) -> int | None:
        """Of a heading: as its style says or, of a text:h, as it says itself."""
        level = self.levels.get(paragraph.get(TEXT + "style-name"))
        if level is None and paragraph.tag == TEXT + "h":
            level = number(paragraph.get(TEXT + "outline-level"), at_most=10) or 1
        return level or None

    def list_of(self, paragraph: Any) -> str | None:
        return self.lists.get(paragraph.get(TEXT + "style-name"))


def number(text: str | None, *, at_most: int) -> int | None:
    """That an attribute gives, None where it gives none."""
    digits = (text or "").strip()
    return min(int(digits), at_most) if digits.isascii() and digits.isdecimal() and len(digits) < 20 else None


def _of_family(family: str, root: Any) -> dict[str | None, Any]:
    return {each.get(_NAME): each for each in root.iter(STYLE + "style") if each.get(_FAMILY) == family}


def _own_level(style: Any) -> int | None:
    stated = style.get(STYLE + "default-outline-level")
    if stated is not None:
        return number(stated, at_most=10) or 0
    return 1 if style.get(_NAME) == "Title" else None


def _parent(style: Any) -> str | None:
    parent: str | None = style.get(STYLE + "parent-style-name")
    return parent


def _fonts(roots: Sequence[Any], words: Mapping[str | None, Any]) -> dict[str | None, str]:
    """What the fonts are called that styles name in their own way."""
    faces = {each.get(_NAME): each.get(_FONT_FAMILY) for root in roots for each in root.iter(STYLE + "font-face")}
    named = inherited(words, _own_font, _parent)
    return {style: (faces.get(name) or name or "").strip("'") for style, name in named.items()}


def _struck(roots: Sequence[Any]) -> dict[tuple[str | None, str | None], bool | None]:
    styles = {(each.get(_FAMILY), each.get(_NAME)): each for root in roots for each in root.iter(STYLE + "style")}
    told = inherited(styles, _own_line_through, lambda style: (style.get(_FAMILY), _parent(style)))
    return told if any(told.values()) else {}


def _of_words(style: Any, name: str) -> str | None:
    properties = style.find(STYLE + "text-properties")
    return None if properties is None else properties.get(name)


def _own_font(style: Any) -> str | None:
    return _of_words(style, STYLE + "font-name")


def _own_height(style: Any) -> int | None:
    said = _of_words(style, STYLE + "text-position")
    return None if said is None else height_of(said)


def _own_line_through(style: Any) -> bool | None:
    said = {_of_words(style, f"{STYLE}text-line-through-{each}") for each in ("style", "type")} - {None}
    return "none" not in said if said else None


def _own_display(style: Any) -> str | None:
    return _of_words(style, TEXT + "display")


def _hides(style: Any) -> bool:
    properties = style.find(STYLE + "table-properties")
    return properties is not None and properties.get(TABLE + "display") == "false"
