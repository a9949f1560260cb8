"""Word 97 to 2003: read as a docx of the same words is."""

import struct
import unicodedata
from pathlib import Path

import pytest
from compound_files import compound_file
from damage import damaged, read_or_refused
from hypothesis import given, settings
from hypothesis import strategies as st
from word_files import WordText

from rag.documents import load_bytes
from rag.documents.content import well_formed
from rag.errors import DocumentTooLarge, UnreadableDocument, UnsupportedFormat

LEASE = Path(__file__).parent / "documents" / "lease.doc"
PLAIN = b"\0\0"  # the number of the first style, and nothing said
CELL = PLAIN + b"\x16\x24\x01"
ROW = CELL + b"\x17\x24\x01"


def text_of(written: WordText) -> str:
    return load_bytes(written.file, "a.doc").text


def test_a_file_that_libreoffice_has_written_is_read_as_it_is_shown() -> None:
    """Without its hidden and deleted words, its header and its foot; lists are numbered as LibreOffice shows them."""
    document = load_bytes(LEASE.read_bytes(), "lease.doc")
    assert document.text.split("\n\n") == [
        "Lease of 12 Harbour Street",
        "Parties and premises",
        "The landlord lets the premises to the tenant. Договор составлен на двух языках: 合同以两种语言写成。 "
        "العقد من نسختين. 😀 ends it.",
        "Rent",
        "The rent is 900 euros a month, due on the first.",
        "Dust below 15 μg and heat above 60 °C end it.",
        "Notice goes to the office\nby post.",
        "Kept. Put in.",
        "3. The deposit is three months of rent.",
        "3.1. It is paid back within sixty days.",
        "(a) Repairs are taken off.",
        "(b) So is unpaid rent.",
        "3.2. It bears interest.",
        "4. The tenant insures the premises.",
        "Against fire and water.",
        "I Первая часть.",
        "а) пункт первый;",
        "б) пункт второй.",
        "II Вторая часть.",
        "a point",
        "another point",
        "Room\tArea\tRent\nHall with balcony\t40\t500",
        "Facing the sea.",
        "Cellar and attic\t\t400",
        "Signed in the town hall.",
        "Before two witnesses.",
        "The last page.",
    ]
    assert [(each.level, document.text[each.start : each.end]) for each in document.headings] == [
        (1, "Lease of 12 Harbour Street"),
        (1, "Parties and premises"),
        (2, "Rent"),
    ]
    assert (document.title, document.date, document.date_origin) == (
        "Lease of 12 Harbour Street",
        "2019-03-04",
        "metadata",
    )
    assert document.metadata == {"author": "A. Clerk"}


