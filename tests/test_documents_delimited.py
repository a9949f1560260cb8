"""CSV: each record a line, its fields parted by tabs, whatever parts them in the file."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents import load_bytes
from rag.documents.delimited import delimiter_of

fields = st.text(st.characters(categories=["L", "N", "P", "S"], include_characters=" "), max_size=8)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_records_are_lines_and_fields_are_parted_by_tabs(delimiter: str) -> None:
    source = (
        delimiter.join(("name", "age", "note")) + "\r\n" + delimiter.join(("Anar", "40", '"tall, or; so | not\nyet"'))
    )
    document = load_bytes(source.encode(), "people.CSV")
    assert document.text == "name\tage\tnote\nAnar\t40\ttall, or; so | not yet"
    assert document.media_type == "text/csv"


@given(st.lists(st.lists(fields, min_size=2, max_size=5), min_size=1, max_size=8), st.sampled_from(",;|"))
def test_no_field_is_lost_or_moved_to_another_column(records: list[list[str]], delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([["Alpha", "Beta", "Gamma"] * 2] * 20 + records)
    lines = load_bytes(out.getvalue().encode(), "table.csv").text.replace("\n\n", "\n").split("\n")
    told = [[" ".join(field.split()) for field in record] for record in records]
    assert lines[20:] == ["\t".join(record).rstrip("\t") for record in told if any(record)]


def test_a_comma_within_numbers_does_not_part_what_semicolons_part() -> None:
    assert delimiter_of("Ort;Preis\nBonn;1,50\nKöln;2,75\nRom;3\n") == ";"


def test_a_file_without_any_delimiter_is_read_line_by_line() -> None:
    assert load_bytes(b"one\ntwo\n\nthree\n", "list.csv").text == "one\ntwo\n\nthree"


def test_an_open_quotation_mark_loses_nothing() -> None:
    assert "Oslo" in load_bytes(b'name,place\n"Anna,Oslo\nJonas,Rome\n', "people.csv").text


def test_tabs_part_the_fields_of_a_tsv() -> None:
    document = load_bytes("Имя\tГород\nАнна\tРим\n".encode(), "люди.tsv")
    assert (document.text, document.media_type) == ("Имя\tГород\nАнна\tРим", "text/tab-separated-values")
