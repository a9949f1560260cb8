"""E-mail: who, when and about what, then the message as a person reads it."""

from email.message import EmailMessage

import pytest
from damage import read_or_refused
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.documents import load_bytes
from rag.errors import UnreadableDocument, UnsupportedFormat
from rag.types import Document

HEADS = {
    "From": "Marta Ozola <marta@riverton.example>",
    "To": "Emin <emin@riverton.example>, Board <board@riverton.example>",
    "Date": "Tue, 03 Nov 2026 23:12:00 +0200",
    "Subject": "Re: NordLys claim",
}
TOLD = (
    "Re: NordLys claim\n\nFrom: Marta Ozola <marta@riverton.example>\n\n"
    "To: Emin <emin@riverton.example>, Board <board@riverton.example>\n\nDate: Tue, 03 Nov 2026 23:12:00 +0200"
)


def message(text: str | None = None, **heads: str) -> EmailMessage:
    made = EmailMessage()
    for name, value in (HEADS | heads).items():
        made[name] = value
    if text is not None:
        made.set_content(text)
    return made


def load(made: EmailMessage) -> Document:
    return load_bytes(made.as_bytes(), "claim.eml")


def body(made: EmailMessage) -> str:
    return load(made).text.removeprefix(TOLD).strip()


def test_it_says_who_wrote_to_whom_when_and_about_what() -> None:
    document = load(message("We offered to pay half.\n"))
    assert document.text == f"{TOLD}\n\nWe offered to pay half."
    assert (document.title, document.date, document.date_origin) == ("Re: NordLys claim", "2026-11-03", "metadata")
    assert document.metadata == {"author": "Marta Ozola <marta@riverton.example>"}
    assert [document.text[each.start : each.end] for each in document.headings] == ["Re: NordLys claim"]


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
@pytest.mark.parametrize(
    ("charset", "text"),
    [("utf-8", "Двенадцать евро. 十二欧元。"), ("koi8-r", "Двенадцать евро."), ("iso-2022-jp", "十二ユーロ。")],
)
def test_a_message_is_read_in_its_own_characters(charset: str, text: str, encoding: str) -> None:
    made = message(Subject="Счёт № 12")
    made.set_content(f"{text}\n", charset=charset, cte=encoding)
    document = load(made)
    assert document.text.endswith(text)
    assert document.title == "Счёт № 12"


def test_of_a_message_told_twice_the_plain_one_is_read() -> None:
    made = message("Half is *ours*.\n")
    made.add_alternative("<p>Half is <b>ours</b>.</p>", subtype="html")
    assert body(made) == "Half is *ours*."


def test_a_plain_one_that_only_asks_for_a_browser_is_not_read() -> None:
    made = message("Open in a browser.\n")
    made.add_alternative(f"<html><body><h2>Terms</h2><p>{'We pay half of it. ' * 5}</p></body></html>", subtype="html")
    assert body(made) == "Terms\n\n" + ("We pay half of it. " * 5).strip()


def test_a_table_in_a_message_stands_in_rows() -> None:
    made = message()
    made.set_content("<table><tr><td>Rope</td><td>5</td></tr><tr><td>Oil</td><td>7</td></tr></table>", subtype="html")
    assert body(made) == "Rope\t5\nOil\t7"


def test_lines_of_a_quoted_paragraph_keep_one_mark_so_that_its_sentences_can_be_read() -> None:
    made = message(
        "> The part had been\n> delivered late.\n>\n>> What does the insurer\n>> say?\n> It declined.\nWe pay.\n"
    )
    assert body(made) == (
        "> The part had been\ndelivered late.\n\n>> What does the insurer\nsay?\n\n> It declined.\n\nWe pay."
    )


def test_lines_that_were_broken_to_be_sent_are_joined_again() -> None:
    flowed = 'text/plain; charset="utf-8"; format=flowed'
    made = message("We offered to \npay half.\n> It had \n> been late.\n-- \nMarta\n")
    made.replace_header("Content-Type", flowed)
    assert body(made) == "We offered to pay half.\n\n> It had been late.\n\n-- \nMarta"
    made = message("十二\n欧元。\n".replace("\n欧", " \n欧"))
    made.replace_header("Content-Type", flowed + "; delsp=yes")
    assert body(made) == "十二欧元。"


