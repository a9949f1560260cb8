"""What stands beside what on a page of a PDF, row below row, is a table: rows are lines, cells parted by tabs."""

import pytest
from test_documents_pdf import make_pdf, placed_pdf

from rag.documents import load_bytes

Words = list[tuple[float, float, str]]


def grid(*rows: str, top: float = 700, columns: tuple[float, ...] = (72, 200, 330), pitch: float = 20) -> Words:
    """Rows of cells parted by bars; of a cell the lines are parted by slashes. Written cell after cell."""
    words = []
    for number, row in enumerate(rows):
        for left, cell in zip(columns, row.split("|"), strict=False):
            for place, line in enumerate(cell.split("/") if cell else ()):
                words.append((left, top - number * pitch - place * 14, line))
    return words


def text_of(*pages: Words) -> str:
    return load_bytes(placed_pdf(*pages), "a.pdf").text


ABOVE: Words = [(72, 740, "The network of Norby has these stations and no others.")]
BELOW: Words = [(72, 600, "Tickets are sold at the stations, and by nobody else.")]


def test_rows_are_lines_and_cells_are_parted_by_tabs() -> None:
    table = grid("Station|Opened|Lines", "Harbour|1971|1", "Airport|2009|3")
    assert text_of(ABOVE + table + BELOW).split("\n\n") == [
        ABOVE[0][2],
        "Station\tOpened\tLines\nHarbour\t1971\t1\nAirport\t2009\t3",
        BELOW[0][2],
    ]


def test_the_lines_of_a_cell_are_put_together() -> None:
    table = grid("Station|Opened|Lines", "Old/Harbour|1971|1", "Airport|in spring/2009|3", pitch=34)
    assert "Old Harbour\t1971\t1\nAirport\tin spring 2009\t3" in text_of(table)


def test_a_number_that_a_line_of_a_cell_cuts_is_whole() -> None:
    table = grid("Station|Opened|Lines", "Old -/2nd|NP-/400|1", "Airport|2009-/03-15|3", pitch=34)
    assert "Old - 2nd\tNP-400\t1\nAirport\t2009-03-15\t3" in text_of(table)


def test_a_blank_cell_keeps_its_column() -> None:
    table = grid("Station|Opened|Lines", "Harbour||1", "Airport|2009|", "Central|1967|2")
    assert "Harbour\t\t1\nAirport\t2009\nCentral\t1967\t2" in text_of(table)


def test_a_line_right_above_a_table_is_not_its_first_cell() -> None:
    table = grid("Station|Opened|Lines", "Harbour|1971|1", "Airport|2009|3")
    text = text_of([(72, 716, "Stations"), *table])
    assert text.startswith("Stations\n\nStation\tOpened\tLines\n")


def test_a_table_goes_on_over_the_page() -> None:
    first = grid("Station|Opened|Lines", "Harbour|1971|1", "Airport|2009|3")
    second = grid("Central|1967|2", "University|1984|2")
    assert "Airport\t2009\t3\nCentral\t1967\t2" in text_of(first, second)


@pytest.mark.parametrize(
    "words",
    [
        grid("1.|The tenant pays the rent", "2.|The landlord repairs the house", columns=(72, 100)),  # a list
        grid("Introduction . . . . . . .|1", "Stations . . . . . . . . .|2", columns=(72, 400)),  # a table of contents
        [(72, 700, "A line of words"), (300, 700, "and its number")],  # one row alone
        [  # columns of a page, one written after the other
            *((72, 700 - 14 * line, f"line {line} of the left column") for line in range(12)),
            *((320, 700 - 14 * line, f"line {line} of the right column") for line in range(12)),
        ],
    ],
)
def test_what_only_stands_side_by_side_is_no_table(words: Words) -> None:
    assert "\t" not in text_of(words)


def test_lines_of_text_hold_no_tabs() -> None:
    assert "\t" not in load_bytes(make_pdf("One line with a \\t tab.\nAnother with a \\t tab."), "a.pdf").text


def test_cells_that_nearly_touch_are_told_apart_by_the_space_that_nobody_wrote_between_them() -> None:
    table = grid(
        "The station|Opened in|Lines", "Old Harbour|1971|1 and 2", "New Airport|2009|3", columns=(72, 142, 199)
    )
    assert "Old Harbour\t1971\t1 and 2\nNew Airport\t2009\t3" in text_of(ABOVE + table)


def test_words_that_stand_apart_in_neighbouring_lines_by_chance_are_no_table() -> None:
    words = [
        (72, 700, "One line has a gap"),
        (250, 700, "in it, at one place,"),
        (72, 686, "and another line"),
        (190, 686, "has one"),
    ]
    assert "\t" not in text_of(words)
