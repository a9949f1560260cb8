"""Rich Text: characters of every code page, paragraphs, headings, tables and notes, laid out as Word files are."""

import time

import pytest
from damage import damaged, read_or_refused
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.documents import content, load_bytes
from rag.errors import DocumentTooLarge, UnreadableDocument, UnsupportedFormat
from rag.types import Document

FONTS = (
    r"{\fonttbl{\f0\froman\fcharset0 Times;}{\f1\fcharset204 Arial Cyr;}{\f2\fcharset2 Wingdings;}"
    r"{\f3\fcharset134{\*\falt SimSun}\'cb\'ce\'cc\'e5;}{\f4\fcharset128 MS Mincho;}{\f5\fcharset129 Batang;}"
    r"{\f6\fcharset136 PMingLiU;}{\f7\fcharset178 Arial;}{\f8\fcharset1 Default;}{\f9\fcharset0\cpg1251 Own;}}"
)
STYLES = (
    r"{\stylesheet{\ql\snext0 Normal;}{\*\cs10 Default Paragraph Font;}{\s1\outlinelevel0\sbasedon0 heading 1,Kop 1;}"
    r"{\s2 Heading 2;}{\s3\sbasedon2{\*\keycode \shift\ctrl n}Eigen;}{\s4 Title;}{\s5\outlinelevel3 Deep;}{\s6 Quote;}}"
)
LISTS = r"{\*\listtable{\list{\listlevel{\leveltext\'02\'00.;}}\listid1}}"


def file(body: str, header: str = r"\ansi\ansicpg1252\deff0" + FONTS + STYLES) -> bytes:
    return (r"{\rtf1" + header + "\n" + body + "}").encode("latin-1")


def read(body: str, **parts: str) -> Document:
    return load_bytes(file(body, **parts), "report.rtf")


def text_of(body: str, **parts: str) -> str:
    return read(body, **parts).text


def headings(document: Document) -> list[tuple[int, str]]:
    return [(each.level, document.text[each.start : each.end]) for each in document.headings]


def table(*rows: list[str], ends: list[int] | None = None) -> str:
    return "".join(row(cells, ends or [1000 * (at + 1) for at in range(len(cells))]) for cells in rows)


def row(cells: list[str], ends: list[int], before: str = r"\trowd") -> str:
    cell_ends = "".join(rf"\cellx{end}" for end in ends)
    return rf"{before}{cell_ends}\pard\intbl " + "".join(rf"{cell}\cell " for cell in cells) + r"\row\pard "