def test_a_part_without_heads_is_text() -> None:
    made = message()
    made["Content-Type"] = 'multipart/mixed; boundary="b"'
    made.set_payload("--b\n\nHalf is ours.\n--b--\n")
    assert body(made) == "Half is ours."


def attach(made: EmailMessage, data: bytes, name: str, disposition: str = "attachment") -> None:
    made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name, disposition=disposition)


@pytest.mark.parametrize("disposition", ["attachment", "inline"])
def test_an_attachment_follows_with_what_it_says_under_its_name(disposition: str) -> None:
    made = message("See the report.\n")
    attach(made, b"# Findings\n\nThe transformer was late.\n", "report.md", disposition)
    document = load(made)
    assert document.text.removeprefix(TOLD).strip() == (
        "See the report.\n\nreport.md\n\n# Findings\n\nThe transformer was late."
    )
    headings = [(each.level, document.text[each.start : each.end]) for each in document.headings]
    assert headings == [(1, "Re: NordLys claim"), (2, "report.md"), (3, "# Findings")]


def test_an_attachment_that_cannot_be_read_is_named() -> None:
    made = message("See the report.\n")
    attach(made, b"%PDF-1.4 damaged", "Lloyd's report.pdf")
    attach(made, b"\x89PNG", "berth 6.png")
    assert body(made) == "See the report.\n\nLloyd's report.pdf\n\nberth 6.png"


def test_a_message_that_is_attached_as_a_file_is_read_with_its_own_attachments() -> None:
    inner, made = message("It declined.\n", Subject="Insurer"), message("Look at this.\n")
    attach(inner, b"Nine weeks late.", "notes.txt")
    attach(made, inner.as_bytes(), "insurer.eml")
    assert body(made).endswith("It declined.\n\nnotes.txt\n\nNine weeks late.")


def test_a_forwarded_message_follows_with_its_own_heads() -> None:
    made = message("Look at this.\n")
    made.add_attachment(message("It declined.\n", Subject="Insurer", From="Ann <ann@ins.example>", To="marta"))
    text = body(made)
    assert text.startswith("Look at this.\n\nInsurer\n\nFrom: Ann <ann@ins.example>\n\nTo: marta\n\nDate: ")
    assert text.endswith("\n\nIt declined.")


def test_messages_within_messages_end_somewhere() -> None:
    made = message("The first.\n")
    for number in range(12):
        outer = message(f"Around {number}.\n")
        outer.add_attachment(made)
        made = outer
    text = load(made).text
    assert "Around 11." in text
    assert "The first." not in text


def test_a_message_without_words_is_told_by_its_heads() -> None:
    made = message()
    made.set_content("<html></html>", subtype="html")
    assert load(made).text == TOLD


def test_what_begins_with_no_heads_of_a_message_is_refused() -> None:
    with pytest.raises(
        UnreadableDocument, match=r"^a\.eml: expected an e-mail, found none .* no From, Date or Subject"
    ):
        load_bytes(b"Dear Marta,\n\nwe offered to pay half.\n", "a.eml")
    with pytest.raises(UnsupportedFormat, match=r"^a\.eml: the ending promises text, but the content is a PDF"):
        load_bytes(b"%PDF-1.4 From: x", "a.eml")


GOOD = message("A sentence of a message.\n")
GOOD.add_alternative("<p>A sentence of a message.</p>", subtype="html")
GOOD.add_attachment(b"\x00\x01", maintype="image", subtype="png", filename="a.png")
BYTES = GOOD.as_bytes()


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(0, len(BYTES) - 1), st.binary(max_size=6)), max_size=8))
def test_a_damaged_message_is_read_or_refused_never_a_crash(changes: list[tuple[int, bytes]]) -> None:
    data = BYTES
    for place, value in changes:
        data = data[:place] + value + data[place + 1 :]
    read_or_refused(data, "a.eml")
