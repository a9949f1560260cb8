"""PowerPoint 97 to 2003: read as a pptx of the same slides is."""

import struct
from pathlib import Path

import pytest
from compound_files import compound_file
from damage import damaged, read_or_refused
from hypothesis import given, settings
from hypothesis import strategies as st
from olefile import OleFileIO

from rag.documents import load_bytes
from rag.documents.ppt_fonts import told
from rag.documents.ppt_records import current
from rag.errors import UnreadableDocument, UnsupportedFormat

HARBOUR = Path(__file__).parent / "documents" / "harbour.ppt"  # what LibreOffice has written, without its thumbnail
EDIT, DIRECTORY, DOCUMENT, SLIDE, GROUP, SHAPE = 0x0FF5, 0x1772, 0x03E8, 0x03EE, 0xF003, 0xF004


def streams() -> tuple[bytes, bytes]:
    """The document's and the user's."""
    with OleFileIO(HARBOUR) as file:
        return file.openstream("PowerPoint Document").read(), file.openstream("Current User").read()


STREAM, USER = streams()


def record(kind: int, data: bytes, instance: int = 0, *, is_container: bool = True) -> bytes:
    return struct.pack("<HHI", instance << 4 | (0xF if is_container else 0), kind, len(data)) + data


def atom(kind: int, data: bytes, instance: int = 0) -> bytes:
    return record(kind, data, instance, is_container=False)


def ppt(stream: bytes, edit_at: int | None = None, token: int = 0xE391C05F) -> bytes:
    user = bytearray(USER)
    struct.pack_into("<I", user, 12, token)
    if edit_at is not None:
        struct.pack_into("<I", user, 16, edit_at)
    return compound_file({"PowerPoint Document": stream, "Current User": bytes(user)})


def saved_again(numbers: dict[int, bytes], before: int, document: int = 1) -> bytes:
    """The stream with these records added, as a quick save adds them; they hold from then on."""
    stream, places = STREAM, b""
    for number, added in numbers.items():
        places += struct.pack("<II", number | 1 << 20, len(stream))
        stream += added
    directory = len(stream)
    stream += atom(DIRECTORY, places)
    edit = struct.pack("<IIIIII", 0, 0, before, directory, document, 0)
    return ppt(stream + atom(EDIT, edit), edit_at=len(stream))


def text_of(data: bytes) -> str:
    return load_bytes(data, "a.ppt").text


def slide(*shapes: bytes) -> bytes:
    drawing = record(0x040C, record(0xF002, record(GROUP, b"".join(shapes))))
    return record(SLIDE, atom(0x03EF, bytes(24)) + drawing)


def box(text: str, more: bytes = b"", properties: bytes = b"") -> bytes:
    said = atom(0x0F9F, struct.pack("<I", 4)) + atom(0x0FA0, text.encode("utf-16-le")) + more
    return record(SHAPE, properties + record(0xF00D, said))


def first_slide(*shapes: bytes) -> str:
    """What is read of the sample with these shapes on its first slide, and no other slides."""
    entry = atom(0x03F3, struct.pack("<IIIII", 100, 0, 0, 256, 0))
    document = record(DOCUMENT, record(0x0FF0, entry))
    return text_of(saved_again({1: document, 100: slide(*shapes)}, before=0))


def test_a_file_that_libreoffice_has_written_is_read_as_its_pptx_is() -> None:
    document = load_bytes(HARBOUR.read_bytes(), "harbour.ppt")
    assert document.text.split("\n\n") == [
        "Harbour plan",
        "План гавани · 港口规划 · خطة الميناء 😀",
        "Why now",
        "The quay is from 1931.",
        "Dust stays below 15 μg.",
        "Mention the report.",
        "Pause here.",
        "Costs in detail",
        "Part\tYear\tEuros\nQuay\t2010\t40\nCrane and rails\t\t25",
        "In a group.",
        "The last slide.",
    ]
    assert [document.text[page:].split("\n")[0] for page in document.pages] == [
        "Harbour plan",
        "Why now",
        "Costs in detail",
        "The last slide.",  # the blank one keeps its number
        "The last slide.",
    ]
    assert [document.text[each.start : each.end] for each in document.headings] == [
        "Harbour plan",
        "Why now",
        "Costs in detail",
    ]


def test_what_was_saved_last_holds() -> None:
    edit_at = struct.unpack_from("<I", USER, 16)[0]
    _, places = current(STREAM, edit_at)
    old, new = "from 1931".encode("utf-16-le"), "from 1941".encode("utf-16-le")
    number, at = next((number, at) for number, at in places.items() if old in record_at(at))
    document = struct.unpack_from("<I", STREAM, edit_at + 8 + 16)[0]
    text = text_of(saved_again({number: record_at(at).replace(old, new)}, before=edit_at, document=document))
    assert "The quay is from 1941." in text
    assert "1931" not in text
    assert "The last slide." in text


def record_at(place: int) -> bytes:
    return STREAM[place : place + 8 + struct.unpack_from("<I", STREAM, place + 4)[0]]


def test_numbers_dates_and_feet_of_slides_are_left_out() -> None:
    foot = record(0xF011, atom(0x0BC3, struct.pack("<iBBH", 0, 9, 0, 0)))
    foot_of_2007 = record(0xF011, atom(0x0420, b"\x08"))
    filled_in = atom(0x0FD8, struct.pack("<I", 6))
    shapes = (box("A foot.", properties=foot), box("7", properties=foot_of_2007), box("Slide *, 2*2", filled_in))
    assert first_slide(*shapes) == "Slide , 2*2"