class TestCharacters:
    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            (r"\emdash\endash\lquote\rquote\ldblquote\rdblquote\bullet ", "—–‘’“”•"),
            (r"a\~b\_c\-d", "a\u00a0b‑cd"),
            (r"a\emspace b\enspace c\qmspace d\zwnj e\zwj f", "a\u2003b\u2002c\u2005d\u200ce\u200df"),
            (r"\{a\}\\b", r"{a}\b"),
            (r"a\tab b\line c", "a\tb\nc"),
            ("a\tb", "a\tb"),
        ],
    )
    def test_control_words_stand_for_characters(self, written: str, meant: str) -> None:
        assert text_of(rf"x{written}x") == f"x{meant}x"

    def test_line_breaks_of_the_file_are_not_in_the_text(self) -> None:
        assert text_of("a whole\r\n word\\b \r\nand more") == "a whole wordand more"

    def test_a_control_word_ends_at_its_space_which_is_not_text(self) -> None:
        assert text_of(r"a\b0  b\i c\fs24d\b\i0 e") == "a bcde"

    @pytest.mark.parametrize(
        ("font", "codec", "meant"),
        [
            *(
                (0, "cp1252", "café – œuvre"),
                (1, "cp1251", "Двенадцать"),
                (3, "cp936", "合同第十二条"),
                (4, "cp932", "表示ソ"),
            ),
            *((5, "cp949", "계약서"), (6, "cp950", "功許蓋"), (7, "cp1256", "مرحبا"), (9, "cp1251", "Двенадцать")),
        ],
    )
    def test_bytes_are_read_in_the_code_page_of_their_font(self, font: int, codec: str, meant: str) -> None:
        escaped = "".join(rf"\'{byte:02x}" for byte in meant.encode(codec))
        assert text_of(rf"\f{font} {escaped}\f0  caf\'e9") == f"{meant} café"
        # Word leaves the second byte of a character as it is where it is a letter.
        mixed = "".join(
            chr(byte) if chr(byte).isascii() and chr(byte).isalpha() else rf"\'{byte:02x}"
            for byte in meant.encode(codec)
        )
        assert text_of(rf"{{\f{font} {mixed}}} caf\'e9") == f"{meant} café"

    def test_bytes_of_a_character_may_stand_on_two_lines(self) -> None:
        assert text_of("\\f3 \\'ba\r\n\\'cf\\'cd\n\\'ac") == "合同"

    @pytest.mark.parametrize(
        ("header", "meant"),
        [
            (r"\ansi\ansicpg1251", "Д"),
            (r"\ansi\ansicpg1251\deff1{\fonttbl{\f1\fnil Arial;}}", "Д"),
            (r"\ansi\deff1{\fonttbl{\f1\fcharset204 Arial;}}", "Д"),
            (r"\ansi\deff1{\fonttbl\f0\fnil Times;\f1\fcharset204 Arial;}", "Д"),
            (r"\ansi", "Ä"),
            ("", "Ä"),
            (r"\ansi\ansicpg9", "Ä"),
            (r"\mac", "ƒ"),
            (r"\pc", "─"),
        ],
    )
    def test_without_a_font_of_its_own_the_files_code_page_holds(self, header: str, meant: str) -> None:
        assert text_of(r"x\'c4x", header=header) == f"x{meant}x"

    def test_the_font_of_a_group_ends_with_it_and_plain_is_the_default_one(self) -> None:
        assert text_of(r"{\f1\'c4}\'c4\f1\'c4\plain\'c4") == "ДÄДÄ"

    @pytest.mark.parametrize(
        ("written", "told"),
        [
            (r"a{\f2 \'fc}b", "a✔b"),
            (r"a{\f2 \'01 x}b", "a b"),  # none that is known, but for the space
            (r"a{\f2\u-3844 ?}b", "a✔b"),
            (r"a{\f1\u-3844 ?}b", "a\uf0fcb"),
            (r'15 {\field{\*\fldinst SYMBOL 109 \\f "Symbol" \\s 12}{\fldrslt\f2}}g', "15 μg"),
            (r'15 {\field{\*\fldinst {SYMBOL 0x6D \\f "Symbol"}}{\fldrslt }}g', "15 μg"),
            (r'{\field{\*\fldinst SYMBOL 109 \\f "Unknown"}{\fldrslt x}}', "x"),
        ],
    )
    def test_what_fonts_of_pictures_show_is_told(self, written: str, told: str) -> None:
        assert text_of(written) == told

    @pytest.mark.parametrize(
        ("written", "told"),
        [
            (r"10{\super 15} m", "10¹⁵ m"),
            (r"10\super 1{\b 5}\nosupersub  m", "10¹⁵ m"),
            (r"10\super 15\super0  m", "10¹⁵ m"),
            (r"10\up6 15\up0  m", "10¹⁵ m"),
            (r"10\up 15\plain  m", "10¹⁵ m"),
            (r"10\super\up0 15\plain  m", "10¹⁵ m"),
            (r"10\super\'31\u53?\plain  m", "10¹⁵ m"),
            (r"CO{\sub 2}, H{\dn6 2}O, N\dn 2\dn0 O", "CO₂, H₂O, N₂O"),
            (r"2{\super nd}", "2nd"),
            (r"10{\v\super 15}{\super\v 16}{\super\deleted 17}", "10"),
            (r"10{\super 15{\footnote 12}}", "10¹⁵\n\n12"),
        ],
    )
    def test_raised_and_lowered_figures_are_told_and_letters_are_as_they_are(self, written: str, told: str) -> None:
        assert text_of(written) == told

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            (r"\u1044?\u1072\'e0\u769 ?", "Да\u0301"),
            (r"\uc0\u1044\u1072 x", "Даx"),
            (r"\uc2\u21512\'ba\'cf\u21516\'cd\'acx", "合同x"),
            (r"{\uc3\u1044 abc}\u1072?x", "Даx"),
            (r"\u-3913?", "\uf0b7"),
            (r"\u-10179?\u-8704?", "😀"),
            (r"\u55357\'3f\u56832\'3f", "😀"),
            (r"\u128512?", "😀"),
            (r"\u8212\emdash x", "—x"),
            (r"{\u1044}abc", "Дabc"),
            (r"a\u8232?b", "a\nb"),
        ],
    )
    def test_a_code_point_is_read_and_its_fallback_passed_over(self, written: str, meant: str) -> None:
        assert text_of(rf"x{written}x") == f"x{meant}x"

    @pytest.mark.parametrize("written", [r"\u-10179?", r"\u-8704?", r"\u-10179?b\u-8704?", r"\u99999999?", r"\u0?"])
    def test_half_a_pair_is_never_in_the_text(self, written: str) -> None:
        text = text_of(rf"x{written}x")
        assert text.encode()
        assert text.replace("\ufffd", "").replace("b", "") == "xx"

    def test_a_fallback_that_lacks_costs_no_paragraph(self) -> None:
        assert text_of(r"a\u8212\par b") == "a—\n\nb"


