"""Old Excel workbooks: the same text as of the new ones that they were made from."""

from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from struct import pack
from time import process_time

import pytest
from damage import damaged, read_or_refused
from hypothesis import given, settings
from openpyxl import Workbook

from rag.documents import load_bytes
from rag.documents.compound import Compound
from rag.errors import DocumentTooLarge, UnreadableDocument, UnsupportedFormat

# The workbook below, its results as formulas, saved by LibreOffice as "Microsoft Excel 97-2003".
SAMPLE = (Path(__file__).parent / "documents" / "port.xls").read_bytes()
LOCKED_AT = SAMPLE.index(b"\xe1\x00\x02\x00")  # a record that no reader needs


def port(*, formulas: bool = False) -> Workbook:
    workbook = Workbook()
    prices = workbook.active
    prices.title = "Prices"
    prices["B2"], prices["D2"], prices["E2"], prices["F2"] = "Item", "Price", "Share", "Since"
    for row, (item, price, number_format, share, since) in enumerate(
        [
            ("Rope", 1234.5, '"$"#,##0.00', 0.184, date(2026, 4, 2)),
            ("Канат", -1234567, "#,##0;[Red](#,##0)", 0.5, date(1999, 12, 31)),
            ("缆绳", 99, '#,##0.00 "₼"', 1, date(2024, 2, 29)),
            ("حبل", 1 / 3, "General", 0.025, date(1971, 1, 1)),
        ],
        3,
    ):
        prices.cell(row, 2, f" {item} ")
        prices.cell(row, 4, price).number_format = number_format
        prices.cell(row, 5, share).number_format = "0.0%"
        prices.cell(row, 6, since).number_format = "dd.mm.yyyy"
    prices["B7"], prices["D7"], prices["E7"] = "Sum", "=1+1" if formulas else 2, '="a"&"b"' if formulas else "ab"
    hours = workbook.create_sheet("Öffnungszeiten")
    hours.append(["From", time(9, 30), datetime(2026, 4, 2, 9, 5, 7), date(2026, 4, 3)])
    for cell, number_format in zip(hours[1][1:], ("h:mm", "yyyy-mm-dd h:mm:ss", "d/m/yy"), strict=True):
        cell.number_format = number_format
    hours.append(["Long", timedelta(hours=30, minutes=15), timedelta(minutes=90), datetime(2026, 4, 2, 18, 30)])
    for cell, number_format in zip(hours[2][1:], ("[h]:mm", "[h]:mm:ss", "d mmmm yyyy"), strict=True):
        cell.number_format = number_format
    hours.append(["Open", True, False, "#N/A"])
    hours.append(["Two\nlines", "#DIV/0!", 12, 1e-7])
    hours["C4"].number_format = "00000"
    hidden = workbook.create_sheet("lists")
    hidden.append(["kept from view"])
    hidden.sheet_state = "hidden"
    workbook.create_sheet("Blank")
    quays = workbook.create_sheet("Quays")
    for line in (("Quay", None, "Depth"), ("North", "A", 9), (None, "B", 11), (), ("Closed", None, "today")):
        quays.append(line)
    quays.merge_cells("A1:B1")
    quays.merge_cells("A2:A3")
    quays.row_dimensions[3].hidden = True
    quays["A2"].hyperlink = "https://example.org/north"
    workbook.properties.title, workbook.properties.creator = "Prices of the port", "A. Clerk"
    workbook.properties.created = datetime(2026, 3, 4, 12)
    return workbook