@given(data=st.data())
@settings(max_examples=60)
def test_a_text_is_the_same_in_whatever_pieces_it_is_stored(data: st.DataObject) -> None:
    letters = st.characters(
        exclude_categories=("Cc", "Cn", "Cs"), exclude_characters=[chr(each) for each in range(0xF020, 0xF100)]
    )
    paragraphs = data.draw(st.lists(st.text(letters, max_size=20), min_size=1, max_size=6))
    text = "".join(f"{each}\r" for each in paragraphs)
    units = text.encode("utf-16-le")
    cuts = data.draw(st.sets(st.integers(1, len(units) // 2 - 1), max_size=5)) if len(units) > 2 else set()
    begins = [0, *sorted(cuts)]
    pieces = [
        (begin, data.draw(st.booleans()) or not _is_western(units[2 * begin : 2 * end]))
        for begin, end in zip(begins, [*begins[1:], len(units) // 2], strict=True)
    ]
    told = [well_formed(each).strip(" \t\n\u200b\ufeff") for each in paragraphs]
    expected = "\n\n".join(each for each in told if each.strip())
    file = WordText(text, pieces).file
    if any(_is_visible(each) for each in expected):
        assert load_bytes(file, "a.doc").text == expected
    else:
        with pytest.raises(UnreadableDocument, match="has no text"):
            load_bytes(file, "a.doc")


def _is_western(units: bytes) -> bool:
    try:
        units.decode("utf-16-le").encode("cp1252")
    except UnicodeError:
        return False
    return True


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "ZC"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (b"\x3c\x08\x01", "ac"),  # hidden
        (b"\x3c\x08\x00", "abc"),
        (b"\x00\x08\x01", "ac"),  # deleted
        (b"\x09\x6a\x01\x00\x6d\xf0", "aμc"),  # a letter of the second font
        (b"\x09\x6a\x01\x00\x01\xf0", "ac"),  # none that it has
        (b"\x09\x6a\x00\x00\x6d\xf0", "ac"),  # of a font that shows no pictures
        (b"\x15\xc6\xff\x01" + bytes(4) + b"\x01" + bytes(3) + b"\x3c\x08\x01", "ac"),  # behind a long list of tabs
        (b"\x08\xd6\x03\x00\x00\x00\x3c\x08\x01", "ac"),  # behind a table's row
        (b"\x3c\x08", "abc"),  # cut
    ],
)
def test_hidden_and_deleted_characters_are_left_out_and_pictures_told(said: bytes, shown: str) -> None:
    assert text_of(WordText("abc\r", characters={1: said}, fonts=("Arial", "Symbol"))) == shown


def test_the_letters_of_a_font_of_pictures_are_told_as_what_it_shows() -> None:
    said = {3: b"\x4f\x4a\x01\x00", 5: b"\x4f\x4a\x00\x00"}
    assert text_of(WordText("80 \uf0b0C\uf0b0\r", characters=said, fonts=("Arial", "Symbol"))) == "80 °C\uf0b0"


@pytest.mark.parametrize(
    ("text", "said", "told"),
    [
        ("m2 x\r", b"\x48\x2a\x01", "m² x"),
        ("m2 x\r", b"\x48\x2a\x02", "m₂ x"),
        ("m2 x\r", b"\x48\x2a\x00", "m2 x"),
        ("m2 x\r", b"\x48\x2a\x01\x48\x2a\x00", "m2 x"),
        ("Mx x\r", b"\x48\x2a\x01", "Mx x"),
        ("m2 x\r", b"\x48\x2a\x01\x3c\x08\x01", "m x"),  # hidden
        ("m\uf032 x\r", b"\x48\x2a\x01\x4f\x4a\x00\x00", "m² x"),
    ],
)
def test_raised_and_lowered_figures_are_told_and_letters_are_as_they_are(text: str, said: bytes, told: str) -> None:
    assert text_of(WordText(text, characters={1: said}, fonts=("Symbol",))) == told


STRUCK, TWICE, RAISED, HIDDEN = b"\x37\x08", b"\x53\x2a", b"\x48\x2a", b"\x3c\x08"


def each_of(begin: int, end: int, said: bytes) -> dict[int, bytes]:
    """It is said of these characters."""
    return dict.fromkeys(range(begin, end), said)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (STRUCK + b"\1", "is 600"),
        (TWICE + b"\1", "is 600"),
        (STRUCK + b"\x81", "is 600"),
        (STRUCK + b"\1" + TWICE + b"\0", "is 600"),
        (STRUCK + b"\1" + STRUCK + b"\0", "is 500 600"),
        (STRUCK + b"\x80", "is 500 600"),
        (STRUCK + b"\1\x09\x6a\0\0\x6d\xf0", "is 600"),
    ],
)
def test_what_is_struck_out_is_left_out(said: bytes, shown: str) -> None:
    assert text_of(WordText("is 500 600\r", characters=each_of(3, 6, said), fonts=("Symbol",))) == shown


def test_a_paragraph_and_a_cell_that_are_struck_out_are_blank_and_so_is_a_note() -> None:
    assert text_of(WordText("one\rtwo\r", characters=each_of(0, 4, STRUCK + b"\1"))) == "two"
    rows = {1: CELL, 3: CELL, 4: ROW, 6: CELL, 8: CELL, 9: ROW}
    cells = WordText("a\x07b\x07\x07c\x07d\x07\x07", paragraphs=rows, characters=each_of(0, 2, STRUCK + b"\1"))
    assert text_of(cells) == "\tb\nc\td"
    assert text_of(WordText("\x02one\r", notes="\x02 A note.\r", characters={0: STRUCK + b"\1"})) == "one"


def test_a_field_ends_where_its_marks_are_struck_out() -> None:
    text = "a \x13 REF \x14b\x15 c\r"
    assert text_of(WordText(text, characters=each_of(8, len(text) - 3, STRUCK + b"\1"))) == "a c"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (b"\x30\x4a\0\0", "m²"),
        (b"\x30\x4a\1\0", "m"),
        (b"\x30\x4a\2\0", "m"),  # based on the one before
        (b"\x30\x4a\3\0", "m²"),  # the opposite of the one before it
        (b"\x30\x4a\4\0", "m2"),
        (b"\x30\x4a\5\0", "m"),
        (b"\x30\x4a\x63\0", "m2"),  # there is none
        (b"\x30\x4a\0\0" + RAISED + b"\0", "m2"),
        (RAISED + b"\2\x30\x4a\0\0", "m₂"),
        (b"\x30\x4a\1\0" + STRUCK + b"\0", "m2"),
        (b"\x30\x4a\1\0" + STRUCK + b"\x80", "m"),
        (b"\x30\x4a\1\0" + STRUCK + b"\x81", "m2"),
    ],
)
def test_characters_are_as_their_style_says_and_those_it_is_based_on_unless_they_say_otherwise(
    said: bytes, shown: str
) -> None:
    styles = [
        (0xFFF, RAISED + b"\1"),
        (0xFFF, STRUCK + b"\1"),
        (1, b""),
        (0, STRUCK + b"\x80"),
        (5, HIDDEN + b"\x81"),
        (0xFFF, HIDDEN + b"\1"),
    ]
    assert text_of(WordText("m2\r", characters={1: said}, word_styles=styles)) == shown