WAYS = 5
CHARACTERS = st.characters(categories=["L", "M", "N", "P", "S", "Zs"])


def written(character: str, way: int) -> str:
    """One of the ways in which programs write a character."""
    units = character.encode("utf-16-le")
    codes = [int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2)]
    signed = [code - 0x10000 if code > 0x7FFF else code for code in codes]
    escaped = "".join(rf"\'{byte:02x}" for byte in character.encode("cp1252", "ignore"))
    if character.isascii() and way == 0:
        return f"\\{character}" if character in "\\{}" else character
    if escaped and way < 2:
        return escaped
    if way == 2:
        return "{" + "".join(rf"{{\uc0\b\u{code}}}" for code in signed) + "}"
    if way == 3:
        return r"{\uc2 " + "".join(rf"\u{code}\'3f?" for code in codes) + "}"
    return "".join(f"\\u{code}?\r\n" for code in signed)


@given(st.lists(st.tuples(CHARACTERS, st.integers(0, WAYS - 1), st.booleans())))
def test_any_text_is_read_back_however_it_is_written(parts: list[tuple[str, int, bool]]) -> None:
    body = "".join(rf"{{\i {written(each, way)}}}" if grouped else written(each, way) for each, way, grouped in parts)
    assert text_of(f"<{body}>") == "<" + "".join(each for each, _, _ in parts) + ">"


class TestParagraphs:
    def test_they_are_blocks_in_the_files_order(self) -> None:
        assert text_of(r"\pard One.\par\par\pard Two.\sect Three.\page Four.\par") == "One.\n\nTwo.\n\nThree.\nFour."

    def test_a_backslash_at_the_end_of_a_line_ends_a_paragraph(self) -> None:
        assert text_of("A\\\nB\\\r\nC") == "A\n\nB\n\nC"

    def test_headings_are_told_by_their_styles_and_by_their_own_levels(self) -> None:
        body = (
            r"\pard\s4 Report\par\pard\s1 One\par\pard\s3 Two\par\pard\s5 Four\par\pard\s6 A quote\par"
            r"\pard\outlinelevel2 Three\par\pard\s1\outlinelevel1 Own\par\pard\outlinelevel9 Body\par"
        )
        found = [(1, "Report"), (1, "One"), (2, "Two"), (4, "Four"), (3, "Three"), (2, "Own")]
        assert headings(read(body)) == found

    def test_what_a_paragraph_is_holds_for_the_next_one_unless_it_is_set_back(self) -> None:
        assert headings(read(r"\pard\s1 One\par Two\par\pard Text\par{\pard\s2 Three\par}Text")) == [
            (1, "One"),
            (1, "Two"),
            (2, "Three"),
        ]

    @pytest.mark.parametrize(
        ("label", "told"),
        [
            (r"{\listtext\pard\plain 3.2.\tab}", "3.2. Text"),
            (r"{\pntext\f0 (b)\tab}", "(b) Text"),
            ("{\\listtext\tIV.\t}", "IV. Text"),
            (r"{\listtext\uc1\u31532?\u20116?\u26465?}", "第五条Text"),
            (r"{\listtext\f2\'b7\tab}", "Text"),
            (r"{\listtext\u8226\'95\tab}", "Text"),
            (r"{\listtext\pard\plain\f1 o\tab}", "Text"),
            (r"{\listtext -\tab}", "Text"),
        ],
    )
    def test_a_number_stands_before_its_paragraph_and_a_bullet_does_not(self, label: str, told: str) -> None:
        assert text_of(rf"{LISTS}{label}\pard\ls1  Text\par More\par") == f"{told}\n\nMore"

    def test_a_number_of_nothing_is_no_text(self) -> None:
        assert text_of(r"{\listtext 1.\tab}\pard\par{\listtext 2.\tab}Text\par") == "2. Text"

    def test_hidden_and_deleted_text_is_left_out(self) -> None:
        body = r"a{\v hidden}b\v c\v0 d{\deleted gone}e{\v x\plain f}{\deleted\v0 g}{\revised h}{\mvf i}"
        assert text_of(body) == "abdefh"

    @pytest.mark.parametrize(
        ("written", "told"),
        [
            (r"is {\strike 500} 600", "is 600"),
            (r"is {\striked1 5\'30\u48?} 600", "is 600"),
            (r"is{\strike  500 }600", "is 600"),
            (r"is \strike 500\strike0  600", "is 600"),
            (r"is \striked1 500\striked0  600", "is 600"),
            (r"is \strike 500\plain  600", "is 600"),
            (r"is {\strike\strike0 500} 600", "is 500 600"),
            (r"is{\strike{\footnote A note.}} 600{\footnote {\strike not}\plain  Kept.}", "is 600\n\nKept."),
            (r"is{\strike{\shp{\*\shpinst{\shptxt In a box.}}}} 600", "is 600\n\nIn a box."),
            (r"\strike Void.\par\strike0 One\par", "One"),
            (r"{\listtext 1.\tab}\pard{\strike Void}\par{\listtext 2.\tab}\pard One\par", "2. One"),
            (r"{\listtext\strike 1.\tab}\pard{\strike Void}\par", ""),
        ],
    )
    def test_what_is_struck_out_is_left_out(self, written: str, told: str) -> None:
        assert text_of(rf"{LISTS}{written}\par\pard\plain End.").removesuffix("End.").strip() == told

    def test_links_and_fields_are_told_by_what_they_show(self) -> None:
        link = r'{\field{\*\fldinst{HYPERLINK "https://example.org"}}{\fldrslt{\ul the source}}}'
        assert (
            text_of(rf"See {link}, page {{\field\fldedit{{\fldinst PAGE}}{{\fldrslt 7}}}}.")
            == "See the source, page 7."
        )