def test_a_table_of_shapes_is_told_by_rows() -> None:
    def cell(text: str, left: int, top: int, right: int) -> bytes:
        return box(text, properties=atom(0xF00F, struct.pack("<iiii", left, top, right, top + 10)))

    is_table = record(SHAPE, record(0xF122, struct.pack("<HI", 0x039F, 1), 1, is_container=False))
    cells = (
        cell("d", 10, 10, 20),
        cell("a", 0, 0, 10),
        cell("b", 10, 0, 20),
        cell("wide", 0, 20, 20),
        cell("c", 0, 10, 10),
    )
    assert first_slide(record(GROUP, is_table + b"".join(cells))) == "a\tb\nc\td\nwide"
    assert first_slide(record(GROUP, b"".join(cells))) == "d\n\na\n\nb\n\nwide\n\nc"


def test_what_fonts_of_pictures_show_is_told_by_the_style_of_each_run() -> None:
    plain = struct.pack("<II", 3, 0)
    symbol = struct.pack("<IIH", 2, 1 << 23, 1)
    paragraphs = struct.pack("<IHI", 5, 0, 1 << 20) + struct.pack("<H", 1) + bytes(4)
    assert told("15 \uf06d", paragraphs + plain + symbol, {1: "Symbol"}) == "15 μ"
    assert told("15 \uf06d", paragraphs + plain + symbol[:4], {1: "Symbol"}) == "15 \uf06d"


def raised_from(place: int, length: int, height: int, text: str) -> bytes:
    """A text's style."""
    units = len(text.encode("utf-16-le")) // 2
    runs = struct.pack("<II", place, 0) + struct.pack("<IIh", length, 1 << 19, height)
    return struct.pack("<IHI", units + 1, 0, 0) + runs + struct.pack("<II", units + 1 - place - length, 0)


@pytest.mark.parametrize(
    ("text", "height", "shown"),
    [
        ("1015 m", 30, "10¹⁵ m"),
        ("CO22 m", -25, "CO₂₂ m"),
        ("22nd m", 30, "22nd m"),
        ("1015 m", 0, "1015 m"),
        ("😀15 m", 30, "😀¹⁵ m"),  # places count its halves
    ],
)
def test_raised_and_lowered_figures_are_told_and_letters_are_as_they_are(text: str, height: int, shown: str) -> None:
    style = atom(0x0FA1, raised_from(2, 2, height, text))
    assert first_slide(box(text, style)) == shown
    is_table = record(SHAPE, record(0xF122, struct.pack("<HI", 0x039F, 1), 1, is_container=False))
    cell = box(text, style, atom(0xF00F, struct.pack("<iiii", 0, 0, 10, 10)))
    assert first_slide(record(GROUP, is_table + cell)) == shown


def test_of_several_raised_paragraphs_each_is_told_by_itself() -> None:
    assert told("1\r2nd\r3", raised_from(0, 7, 30, "1\r2nd\r3"), {}) == "¹\r2nd\r³"


@given(st.binary(max_size=60), st.text("ab\uf06d", max_size=6))
def test_whatever_a_style_says_no_letter_is_lost(style: bytes, text: str) -> None:
    assert told(text, style, {0: "Symbol"}).replace("μ", "\uf06d") == text


def test_where_the_last_save_is_told_wrong_it_is_looked_for() -> None:
    assert text_of(ppt(STREAM, edit_at=4)) == text_of(ppt(STREAM))


def test_of_a_file_for_two_powerpoints_the_newer_ones_slides_are_read() -> None:
    both = compound_file(
        {
            "PowerPoint Document": b"of PowerPoint 95",
            "Current User": b"somebody",
            "PP97_DUALSTORAGE": {"PowerPoint Document": STREAM, "Current User": USER},
        }
    )
    assert text_of(both) == text_of(ppt(STREAM))


def test_a_slide_that_is_listed_again_and_again_is_read_once() -> None:
    entry = atom(0x03F3, struct.pack("<IIIII", 100, 0, 0, 256, 0))
    document = record(DOCUMENT, record(0x0FF0, entry * 5))
    assert text_of(saved_again({1: document, 100: slide(box("once"))}, before=0)) == "once"


def test_groups_without_end_are_refused() -> None:
    shapes = box("deep")
    for _ in range(100):
        shapes = record(GROUP, shapes)
    with pytest.raises(UnreadableDocument, match="groups inside each other"):
        first_slide(shapes)


def test_saves_that_name_each_other_end() -> None:
    stream = STREAM + atom(EDIT, struct.pack("<IIIIII", 0, 0, len(STREAM), 0, 1, 0))
    with pytest.raises(UnreadableDocument, match="damaged"):
        load_bytes(ppt(stream, edit_at=len(STREAM)), "a.ppt")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (ppt(STREAM, token=0xF3D1C4DF), "locked with a password"),
        (compound_file({"WordDocument": b"a"}), "an Office file that is none"),
        (ppt(STREAM[:5000]), "damaged"),
        (
            saved_again({1: record(DOCUMENT, record(0x0FF0, atom(0x03F3, bytes(20))))}, before=0),
            "one of its slides is missing",
        ),
        (compound_file({"PowerPoint Document": STREAM, "Current User": b"short"}), "damaged"),
        (HARBOUR.read_bytes()[:20000], "damaged"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument, match=reason):
        load_bytes(data, "a.ppt")


def test_another_kind_of_file_named_ppt_is_refused() -> None:
    with pytest.raises(UnsupportedFormat, match="the ending promises a PowerPoint 97 to 2003 file"):
        load_bytes(b"PK\x03\x04" + bytes(40), "a.ppt")


@given(damaged(HARBOUR.read_bytes()))
@settings(max_examples=150)
def test_a_damaged_file_is_read_or_refused(data: bytes) -> None:
    read_or_refused(data, "harbour.ppt")
