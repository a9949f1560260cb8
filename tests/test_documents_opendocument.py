"""OpenDocument: texts, spreadsheets and presentations, laid out as LibreOffice shows them.

The XML is as LibreOffice 7.4 writes it. Where a number is expected, it is the one that it shows for the same XML.
"""

import random
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from damage import read_or_refused
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.documents import content, load_bytes
from rag.documents.opendocument import MEDIA_TYPES
from rag.errors import DocumentTooLarge, UnreadableDocument, UnsupportedFormat
from rag.types import Document

DOCUMENTS = Path(__file__).parent / "documents"
OASIS = "urn:oasis:names:tc:opendocument:xmlns"
NAMES = " ".join(
    f'xmlns:{prefix}="{OASIS}:{name}:1.0"'
    for prefix, name in (
        *(("office", "office"), ("text", "text"), ("style", "style"), ("table", "table"), ("draw", "drawing")),
        *(("presentation", "presentation"), ("svg", "svg-compatible"), ("meta", "meta"), ("manifest", "manifest")),
    )
)
NAMES += ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
NAMES += ' xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'
KINDS = {".odt": "text", ".ott": "text", ".ods": "spreadsheet", ".odp": "presentation"}
MANIFEST = f'<manifest:manifest {NAMES}><manifest:file-entry manifest:full-path="content.xml"/></manifest:manifest>'


def packed(parts: dict[str, str]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, part in parts.items():
            zipped.writestr(name, part)
    return out.getvalue()


def saved(body: str, kind: str = "text", automatic: str = "", styles: str = "", meta: str = "") -> bytes:
    return packed(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "META-INF/manifest.xml": MANIFEST,
            "meta.xml": f"<office:document-meta {NAMES}><office:meta>{meta}</office:meta></office:document-meta>",
            "styles.xml": f"<office:document-styles {NAMES}><office:styles>{styles}</office:styles>"
            "</office:document-styles>",
            "content.xml": f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMES}>'
            f"<office:automatic-styles>{automatic}</office:automatic-styles>"
            f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        }
    )


def read(body: str, ending: str = ".odt", **parts: str) -> Document:
    return load_bytes(saved(body, KINDS[ending], **parts), f"a{ending}")


def blocks(body: str, **parts: str) -> list[str]:
    return read(body, **parts).text.split("\n\n")


def shown_headings(document: Document) -> list[tuple[int, str]]:
    return [(heading.level, document.text[heading.start : heading.end]) for heading in document.headings]


def p(text: str, style: str = "Standard") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def span(text: str, style: str) -> str:
    return f'<text:span text:style-name="{style}">{text}</text:span>'


def h(text: str, level: int = 1, style: str = "", more: str = "") -> str:
    style = style or f"Heading_20_{level}"
    return f'<text:h text:style-name="{style}" text:outline-level="{level}"{more}>{text}</text:h>'


def box(text: str, more: str = "") -> str:
    return f"<draw:frame{more}><draw:text-box>{text}</draw:text-box></draw:frame>"


def note(text: str, kind: str = "footnote") -> str:
    return (
        f'<text:note text:note-class="{kind}"><text:note-citation>1</text:note-citation>'
        f"<text:note-body>{p(text)}</text:note-body></text:note>"
    )


META = (
    "<meta:initial-creator>A. Writer</meta:initial-creator><dc:creator>B. Editor</dc:creator>"
    "<dc:title>On quoting</dc:title><meta:creation-date>2024-04-02T09:30:00.123</meta:creation-date>"
    "<dc:date>2025-01-01T00:00:00</dc:date>"
)


