"""Word: paragraphs, headings and tables in order; bombs and foreign entities refused before they are parsed."""

import time
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from damage import damaged, read_or_refused
from docx import Document as WordDocument
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.documents import archive, content, load_bytes
from rag.errors import DocumentError, DocumentTooLarge, UnreadableDocument, UnsupportedFormat

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(document: object) -> bytes:
    out = BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def example() -> bytes:
    document = WordDocument()
    document.add_heading("On quoting", level=0)
    document.add_paragraph("The opening paragraph of this document has a\ttab in it.")
    document.add_heading("Sources", level=2)
    table = document.add_table(rows=0, cols=2)
    for row in (("Name", "Place"), ("Anar", "Baku\nand Beijing")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph("")
    document.add_paragraph("A closing paragraph.")
    document.core_properties.author = "A. Writer"
    document.core_properties.created = datetime(2024, 4, 2, tzinfo=UTC)
    return saved(document)


GOOD = example()


def with_part(body: bytes | str, part: str = "word/document.xml") -> bytes:
    """The good document with one part replaced."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(GOOD)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, body if name == part else old.read(name))
    return out.getvalue()


def with_body(xml: str, prolog: str = "") -> bytes:
    return with_part(f'<?xml version="1.0"?>{prolog}<w:document {W}><w:body>{xml}</w:body></w:document>')


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


BOMB = with_body(paragraph("a" * 72_000_000))


def test_blocks_come_in_document_order_and_tables_as_rows() -> None:
    document = load_bytes(GOOD, "report.docx")
    assert document.text == (
        "On quoting\n\nThe opening paragraph of this document has a\ttab in it.\n\nSources\n\n"
        "Name\tPlace\nAnar\tBaku and Beijing\n\nA closing paragraph."
    )
    headings = [(heading.level, document.text[heading.start : heading.end]) for heading in document.headings]
    assert headings == [(1, "On quoting"), (2, "Sources")]
    assert (document.id, document.title, document.language) == ("report", "On quoting", "en")
    assert (document.date, document.date_origin) == ("2024-04-02", "metadata")
    assert document.metadata == {"author": "A. Writer"}


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), max_size=30)


@settings(max_examples=10)
@given(st.lists(st.tuples(texts, st.sampled_from([None, 1, 2, 3])), max_size=6))
def test_every_heading_is_where_its_offsets_say(parts: list[tuple[str, int | None]]) -> None:
    document = WordDocument()
    document.add_paragraph("Seen.")
    for text, level in parts:
        if level:
            document.add_heading(text, level)
        else:
            document.add_paragraph(text)
    loaded = load_bytes(saved(document), "a.docx")
    shown = [(level, text.strip(" \u200b\ufeff")) for text, level in parts if level]
    found = [(heading.level, loaded.text[heading.start : heading.end]) for heading in loaded.headings]
    assert found == [(level, text) for level, text in shown if text]


def test_a_style_based_on_a_heading_is_one() -> None:
    document = WordDocument()
    style = document.styles.add_style("Überschrift eigen", 1)
    style.base_style = document.styles["Heading 3"]
    document.add_paragraph("Own heading", style=style)
    assert [heading.level for heading in load_bytes(saved(document), "a.docx").headings] == [3]


def test_insertions_links_and_content_controls_are_read_and_deletions_are_not() -> None:
    body = (
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>In a control.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        '<w:p><w:ins w:id="1"><w:r><w:t>Inserted, </w:t></w:r></w:ins>'
        '<w:del w:id="2"><w:r><w:delText>deleted, </w:delText></w:r></w:del>'
        "<w:hyperlink><w:r><w:t>linked</w:t><w:br/><w:t>below</w:t></w:r></w:hyperlink></w:p>"
    )
    assert load_bytes(with_body(body), "a.docx").text == "In a control.\n\nInserted, linked\nbelow"


def test_hidden_words_are_left_out() -> None:
    body = (
        "<w:p><w:r><w:t>Shown</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>, hidden</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>, shown.</w:t></w:r></w:p>'
    )
    assert load_bytes(with_body(body), "a.docx").text == "Shown, shown."


def test_what_fonts_of_pictures_show_is_told() -> None:
    body = (
        '<w:p><w:r><w:t>15 </w:t></w:r><w:r><w:sym w:font="Symbol" w:char="F06D"/></w:r><w:r><w:t>g at 80 </w:t></w:r>'
        '<w:r><w:rPr><w:rFonts w:ascii="Symbol"/></w:rPr><w:t>&#xF0B0;</w:t></w:r><w:r><w:t>C</w:t></w:r>'
        '<w:r><w:sym w:font="Unknown" w:char="F06D"/><w:sym w:font="Symbol" w:char="nonsense"/><w:sym/></w:r></w:p>'
    )
    assert load_bytes(with_body(body), "a.docx").text == "15 μg at 80 °C"


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def aligned(where: str) -> str:
    return f'<w:vertAlign w:val="{where}"/>'


RAISED, LOWERED, ON_THE_LINE = aligned("superscript"), aligned("subscript"), aligned("baseline")


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        (run("10") + run("15", RAISED), "10¹⁵"),
        (run("10") + run("1", RAISED) + run("5", RAISED), "10¹⁵"),
        (run("1999.") + run("3", RAISED), "1999.³"),
        (run("CO") + run("2", LOWERED), "CO₂"),
        (run("2") + run("nd", RAISED), "2nd"),
        (run("10") + run("15", ON_THE_LINE), "1015"),
        (run("10") + run("15", RAISED + "<w:vanish/>"), "10"),
        (run("10") + run("\uf031", '<w:rFonts w:ascii="Symbol"/>' + RAISED), "10¹"),
    ],
)
def test_raised_and_lowered_figures_are_told_and_letters_are_as_they_are(runs: str, told: str) -> None:
    assert load_bytes(with_body(f"<w:p>{runs}</w:p>"), "a.docx").text == told
    in_a_cell = f"<w:tc><w:p>{runs}</w:p></w:tc>"
    assert load_bytes(with_body(table(cell("a") + in_a_cell)), "a.docx").text == f"a\t{told}"


def test_words_are_raised_by_their_style_unless_they_or_one_based_on_it_say_otherwise() -> None:
    document = WordDocument()
    above, based, undone = (document.styles.add_style(name, 2) for name in ("Above", "Based", "Undone"))
    based.base_style = undone.base_style = above
    line = document.add_paragraph("10")
    styles = (above, based, undone, above, above, undone)
    runs = [line.add_run(str(at), style) for at, style in enumerate(styles, 1)]
    for styled, where in ((above, "superscript"), (undone, "baseline"), (runs[3], "baseline"), (runs[4], "subscript")):
        styled.element.get_or_add_rPr().get_or_add_vertAlign().val = where
    assert load_bytes(saved(document), "a.docx").text == "10¹²34₅6"


STRUCK, TWICE = "<w:strike/>", '<w:dstrike w:val="true"/>'
NOT_STRUCK = '<w:strike w:val="false"/>'


@pytest.mark.parametrize(
    ("runs", "told"),
    [
        (run("is ") + run("500", STRUCK) + run(" 600"), "is 600"),
        (run("is ") + run("500 ", TWICE) + run("600"), "is 600"),
        (run("is") + run(" 500 ", STRUCK) + run("600"), "is 600"),
        (run("is") + run(" 50", STRUCK) + run("0", STRUCK) + run(". Now"), "is. Now"),
        (run("is ") + run("500", NOT_STRUCK + '<w:dstrike w:val="0"/>') + run(" 600"), "is 500 600"),
        (run("is ") + run("500", NOT_STRUCK + TWICE) + run(" 600"), "is 600"),
        (run("10") + run("15", STRUCK + RAISED) + run("m", STRUCK) + run("16", RAISED), "10¹⁶"),
        (run("a") + f"<w:r><w:rPr>{STRUCK}</w:rPr><w:tab/><w:t>b</w:t><w:br/></w:r>" + run("c"), "a c"),
    ],
)
def test_what_is_struck_out_is_left_out(runs: str, told: str) -> None:
    assert load_bytes(with_body(f"<w:p>{runs}</w:p>"), "a.docx").text == told
    in_a_cell = f"<w:tc><w:p>{runs}</w:p></w:tc>"
    assert load_bytes(with_body(table(cell("a") + in_a_cell)), "a.docx").text == f"a\t{told}"


def test_a_paragraph_and_a_cell_that_are_struck_out_are_blank_and_numbers_count_on() -> None:
    document = WordDocument()
    for text in ("One", "Two", "Three"):
        document.add_paragraph(text, style="List Number")
    cells = document.add_table(1, 2).row_cells(0)
    cells[0].text, cells[1].text = "out", "in"
    document.paragraphs[1].runs[0].font.strike = True
    cells[0].paragraphs[0].runs[0].font.double_strike = True
    assert load_bytes(saved(document), "a.docx").text == "1. One\n\n3. Three\n\n\tin"


def test_words_are_struck_out_by_their_style_or_their_paragraphs_unless_they_say_otherwise() -> None:
    document = WordDocument()
    out, based, kept = (document.styles.add_style(name, 2) for name in ("Out", "Based", "Kept"))
    void = document.styles.add_style("Void", 1)
    based.base_style = kept.base_style = out
    out.font.strike = void.font.strike = True
    kept.font.strike = False
    lines = document.add_paragraph("a"), document.add_paragraph("x", style=void)
    for line in lines:
        for text, style in (("b", out), ("c", based), ("d", kept), ("e", out)):
            line.add_run(text, style)
        line.runs[-1].font.strike = False
    assert load_bytes(saved(document), "a.docx").text == "ade\n\nde"


def m(tag: str, *inside: str) -> str:
    return f"<m:{tag}>{''.join(inside)}</m:{tag}>"


def r(text: str) -> str:
    return m("r", m("rPr", m("sty")), m("t", text))


@pytest.mark.parametrize(
    ("formula", "line"),
    [
        (r("a") + '<w:del w:id="1">' + r("+b") + "</w:del>" + '<w:ins w:id="2">' + r("-c") + "</w:ins>", "a-c"),
        (r("E=") + m("sSup", m("e", r("mc")), m("sup", r("2"))), "E=mc^2"),
        (m("f", m("num", r("a+b")), m("den", r("2"))), "(a+b)/2"),
        (m("rad", m("deg"), m("e", m("f", m("num", r("a")), m("den", r("b"))))), "√(a/b)"),
        (m("rad", m("deg", r("3")), m("e", r("n"))), "3√n"),
        (m("sSubSup", m("e", r("x")), m("sub", r("i+1")), m("sup", r("2"))), "x_(i+1)^2"),
        (
            m("nary", m("naryPr", '<m:chr m:val="∑"/>'), m("sub", r("i=1")), m("sup", r("n")), m("e", r("k"))),
            "∑_(i=1)^n k",
        ),
        (m("d", m("e", r("a")), m("e", r("b"))), "(a|b)"),
        (m("d", m("dPr", '<m:begChr m:val="["/><m:endChr m:val="]"/>'), m("e", r("x"))), "[x]"),
        (m("m", m("mr", m("e", r("1")), m("e", r("0"))), m("mr", m("e", r("0")), m("e", r("1")))), "[1, 0; 0, 1]"),
        (m("func", m("fName", m("limLow", m("e", r("lim")), m("lim", r("n→∞")))), m("e", r("a"))), "lim_(n→∞)a"),
    ],
)
def test_a_formula_is_told_on_a_line_in_its_sentence(formula: str, line: str) -> None:
    math = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    body = f"<w:p><w:r><w:t>Here </w:t></w:r><m:oMath {math}>{formula}</m:oMath><w:r><w:t> holds.</w:t></w:r></w:p>"
    assert load_bytes(with_body(body), "a.docx").text == f"Here {line} holds."


def test_the_templates_own_properties_say_nothing() -> None:
    document = WordDocument()
    document.add_paragraph("An opening sentence.")
    loaded = load_bytes(saved(document), "a.docx")
    assert (loaded.title, loaded.date) == ("An opening sentence.", None)


def test_an_honest_bomb_is_refused_by_its_declared_size() -> None:
    """python-docx turned such a file of 106 KB into 72 million characters."""
    data = BOMB
    assert len(data) < 200_000
    began = time.monotonic()
    with pytest.raises(DocumentTooLarge, match=r"^bomb\.docx: unpacks to 72,"):
        load_bytes(data, "bomb.docx")
    assert time.monotonic() - began < 5


def test_a_bomb_that_lies_about_its_size_is_not_inflated() -> None:
    data = BOMB
    with zipfile.ZipFile(BytesIO(data)) as zipped:
        true_size = zipped.getinfo("word/document.xml").file_size
    data = data.replace(true_size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    began = time.monotonic()
    with pytest.raises(UnreadableDocument):
        load_bytes(data, "bomb.docx")
    assert time.monotonic() - began < 5


def test_a_bomb_of_tags_or_of_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_XML_TAGS", 10_000)
    with pytest.raises(DocumentTooLarge, match="10,000 XML tags"):
        load_bytes(with_body("<w:p/>" * 10_000), "a.docx")
    monkeypatch.setattr(archive, "MAX_PARTS", 3)
    with pytest.raises(DocumentTooLarge, match="parts inside, the limit is 3"):
        load_bytes(GOOD, "a.docx")


def test_characters_are_counted_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MAX_CHARACTERS", 1000)
    with pytest.raises(DocumentTooLarge, match="more than 1,000 characters"):
        load_bytes(with_body(paragraph("word " * 50) * 10), "a.docx")


def test_pictures_are_never_unpacked() -> None:
    out = BytesIO(with_body(paragraph("Some text.")))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("word/media/image1.png", b"\x00" * 30_000_000)
    assert load_bytes(out.getvalue(), "a.docx").text == "Some text."


LAUGHS = "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(10))


@pytest.mark.parametrize(
    "entities",
    [
        f'<!ENTITY a "lol">{LAUGHS}',
        '<!ENTITY k SYSTEM "file:///etc/passwd">',
        '<!ENTITY k SYSTEM "http://127.0.0.1:9/">',
    ],
    ids=["billion laughs", "file", "network"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "[Content_Types].xml", "docProps/core.xml"])
def test_xml_entities_are_refused_wherever_they_are_declared(entities: str, encoding: str, part: str) -> None:
    xml = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [{entities}]>'
        f"<w:document {W}><w:body>{paragraph('seen &k;')}</w:body></w:document>"
    )
    began = time.monotonic()
    with pytest.raises(UnreadableDocument, match="declares XML entities"):
        load_bytes(with_part(xml.encode(encoding), part), "a.docx")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("entities", [f'<!ENTITY a "lol">{LAUGHS}', '<!ENTITY k SYSTEM "file:///etc/hostname">'])
def test_the_parser_itself_would_expand_no_entity(entities: str) -> None:
    """What python-docx parses with, should a declaration ever slip past the check above."""
    from docx.oxml.parser import parse_xml
    from lxml.etree import XMLSyntaxError, tostring

    xml = f"<!DOCTYPE x [{entities}]><w:document {W}>{paragraph('&k;')}</w:document>"
    try:
        assert len(tostring(parse_xml(xml), method="text")) < 100
    except XMLSyntaxError as error:
        assert "amplification" in str(error)  # noqa: PT017


@settings(max_examples=60)
@given(st.integers(0, len(GOOD)))
def test_a_truncated_docx_is_refused(length: int) -> None:
    with pytest.raises(DocumentError, match=r"^a\.docx"):
        load_bytes(GOOD[: min(length, len(GOOD) - 30)], "a.docx")


@settings(max_examples=60)
@given(damaged(GOOD))
def test_a_damaged_docx_is_read_or_refused_never_a_crash(data: bytes) -> None:
    read_or_refused(data, "a.docx")


def test_another_zip_named_docx_is_refused() -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("../../evil.xml", "<a/>")
        zipped.writestr("mimetype", "application/epub+zip")
    with pytest.raises(UnreadableDocument, match="found a zip archive that is not one"):
        load_bytes(out.getvalue(), "book.docx")


@pytest.mark.parametrize(
    ("data", "found"), [(b"Plain text.", "text"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office file")]
)
def test_what_is_no_zip_is_refused(data: bytes, found: str) -> None:
    with pytest.raises(UnsupportedFormat, match=f"promises a docx file.*but the content is .*{found}"):
        load_bytes(data, "a.docx")


@pytest.mark.parametrize("xml", [f"<w:document {W}/>", f"<w:body {W}/>", "<html/>", "", "<w:document>"])
def test_a_main_part_that_is_no_document_is_refused(xml: str) -> None:
    with pytest.raises(UnreadableDocument, match="expected a Word document"):
        load_bytes(with_part(xml), "a.docx")


def test_an_empty_document_has_no_text() -> None:
    with pytest.raises(UnreadableDocument, match=r"^a\.docx has no text"):
        load_bytes(saved(WordDocument()), "a.docx")


def table(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def test_a_cell_alone_in_its_row_is_a_box_around_its_paragraphs() -> None:
    box = table("<w:tc>" + paragraph("Note.") + paragraph("") + paragraph("Keep dry.") + "</w:tc>")
    assert load_bytes(with_body(box), "a.docx").text == "Note.\n\nKeep dry."
    row = table(cell("a") + "<w:tc>" + paragraph("b") + paragraph("c") + "</w:tc>")
    assert load_bytes(with_body(row), "a.docx").text == "a\tb c"
    wide = '<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>' + paragraph("d") + paragraph("e") + "</w:tc>"
    assert load_bytes(with_body(table(cell("a") + cell("b"), wide)), "a.docx").text == "a\tb\nd e"


def test_a_cell_that_takes_up_several_columns_or_rows_leaves_the_others_blank() -> None:
    down, further = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    first = table(
        cell("Norway", down) + cell("2019") + cell("5.3"),
        cell("", further) + cell("2020") + cell("5.4"),
        cell("Together", '<w:gridSpan w:val="2"/>') + cell("10.7"),
    )
    text = load_bytes(with_body(first + table(cell("Another") + cell("table"))), "a.docx").text
    assert text == "Norway\t2019\t5.3\n\t2020\t5.4\nTogether\t\t10.7\n\nAnother\ttable"