def test_styles_of_characters_that_are_based_on_each_other_end() -> None:
    written = WordText("m2\r", characters={1: b"\x30\x4a\0\0"}, word_styles=[(1, RAISED + b"\1"), (0, b"")])
    assert text_of(written) == "m²"


def test_raised_figures_in_a_cell_are_told() -> None:
    rows = {2: CELL, 4: CELL, 5: ROW}
    raised = dict.fromkeys((1, 2), b"\x48\x2a\x01")
    assert text_of(WordText("m2\x07b\x07\x07", paragraphs=rows, characters=raised)) == "m²\tb"


def test_paragraphs_end_where_their_marks_are_hidden() -> None:
    assert text_of(WordText("one\rtwo\r", characters={3: b"\x3c\x08\x01"})) == "one\n\ntwo"


def row(*ends: int) -> bytes:
    """What is said of the end of a row: where its cells end."""
    said = struct.pack("<B", len(ends)) + struct.pack(f"<{len(ends) + 1}h", 0, *ends) + bytes(20)
    return ROW + b"\x08\xd6" + struct.pack("<H", len(said) + 1) + said


def test_rows_are_lines_and_a_cell_stands_in_its_column() -> None:
    text = "a\x07b\x07c\x07\x07wide\x07d\x07\x07after\r"
    rows = {1: CELL, 3: CELL, 5: CELL, 6: row(100, 200, 300), 11: CELL, 13: CELL, 14: row(200, 300)}
    assert text_of(WordText(text, paragraphs=rows)) == "a\tb\tc\nwide\t\td\n\nafter"


def test_cells_that_are_in_no_table_are_paragraphs() -> None:
    assert text_of(WordText("a\x07b\x07\x07c\r")) == "a\n\nb\n\nc"


def test_a_cell_alone_in_its_row_is_a_box_around_its_paragraphs() -> None:
    assert (
        text_of(WordText("Note.\rKeep dry.\x07\x07", paragraphs={5: CELL, 15: CELL, 16: ROW})) == "Note.\n\nKeep dry."
    )
    as_wide_as_others = {1: CELL, 3: CELL, 4: row(100, 200), 6: CELL, 8: CELL, 9: row(200)}
    assert text_of(WordText("a\x07b\x07\x07c\rd\x07\x07", paragraphs=as_wide_as_others)) == "a\tb\nc d"


def test_what_is_too_long_is_said_in_a_stream_of_its_own() -> None:
    data = b"junk" + struct.pack("<H", len(ROW) - 2) + ROW[2:]
    elsewhere = PLAIN + b"\x46\x66\x04\x00\x00\x00"
    written = WordText("a\x07\x07b\x07\x07", paragraphs={1: CELL, 2: elsewhere, 4: CELL, 5: elsewhere}, data=data)
    assert text_of(written) == "a\nb"


def test_of_a_field_is_read_what_it_came_to() -> None:
    text = "see \x13 REF \x13 PAGE \x14 7 \x15 a \x14page \x13 X \x14nine\x15\x15 now\x13 XE index \x15.\r"
    assert text_of(WordText(text)) == "see page nine now."


