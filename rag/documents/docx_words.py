"""What a Word document says of its words: in which font they are, how high they stand, whether they are struck out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from rag.documents import symbols
from rag.documents.docx_numbers import W, holds, inherited
from rag.documents.heights import at_height, height_of

_FONTS, _ALIGNED, _STYLE = (W + name for name in ("rFonts", "vertAlign", "rStyle"))
_LINES_THROUGH = {W + "strike", W + "dstrike"}
Said: TypeAlias = Mapping[str, Any]  # of a run or a style, by the names of what is said


@dataclass(frozen=True, slots=True)
class WordStyles:
    """What styles say of the words in them, by their ids; None where they say nothing of it."""

    heights: Mapping[str | None, int | None]
    struck: Mapping[str | None, bool | None]

    @classmethod
    def of(cls, styles: Mapping[str | None, Any]) -> "WordStyles":
        return cls(
            inherited(styles, lambda style: _height(said_of(style))),
            inherited(styles, lambda style: _is_struck(said_of(style))),
        )

    def told(self, text: str, said: Said) -> str:
        """What fonts of pictures show, and figures above and below the line, are told as such."""
        height = _height(said)
        if height is None and _STYLE in said:
            height = self.heights.get(_style(said))
        return at_height(symbols.told(_font(said), text), height or 0)

    def is_struck(self, said: Said, paragraph: str | None) -> bool:
        """Of a run in a paragraph of this style."""
        own = _is_struck(said)
        if own is None and _STYLE in said:
            own = self.struck.get(_style(said))
        return bool(self.struck.get(paragraph) if own is None else own)


def said_of(element: Any) -> dict[str, Any]:
    return {each.tag: each for properties in element.iterchildren(W + "rPr") for each in properties}


def _style(said: Said) -> str | None:
    name: str | None = said[_STYLE].get(W + "val")
    return name


def _height(said: Said) -> int | None:
    return height_of(said[_ALIGNED].get(W + "val", "")) if _ALIGNED in said else None


def _is_struck(said: Said) -> bool | None:
    found = said.keys() & _LINES_THROUGH
    return any(holds(said[line]) for line in found) if found else None


def _font(said: Said) -> str:
    fonts = said.get(_FONTS)
    return "" if fonts is None else fonts.get(W + "ascii") or fonts.get(W + "hAnsi") or ""
