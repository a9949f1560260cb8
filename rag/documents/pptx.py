# mypy: disable-error-code="import-untyped"
"""PowerPoint (pptx): each slide a page, its title a heading, its notes behind it; tables and charts as rows.

The numbers, dates and feet of slides, comments and pictures are not in it.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from rag.documents import signatures, symbols
from rag.documents.archive import xml_only
from rag.documents.blocks import Blocks
from rag.documents.content import Content, one_line
from rag.documents.heights import at_height, height_of
from rag.documents.number_formats import general
from rag.documents.properties import about
from rag.documents.struck import struck, without_struck
from rag.errors import UnreadableDocument

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
# What python-pptx raises, beside lxml's errors and its own, where a part or relation is missing or of another kind.
_DAMAGE = (AssertionError, AttributeError, LookupError, NotImplementedError, RecursionError, TypeError, ValueError)
_FURNITURE = {"sldNum", "dt", "ftr", "hdr"}  # kinds of placeholders that every slide has alike
_TITLES = {"ctrTitle": 1, "title": 2}  # levels of headings
_LINES_THROUGH = ("sngStrike", "dblStrike")
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    from lxml.etree import LxmlError
    from pptx import Presentation
    from pptx.exc import PythonPptxError

    signatures.check(data, "zip", name)
    package = xml_only(data, name)
    try:
        presentation = Presentation(package)
        blocks = Blocks(name)
        for slide in presentation.slides:
            blocks.begin_page()
            _add_slide(slide, blocks)
        properties = presentation.core_properties
        said = about(properties.title, properties.author, properties.created)
    except (LxmlError, PythonPptxError, *_DAMAGE) as error:
        raise UnreadableDocument(
            f"{name}: expected a PowerPoint presentation, found a zip archive that is not one, or is damaged "
            f"({one_line(str(error), 120)}); open it in PowerPoint and save it as pptx"
        ) from error
    return Content(blocks.text, MEDIA_TYPE, pages=blocks.pages, headings=tuple(blocks.headings), **said)


def _add_slide(slide: Any, blocks: Blocks) -> None:
    _tell_as_shown(slide.element)
    title = slide.shapes.title
    if title is not None:
        blocks.add(one_line(without_struck(title.text_frame.text)), level=_TITLES.get(_placeholder(title), 2))
    for shape in _shapes(slide.shapes):
        if title is None or shape.shape_id != title.shape_id:
            _add_shape(shape, blocks)
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None:
        _tell_as_shown(slide.notes_slide.element)
        _add_paragraphs(notes, blocks)


def _tell_as_shown(element: Any) -> None:
    """What fonts of pictures show takes the place of their letters, and marks that of words that are struck out.

    Raised and lowered figures are told as such.
    """
    for text in element.iter(_A + "t"):
        properties = text.getparent().find(_A + "rPr")
        if properties is None:
            continue
        for font in (properties.find(_A + kind) for kind in ("sym", "latin")):
            if font is not None:
                text.text = symbols.told(font.get("typeface", ""), text.text or "")
        if height := height_of(properties.get("baseline", "")):
            text.text = at_height(text.text or "", height)
        if properties.get("strike") in _LINES_THROUGH:
            text.text = struck(text.text or "")


def _shapes(shapes: Iterable[Any]) -> Iterator[Any]:
    """Those in groups too, in the order of the file, which is that in which a screen reader tells them."""
    for shape in shapes:
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)
        elif _placeholder(shape) not in _FURNITURE:
            yield shape


def _placeholder(shape: Any) -> str:
    """Its kind as the file has it, "" where it is none."""
    return shape.element.ph.get("type", "obj") if shape.is_placeholder else ""


def _add_shape(shape: Any, blocks: Blocks) -> None:
    if shape.has_text_frame:
        _add_paragraphs(shape.text_frame, blocks)
    elif shape.has_table:
        for row in shape.table.rows:
            blocks.add_row(["" if cell.is_spanned else without_struck(cell.text_frame.text) for cell in row.cells])
        blocks.end_table()
    elif shape.has_chart:
        _add_chart(shape.chart, blocks)
    else:
        for relation in shape.element.iter(_DIAGRAM + "relIds"):
            _add_diagram(shape.part.related_part(relation.get(_RELATION + "dm")), blocks)


def _add_paragraphs(frame: Any, blocks: Blocks) -> None:
    for paragraph in frame.paragraphs:
        blocks.add(without_struck(paragraph.text).replace("\v", "\n"))  # a line end within a paragraph


def _add_chart(chart: Any, blocks: Blocks) -> None:
    """Its title, and what it draws as a table: a row for each category, a column for each series."""
    if chart.has_title and chart.chart_title.has_text_frame:
        _tell_as_shown(chart.element)
        _add_paragraphs(chart.chart_title.text_frame, blocks)
    series = list(chain.from_iterable(plot.series for plot in chart.plots))
    categories = [category.label for category in chart.plots[0].categories] if series else []
    if categories:
        blocks.add_row(["", *(each.name for each in series)])
    for place, category in enumerate(categories):
        values = [each.values[place] if place < len(each.values) else None for each in series]
        blocks.add_row([category, *("" if value is None else general(value) for value in values)])
    blocks.end_table()


def _add_diagram(part: Any, blocks: Blocks) -> None:
    """The words of a SmartArt drawing, which stand in a part of their own."""
    from pptx.oxml import parse_xml

    diagram = parse_xml(part.blob)
    _tell_as_shown(diagram)
    for words in diagram.iter(_DIAGRAM + "t"):
        for paragraph in words.iter(_A + "p"):
            blocks.add(without_struck("".join(text.text or "" for text in paragraph.iter(_A + "t"))))
