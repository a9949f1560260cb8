"""Mailboxes: every message as an e-mail is read, in the file's order, and none lost for another."""

import mailbox as library
from email.message import EmailMessage
from pathlib import Path

import pytest
from damage import damaged, read_or_refused
from hypothesis import given, settings

from rag.documents import load_bytes, load_file
from rag.errors import UnreadableDocument, UnsupportedFormat

THUNDERBIRD = b"From - Tue Nov 03 23:12:00 2026\r\nX-Mozilla-Status: 0001\r\n"
TAKEOUT = b"From 1789012345678901234@xxx Tue Nov 03 21:12:00 +0000 2026\nX-GM-THRID: 1789012345678901234\n"


def message(text: str, subject: str = "Claim", heads: str = "") -> bytes:
    return (
        "From: Marta <marta@riverton.example>\nDate: Tue, 03 Nov 2026 23:12:00 +0000\n"
        f"Subject: {subject}\n{heads}\n{text}\n\n"
    ).encode()


def told(text: str, subject: str = "Claim") -> str:
    return f"{subject}\n\nFrom: Marta <marta@riverton.example>\n\nDate: Tue, 03 Nov 2026 23:12:00 +0000\n\n{text}"


def mailbox(*messages: bytes, separator: bytes = TAKEOUT) -> bytes:
    return b"".join(separator + each for each in messages)


def text_of(data: bytes) -> str:
    return load_bytes(data, "claims.mbox").text


def test_messages_stand_in_the_files_order_each_under_its_subject() -> None:
    document = load_bytes(mailbox(message("We pay half."), message("Agreed.", "Re: Claim")), "claims.mbox")
    assert document.text == f"{told('We pay half.')}\n\n{told('Agreed.', 'Re: Claim')}"
    headings = [(each.level, document.text[each.start : each.end]) for each in document.headings]
    assert headings == [(1, "Claim"), (1, "Re: Claim")]
    assert document.media_type == "application/mbox"


def test_a_message_is_laid_out_as_one_in_a_file_of_its_own() -> None:
    heads = 'MIME-Version: 1.0\nContent-Type: text/plain; charset="utf-8"; format=flowed\n'
    single = message("> The part was \n> late.\nWe pay \nhalf. Счёт", heads=heads)
    assert text_of(mailbox(single)) == load_bytes(single, "claim.eml").text


def test_an_attachment_follows_with_what_it_says() -> None:
    heads = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n'
    parts = (
        "--b\nContent-Type: text/plain\n\nSee the report.\n"
        "--b\nContent-Type: text/markdown\nContent-Disposition: attachment; filename=report.md\n\n# Findings\n--b--"
    )
    data = mailbox(message(parts, heads=heads), message("Thanks."))
    assert text_of(data) == f"{told('See the report.')}\n\nreport.md\n\n# Findings\n\n{told('Thanks.')}"


@pytest.mark.parametrize(
    "separator",
    [TAKEOUT, THUNDERBIRD, b"From marta@riverton.example Tue Nov  3 23:12:00 2026\n", b"From \r\n", b"From -\n"],
)
def test_separators_of_all_programs_part_messages_and_are_not_text(separator: bytes) -> None:
    data = mailbox(message("We pay half."), message("Agreed."), separator=separator)
    assert text_of(data) == f"{told('We pay half.')}\n\n{told('Agreed.')}"
    assert text_of(data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")) == text_of(data)


def test_a_separator_with_a_time_needs_no_blank_line_above_it() -> None:
    data = mailbox(message("We pay half.").rstrip(b"\n") + b"\n", message("Agreed."))
    assert text_of(data) == f"{told('We pay half.')}\n\n{told('Agreed.')}"


def test_a_sentence_that_begins_with_from_parts_nothing() -> None:
    words = "We agreed.\n\nFrom 12:00 on it is ours.\nFrom then on: half of it."
    assert text_of(mailbox(message(words))) == told(words)


def test_lines_quoted_for_the_mailbox_stand_as_they_were_written() -> None:
    data = mailbox(message(">From here on it is ours.\n>>From there on theirs.\n> From: Ann"))
    assert "From here on it is ours.\n\n> From there on theirs.\nFrom: Ann" in text_of(data)


def test_a_mailbox_that_pythons_own_module_wrote_is_read(tmp_path: Path) -> None:
    written = library.mbox(tmp_path / "a.mbox")
    for text in ("We pay half.\n\nFrom here on: it is ours.", "Согласны."):
        made = EmailMessage()
        made["Subject"] = "Claim"
        made.set_content(text)
        written.add(made)
    written.close()
    assert load_file(tmp_path / "a.mbox").text == (
        "Claim\n\nWe pay half.\n\nFrom here on: it is ours.\n\nClaim\n\nСогласны."
    )


def test_a_mailbox_is_called_as_its_file_is_and_has_the_files_date(tmp_path: Path) -> None:
    path = tmp_path / "Claims 2026.mbox"
    path.write_bytes(mailbox(message("We pay half.", "3 November 2026"), message("Agreed.")))
    document = load_bytes(path.read_bytes(), path.name)
    assert (document.title, document.date) == ("Claims 2026", None)
    assert load_file(path).date_origin == "file"


def test_a_message_that_is_damaged_does_not_lose_the_others() -> None:
    damaged_one = message("\x00\x01\x02", "Noise", "Content-Type: text/plain; charset=utf-8\n")
    data = mailbox(message("We pay half."), damaged_one, b"X-Nothing: else\n\nNo heads.\n\n", message("Agreed."))
    assert text_of(data) == f"{told('We pay half.')}\n\n{told('', 'Noise').strip()}\n\n{told('Agreed.')}"


def test_a_message_that_thunderbird_has_deleted_is_left_out() -> None:
    data = mailbox(message("We pay half."), message("Agreed."), separator=THUNDERBIRD)
    assert text_of(data.replace(b"Status: 0001", b"Status: 0009", 1)) == told("Agreed.")


def test_what_holds_no_message_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match=r"^a\.mbox: expected a mailbox, found no message .* save one message"):
        load_bytes(b"Dear Marta,\n\nFrom today on we pay half.\n", "a.mbox")
    with pytest.raises(UnreadableDocument, match=r"^a\.mbox: expected a mailbox"):
        load_bytes(b"", "a.mbox")
    with pytest.raises(UnsupportedFormat, match=r"^a\.mbox: the ending promises text, but the content is a zip"):
        load_bytes(b"PK\x03\x04", "a.mbox")


@settings(max_examples=100)
@given(damaged(mailbox(message("We pay half."), message("Agreed."))))
def test_a_damaged_mailbox_is_read_or_refused_never_a_crash(data: bytes) -> None:
    read_or_refused(data, "a.mbox")