class TestTables:
    def test_rows_are_lines_and_cells_are_parted_by_tabs(self) -> None:
        body = "Before.\\par " + table(["Name", "Place"], ["Anar", "Baku"]) + r"After.\par"
        assert text_of(body) == "Before.\n\nName\tPlace\nAnar\tBaku\n\nAfter."

    def test_raised_figures_in_a_cell_are_told(self) -> None:
        assert text_of(table(["10{\\super 15}", "1\\super 2"], ["a", "b\\plain"])) == "10¹⁵\t1²\na\tb"

    def test_a_cell_that_is_struck_out_is_blank(self) -> None:
        assert text_of(table(["{\\strike a}", "b"], ["c", "\\strike d\\plain "], ["e", "f"])) == "\tb\nc\ne\tf"

    def test_the_paragraphs_of_a_cell_are_one_line(self) -> None:
        assert text_of(table([r"a\par b\line c", "d"])) == "a b c\td"

    def test_a_paragraph_between_two_tables_parts_them_though_it_is_blank(self) -> None:
        assert text_of(table(["a", "b"]) + r"\par " + table(["c", "d"])) == "a\tb\n\nc\td"

    def test_merged_cells_leave_the_others_blank(self) -> None:
        merged = row(["Wide", "", "c"], [1000, 2000, 3000], r"\trowd\clmgf")
        below = row(["", "y", "z"], [1000, 2000, 3000], r"\trowd\clvmrg")
        assert text_of(merged + below + table(["1", "2", "3"])) == "Wide\t\tc\n\ty\tz\n1\t2\t3"

    def test_a_cell_as_wide_as_two_leaves_the_second_blank(self) -> None:
        body = row(["Wide", "c"], [2000, 3000]) + table(["1", "2", "3"]) + row(["x", "Wide"], [1000, 3000])
        assert text_of(body) == "Wide\t\tc\n1\t2\t3\nx\tWide"

    def test_columns_that_are_a_hair_apart_are_one(self) -> None:
        assert text_of(row(["a", "b"], [1000, 2000]) + row(["c", "d"], [1007, 1995])) == "a\tb\nc\td"

    @pytest.mark.parametrize("ends", [[1, 2], [0, 0], [3, 1], [1000], []])
    def test_ends_of_cells_that_cannot_be_cost_no_cell(self, ends: list[int]) -> None:
        assert text_of(row(["a", "b"], ends) + row(["c", "d"], ends)) == "a\tb\nc\td"

    def test_rows_of_many_tables_are_not_spread_over_columns_without_end(self) -> None:
        body = "".join(row(["a", "b"], [50 * at, 100_000]) for at in range(1, 500))
        assert text_of(body) == "\n".join(["a\tb"] * 499)

    def test_a_table_within_a_cell_is_part_of_the_cell(self) -> None:
        inner = (
            r"\pard\intbl\itap2 in1\nestcell in2\nestcell{\*\nesttableprops\trowd\cellx400\cellx900\nestrow}"
            r"{\nonesttables\par}"
        )
        body = rf"\trowd\cellx1000\cellx2000\pard\intbl a {inner}\pard\intbl b\cell c\cell\row\pard After."
        assert text_of(body) == "a in1 in2 b\tc\n\nAfter."

    def test_a_row_that_is_not_ended_is_a_row(self) -> None:
        assert text_of(r"\trowd\cellx1\cellx2\pard\intbl a\cell b\cell\pard After.") == "a\tb\n\nAfter."
        assert text_of(r"\trowd\cellx1\cellx2\pard\intbl a\cell b\row\pard After.") == "a\tb\n\nAfter."


