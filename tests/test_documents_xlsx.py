"""Excel: sheets as tables, each cell as it is shown."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from damage import damaged, read_or_refused
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font

from rag.documents import load_bytes
from rag.documents.number_formats import general, moment, shown
from rag.errors import DocumentTooLarge, UnreadableDocument, UnsupportedFormat
from rag.tables import tables
from rag.types import Document


def saved(workbook: Workbook) -> bytes:
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def load(fill: Callable[[Any], object], name: str = "prices.xlsx") -> Document:
    """The document of a workbook, its first sheet filled."""
    workbook = Workbook()
    fill(workbook.active)
    return load_bytes(saved(workbook), name)


def test_a_row_is_a_line_and_its_cells_are_parted_by_tabs() -> None:
    workbook = Workbook()
    for row in (("Station", "Opened"), ("Harbour", 1971), (), ("Closed", None, "today")):
        workbook.active.append(row)
    workbook.properties.title = "Stations of the line"
    workbook.properties.creator = "A. Clerk"
    workbook.properties.created = datetime(2026, 3, 4, 12, tzinfo=UTC)
    document = load_bytes(saved(workbook), "stations.xlsx")
    assert document.text == "Station\tOpened\nHarbour\t1971\n\nClosed\t\ttoday"
    assert (document.title, document.date, document.date_origin) == ("Stations of the line", "2026-03-04", "metadata")
    assert document.metadata == {"author": "A. Clerk"}


def test_several_sheets_are_told_under_their_names_and_a_workbook_by_that_of_its_file() -> None:
    workbook = Workbook()
    workbook.active.title = "North"
    workbook.active.append(["Harbour", 1971])
    workbook.create_sheet("Blank")
    workbook.create_sheet("South").append(["Airport", 1988])
    document = load_bytes(saved(workbook), "lines 2026.xlsx")
    assert document.text == "North\n\nHarbour\t1971\n\nSouth\n\nAirport\t1988"
    assert [document.text[each.start : each.end] for each in document.headings] == ["North", "South"]
    assert document.title == "lines 2026"


@pytest.mark.parametrize(("name", "told"), [("Sheet", ""), ("Лист1", ""), ("Tabelle 2", ""), ("Lines", "Lines\n\n")])
def test_the_name_of_a_sheet_that_is_alone_is_told_where_somebody_gave_it_one(name: str, told: str) -> None:
    def fill(sheet: Any) -> None:
        sheet.title = name
        sheet.append(["Harbour", 1971])

    assert load(fill).text == f"{told}Harbour\t1971"


def test_a_hidden_sheet_is_not_read() -> None:
    workbook = Workbook()
    workbook.active.append(["shown"])
    hidden = workbook.create_sheet("lists")
    hidden.append(["kept from view"])
    hidden.sheet_state = "hidden"
    assert load_bytes(saved(workbook), "a.xlsx").text == "shown"


def test_columns_that_are_blank_all_the_way_down_are_room_between_others() -> None:
    def fill(sheet: Any) -> None:
        sheet["C3"], sheet["F3"], sheet["C4"], sheet["F4"] = "Item", "Price", "Rope", 5

    assert load(fill).text == "Item\tPrice\nRope\t5"


def test_a_cell_over_several_columns_and_rows_leaves_the_others_blank() -> None:
    def fill(sheet: Any) -> None:
        for row in (("Quay", None, "Depth"), ("North", "A", 9), (None, "B", 11)):
            sheet.append(row)
        sheet.merge_cells("A1:B1")
        sheet.merge_cells("A2:A3")

    assert load(fill).text == "Quay\t\tDepth\nNorth\tA\t9\n\tB\t11"


def test_a_cell_of_several_lines_stays_in_its_row() -> None:
    assert load(lambda sheet: sheet.append(["Quay\nNorth", "9 m"])).text == "Quay North\t9 m"


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (1234.5, "General", "1234.5"),
        (1234.5, "#,##0.00", "1,234.50"),
        (-1234.5, "#,##0.00", "-1,234.50"),
        (0.184, "0.0%", "18.4%"),
        (12, "00000", "00012"),
        (1.5, "0.##", "1.5"),
        (2, "0.##", "2"),
        (1234.5, '"$"#,##0.00', "$1,234.50"),
        (1234.5, '#,##0.00\\ "₽"', "1,234.50 ₽"),
        (99, "[$€-407] #,##0", "€ 99"),
        (99, "#,##0 [$₼-42C]", "99 ₼"),
        (-5, "#,##0;[Red](#,##0)", "(5)"),
        (0, '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', "-"),
        (3, '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', "3.00"),
        (1234567, "#,##0,", "1,235"),
        (2.675, "0.00", "2.68"),  # not 2.67, which its nearest binary number would give
        (0.5, "#.##", ".5"),
        (7, '0 "шт."', "7 шт."),
        (1.5, "# ?/?", "1.5"),
        (12345.678, "0.00E+00", "12345.678"),
        (5, '[>100]"many";0', "5"),
    ],
)
def test_a_number_is_told_as_its_cell_shows_it(value: float, number_format: str, text: str) -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"] = value
        sheet["A1"].number_format = number_format

    assert load(fill).text == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1 / 3, "0.3333333333"), (0.1 + 0.2, "0.3"), (1e15, "1000000000000000"), (1e-7, "0.0000001"), (-0.5, "-0.5")],
)
def test_a_number_without_a_format_has_ten_digits_and_is_never_a_power(value: float, text: str) -> None:
    assert general(value) == text


def test_a_format_that_is_longer_than_excel_lets_one_be_is_not_followed() -> None:
    assert shown(1.5, "0." + "0" * 1000) == "1.5"


def test_what_is_no_number_is_told_as_excel_does() -> None:
    assert shown(float("inf"), "0.00") == "#NUM!"


@given(st.integers(-(10**15), 10**15), st.sampled_from(["0", "#,##0", "0.00", "0%", '"EUR" #,##0.0']))
def test_a_whole_number_keeps_its_digits_whatever_the_format(value: int, number_format: str) -> None:
    digits = "".join(filter(str.isdigit, shown(value, number_format)))
    assert digits.startswith(str(abs(value)))


@given(st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=12))
def test_any_format_shows_something(value: float, number_format: str) -> None:
    assert isinstance(shown(value, number_format), str)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 4, 2), "2026-04-02"),
        (datetime(2026, 4, 2, 9, 30, 5), "2026-04-02 9:30:05"),
        (time(9, 30), "9:30:00"),
        (timedelta(hours=30), "30:00:00"),
        (True, "TRUE"),
        ("=1/0", ""),
    ],
)
def test_dates_times_and_what_was_saved_of_a_formula_are_told(value: object, text: str) -> None:
    assert load(lambda sheet: sheet.append(["x", value])).text == f"x\t{text}".rstrip("\t")


@pytest.mark.parametrize(
    ("number_format", "text"),
    [
        ("dd.mm.yyyy", "02.04.2026"),
        ("d/m/yy;@", "2/4/26"),
        ("yyyy\\-mm\\-dd", "2026-04-02"),
        ('yyyy"年"m"月"d"日"', "2026年4月2日"),
        ("dd.mm.yyyy hh:mm", "02.04.2026 09:05"),
        ("h:mm:ss", "9:05:07"),
        ("mm:ss", "05:07"),
        ("mm-dd-yy", "2026-04-02 09:05:07"),  # Excel's own way of saying "as it is usual here"
        ("d mmmm yyyy", "2026-04-02 09:05:07"),
        ("[$-419]d.m.yy", "2026-04-02 09:05:07"),
        ("h:mm AM/PM", "2026-04-02 09:05:07"),
    ],
)
def test_a_date_in_figures_is_told_as_its_cell_shows_it(number_format: str, text: str) -> None:
    def fill(sheet: Any) -> None:
        sheet["A1"] = datetime(2026, 4, 2, 9, 5, 7)
        sheet["A1"].number_format = number_format

    assert load(fill).text == text


@given(st.datetimes(datetime(1900, 3, 1)), st.text('ymdhs.:/- ;@[]\\"APd', max_size=12))
def test_any_format_shows_some_date(value: datetime, number_format: str) -> None:
    assert moment(value, number_format)


def test_the_names_of_columns_are_found_below_the_title_of_a_sheet() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Contracts of the port"])
        sheet.append([])
        for row in (["No.", "Supplier", "Value"], [14, "Halden", 1250], [15, "Sato", 3120]):
            sheet.append(row)

    text = load(fill).text
    (table,) = tables(text)
    assert table.names == ("No.", "Supplier", "Value")


def saved_with(row: list[object]) -> bytes:
    workbook = Workbook()
    workbook.active.append(row)
    return saved(workbook)


def test_what_a_file_says_of_its_size_is_not_believed() -> None:
    out = BytesIO()
    with ZipFile(BytesIO(saved_with(["a", "b"]))) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'ref="A1:B1"', b'ref="A1:XFD1048576"'))
    assert load_bytes(out.getvalue(), "a.xlsx").text == "a\tb"


def with_texts(in_cell: str, shared: str) -> bytes:
    """A workbook of two cells, of which the second shows a text that cells share."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    out = BytesIO()
    with ZipFile(BytesIO(saved_with(["first", "second"]))) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode()
            part = part.replace("<t>first</t>", in_cell).replace('"inlineStr"><is><t>second</t></is>', '"s"><v>0</v>')
            types = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
            new.writestr(name, part.replace("</Types>", types))
        new.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main}"><si>{shared}</si></sst>')
    return out.getvalue()


