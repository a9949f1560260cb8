"""The slides of an OpenDocument presentation: each a page, its title a heading, the speaker's notes at its end."""

from typing import Any

from rag.documents.opendocument_styles import DRAW, PRESENTATION
from rag.documents.opendocument_text import Layout

_CLASS = PRESENTATION + "class"
_LEFT_OUT = {"header", "footer", "date-time", "page-number", "page", "handout"}


def lay_out(body: Any, layout: Layout) -> None:
    for slide in body.iterchildren(DRAW + "page"):
        layout.blocks.begin_page()
        shapes = _shapes(slide)
        for shape in sorted(shapes, key=lambda each: not _is_title(each)):
            _add(shape, layout)
        for notes in slide.iterchildren(PRESENTATION + "notes"):
            for shape in _shapes(notes):
                _add(shape, layout)


def _shapes(page: Any) -> list[Any]:
    """Those that say something of their own: a placeholder holds nothing but a prompt."""
    return [
        each
        for each in page
        if each.tag.startswith(DRAW)
        and each.get(PRESENTATION + "placeholder") != "true"
        and each.get(_CLASS) not in _LEFT_OUT
    ]


def _is_title(shape: Any) -> bool:
    return bool(shape.get(_CLASS) == "title")


def _add(shape: Any, layout: Layout) -> None:
    if _is_title(shape):
        layout.blocks.add(" ".join(layout.text_of(shape).split()), level=1)
    else:
        layout.lay_out_apart(shape)
