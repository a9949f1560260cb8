"""Tables are told from text by their looks, and a row is told with the names of its columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.passages import Splitter
from rag.reflow import BREAK, reflow
from rag.sentences import sentences
from rag.tables import Columns, row_at, rows, tables
from rag.types import Document

STATIONS = "Station\tOpened\tLines\nHarbour\t1971\t1\nAirport\t2009\t3\nCentral\t1967\t1, 2"
PEOPLE = "Name\tPosition\tOffice\nAnna Kovács\tAccountant\tRoom 7\nJonas Berg\tCounsel\tRoom 12"

words = st.text(st.sampled_from("abcdefg éж中 .,"), min_size=1, max_size=12).map(str.strip).filter(bool)


def names(text: str) -> list[tuple[str, ...]]:
    return [table.names for table in tables(text)]


@pytest.mark.parametrize(
    "text",
    [
        "One line.\nAnother line.",
        "1.\tThe tenant pays the rent.\n2.\tThe landlord repairs.",
        "\tAn indented paragraph.\n\tAnother one.",
        "a | b is a choice\nc | d too",
        "| quoted with a bar",
    ],
)
def test_text_is_no_table(text: str) -> None:
    assert list(rows(text)) == []


def test_a_tab_in_a_sentence_makes_no_table_but_one_in_a_form_does() -> None:
    assert list(tables("This paragraph has a\ttab in it.")) == []
    assert list(tables("This paragraph, which is of some length, has got a\ttab in it, and a title")) == []
    assert len(list(tables("Tenant\tAnna Kovács"))) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (STATIONS, ("Station", "Opened", "Lines")),  # words above figures
        (PEOPLE, ("Name", "Position", "Office")),  # words above three columns
        ("\t2019\t2020\nOslo\t1.5\t1.7\nRome\t2.2\t2.1", ("", "2019", "2020")),  # years above other figures
        ("| a | b |\n|---|:-:|\n| c | d |", ("a", "b")),  # Markdown says so
        ("City\tPeople\nOslo\t700\nRome\t2800\nBonn\t330", ("City", "People")),
        ("Tenant\tAnna Kovács\nLandlord\tJonas Berg\nPlace\tBonn", ()),  # things and what is said of them
        ("Area\t323,802\nPeople\t5,550,203\nRoads\t92,000", ()),
        ("Oslo\t700\t1.5\nRome\t2800\t2.2", ()),
        ("Oslo\tNorway\tOslo\nRome\tItaly\tLazio", ()),  # no two columns have one name
        ("Only\tone\trow", ()),
    ],
)
def test_the_first_row_names_the_columns_where_it_looks_like_it(text: str, expected: tuple[str, ...]) -> None:
    assert names(text) == [expected]


def test_each_cell_is_told_with_the_name_of_its_column() -> None:
    told = reflow(f"The network.\n\n{STATIONS}\n\nTickets are cheap.").text.split(BREAK)
    assert told[2] == "Station: Harbour; Opened: 1971; Lines: 1"
    assert (told[0], told[1], told[-1]) == ("The network.", "Station; Opened; Lines", "Tickets are cheap.")


def test_a_blank_cell_is_passed_over_and_one_that_begins_a_row_says_what_stands_above() -> None:
    told = reflow("Country\tYear\tPeople\nNorway\t2019\t5.3\n\t2020\t5.4\nItaly\t\t59").text.split(BREAK)
    assert told[2:] == ["Country: Norway; Year: 2020; People: 5.4", "Country: Italy; People: 59"]


def test_a_part_of_a_table_is_told_with_the_names_above_it() -> None:
    part = STATIONS[STATIONS.index("Airport") :]
    assert reflow(part, "Station\tOpened\tLines").text.startswith("Station: Airport; Opened: 2009")
    assert reflow(part, "").text.startswith("Airport; 2009; 3")  # a table that names none


def test_a_row_is_quoted_as_its_line_stands() -> None:
    for text in ("Country\tYear\tPeople\nNorway\t2019\t5.3\n\t2020\t5.4", "| a | b |\n|---|---|\n| c | 4 |\n| d | 5 |"):
        last = text.rindex("\n") + 1
        assert sentences(text, "en")[-1] == (last, len(text))
        assert reflow(text[last:], text.split("\n")[0]).rows  # a passage may begin with it


def test_what_a_page_break_leaves_of_a_cell_does_not_end_the_table() -> None:
    text = "Station\tOpened\tLines\nHarbour\t1971\t1\n\nWest\n\nAirport\t2009\t3"
    assert names(text) == [("Station", "Opened", "Lines")] * 2
    assert names(text.replace("\n\nWest", f"\n\n{'Another matter altogether. ' * 4}"))[1] == ()


@pytest.mark.parametrize(
    ("one", "other", "are_texts"),
    [
        ("The goods are delivered to the Buyer's warehouse in Ganja.", "Товар поставляется на склад Покупателя.", True),
        ("Mallar Alıcının Gəncədəki anbarına vaxtında çatdırılır.", "货物运至买方位于甘贾的仓库，并由买方验收。", True),
        (
            "The goods are delivered to the Buyer's warehouse.",
            "Mallar Alıcının Gəncə şəhərindəki anbarına gəlir.",
            True,
        ),
        ("The goods are delivered to the Buyer's warehouse", "Mallar Alıcının Gəncə şəhərindəki anbarına gəlir", False),
        (
            "The goods are delivered to the Buyer's warehouse.",
            "The Buyer pays for them within thirty days at most.",
            False,
        ),
        ("Socialist Republic of Viet Nam", "Социалистическая Республика Вьетнам", False),
        ("Поставка", "Delivery of the goods to the Buyer's warehouse in Ganja", False),
    ],
)
def test_a_text_and_its_translation_beside_it_are_texts(one: str, other: str, are_texts: bool) -> None:
    ((row, _),) = (table.rows for table in tables(f"{one}\t{other}\n{one}\t{other}"))
    assert row.is_prose == are_texts


def test_a_cell_of_prose_is_read_as_text() -> None:
    prose = "The tenant pays the rent on the first day of each month. The landlord repairs what breaks."
    text = f"Part\tWhat it says\tSince\nRent\t{prose}\t2019"
    first, second = prose.split(". ")
    assert [text[start:end] for start, end in sentences(text, "en")][1:] == ["Rent", f"{first}.", second, "2019"]


@given(st.lists(st.lists(words, min_size=2, max_size=4), min_size=1, max_size=6))
def test_a_row_is_one_sentence_and_its_cells_stand_where_they_are_told(table: list[list[str]]) -> None:
    text = "\n".join("\t".join(row) for row in table)
    found = list(rows(text))
    spans = sentences(text, "en")
    for row in found if len(found) > 1 else ():
        if not row.is_prose and any(each.isalnum() for each in text[row.start : row.end]):
            assert (row.start, row.start + len(text[row.start : row.end].rstrip())) in spans
    told = reflow(text)
    for each in told.rows:
        for start, end in each.cells:
            begin, stop = told.source_span(start, end)
            assert text[begin:stop] == told.text[start:end]


@given(st.lists(st.lists(words, min_size=3, max_size=3), min_size=2, max_size=30, unique_by=lambda row: row[0]))
def test_every_passage_knows_the_columns_of_the_table_that_it_begins_within(body: list[list[str]]) -> None:
    text = "Intro.\n\n" + "\n".join("\t".join(row) for row in [["Alpha", "Beta", "Gamma"], *body])
    document = Document("d", text, "", "", "en")
    columns = Columns(text)
    over = next(iter(tables(text))).over
    for passage in Splitter(target=20, least=5, enough=10, overlap=5).split(
        document, lambda texts: [len(each.split()) for each in texts]
    ):
        assert passage.columns == columns.at(passage.start)
        if over and passage.start > over.end:
            assert passage.columns == "Alpha\tBeta\tGamma"


def test_the_row_at_a_place_is_found_without_the_rest() -> None:
    row = row_at(STATIONS, STATIONS.index("2009"))
    assert row is not None
    assert [STATIONS[start:end] for start, end in row.cells] == ["Airport", "2009", "3"]


@pytest.mark.parametrize("text", ["\t" * 100_000, "a\t" * 50_000, "|" * 100_000, "a\tb\n" * 20_000, "| a |\n" * 20_000])
def test_a_text_of_nothing_but_cells_takes_linear_time(text: str) -> None:
    reflow(text)