class TestTexts:
    def test_blocks_come_in_document_order_and_tables_as_rows(self) -> None:
        rows = row(cell("Name") + cell("Place")) + row(cell("Anar") + cell("Baku", p("and Beijing")))
        body = (
            p("On quoting well", "Title")
            + p('The <text:span text:style-name="T1">opening</text:span> paragraph has a<text:tab/>tab in it.')
            + h("Sources", 2)
            + table(rows)
            + p("")
            + "<text:section>"
            + p('A closing <text:a xlink:href="x">paragraph</text:a>.')
            + "</text:section>"
        )
        document = read(body, meta=META, styles=style("Title", ""))
        assert document.text == (
            "On quoting well\n\nThe opening paragraph has a\ttab in it.\n\nSources\n\n"
            "Name\tPlace\nAnar\tBaku and Beijing\n\nA closing paragraph."
        )
        assert shown_headings(document) == [(1, "On quoting well"), (2, "Sources")]
        assert (document.title, document.language, document.metadata) == ("On quoting", "en", {"author": "A. Writer"})
        assert (document.date, document.date_origin) == ("2024-04-02", "metadata")
        assert document.media_type == "application/vnd.oasis.opendocument.text"

    def test_the_language_that_is_stated_is_told(self) -> None:
        assert read(p("A B C"), meta="<dc:language>de-DE</dc:language>").language == "de"

    def test_white_space_is_one_space_unless_it_is_marked(self) -> None:
        text = '  two  spaces <text:s text:c="3"/> x <text:s/>y<text:span> z </text:span> w\n q<text:line-break/> below'
        assert read(p(text)).text == "two spaces     x  y z w q\n below"

    def test_marked_spaces_cannot_fill_the_memory(self) -> None:
        assert len(read(p('a<text:s text:c="999999999"/>b')).text) < 200

    def test_notes_come_after_the_paragraph_or_the_row_they_belong_to(self) -> None:
        body = (
            p(f"See{note('The act of 2015.')} here{note('At the end.', 'endnote')}.")
            + table(row(cell(f"Rent{note('Monthly.')}") + cell("5")) + row(cell("Heat") + cell("7")))
            + p("After.")
        )
        assert blocks(body) == [
            "See here.",
            "The act of 2015.",
            "At the end.",
            "Rent\t5",
            "Monthly.",
            "Heat\t7",
            "After.",
        ]

    def test_a_text_box_is_read_once_after_its_paragraph(self) -> None:
        inner = box(p(f"In the box{box(p('and one in it'))}."))
        picture = '<draw:frame><draw:image xlink:href="a.png"/><svg:desc>A cat</svg:desc></draw:frame>'
        shape = f"<draw:g><draw:custom-shape>{p('In a shape')}</draw:custom-shape></draw:g>"
        assert blocks(p(f"Be{inner}fore{picture}{shape}.") + p("After.")) == [
            *("Before.", "In the box.", "and one in it", "In a shape", "After.")
        ]

    def test_deletions_comments_and_what_is_hidden_are_left_out_and_insertions_are_in(self) -> None:
        deleted = f"<text:changed-region><text:deletion>{p('Deleted.')}</text:deletion></text:changed-region>"
        comment = f"<office:annotation><dc:creator>X</dc:creator>{p('A comment.')}</office:annotation>"
        body = (
            f"<text:tracked-changes>{deleted}</text:tracked-changes>"
            + p(f'Kept<text:change text:change-id="a"/>, {comment}<text:change-start/>inserted<text:change-end/>.')
            + f'<text:section text:display="none">{p("Hidden.")}</text:section>'
            + f'<text:section text:display="condition">{p("Shown.")}</text:section>'
            + p("<text:ruby><text:ruby-base>漢字</text:ruby-base><text:ruby-text>かんじ</text:ruby-text></text:ruby>")
        )
        assert blocks(body) == ["Kept, inserted.", "Shown.", "漢字"]

    def test_what_fonts_of_pictures_show_is_told_and_hidden_words_are_left_out(self) -> None:
        own = (
            '<style:font-face style:name="F1" svg:font-family="\'Symbol\'"/>'
            + style("T1", "", "text", '<style:text-properties style:font-name="F1"/>')
            + style("T2", "", "text", '<style:text-properties text:display="none"/>')
        )
        body = p(
            "15 <text:span text:style-name='T1'>\uf06d<text:span>\uf06d</text:span></text:span>g"
            "<text:span text:style-name='T2'> (hidden)</text:span> \uf06d"
        )
        assert read(body, automatic=own).text == "15 μμg \uf06d"

    def test_raised_and_lowered_figures_are_told_and_letters_are_as_they_are(self) -> None:
        based = ' style:parent-style-name="Above"'
        positions = {"T1": "super 58%", "T2": "sub 58%", "T3": "33% 58%", "T4": "-33% 58%"}
        own = "".join(at_position(name, position) for name, position in positions.items())
        own += at_position("T5", "0% 100%", based) + style("T6", based, "text")
        for inside, text in (
            (f"10{span('15', 'T1')}", "10¹⁵"),
            (f"10{span('15', 'T3')}", "10¹⁵"),
            (f"10{span('15', 'T6')} m{span('2', 'Above')}", "10¹⁵ m²"),
            (f"CO{span('2', 'T2')}, H{span('2', 'T4')}O", "CO₂, H₂O"),
            (f"2{span('nd', 'T1')}", "2nd"),
            (f"10{span('15', 'T5')}", "1015"),
            (f"10{span('1' + span('2', 'T7') + span('3', 'T5') + '4', 'T1')}5", "10¹²3⁴5"),
        ):
            body = p(inside) + table(row(cell("a") + cell(inside)))
            assert read(body, automatic=own, styles=at_position("Above", "super 58%")).text == f"{text}\n\na\t{text}"

    def test_what_is_struck_out_is_left_out_unless_a_style_undoes_it(self) -> None:
        based = ' style:parent-style-name="Out"'
        own = struck("T1", 'style="solid"') + struck("T2", 'style="none"', based) + style("T3", based, "text")
        own += (
            struck("T4", 'type="double"') + struck("T5", 'style="none"') + struck("P1", 'type="single"', of="paragraph")
        )
        own += style("P2", ' style:parent-style-name="P1"')
        for inside, text in (
            (f"is {span('500', 'T1')} 600", "is 600"),
            (f"is {span('500 ', 'T3')}600", "is 600"),
            (f"is{span(' 500 ', 'T4')} 600{span(note('A note.'), 'T1')}", "is 600"),
            (f"is {span('500', 'T2')} 600", "is 500 600"),
            (f"is{span(' 5<text:tab/>0' + span('1', 'T5') + '0' + span('2', 'T6'), 'T1')}", "is 1"),
        ):
            kept = p("Void.", "P1") + p("Void.", "P2") + p(f"Void {span('not', 'T5')}.", "P1")
            body = p(inside) + kept + table(row(cell("a") + cell(inside)) + row(cell("", p("Void.", "P1")) + cell("b")))
            expected = f"{text}\n\nnot\n\na\t{text}\n\tb"
            assert read(body, automatic=own, styles=struck("Out", 'style="wave"')).text == expected

    def test_the_number_of_an_item_that_is_struck_out_counts(self) -> None:
        own = LISTS + struck("P1", 'style="solid"', of="paragraph")
        items = li(p("One")) + li(p("Void", "P1")) + li(p("Three"))
        assert blocks(listed(items), automatic=own) == ["1. One", "3. Three"]

    def test_what_an_index_lists_is_not_told_twice(self) -> None:
        entries = f"<text:index-body>{p('Rent<text:tab/>3')}</text:index-body>"
        assert blocks(f"<text:table-of-content>{entries}</text:table-of-content>" + h("Rent")) == ["Rent"]

    def test_fields_and_elements_of_later_versions_are_read(self) -> None:
        text = "Page <text:page-number>7</text:page-number>, <loext:content-control>chosen</loext:content-control>."
        assert read(p(text)).text == "Page 7, chosen."

    def test_a_heading_is_one_by_its_style_or_its_element(self) -> None:
        named = style("Heading_20_3", ' style:default-outline-level="3"') + style("Plain", "")
        own = style("P1", ' style:parent-style-name="Heading_20_3"')
        document = read(p("One", "P1") + h("Two", 2, "Plain") + p("Three", "Plain"), styles=named, automatic=own)
        assert shown_headings(document) == [(3, "One"), (2, "Two")]

    def test_a_long_chain_of_styles_does_no_harm(self) -> None:
        named = "".join(style(f"s{at}", f' style:parent-style-name="s{(at + 1) % 20_000}"') for at in range(20_000))
        assert read(p("Text.", "s7"), styles=named).text == "Text."