def test_breaks_and_hyphens_are_told_and_marks_of_pictures_are_not() -> None:
    assert text_of(WordText("one\x0btwo\x1ethree\x1ffour\x01\x08\r")) == "one\ntwo\u2011threefour"


def test_a_note_comes_after_the_paragraph_that_refers_to_it() -> None:
    assert text_of(WordText("\x02one\rtwo\r", notes="\x02 A note.\r")) == "one\n\nA note.\n\ntwo"


def test_headings_are_of_words_own_styles_of_those_based_on_them_or_of_an_outline() -> None:
    styles = [(0, 0xFFF, b""), (2, 0, b""), (0xFFE, 1, b""), (62, 0, b"")]
    text = "plain\rown\rbased\rtitle\routline\rbody\r"
    said = {
        5: PLAIN,
        9: b"\x01\0",
        15: b"\x02\0",
        21: b"\x03\0",
        29: PLAIN + b"\x40\x26\x04",
        34: b"\x01\0\x40\x26\x09",
    }
    document = load_bytes(WordText(text, paragraphs=said, styles=styles).file, "a.doc")
    assert [(document.text[each.start : each.end], each.level) for each in document.headings] == [
        ("own", 2),
        ("based", 2),
        ("title", 1),
        ("outline", 5),
    ]


@pytest.mark.parametrize("begins_anew", [b"\x64\x26\x01", b"\x00\x46\x00\x00"])
def test_what_a_tracked_change_of_a_paragraph_has_replaced_is_not_believed(begins_anew: bytes) -> None:
    written = WordText("one\r", paragraphs={3: PLAIN + b"\x40\x26\x01" + begins_anew}, styles=[(0, 0xFFF, b"")])
    assert not load_bytes(written.file, "a.doc").headings


def test_styles_that_are_based_on_each_other_end() -> None:
    written = WordText("one\r", paragraphs={3: b"\1\0"}, styles=[(0, 1, b""), (0, 0, b"")])
    assert text_of(written) == "one"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (WordText("a\r", flags=0x100).file, "locked with a password"),
        (compound_file({"WordDocument": b"\xdc\xa5" + bytes(2000), "0Table": b""}), "one of an older Word"),
        (compound_file({"Workbook": b"a"}), "an Office file that is none"),
        (compound_file({"WordDocument": WordText("a\r").streams["WordDocument"]}), "its table of contents is missing"),
        (LEASE.read_bytes()[:9000], "damaged"),
        (compound_file({"WordDocument": b"\xec\xa5\xc1\0", "0Table": b""}), "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument, match=reason):
        load_bytes(data, "a.doc")


@pytest.mark.parametrize("data", [b"plain words", b"{\\rtf1 x}", b"PK\x03\x04" + bytes(40)])
def test_another_kind_of_file_named_doc_is_refused(data: bytes) -> None:
    with pytest.raises(UnsupportedFormat, match="the ending promises a Word 97 to 2003 file"):
        load_bytes(data, "a.doc")


def test_pieces_that_repeat_the_same_bytes_add_up_to_no_more_than_a_document_may_have() -> None:
    streams = WordText("a\r").streams
    main = bytearray(streams["WordDocument"])
    struct.pack_into("<I", main, 0x4C, 0x7FFFFFFF)
    with pytest.raises(DocumentTooLarge, match="characters of text"):
        load_bytes(compound_file({**streams, "WordDocument": bytes(main)}), "a.doc")


def test_fields_within_fields_take_time_as_their_number_grows_and_no_more() -> None:
    deep = 200_000
    assert text_of(WordText("\x13\x14" * deep + "shown" + "\x15" * deep + "\r")) == "shown"


def test_notes_that_repeat_each_other_are_refused() -> None:
    streams = WordText("\x02one\r", notes="\x02 A note.\r").streams
    table = bytearray(streams["0Table"] + struct.pack("<IIII", 0, 10, 0, 10))
    main = bytearray(streams["WordDocument"])
    struct.pack_into("<II", main, 0x9A + 8 * 3, len(table) - 16, 16)
    with pytest.raises(UnreadableDocument, match="its notes are not in order"):
        load_bytes(compound_file({**streams, "WordDocument": bytes(main), "0Table": bytes(table)}), "a.doc")


@given(damaged(LEASE.read_bytes()))
@settings(max_examples=150)
def test_a_damaged_file_is_read_or_refused(data: bytes) -> None:
    read_or_refused(data, "lease.doc")