def saved(workbook: Workbook) -> bytes:
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def record(kind: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return pack("<HH", kind, len(body)) + body


def substream(kind: int, *records: bytes, version: int = 0x0600) -> bytes:
    return b"".join([record(0x0809, pack("<HHHH", version, kind, 0, 1997), bytes(8)), *records, record(0x000A)])


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return record(0x0203, pack("<HHHd", row, column, style, value))


def label(row: int, column: int, text: str) -> bytes:
    return record(0x0204, pack("<HHHHB", row, column, 0, len(text), 1), text.encode("utf-16-le"))


def styles(*formats: int) -> bytes:
    return b"".join(record(0x00E0, pack("<HHH", 0, number_format, 0), bytes(14)) for number_format in formats)


def written(*sheets: bytes, head: bytes = styles(0)) -> bytes:
    """A workbook's stream as it is, in no compound file: its sheets of these records."""
    entries = [record(0x0085, pack("<IBBBB", 0, 0, 0, 6, 0), b"Sheet%d" % number) for number in range(len(sheets))]
    start = len(substream(5, head, *entries))
    for place, sheet in enumerate(sheets):
        entries[place] = entries[place][:4] + pack("<I", start) + entries[place][8:]
        start += len(substream(16, sheet))
    return substream(5, head, *entries) + b"".join(substream(16, sheet) for sheet in sheets)


def text_of(data: bytes) -> str:
    return load_bytes(data, "a.xls").text


def test_an_old_workbook_says_what_the_new_one_that_it_was_made_from_does() -> None:
    old, new = load_bytes(SAMPLE, "port.xls"), load_bytes(saved(port()), "port.xlsx")
    assert old.text == new.text
    assert old.headings == new.headings
    assert (old.title, old.date, old.metadata) == ("Prices of the port", "2026-03-04", {"author": "A. Clerk"})
    assert old.media_type == "application/vnd.ms-excel"


def test_its_numbers_dates_and_errors_are_told_as_their_cells_show_them() -> None:
    lines = text_of(SAMPLE).split("\n")
    assert "Канат\t(1,234,567)\t50.0%\t31.12.1999" in lines
    assert "缆绳\t99.00 ₼\t100.0%\t29.02.2024" in lines
    assert "From\t9:30\t2026-04-02 9:05:07\t3/4/26" in lines
    assert "Long\t30:15\t1:30:00\t2026-04-02 18:30" in lines
    assert "Open\tTRUE\tFALSE\t#N/A" in lines
    assert "Two lines\t#DIV/0!\t00012\t0.0000001" in lines


def test_a_formula_is_told_by_what_it_came_to() -> None:
    assert "Sum\t2\tab" in text_of(SAMPLE).split("\n")


def test_a_hidden_sheet_is_not_read_and_a_hidden_row_is() -> None:
    assert "kept from view" not in text_of(SAMPLE)
    assert "\tB\t11" in text_of(SAMPLE)


def test_a_workbook_without_a_title_is_called_as_its_file_is() -> None:
    assert load_bytes(written(label(0, 0, "Harbour")), "lines 2026.xls").title == "lines 2026"


@pytest.mark.parametrize(
    ("number_format", "value", "text"),
    [
        (14, 46114.0, "2026-04-02"),  # Excel's own way of saying "as it is usual here"
        (22, 46114.5, "2026-04-02 12:00"),
        (31, 46114.0, "2026-04-02"),  # one that East Asia's Excels have built in
        (20, 0.25, "6:00"),
        (46, 1.25, "30:00:00"),
        (44, 1234.5, "$1,234.50"),
        (9, 0.18, "18%"),
        (5000, 1234.5, "1234.5"),  # one that the file does not hold
        (14, 1e15, "#VALUE!"),
        (14, float("nan"), "#VALUE!"),
        (2, float("inf"), "#NUM!"),
        (0, float("nan"), "#NUM!"),
    ],
)
def test_the_formats_that_have_a_number_but_no_words_are_known(number_format: int, value: float, text: str) -> None:
    assert text_of(written(number(0, 0, value, 1), head=styles(0, number_format))) == text


def test_a_workbook_of_a_mac_counts_its_days_from_1904() -> None:
    head = record(0x0022, pack("<H", 1)) + styles(14)
    assert text_of(written(number(0, 0, 44652.0), head=head)) == "2026-04-02"


def test_texts_of_excel_95_are_in_the_code_page_that_it_names() -> None:
    body = "Причал".encode("cp1251")
    entry = record(0x0085, pack("<IBBB", 0, 0, 0, 4), "Лист".encode("cp1251"))
    head = record(0x0042, pack("<H", 1251)) + record(0x00E0, bytes(16))
    start = len(substream(5, head, entry, version=0x0500))
    entry = entry[:4] + pack("<I", start) + entry[8:]
    cell = record(0x0204, pack("<HHHH", 0, 0, 0, len(body)), body)
    data = substream(5, head, entry, version=0x0500) + substream(16, cell, version=0x0500)
    assert text_of(data) == "Лист\n\nПричал"


def test_a_sheet_of_excel_2_is_read() -> None:
    cell = record(0x0004, pack("<HH", 0, 0), bytes(3), b"\x07Harbour")
    assert text_of(record(0x0009, pack("<HH", 2, 16)) + cell + record(0x000A)) == "Harbour"


def test_what_is_drawn_over_the_cells_cannot_keep_them_from_being_read() -> None:
    picture = record(0x005D, b"no picture") + substream(32, label(0, 0, "of a chart"))
    assert text_of(written(label(0, 0, "Harbour") + picture + label(1, 0, "Quay"))) == "Harbour\nQuay"


def test_a_link_over_all_cells_takes_up_nothing() -> None:
    link = record(0x01B8, pack("<HHHH", 0, 65535, 0, 65535), bytes(24))
    assert text_of(written(label(0, 0, "Harbour") + link)) == "Harbour"


def test_a_cell_at_the_far_end_of_a_sheet_is_read_like_any_other() -> None:
    assert text_of(written(label(0, 0, "Harbour") + label(65535, 255, "Quay"))) == "Harbour\n\n\tQuay"


def test_rows_of_one_cell_at_their_far_ends_are_read_without_those_between() -> None:
    ends = b"".join(label(row, 255, "Quay") for row in range(20_000))
    started = process_time()
    assert text_of(written(*[label(0, 0, "Harbour") + ends] * 3)).count("Quay") == 60_000
    assert process_time() - started < 10


def test_a_long_text_in_every_cell_is_too_large_before_all_of_it_is_there() -> None:
    shared = record(0x00FC, pack("<IIHB", 1, 1, 30_000, 0), b" " + b"x" * 8_000) + record(
        0x003C, b"\x00" + b"x" * 21_999
    )
    cells = b"".join(record(0x00FD, pack("<HHHI", row, 0, 0, 0)) for row in range(2_000))
    with pytest.raises(DocumentTooLarge, match=r"^a\.xls: more than 20,000,000 characters"):
        text_of(written(cells, head=styles(0) + shared))


def test_sheets_that_are_all_the_same_place_of_a_file_are_damage() -> None:
    entry = record(0x0085, pack("<IBBBB", 0, 0, 0, 1, 0), b"A")
    start = len(substream(5, styles(0), *[entry] * 50))
    entries = [entry[:4] + pack("<I", start) + entry[8:]] * 50
    data = substream(5, styles(0), *entries) + substream(16, *[label(row, 0, "Harbour") for row in range(200)])
    with pytest.raises(UnreadableDocument, match=r"damaged one \(sheets that overlap"):
        text_of(data)


def test_more_styles_than_any_workbook_has_are_not_taken_in() -> None:
    with pytest.raises(UnreadableDocument, match="damaged"):
        text_of(written(number(0, 0, 1.0, 30_000), head=styles(*[0] * 30_001)))


def test_a_workbook_with_a_password_is_refused_by_name() -> None:
    locked = SAMPLE[:LOCKED_AT] + b"\x2f" + SAMPLE[LOCKED_AT + 1 :]
    with pytest.raises(UnreadableDocument, match=r"^a\.xls: .* found an encrypted one, .* password"):
        text_of(locked)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (saved(Workbook()), "a zip archive"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a file of the kind “HTML File”"),
        (b"Station\tOpened\n", "text"),
        (b"", "text"),
    ],
)
def test_a_file_of_another_kind_named_xls_is_refused(data: bytes, found: str) -> None:
    with pytest.raises(
        UnsupportedFormat,
        match=rf"^a\.xls: the ending promises an Excel 97 to 2003 workbook, but the content is {found}",
    ):
        text_of(data)


