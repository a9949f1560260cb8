"""Word's numbers of paragraphs, which stand nowhere in the file, and its notes, which stand in another part."""

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document as WordDocument
from hypothesis import given
from hypothesis import strategies as st

from rag.documents import load_bytes, load_file
from rag.documents.word_numbers import in_format

DOCUMENTS = Path(__file__).parent / "documents"
MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def level(at: int, text: str, kind: str = "decimal", more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'
    )


CLAUSES = level(0, "%1.") + level(1, "%1.%2.") + level(2, "(%3)", "lowerLetter")


def numbering(levels: str = CLAUSES, overrides: str = "") -> str:
    lists = "".join(
        f'<w:num w:numId="{name}"><w:abstractNumId w:val="0"/>{more}</w:num>'
        for name, more in ((1, ""), (2, overrides))
    )
    kinds = f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
    return f'<w:numbering xmlns:w="{MAIN}">{kinds}{lists}</w:numbering>'


def paragraph(text: str, at: int | None = None, name: int = 1, more: str = "") -> str:
    number = "" if at is None else f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{name}"/></w:numPr>'
    return f"<w:p><w:pPr>{number}</w:pPr><w:r><w:t>{text}</w:t></w:r>{more}</w:p>"


def empty() -> bytes:
    saved = BytesIO()
    WordDocument().save(saved)
    return saved.getvalue()


EMPTY = empty()


