"""Plain text: decoded strictly, changed in nothing but its newlines, refused where it is not text."""

import random

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from rag.documents import content, load_bytes
from rag.errors import DocumentError, DocumentTooLarge, UnreadableDocument, UnsupportedFormat
from rag.types import Document

RUSSIAN = "Помощник Президента Азербайджанской Республики посетил Китай.\nВстреча состоялась в Пекине в апреле.\n"
JAPANESE = "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。\n"
CHINESE = "中国和阿塞拜疆的友好合作关系不断发展。两国元首的会晤具有重要意义。\n"

any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1)


def unix(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def attempt(data: bytes, name: str) -> tuple[Document | None, str]:
    try:
        return load_bytes(data, name), ""
    except DocumentError as error:
        return None, str(error)


@given(any_text)
@example("a\r\nb\rc\n\x0b\x0c\x1c\x85\u2028d")
def test_any_text_comes_back_as_written_but_for_newlines(text: str) -> None:
    text = "seen: " + text
    assert load_bytes(text.encode(), "a.txt").text == unix(text)


@given(any_text, st.sampled_from(["utf-8-sig", "utf-16", "utf-32"]))
def test_a_byte_order_mark_names_the_encoding(text: str, encoding: str) -> None:
    text = "seen: " + text
    assert load_bytes(text.encode(encoding), "a.txt").text == unix(text)


@given(st.binary(max_size=300), st.sampled_from([".txt", ".md", ".csv", ".html", ".pdf", ".docx"]))
def test_any_bytes_become_a_sound_document_or_a_document_error(data: bytes, ending: str) -> None:
    document, refusal = attempt(data, "any" + ending)
    if document is None:
        assert refusal.startswith("any" + ending)
        assert "\n" not in refusal
    else:
        assert not set(document.text) & {"\x00", "\r"}
        assert document.text.encode()  # no lone surrogate
        assert document.title


@given(st.text(st.characters(categories=["Zs", "Zl", "Zp", "Cc", "Cf"], exclude_characters="\x00")))
def test_a_file_without_visible_text_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDocument, match=r"^a\.txt has no text"):
        load_bytes(text.encode(), "a.txt")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (CHINESE, "gb18030"),
        (CHINESE, "big5"),
    ],
)
def test_legacy_encodings_are_recognised_and_named(text: str, encoding: str) -> None:
    text = text if encoding != "big5" else "中國和亞塞拜然的友好合作關係不斷發展。兩國元首的會晤具有重要意義。\n"
    document = load_bytes((text * 3).encode(encoding), "old.txt")
    assert document.text == text * 3
    assert document.metadata["encoding"]


def test_utf8_needs_no_remark() -> None:
    assert load_bytes(RUSSIAN.encode(), "new.txt").metadata == {}


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("size", [64, 1024, 20_000])
def test_random_bytes_are_no_text(seed: int, size: int) -> None:
    with pytest.raises((UnreadableDocument, UnsupportedFormat)):
        load_bytes(random.Random(seed).randbytes(size), "random.txt")


@given(any_text)
def test_a_nul_makes_it_binary(text: str) -> None:
    assume(not text.startswith("\ufeff"))
    with pytest.raises(UnreadableDocument, match="NUL"):
        load_bytes(f"seen {text}\x00".encode(), "a.txt")
    with pytest.raises(UnreadableDocument, match="NUL"):
        load_bytes(f"seen {text}\x00".encode("utf-16"), "a.txt")


def test_a_broken_promise_of_unicode_is_told_with_its_place() -> None:
    with pytest.raises(UnreadableDocument, match="UTF-8 but byte 5"):
        load_bytes(b"\xef\xbb\xbfab\xff", "a.txt")
    with pytest.raises(UnreadableDocument, match="UTF-16-LE"):
        load_bytes("ab".encode("utf-16-le").join([b"\xff\xfe", b"\x00\xd8"]), "a.txt")


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"%PDF-1.7\n%", "a PDF"),
        (b"PK\x03\x04\x14\x00", "a zip archive"),
        (b"{\\rtf1\\ansi ", "rich text"),
        (b"%!PS-Adobe-3.0\n", "PostScript"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office file"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html"])
def test_a_renamed_file_is_refused_by_what_it_really_is(head: bytes, found: str, name: str) -> None:
    with pytest.raises(UnsupportedFormat, match=f"promises text, but the content is .*{found}.*true ending"):
        load_bytes(head + b"and so on", name)


def test_a_picture_named_txt_is_refused_by_its_kind() -> None:
    with pytest.raises(UnreadableDocument, match=r"looks like .*(PNG|Portable Network)"):
        load_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01", "a.txt")


def test_too_many_bytes_or_characters_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "MAX_BYTES", 100)
    with pytest.raises(DocumentTooLarge, match=r"^a\.txt: the file has 101 bytes, the limit is 100"):
        load_bytes(b"a" * 101, "a.txt")
    monkeypatch.setattr(content, "MAX_CHARACTERS", 50)
    load_bytes(b"a" * 50, "a.txt")
    for name in ("a.txt", "a.md", "a.html"):
        with pytest.raises(DocumentTooLarge, match="more than 50 characters"):
            load_bytes(b"a" * 51, name)