def test_an_office_file_without_a_workbook_is_refused_by_what_it_holds() -> None:
    other = SAMPLE.replace("Workbook".encode("utf-16-le"), "WordDocu".encode("utf-16-le"))
    with pytest.raises(UnreadableDocument, match=r"^a\.xls: .* found an Office file that holds .*'WordDocu'"):
        text_of(other)


@pytest.mark.parametrize("kept", [600, 2_000, 5_000, 8_000])
def test_a_workbook_that_was_cut_short_is_refused(kept: int) -> None:
    with pytest.raises(UnreadableDocument, match=r"^a\.xls: expected a whole Office file"):
        text_of(SAMPLE[:kept])


def test_a_stream_that_ends_in_the_middle_of_a_sheet_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match=r"^a\.xls: expected a whole Excel workbook"):
        text_of(written(label(0, 0, "Harbour"))[:-6])


@settings(max_examples=100)
@given(damaged(SAMPLE))
def test_a_damaged_workbook_is_read_or_refused_never_a_crash(data: bytes) -> None:
    read_or_refused(data, "a.xls")


STREAM = Compound(SAMPLE, "port.xls").stream("Workbook") or b""


@settings(max_examples=150)
@given(damaged(STREAM))
def test_damaged_records_are_read_or_refused_never_a_crash(data: bytes) -> None:
    read_or_refused(data, "a.xls")