def rich(*parts: tuple[str, str]) -> str:
    """A text of parts, and where each stands."""
    return "".join(
        f'<r><rPr><vertAlign val="{where}"/></rPr><t xml:space="preserve">{text}</t></r>' for text, where in parts
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (rich(("10", "baseline"), ("15", "superscript"), (" г", "baseline")), "10¹⁵ г"),
        (rich(("CO", "baseline"), ("2", "subscript")), "CO₂"),
        (rich(("2", "baseline"), ("nd", "superscript")), "2nd"),
        ("<r><t>10</t></r>" + rich(("15", "superscript")), "10¹⁵"),
        ("<t>10</t><vertAlign/>", "10"),
    ],
)
def test_raised_and_lowered_figures_are_told_and_letters_are_as_they_are(text: str, told: str) -> None:
    assert load_bytes(with_texts(text, text), "a.xlsx").text == f"{told}\t{told}"


def part(text: str, line: str) -> str:
    return f'<r><rPr>{line}</rPr><t xml:space="preserve">{text}</t></r>'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (part("is ", "") + part("500", "<strike/>") + part(" 600", '<strike val="0"/>'), "is 600"),
        (part("is", "") + part(" 500 ", '<strike val="true"/>') + part("600", ""), "is 600"),
        (part("500", "<strike/>") + part(" 600", ""), "600"),
        (part("is ", "") + part("500", '<strike val="false"/>'), "is 500"),
    ],
)
def test_what_is_struck_out_in_a_cell_is_left_out(text: str, told: str) -> None:
    assert load_bytes(with_texts(text, text), "a.xlsx").text == f"{told}\t{told}"