def style(name: str, more: str, family: str = "paragraph", inside: str = "") -> str:
    return f'<style:style style:name="{name}" style:family="{family}"{more}>{inside}</style:style>'


def struck(name: str, line: str, more: str = "", of: str = "text") -> str:
    return style(name, more, of, f"<style:text-properties style:text-line-through-{line}/>")


def at_position(name: str, position: str, more: str = "") -> str:
    return style(name, more, "text", f'<style:text-properties style:text-position="{position}"/>')


def level(at: int, form: str = "1", suffix: str = ".", shown: int = 1, more: str = "", kind: str = "list") -> str:
    return (
        f'<text:{kind}-level-style-number text:level="{at}" style:num-format="{form}" style:num-suffix="{suffix}"'
        f' text:display-levels="{shown}"{more}/>'
    ).replace("outline-level-style-number", "outline-level-style")


def list_style(name: str, *levels: str) -> str:
    return f'<text:list-style style:name="{name}">{"".join(levels)}</text:list-style>'


BULLET = '<text:list-level-style-bullet text:level="1" text:bullet-char="•"/>'
LISTS = (
    list_style("L1", level(1), level(2, shown=2), level(3, "a", ")"))
    + list_style("L2", level(1, "A"), level(2, "i"))
    + list_style("L3", BULLET, level(2, "I", ")", more=' style:num-prefix="("'))
)


def li(*inside: str, more: str = "") -> str:
    return f"<text:list-item{more}>{''.join(inside)}</text:list-item>"


def listed(*items: str, of: str = "L1", more: str = "") -> str:
    name = f' text:style-name="{of}"' if of else ""
    return f"<text:list{name}{more}>{''.join(items)}</text:list>"


def sub(*texts: str, more: str = "") -> str:
    return listed(*(li(p(text)) for text in texts), of="", more=more)


GOES_ON = ' text:continue-numbering="true"'


