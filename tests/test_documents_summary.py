"""What old Office files say about themselves."""

import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents.summary import about_of

PAGE, TITLE, AUTHOR, CREATED = 1, 2, 4, 12


def summary(*properties: tuple[int, int, bytes]) -> bytes:
    """Of the number, the type and the value of each."""
    places, values = b"", b""
    for number, kind, value in properties:
        places += struct.pack("<II", number, 8 + 8 * len(properties) + len(values))
        values += struct.pack("<I", kind) + value
    section = struct.pack("<II", 8 + len(places) + len(values), len(properties)) + places + values
    return bytes(44) + struct.pack("<I", 48) + section


def counted(text: bytes) -> bytes:
    return struct.pack("<I", len(text)) + text


@pytest.mark.parametrize(
    ("page", "codec"), [(1251, "cp1251"), (65001, "utf-8"), (65001 - 65536, "utf-8"), (10000, "mac_roman")]
)
def test_title_author_and_day_are_told_in_the_files_code_page(page: int, codec: str) -> None:
    text = "Договор" if codec != "mac_roman" else "Übung"
    ticks = (1_236_168_000 + 11_644_473_600) * 10_000_000  # 2009-03-04, in hundreds of nanoseconds since 1601
    told = about_of(
        summary(
            (PAGE, 2, struct.pack("<h", page) if page < 32768 else struct.pack("<H", page)),
            (TITLE, 30, counted(text.encode(codec) + b"\0")),
            (AUTHOR, 31, struct.pack("<I", 6) + "Клерк\0".encode("utf-16-le")),
            (CREATED, 64, struct.pack("<Q", ticks)),
        )
    )
    assert told == {"title": text, "date": "2009-03-04", "metadata": {"author": "Клерк"}}


def test_lists_of_values_that_claim_any_length_are_not_gone_through() -> None:
    begun = time.monotonic()
    about_of(summary((TITLE, 0x1002, b"\xff\xff\xff\xff"), (3, 0x101E, b"\xff\xff\xff\x7f")))
    assert time.monotonic() - begun < 5


@given(st.binary(max_size=200))
def test_whatever_stands_there_nothing_is_raised(data: bytes) -> None:
    assert set(about_of(data)) == {"title", "date", "metadata"}
    assert set(about_of(summary((TITLE, 30, b""))[:-4] + data)) == {"title", "date", "metadata"}
