"""PowerPoint: slides as pages, what stands on them in order, their notes behind it."""

from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from damage import damaged, read_or_refused
from hypothesis import given, settings
from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import MSO_SHAPE
from pptx.util import Inches

from rag.documents import load_bytes
from rag.errors import UnreadableDocument
from rag.types import Document

TITLE, LIST, HEADED, BLANK = 0, 1, 5, 6  # layouts of python-pptx's template
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
BOX = (Inches(1), Inches(1), Inches(4), Inches(2))


def saved(*fills: tuple[int, Callable[[Any], object]]) -> bytes:
    """A presentation of a slide for each layout and what is to be done with it."""
    presentation, out = Presentation(), BytesIO()
    for layout, fill in fills:
        fill(presentation.slides.add_slide(presentation.slide_layouts[layout]))
    presentation.save(out)
    return out.getvalue()


def load(*fills: tuple[int, Callable[[Any], object]]) -> Document:
    return load_bytes(saved(*fills), "talk.pptx")


def titled(title: str, *lines: str) -> Callable[[Any], None]:
    def fill(slide: Any) -> None:
        slide.shapes.title.text = title
        if lines:
            slide.placeholders[1].text_frame.text = "\n".join(lines)

    return fill


def test_a_slide_is_a_page_and_its_title_a_heading() -> None:
    document = load((TITLE, titled("Harbour strategy", "Board, 12 October")), (LIST, titled("Why", "Cost", "Noise")))
    assert document.text == "Harbour strategy\n\nBoard, 12 October\n\nWhy\n\nCost\n\nNoise"
    assert document.pages == (0, document.text.index("Why"))
    headings = [(each.level, document.text[each.start : each.end]) for each in document.headings]
    assert headings == [(1, "Harbour strategy"), (2, "Why")]
    assert document.title == "Harbour strategy"


def test_what_the_template_says_of_its_maker_and_date_says_nothing_of_the_talk() -> None:
    document = load((TITLE, titled("Harbour strategy")))
    assert (document.date, document.metadata) == (None, {})


def test_notes_stand_behind_what_is_on_the_slide() -> None:
    def fill(slide: Any) -> None:
        titled("Why", "Cost")(slide)
        slide.notes_slide.notes_text_frame.text = "If asked: the hearing is in May."

    assert load((LIST, fill), (LIST, titled("Next"))).text == "Why\n\nCost\n\nIf asked: the hearing is in May.\n\nNext"


def test_a_blank_slide_keeps_its_number() -> None:
    document = load(
        *[(BLANK, lambda slide: None) if text is None else (LIST, titled(text)) for text in (None, "Two", None)]
    )
    assert document.text == "Two"
    assert document.pages == (0, 0, 3)


def test_a_table_stands_in_rows_with_blanks_where_a_cell_reaches() -> None:
    def fill(slide: Any) -> None:
        slide.shapes.title.text = "Budget"
        table = slide.shapes.add_table(3, 3, *BOX).table
        for row, texts in enumerate((("Year", "Quays", "Energy"), ("2027", "4.2", "6.1"), ("both years", "", "8.5"))):
            for column, text in enumerate(texts):
                table.cell(row, column).text = text
        table.cell(2, 0).merge(table.cell(2, 1))

    assert load((HEADED, fill)).text == "Budget\n\nYear\tQuays\tEnergy\n2027\t4.2\t6.1\nboth years\t\t8.5"


def test_a_chart_is_told_as_the_table_that_it_draws() -> None:
    def fill(slide: Any) -> None:
        data = CategoryChartData()
        data.categories = ["2023", "2024"]
        data.add_series("Containers", (410000, 455300.5))
        data.add_series("Ships", (12, None))
        chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *BOX, data).chart
        chart.has_title = True
        chart.chart_title.text_frame.text = "Handled"

    assert load((BLANK, fill)).text == "Handled\n\n\tContainers\tShips\n2023\t410000\t12\n2024\t455300.5"


def test_a_chart_without_categories_is_left_out() -> None:
    def fill(slide: Any) -> None:
        slide.shapes.title.text = "Points"
        data = XyChartData()
        data.add_series("Depth").add_data_point(1, 2)
        slide.shapes.add_chart(XL_CHART_TYPE.XY_SCATTER, *BOX, data)

    assert load((HEADED, fill)).text == "Points"


def test_groups_are_opened_and_shapes_are_read_in_their_order() -> None:
    def fill(slide: Any) -> None:
        group = slide.shapes.add_group_shape()
        for text in ("first", "second"):
            group.shapes.add_shape(MSO_SHAPE.RECTANGLE, *BOX).text_frame.text = text
        slide.shapes.add_textbox(*BOX).text_frame.text = "third"

    assert load((BLANK, fill)).text == "first\n\nsecond\n\nthird"


def test_the_feet_of_slides_are_left_out() -> None:
    def fill(slide: Any) -> None:
        titled("Why")(slide)
        for layout_shape in slide.slide_layout.placeholders:
            if layout_shape.element.ph.get("type") in ("dt", "ftr", "sldNum"):
                slide.shapes.clone_placeholder(layout_shape)
                slide.shapes[-1].text_frame.text = "12 October, for the board only, 7"

    document = load((HEADED, fill))
    assert document.text == "Why"


def test_a_line_end_within_a_paragraph_is_one_and_within_a_title_a_space() -> None:
    assert load((LIST, titled("On\vtwo lines", "one\vtwo"))).text == "On two lines\n\none\ntwo"