class TestNumbers:
    def numbered(self, body: str, lists: str = LISTS) -> list[str]:
        return blocks(body, automatic=lists)

    def test_lists_of_many_kinds_are_numbered_as_libreoffice_numbers_them(self) -> None:
        """`numbered.odt.xml` is what it made of `numbered.docx`, `numbered.txt` how it shows it."""
        data = packed({"content.xml": (DOCUMENTS / "numbered.odt.xml").read_text(encoding="utf-8")})
        written = (DOCUMENTS / "numbered.txt").read_text(encoding="utf-8").splitlines()
        assert load_bytes(data, "a.odt").text.split("\n\n") == [line.strip() for line in written]

    def test_items_have_their_numbers_and_other_paragraphs_of_an_item_have_none(self) -> None:
        header = f"<text:list-header>{p('header')}</text:list-header>"
        inner = listed(li(p("deep")), of="")
        body = listed(
            *(li(p("a"), sub("a1", "a2")), li(p("b"), p("more of b"), listed(li(inner), of=""))),
            *(li(p("c"), more=' text:start-value="9"'), header, li(p("d"), listed(li(p("d1")), of="L2"))),
        )
        assert self.numbered(body) == [
            *("1. a", "1.1. a1", "1.2. a2", "2. b", "more of b", "a) deep"),
            *("9. c", "header", "10. d", "i. d1"),
        ]

    def test_a_list_begins_anew_unless_it_goes_on_with_another(self) -> None:
        body = (
            listed(li(p("a")), li(p("b")), more=' xml:id="l1"')
            + p("between")
            + listed(li(p("c")), more=' xml:id="l2"')
            + listed(li(p("d")), more=' xml:id="l3" text:continue-list="l1"')
            + listed(li(p("e")), more=' xml:id="l4" text:continue-list="nowhere"')
            + listed(li(p("f")), more=GOES_ON)
            + listed(li(p("g")), of="L2", more=GOES_ON)
            + listed(li(p("h")), of="L2", more=' text:continue-list="l3"')
        )
        assert self.numbered(body) == ["1. a", "2. b", "between", "1. c", "3. d", "1. e", "2. f", "A. g", "D. h"]

    def test_a_further_list_in_the_same_item_begins_anew_and_one_in_another_item_goes_on(self) -> None:
        assert self.numbered(listed(li(p("a"), sub("a1", "a2"), p("z"), sub("b1")))) == [
            *("1. a", "1.1. a1", "1.2. a2", "z", "1.1. b1")
        ]
        assert self.numbered(listed(li(p("a"), sub("a1"), sub("a2", more=GOES_ON)), li(sub("a3")), li(p("b")))) == [
            *("1. a", "1.1. a1", "1.2. a2", "1.3. a3", "2. b")
        ]

    def test_an_item_may_have_another_style_and_is_counted_with_the_others(self) -> None:
        other = li(p("b"), more=' text:style-override="L2"')
        assert self.numbered(listed(li(p("a")), other, li(p("")), li(p("d")))) == ["1. a", "B. b", "4. d"]

    def test_bullets_and_numbers_of_an_unknown_kind_are_left_out(self) -> None:
        assert self.numbered(listed(li(p("a"), sub("b")), of="L3")) == ["a", "(I) b"]
        for form in ("一, 二, 三, ...", ""):
            assert self.numbered(listed(li(p("a"))), list_style("L1", level(1, form))) == ["a"]
        assert self.numbered(listed(li(p("a"))), "") == ["a"]
        assert self.numbered(listed(li(p("a")), of="")) == ["a"]

    @pytest.mark.parametrize(
        ("levels", "expected"),
        [
            (level(1, "a", more=' text:start-value="26"') * 1, ["z. 0", "aa. 1", "ab. 2"]),
            (level(1, "A", more=' text:start-value="26" style:num-letter-sync="true"'), ["Z. 0", "AA. 1", "BB. 2"]),
            (level(1, "i", ")", more=' text:start-value="3"'), ["iii) 0", "iv) 1", "v) 2"]),
            (level(1, more=' style:num-prefix="§ "'), ["§ 1. 0", "§ 2. 1", "§ 3. 2"]),
            (level(1, more=' loext:num-list-format="Art. %1%:"'), ["Art. 1: 0", "Art. 2: 1", "Art. 3: 2"]),
            (level(1, "1", "", more=' text:start-value="0"'), ["0 0", "1 1", "2 2"]),
        ],
    )
    def test_each_kind_of_number_is_written_in_its_way(self, levels: str, expected: list[str]) -> None:
        assert self.numbered(listed(*(li(p(str(at))) for at in range(3))), list_style("L1", levels)) == expected

    def test_a_level_without_a_number_leaves_none_in_those_below_it(self) -> None:
        lists = list_style("L1", level(1, "", ""), level(2, shown=2), level(3, shown=3))
        assert self.numbered(listed(li(p("a"), listed(li(p("b"), sub("c")), of=""))), lists) == ["a", "1. b", "1.1. c"]

    def test_a_number_written_in_the_file_is_taken(self) -> None:
        assert self.numbered(listed(li("<text:number>IV-b</text:number>", p("a")))) == ["IV-b a"]

    def test_headings_are_numbered_by_the_outline(self) -> None:
        outline = "".join(level(at, shown=at, kind="outline") for at in (1, 2))
        named = f'<text:outline-style style:name="Outline">{outline}</text:outline-style>' + "".join(
            style(f"Heading_20_{at}", f' style:default-outline-level="{at}"') for at in (1, 2)
        )
        own = style("P1", ' style:parent-style-name="Heading_20_1" style:list-style-name=""')
        body = (
            *(h("one"), h("one", 2), h("preface", 1, "P1"), h("header", 1, more=' text:is-list-header="true"')),
            *(h("seven", 1, more=' text:restart-numbering="true" text:start-value="7"'), h("one", 2), p("text")),
            *(listed(li(h("A", 1)), of="L2"), h("eight"), listed(li(h("nine")), of="Outline")),
        )
        document = read("".join(body), styles=named, automatic=LISTS + own)
        assert document.text.split("\n\n") == [
            *("1. one", "1.1. one", "preface", "header", "7. seven", "7.1. one", "text", "A. A", "8. eight", "9. nine")
        ]
        assert shown_headings(document)[:2] == [(1, "1. one"), (2, "1.1. one")]

    def test_boxes_notes_and_cells_in_a_list_are_not_items_of_it(self) -> None:
        boxed = box(p("boxed") + listed(li(p("x"))))
        assert self.numbered(listed(li(p(f"a{boxed}{note('noted')}")), li(p("b")))) == [
            *("1. a", "boxed", "1. x", "noted", "2. b")
        ]
        assert self.numbered(table(row(cell("", listed(li(p("a")), li(p("b"))))))) == ["1. a 2. b"]

    @given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from(["L1", "L2", "L3", "L9", ""])), max_size=15))
    @settings(max_examples=40)
    def test_whatever_is_numbered_no_text_is_lost(self, items: list[tuple[int, str]]) -> None:
        body = ""
        for place, (depth, name) in enumerate(items):
            inside = p(f"Text{place}")
            for _ in range(depth):
                inside = listed(li(inside), of=name)
            body += inside
        told = self.numbered(body + p("End"))
        assert [each.split(" ")[-1] for each in told] == [*(f"Text{place}" for place in range(len(items))), "End"]