def text_of(body: str, parts: dict[str, str] | None = None) -> str:
    """Of a document with this body, and with these parts named by their kind."""
    out = BytesIO()
    parts = {"numbering": numbering()} | (parts or {})
    added = [kind for kind in parts if kind not in ("numbering", "styles")]
    with zipfile.ZipFile(BytesIO(EMPTY)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            xml = old.read(name).decode() if name.endswith((".xml", ".rels")) else ""
            if name == "word/document.xml":
                xml = f'<w:document xmlns:w="{MAIN}"><w:body>{body}</w:body></w:document>'
            elif name == "word/_rels/document.xml.rels":
                related = (
                    f'<Relationship Id="{kind}" Type="{RELATIONS}/{kind}" Target="{kind}.xml"/>' for kind in added
                )
                xml = xml.replace("</Relationships>", "".join(related) + "</Relationships>")
            elif name == "[Content_Types].xml":
                typed = (f'<Override PartName="/word/{kind}.xml" ContentType="{TYPE}.{kind}+xml"/>' for kind in added)
                xml = xml.replace("</Types>", "".join(typed) + "</Types>")
            if name.removeprefix("word/").removesuffix(".xml") not in parts:
                new.writestr(name, xml or old.read(name))
        for kind, xml in parts.items():
            new.writestr(f"word/{kind}.xml", xml)
    return load_bytes(out.getvalue(), "contract.docx").text


def test_clauses_are_numbered_as_word_numbers_them() -> None:
    body = [
        ("Rent", 0),
        ("It is paid monthly.", 1),
        ("In advance.", 2),
        ("At the bank.", 2),
        ("It is due.", 1),
        ("End", 0),
    ]
    told = text_of("".join(paragraph(text, at) for text, at in body))
    assert told.split("\n\n") == [
        "1. Rent",
        "1.1. It is paid monthly.",
        "(a) In advance.",
        "(b) At the bank.",
        "1.2. It is due.",
        "2. End",
    ]


def test_lists_of_many_kinds_are_numbered_as_another_program_numbers_them() -> None:
    """`numbered.txt` is what LibreOffice made of `numbered.docx`: four levels, lists begun anew and gone on with."""
    told = load_file(DOCUMENTS / "numbered.docx").text.split("\n\n")
    written = (DOCUMENTS / "numbered.txt").read_text(encoding="utf-8").splitlines()
    assert told == [re.sub(r"\s+", " ", line).strip() for line in written]


def test_a_heading_holds_its_number() -> None:
    levels = level(0, "Article %1.", more='<w:pStyle w:val="Heading1"/>')
    body = paragraph("Rent", 0).replace("<w:pPr>", '<w:pPr><w:pStyle w:val="Heading1"/>')
    assert text_of(body, {"numbering": numbering(levels)}) == "Article 1. Rent"


def test_another_list_of_the_same_kind_goes_on_or_begins_anew_as_it_says() -> None:
    body = paragraph("One", 0) + paragraph("Two", 0, name=2)
    assert text_of(body) == "1. One\n\n2. Two"
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride>'
    assert text_of(body + paragraph("Three", 0, name=2), {"numbering": numbering(overrides=anew)}).split("\n\n") == [
        "1. One",
        "7. Two",
        "8. Three",
    ]


@pytest.mark.parametrize("levels", [level(0, "•", "bullet"), level(0, "%1.", "koreanDigital2"), level(0, "")])
def test_a_bullet_or_an_unknown_kind_of_number_is_not_told(levels: str) -> None:
    assert text_of(paragraph("One", 0), {"numbering": numbering(levels)}) == "One"


def test_an_empty_paragraph_is_counted_and_not_told() -> None:
    assert text_of(paragraph("One", 0) + paragraph("", 0) + paragraph("Three", 0)) == "1. One\n\n3. Three"


def test_numbers_stand_in_cells_too() -> None:
    row = f"<w:tbl><w:tr><w:tc>{paragraph('One', 0)}</w:tc><w:tc>{paragraph('Two', 0)}</w:tc></w:tr></w:tbl>"
    assert text_of(row) == "1. One\t2. Two"


@pytest.mark.parametrize(
    ("kind", "number", "written"),
    [
        ("lowerLetter", 26, "z"),
        ("lowerLetter", 28, "bb"),
        ("upperRoman", 1994, "MCMXCIV"),
        ("russianLower", 10, "к"),
        ("decimalZero", 7, "07"),
        ("ordinal", 12, "12th"),
        ("ordinal", 22, "22nd"),
        ("chineseCounting", 10, "十"),
        ("chineseCounting", 21, "二十一"),
        ("chineseCounting", 100, None),
        ("chineseCountingThousand", 103, "一百零三"),
        ("none", 3, ""),
    ],
)
def test_each_kind_of_number_is_written_in_its_way(kind: str, number: int, written: str | None) -> None:
    assert in_format(number, kind) == written


NOTE = (
    f'<w:footnotes xmlns:w="{MAIN}"><w:footnote w:id="2">{paragraph("See the act of 2015.")}</w:footnote></w:footnotes>'
)
REFERENCE = '<w:r><w:footnoteReference w:id="2"/></w:r>'


def test_a_note_comes_after_the_paragraph_or_row_that_it_belongs_to() -> None:
    body = paragraph("Rent is due.", more=REFERENCE) + paragraph("The end.")
    assert text_of(body, {"footnotes": NOTE}) == "Rent is due.\n\nSee the act of 2015.\n\nThe end."
    row = f"<w:tbl><w:tr><w:tc>{paragraph('Rent', more=REFERENCE)}</w:tc><w:tc>{paragraph('5')}</w:tc></w:tr></w:tbl>"
    assert text_of(row, {"footnotes": NOTE}) == "Rent\t5\n\nSee the act of 2015."
    endnotes = NOTE.replace("footnote", "endnote")
    body = body.replace("footnote", "endnote")
    assert text_of(body, {"endnotes": endnotes}) == "Rent is due.\n\nSee the act of 2015.\n\nThe end."


def test_a_note_that_is_nowhere_is_nothing() -> None:
    assert text_of(paragraph("Rent is due.", more=REFERENCE)) == "Rent is due."


def test_styles_based_on_each_other_in_a_circle_or_a_long_chain_are_no_trouble() -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{place}"><w:basedOn w:val="s{(place + 1) % 20_000}"/></w:style>'
        for place in range(20_000)
    )
    body = paragraph("Rent", 0).replace("<w:pPr>", '<w:pPr><w:pStyle w:val="s7"/>')
    assert text_of(body, {"styles": f'<w:styles xmlns:w="{MAIN}">{styles}</w:styles>'}) == "1. Rent"


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=20),
    st.lists(st.sampled_from(["%1.", "%1.%2", "%3", "%9)", "", "%", "No. %2"]), max_size=3),
)
def test_whatever_is_numbered_no_text_is_lost(paragraphs: list[tuple[int, int]], texts: list[str]) -> None:
    levels = "".join(level(at, text) for at, text in enumerate(texts))
    body = "".join(paragraph(f"Text{place}", *each) for place, each in enumerate(paragraphs)) + paragraph("End")
    told = text_of(body, {"numbering": numbering(levels)}).split("\n\n")
    assert [each.split(" ")[-1] for each in told] == [*(f"Text{place}" for place in range(len(paragraphs))), "End"]