class TestWhatStandsApart:
    def test_a_note_comes_after_its_paragraph(self) -> None:
        note = r"{\super\chftn{\footnote\ftnalt\pard\plain{\super\chftn} A note.\par Its second.}}"
        assert text_of(rf"\pard\s1 Head{note} goes on.\par Next.\par") == (
            "Head goes on.\n\nA note.\n\nIts second.\n\nNext."
        )

    def test_a_note_in_a_table_comes_after_its_row(self) -> None:
        note = r"{\*\footnote\pard A note.}"
        assert text_of(table([f"a{note}", "b"], ["c", "d"])) == "a\tb\n\nA note.\n\nc\td"

    def test_a_text_box_comes_after_its_paragraph_and_is_read_once(self) -> None:
        box = r"{\*\shpinst\shpleft0{\sp{\sn name}{\sv Box}}{\shptxt\pard In a box.\par}}"
        shape = rf"{{\shp{box}{{\shprslt{{\*\do In a box.}}}}}}"
        old = r"{\*\do\dobxcolumn{\dptxbxtext\pard In an old box.\par}}"
        assert (
            text_of(rf"One{shape}{old} paragraph.\par Next.")
            == "One paragraph.\n\nIn a box.\n\nIn an old box.\n\nNext."
        )

    @pytest.mark.parametrize(
        "group",
        [
            *(r"{\header Page head}", r"{\footerf Page foot\par}", r"{\*\annotation A comment}", r"{\xe{\v index}}"),
            *(r"{\pict\wmetafile8 010203}", r"{\object{\*\objdata 0102}{\result{\pict 01}}}", r"{\*\unknown text}"),
            *(r"{\*\bkmkstart mark}", r"{\*\generator Some Writer;}", r"{\*\shppict{\pict 00}}", r"{\colortbl;\red0;}"),
            *(r"{\*\pn\pnlvlbody{\pntxta .}}", r"{\*\listtable{\list\x{\listname a;}}}", r"{\*\ftnsep\chftnsep x}"),
            *("{\\pict\\bin12 }}{{\\'4\\par}}", "{\\*\\blob\\bin2 }}}", r"{\pict{\*\picprop{\sp}}\} 00}"),
        ],
    )
    def test_what_is_no_text_of_the_document_is_left_out(self, group: str) -> None:
        assert text_of(f"a{group}b") == "ab"

    def test_of_what_is_told_twice_the_telling_in_unicode_is_read(self) -> None:
        assert text_of(r"a{\upr{?}{\*\ud{\u1044?}}}b") == "aДb"

    def test_the_properties_give_title_author_and_day(self) -> None:
        info = (
            r"{\info{\title \u1057?\u1084?\u1077?\u1090?\u1072?}{\author Marta Ozola}{\author Who saved it}"
            r"{\subject No}{\creatim\yr2024\mo4\dy2\hr10\min5}{\revtim\yr2026\mo1\dy1}{\company Not text}}"
        )
        document = read(rf"{info}\pard Text.\par")
        assert document.text == "Text."
        assert (document.title, document.date, document.metadata) == ("Смета", "2024-04-02", {"author": "Marta Ozola"})
        assert document.media_type == "application/rtf"

    @pytest.mark.parametrize("moment", ["", r"\yr0\mo0\dy0", r"\yr2024\mo13\dy2", r"\yr2024"])
    def test_a_day_that_never_was_is_no_date(self, moment: str) -> None:
        assert read(rf"{{\info{{\creatim{moment}}}}}Text.").date is None

    def test_a_title_told_twice_is_read_in_unicode(self) -> None:
        info = r"{\info{\upr{\title ?????}{\*\ud{\title \u1057?\u1084?\u1077?\u1090?\u1072?}}}}"
        assert read(rf"{info}Text.").title == "Смета"