def test_a_cell_that_is_struck_out_is_blank() -> None:
    def fill(sheet: Any) -> None:
        for row in (("Rope", 5, date(2026, 4, 2)), ("Nail", 6, date(2026, 4, 3)), ("Glue", 7, date(2026, 4, 4))):
            sheet.append(row)
        for place in ("A1", "B2", "C3"):
            sheet[place].font = Font(strike=True)
        sheet["A2"].font = Font(strike=False)

    assert load(fill).text == "\t5\t2026-04-02\nNail\t\t2026-04-03\nGlue\t7"


@settings(max_examples=40)
@given(damaged(rich(("10", "baseline"), ("15", "superscript")).encode()))
def test_a_damaged_text_of_parts_is_read_or_refused(part: bytes) -> None:
    text = part.decode("latin-1").replace("\x00", "")
    read_or_refused(with_texts(text, "<t>10</t>"), "a.xlsx")
    read_or_refused(with_texts("<t>10</t>", text), "a.xlsx")


def test_a_workbook_without_text_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match=r"^a\.xlsx has no text"):
        load_bytes(saved(Workbook()), "a.xlsx")


def test_another_zip_named_xlsx_is_refused() -> None:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "text")
    with pytest.raises(
        UnreadableDocument, match=r"^a\.xlsx: expected an Excel workbook, found a zip archive that is not"
    ):
        load_bytes(out.getvalue(), "a.xlsx")


def test_an_old_or_locked_workbook_is_refused_by_name() -> None:
    with pytest.raises(UnsupportedFormat, match=r"an old Office file .* or one locked with a password"):
        load_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xlsx")


def test_a_sheet_that_unpacks_to_more_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.documents.archive.MAX_XML_BYTES", 4000)
    with pytest.raises(DocumentTooLarge, match=r"^a\.xlsx: unpacks to"):
        load_bytes(saved_with(["word " * 1000]), "a.xlsx")


GOOD = saved_with(["Harbour", 1971, "A sentence of a cell."])


@settings(max_examples=60)
@given(damaged(GOOD))
def test_a_damaged_workbook_is_read_or_refused_never_a_crash(data: bytes) -> None:
    read_or_refused(data, "a.xlsx")