def test_what_fonts_of_pictures_show_is_told() -> None:
    def fill(slide: Any) -> None:
        frame = slide.shapes.add_textbox(*BOX).text_frame
        for text, font in (("80 ", None), ("\uf0b0", "sym"), ("C\uf0b0", None), ("\uf06d", "latin")):
            run = frame.paragraphs[0].add_run()
            run.text = text
            if font:
                etree.SubElement(run._r.get_or_add_rPr(), f"{DRAWING}{font}", typeface="Symbol")

    assert load((BLANK, fill)).text == "80 °C\uf0b0μ"


def write_runs(frame: Any, texts: tuple[str, ...], name: str, value: str) -> None:
    """Runs of a paragraph, of the second of which something is said."""
    for text in texts:
        frame.paragraphs[0].add_run().text = text
    frame.paragraphs[0].runs[1]._r.get_or_add_rPr().set(name, value)


@pytest.mark.parametrize(
    ("texts", "baseline", "told"),
    [
        (("10", "15", " m"), "30000", "10¹⁵ m"),
        (("10", "15", " m"), "30%", "10¹⁵ m"),
        (("CO", "2", ""), "-25000", "CO₂"),
        (("2", "nd", " floor"), "30000", "2nd floor"),
        (("10", "15", " m"), "0", "1015 m"),
    ],
)
def test_raised_and_lowered_figures_are_told_and_letters_are_as_they_are(
    texts: tuple[str, ...], baseline: str, told: str
) -> None:
    def write(frame: Any) -> None:
        write_runs(frame, texts, "baseline", baseline)

    def fill(slide: Any) -> None:
        write(slide.shapes.title.text_frame)
        table = slide.shapes.add_table(1, 2, *BOX).table
        table.cell(0, 0).text = "cell"
        write(table.cell(0, 1).text_frame)
        data = CategoryChartData()
        data.categories = ["2023"]
        data.add_series("Gas", (4,))
        chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *BOX, data).chart
        write(chart.chart_title.text_frame)
        write(slide.notes_slide.notes_text_frame)

    assert load((HEADED, fill)).text == f"{told}\n\ncell\t{told}\n\n{told}\n\n\tGas\n2023\t4\n\n{told}"


@pytest.mark.parametrize(
    ("texts", "line", "told"),
    [
        (("is ", "500", " 600"), "sngStrike", "is 600"),
        (("is", " 500 ", "600"), "dblStrike", "is 600"),
        (("is ", "500", " 600"), "noStrike", "is 500 600"),
        (("", "Void", ""), "sngStrike", ""),
    ],
)
def test_what_is_struck_out_is_left_out(texts: tuple[str, ...], line: str, told: str) -> None:
    def write(frame: Any) -> None:
        write_runs(frame, texts, "strike", line)

    def fill(slide: Any) -> None:
        write(slide.shapes.title.text_frame)
        table = slide.shapes.add_table(1, 2, *BOX).table
        table.cell(0, 1).text = "cell"
        write(table.cell(0, 0).text_frame)
        write(slide.notes_slide.notes_text_frame)

    assert load((HEADED, fill)).text == f"{told}\n\n{told}\tcell\n\n{told}".strip("\n")


def test_the_words_of_a_diagram_are_read() -> None:
    """As PowerPoint stores SmartArt: a part beside the slide, which the slide's frame names."""
    data = saved((HEADED, titled("Steps")))
    kinds, words = "http://schemas.openxmlformats.org", ("Ask", "Check")
    names = f'xmlns:dgm="{kinds}/drawingml/2006/diagram" xmlns:a="{kinds}/drawingml/2006/main"'
    links = f"{kinds}/officeDocument/2006/relationships"
    frame = (
        f'<p:graphicFrame {names} xmlns:r="{links}"><p:nvGraphicFramePr><p:cNvPr id="9" name="d"/>'
        "<p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm/><a:graphic>"
        f'<a:graphicData uri="{kinds}/drawingml/2006/diagram"><dgm:relIds r:dm="rId9"/></a:graphicData></a:graphic>'
        "</p:graphicFrame>"
    )
    points = "".join(f"<dgm:pt><dgm:t><a:p><a:r><a:t>{each}</a:t></a:r></a:p></dgm:t></dgm:pt>" for each in words)
    diagram = f"<dgm:dataModel {names}><dgm:ptLst>{points}</dgm:ptLst></dgm:dataModel>"
    relation = f'<Relationship Id="rId9" Type="{links}/diagramData" Target="../diagrams/data1.xml"/></Relationships>'
    kind = "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml"
    kind = f'<Override PartName="/ppt/diagrams/data1.xml" ContentType="{kind}"/></Types>'
    changes = {
        "ppt/slides/slide1.xml": ("</p:spTree>", f"{frame}</p:spTree>"),
        "ppt/slides/_rels/slide1.xml.rels": ("</Relationships>", relation),
        "[Content_Types].xml": ("</Types>", kind),
    }
    out = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).decode().replace(*changes[name]) if name in changes else old.read(name))
        new.writestr("ppt/diagrams/data1.xml", diagram)
    assert load_bytes(out.getvalue(), "talk.pptx").text == "Steps\n\nAsk\n\nCheck"


def test_another_zip_named_pptx_is_refused() -> None:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "text")
    with pytest.raises(UnreadableDocument, match=r"^a\.pptx: expected a PowerPoint presentation, found a zip archive"):
        load_bytes(out.getvalue(), "a.pptx")


GOOD = saved((LIST, titled("Why", "A sentence of a slide.")))


@settings(max_examples=60)
@given(damaged(GOOD))
def test_a_damaged_presentation_is_read_or_refused_never_a_crash(data: bytes) -> None:
    read_or_refused(data, "a.pptx")