def table(rows: str, more: str = "") -> str:
    return f'<table:table{more}><table:table-column table:number-columns-repeated="2"/>{rows}</table:table>'


def row(cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{cells}</table:table-row>"


def cell(text: str, after: str = "", **attributes: int) -> str:
    told = "".join(f' table:number-{name.replace("_", "-")}="{count}"' for name, count in attributes.items())
    return f"<table:table-cell{told}>{p(text) if text else ''}{after}</table:table-cell>"


OF_CELLS = " table:default-cell-style-name="


def styled(text: str, name: str) -> str:
    return cell(text).replace("-cell>", f'-cell table:style-name="{name}">', 1)


COVERED = "<table:covered-table-cell/>"
HIDDEN = ' table:visibility="collapse"'


@st.composite
def grids(draw: st.DrawFn) -> tuple[list[list[str]], dict[tuple[int, int], tuple[int, int]]]:
    """The texts of a table's places; its cells by the first, with how many columns and rows they take up."""
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    texts = [["" for _ in range(columns)] for _ in range(rows)]
    cells: dict[tuple[int, int], tuple[int, int]] = {}
    taken: set[tuple[int, int]] = set()
    for y in range(rows):
        for x in range(columns):
            if (y, x) not in taken:
                wide, high = draw(st.integers(1, min(3, columns - x))), draw(st.integers(1, min(3, rows - y)))
                places = {(y + down, x + right) for down in range(high) for right in range(wide)}
                if places & taken:
                    wide, high, places = 1, 1, {(y, x)}
                taken |= places
                cells[y, x] = wide, high
                texts[y][x] = draw(st.sampled_from(["", f"t{y}{x}"]))
    return texts, cells


class TestTables:
    @given(grids(), st.booleans())
    @settings(max_examples=60)
    def test_every_cell_stands_where_the_table_says(
        self, grid: tuple[list[list[str]], dict[tuple[int, int], tuple[int, int]]], is_covered: bool
    ) -> None:
        """With the covered cells that should be there, and without."""
        texts, cells = grid
        rows = ""
        for y, line in enumerate(texts):
            inside = ""
            for x, text in enumerate(line):
                if (y, x) in cells:
                    wide, high = cells[y, x]
                    inside += cell(text, columns_spanned=wide, rows_spanned=high)
                elif is_covered:
                    inside += COVERED
            rows += row(inside)
        told = read(table(rows) + p("End")).text.split("\n")
        expected = ["\t".join(line).rstrip("\t") for line in texts]
        assert [line for line in told if line] == [*(line for line in expected if line), "End"]

    def test_repeated_cells_and_rows_are_told_as_often_and_millions_are_not(self) -> None:
        rows = (
            row(cell("a") + cell("19", columns_repeated=2) + cell("", columns_repeated=16_381))
            + row(cell("b") + cell("", columns_repeated=2) + cell("c"), ' table:number-rows-repeated="2"')
            + row(cell("", columns_repeated=16_384), ' table:number-rows-repeated="1048570"')
            + row(cell("d") + cell("e"), ' table:number-rows-repeated="1048570"')
        )
        told = read(table(rows), ".ods").text
        first, second = told.split("\n\n")
        assert first == "a\t19\t19\nb\t\t\tc\nb\t\t\tc"
        assert set(second.split("\n")) == {"d\te"}
        assert len(second) < 1000

    def test_a_bomb_of_repeated_cells_is_refused_or_read_in_good_time(self) -> None:
        cells = cell("", columns_repeated=2_000_000_000) + cell("x", columns_repeated=16_000)
        wide = row("".join(cell("x", columns_spanned=100, rows_spanned=100) for _ in range(50)))
        began = time.monotonic()
        read(table(wide * 100))
        far = cell("seen") + cells + cell("y" * 1000, columns_repeated=99)
        assert read(table(row(far, ' table:number-rows-repeated="2"')), ".ods").text == "seen\nseen"
        assert time.monotonic() - began < 5

    def test_a_table_within_a_cell_is_part_of_the_cell(self) -> None:
        inner = table(row(cell("x") + cell("y")) + row(cell("z")))
        assert blocks(table(row(cell("a", inner) + cell("b")))) == ["a x y z\tb"]

    def test_tables_beside_each_other_are_two_and_header_rows_are_rows(self) -> None:
        headed = f"<table:table-header-rows>{row(cell('Name') + cell('No'))}</table:table-header-rows>"
        assert blocks(table(headed + row(cell("a") + cell("1"))) + table(row(cell("b") + cell("2")))) == [
            *("Name\tNo\na\t1", "b\t2")
        ]


def sheet(name: str, rows: str, more: str = "") -> str:
    return f'<table:table table:name="{name}" table:style-name="ta1"{more}>{rows}</table:table>'


class TestSheets:
    def test_cells_are_told_as_they_are_displayed(self) -> None:
        percent = ' office:value-type="percentage" office:value="0.25"'
        shown = f"<table:table-cell{percent}><text:p>25 %</text:p></table:table-cell>"
        bare = '<table:table-cell office:value-type="float" office:value="7.5"/>'
        comment = f"<office:annotation>{p('A comment.')}</office:annotation>"
        document = read(sheet("Sheet1", row(cell("Share", comment) + shown + bare)), ".ods")
        assert document.text == "Share\t25 %\t7.5"
        assert document.media_type == "application/vnd.oasis.opendocument.spreadsheet"

    def test_names_of_sheets_are_headings_where_they_say_something(self) -> None:
        one, two = row(cell("a") + cell("b")), row(cell("c") + cell("d"))
        for name in ("Sheet1", "Tabelle1", "Лист1", "工作表1", "Sheet 1"):
            assert read(sheet(name, one) + sheet("Sheet2", row(cell(""))), ".ods").text == "a\tb"
        named = read(sheet("Rents 2024", one), ".ods")
        assert (named.text, shown_headings(named)) == ("Rents 2024\n\na\tb", [(2, "Rents 2024")])
        assert read(sheet("Sheet1", one) + sheet("Sheet2", two), ".ods").text == "Sheet1\n\na\tb\n\nSheet2\n\nc\td"

    def test_a_sheets_name_by_the_program_is_no_title(self) -> None:
        body = sheet("Sheet1", row(cell("a") + cell("b"))) + sheet("Sheet2", row(cell("c") + cell("d")))
        assert load_bytes(saved(body, "spreadsheet"), "rents.ods").title == "rents"

    def test_a_blank_row_ends_a_table_and_blank_columns_before_a_sheet_are_left_out(self) -> None:
        begun = cell("", columns_repeated=2)
        rows = row(begun + cell("a") + cell("b")) + row(cell("")) + row(begun + cell("") + cell("c"))
        assert read(sheet("Sheet1", rows), ".ods").text == "a\tb\n\n\tc"

    def test_cells_that_are_struck_out_are_blank_by_their_own_style_or_that_of_their_row_or_column(self) -> None:
        own = struck("ce1", 'style="solid"', of="table-cell") + struck("ce2", 'style="none"', of="table-cell")
        own += struck("T1", 'type="single"')
        number = ' office:value-type="float" office:value="5"'
        columns = f'<table:table-column table:number-columns-repeated="2"/><table:table-column{OF_CELLS}"ce1"/>'
        body = (
            columns
            + row(cell("a") + f"<table:table-cell{number}>{p(span('5', 'T1'))}</table:table-cell>" + cell("c"))
            + row(styled("d", "ce1") + cell("e") + styled("f", "ce2"))
            + row(styled("g", "ce2") + cell("h") + cell("i"), f'{OF_CELLS}"ce1"')
            + row(f"<table:table-cell{number} table:style-name='ce1'>{p('5')}</table:table-cell>" + cell("k"))
        )
        assert read(sheet("Sheet1", body), ".ods", automatic=own).text == "a\n\te\tf\ng\n\tk"

    def test_hidden_sheets_rows_and_columns_are_left_out_and_what_is_filtered_or_folded_is_not(self) -> None:
        columns = f'<table:table-column/><table:table-column{HIDDEN} table:number-columns-repeated="2"/>'
        folded = f'<table:table-row-group table:display="false">{row(cell("6"), HIDDEN)}</table:table-row-group>'
        rows = (
            columns
            + row("".join(cell(text) for text in "abcd"))
            + row(cell("4"), HIDDEN)
            + row(cell("5"), ' table:visibility="filter"')
            + folded
        )
        hides = style("ta2", "", "table", '<style:table-properties table:display="false"/>')
        body = sheet("Sheet1", rows) + sheet("Lists", row(cell("x"))).replace("ta1", "ta2")
        assert read(body, ".ods", automatic=hides).text == "a\td\n5\n6"

    def test_boxes_above_the_cells_come_after_the_sheet(self) -> None:
        shapes = f"<table:shapes>{box(p('On the sheet'))}</table:shapes>"
        body = sheet("Sheet1", shapes + row(cell("a", box(p("Above a"))) + cell("b")) + row(cell("c") + cell("d")))
        assert read(body, ".ods").text == "a\tb\nc\td\n\nAbove a\n\nOn the sheet"


def slide(*shapes: str, notes: str = "") -> str:
    spoken = f"<presentation:notes><draw:page-thumbnail/>{notes}</presentation:notes>"
    return f'<draw:page draw:name="page">{"".join(shapes)}{spoken}</draw:page>'


def placed(text: str, kind: str, more: str = "") -> str:
    return box(p(text) if text else "", f' presentation:class="{kind}"{more}')


class TestSlides:
    def test_each_slide_is_a_page_with_its_title_as_a_heading_and_its_notes_at_the_end(self) -> None:
        framed = f"<draw:frame>{table(row(cell('a') + cell('b')))}<draw:image/></draw:frame>"
        body = (
            slide(placed("A subtitle", "subtitle"), placed("On <text:line-break/>quoting", "title"))
            + slide(framed, notes=placed("Say it slowly.", "notes"))
            + slide(placed("", "title", ' presentation:placeholder="true"'))
            + slide(framed, box(p("A box")))
            + slide()
        )
        document = read(body, ".odp")
        assert document.text == "On quoting\n\nA subtitle\n\na\tb\n\nSay it slowly.\n\na\tb\n\nA box"
        starts = document.text.index("a\tb"), document.text.rindex("a\tb")
        assert document.pages == (0, starts[0], starts[1], starts[1], len(document.text))
        assert shown_headings(document) == [(1, "On quoting")]
        assert document.title == "On quoting"
        assert document.media_type == "application/vnd.oasis.opendocument.presentation"

    def test_prompts_of_placeholders_and_feet_of_slides_are_left_out(self) -> None:
        prompt = placed("Click to add text", "outline", ' presentation:placeholder="true"')
        feet = "".join(placed(f"A {kind}", kind) for kind in ("footer", "header", "date-time", "page-number"))
        spoken = placed("Click to add notes", "notes", ' presentation:placeholder="true"') + placed("2", "page-number")
        assert read(slide(prompt, feet, box(p("Text.")), notes=spoken), ".odp").text == "Text."

    def test_lists_of_a_slide_are_numbered(self) -> None:
        body = slide(box(listed(li(p("a")), li(p("b"), sub("c")))), box(listed(li(p("d")))))
        assert read(body, ".odp", automatic=LISTS).text.split("\n\n") == ["1. a", "2. b", "2.1. c", "1. d"]


GOOD = saved(h("Title") + p("Text.") + table(row(cell("a") + cell("b"))), meta=META)


class TestRefusals:
    def test_a_file_locked_with_a_password_is_refused_with_what_to_do(self) -> None:
        locked = MANIFEST.replace('"content.xml"/>', '"content.xml"><manifest:encryption-data/></manifest:file-entry>')
        data = packed({"META-INF/manifest.xml": locked, "content.xml": "\x9f\x02<no XML"})
        with pytest.raises(UnreadableDocument, match=r"^a\.odt: encrypted with a password; save a copy without one"):
            load_bytes(data, "a.odt")

    @pytest.mark.parametrize("ending", sorted(MEDIA_TYPES))
    def test_what_is_no_zip_is_refused(self, ending: str) -> None:
        with pytest.raises(UnsupportedFormat, match=f"promises an {ending[1:]} file.*but the content is text"):
            load_bytes(b"Plain text.", f"a{ending}")

    @pytest.mark.parametrize(
        "parts",
        [
            {"word/document.xml": "<a/>"},
            {"content.xml": ""},
            {"content.xml": "<html/>"},
            {"content.xml": "<office:document-content>"},
            {"content.xml": f"<office:document-content {NAMES}/>"},
            {"content.xml": f"<office:document-content {NAMES}><office:body/></office:document-content>"},
        ],
    )
    def test_a_zip_that_is_no_opendocument_is_refused(self, parts: dict[str, str]) -> None:
        with pytest.raises(UnreadableDocument, match=r"expected an OpenDocument file \(odt\), found .* save it as odt"):
            load_bytes(packed(parts), "a.odt")

    def test_a_document_of_another_kind_than_its_ending_says_is_refused(self) -> None:
        with pytest.raises(UnsupportedFormat, match="promises a spreadsheet, but the content is a text document"):
            load_bytes(GOOD, "a.ods")
        with pytest.raises(UnsupportedFormat, match="promises a text document, but the content is a drawing"):
            load_bytes(saved("<draw:page/>", "drawing"), "a.odt")
        assert load_bytes(GOOD, "a.ott").media_type == "application/vnd.oasis.opendocument.text-template"

    @pytest.mark.parametrize("ending", sorted(MEDIA_TYPES))
    def test_an_empty_document_has_no_text(self, ending: str) -> None:
        with pytest.raises(UnreadableDocument, match="has no text"):
            read("", ending)

    def test_what_is_nested_too_deeply_is_refused_or_read_never_a_crash(self) -> None:
        for depth in (100, 240, 100_000):
            for opening, closing in (
                ("<text:span>", "</text:span>"),
                ("<text:list><text:list-item>", "</text:list-item></text:list>"),
                ("<draw:g>", "</draw:g>"),
                (
                    "<table:table><table:table-row><table:table-cell>",
                    "</table:table-cell></table:table-row></table:table>",
                ),
            ):
                try:
                    read(f"<text:p>{opening * depth}a{closing * depth}</text:p>" + opening * depth + closing * depth)
                except UnreadableDocument as error:
                    assert "a.odt" in str(error)  # noqa: PT017

    def test_entities_are_refused_and_the_parser_would_expand_none(self) -> None:
        xml = f'<!DOCTYPE x [<!ENTITY k SYSTEM "file:///etc/passwd">]><office:document-content {NAMES}/>'
        with pytest.raises(UnreadableDocument, match="declares XML entities"):
            load_bytes(packed({"content.xml": xml}), "a.odt")

    def test_a_manifest_may_name_a_dtd_but_declare_nothing(self) -> None:
        """As KOffice, tex4ht and many a script write it."""
        with zipfile.ZipFile(BytesIO(GOOD)) as zipped:
            parts = {name: zipped.read(name).decode() for name in zipped.namelist()}
        told = '<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd"%s>'
        parts["META-INF/manifest.xml"] = told % "" + MANIFEST
        assert load_bytes(packed(parts), "a.odt").text.startswith("Title")
        parts["META-INF/manifest.xml"] = told % ' [<!ATTLIST a b CDATA "c">]' + MANIFEST
        with pytest.raises(UnreadableDocument, match="declares XML entities"):
            load_bytes(packed(parts), "a.odt")

    def test_a_bomb_is_refused(self) -> None:
        data = saved(p("a" * 72_000_000))
        assert len(data) < 200_000
        with pytest.raises(DocumentTooLarge, match=r"^a\.odt: unpacks to 72,"):
            load_bytes(data, "a.odt")

    def test_characters_are_counted_as_they_come(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(content, "MAX_CHARACTERS", 1000)
        with pytest.raises(DocumentTooLarge, match="more than 1,000 characters"):
            read(p("word " * 50) * 10)

    @pytest.mark.parametrize("seed", range(40))
    def test_a_damaged_file_is_read_or_refused_never_a_crash(self, seed: int) -> None:
        chance = random.Random(seed)
        data = bytearray(GOOD if seed % 2 else GOOD[: chance.randrange(len(GOOD))])
        for _ in range(chance.randrange(8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        read_or_refused(bytes(data), "a.odt")