class TestDamage:
    @pytest.mark.parametrize("length", [10, 60, -2, -1])
    def test_a_file_whose_end_is_missing_is_refused(self, length: int) -> None:
        data = file(r"\pard One.\par{\b Two.}\par")[:length]
        with pytest.raises(
            UnreadableDocument, match=r"^a\.rtf: expected a rich text .*its end is missing.* save it as RTF"
        ):
            load_bytes(data, "a.rtf")

    def test_what_comes_after_the_outermost_group_is_no_part_of_it(self) -> None:
        assert load_bytes(file("Text.") + b"\x00}}junk{", "a.rtf").text == "Text."

    def test_a_file_that_goes_on_after_its_last_brace_is_refused(self) -> None:
        with pytest.raises(UnreadableDocument, match=r"^a\.rtf: .*it goes on after its last brace"):
            load_bytes(file(r"One.\par} Two.\par{\b Three.}"), "a.rtf")

    @pytest.mark.parametrize(
        ("data", "found"),
        [
            (b"Just text.", "text"),
            (b"PK\x03\x04", "a zip archive"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
        ],
    )
    def test_what_is_no_rich_text_is_refused(self, data: bytes, found: str) -> None:
        promised = rf"^a\.rtf: the ending promises a rich text \(RTF\) file, but the content is {found}"
        with pytest.raises(UnsupportedFormat, match=promised):
            load_bytes(data, "a.rtf")

    def test_white_space_and_a_mark_before_the_file_do_no_harm(self) -> None:
        assert load_bytes(b"\xef\xbb\xbf\r\n " + file("Text."), "a.rtf").text == "Text."

    def test_a_file_without_text_says_so(self) -> None:
        with pytest.raises(UnreadableDocument, match=r"^a\.rtf has no text"):
            load_bytes(file(r"\pard\par{\pict 00}"), "a.rtf")

    @pytest.mark.parametrize(
        "body", ["\\", "\\'", "\\'zz", "\\u", "\\'4", "\\bin", "\\bin-5 a", "\\*", "\\b" + "9" * 5000]
    )
    def test_a_word_cut_short_is_no_crash(self, body: str) -> None:
        read_or_refused(file(f"Text. {body} "), "a.rtf")
        read_or_refused(file(f"Text. {body}")[:-1], "a.rtf")

    def test_groups_may_be_as_deep_as_they_like(self) -> None:
        depth = 200_000
        assert text_of("{" * depth + "Text." + "}" * depth) == "Text."
        assert read_or_refused(file("{" * depth), "a.rtf") is None
        with pytest.raises(UnreadableDocument, match="groups inside each other"):
            text_of("{" * 1_000_001)

    def test_notes_within_notes_end_somewhere(self) -> None:
        body = "".join(rf"{{\footnote {at} " for at in range(20_000)) + "}" * 20_000
        assert text_of(f"Text{body}.") == "Text.\n\n0\n\n1\n\n2\n\n3\n\n4"

    def test_megabytes_of_a_picture_take_no_time(self) -> None:
        picture = r"{\pict\pngblip " + ("89504e47" * 16 + "\n") * 60_000 + "}"
        escapes = r"{\*\other " + r"\'00" * 1_000_000 + "}"
        began = time.monotonic()
        assert text_of(f"a{picture}{escapes}b" + "{}" * 200_000) == "ab"
        assert time.monotonic() - began < 10

    def test_more_text_than_the_limit_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(content, "MAX_CHARACTERS", 100)
        with pytest.raises(DocumentTooLarge):
            text_of("a" * 101)

    GOOD = file(
        r"{\info{\title A}}\pard\s1 Head\u-10179?\u-8704?\par{\listtext 1.\tab}Text{\footnote A note.}\f3\'ba\'cf\par"
        + table(["a", "b"], ["c", "d"])
    )

    @settings(max_examples=150)
    @given(damaged(GOOD))
    def test_a_damaged_file_is_read_or_refused_never_a_crash(self, data: bytes) -> None:
        document = read_or_refused(data, "a.rtf")
        assert document is None or document.text.encode()
