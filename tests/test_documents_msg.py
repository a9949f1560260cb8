"""Outlook's messages: read as the same message is that was saved as an e-mail."""

import struct
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from compound_files import Storage, compound_file
from damage import damaged, read_or_refused
from hypothesis import given, settings
from test_documents_eml import TOLD, attach
from test_documents_eml import message as email

from rag.documents import load_bytes
from rag.documents.msg_rtf import unpacked
from rag.errors import DocumentTooLarge, UnreadableDocument, UnsupportedFormat
from rag.types import Document

SUBJECT, PLAIN, HTML, RICH, SENT_WITH, CLASS = 0x37, 0x1000, 0x1013, 0x1009, 0x7D, 0x1A
OF_TEXTS, OF_HTML = 0x3FFD, 0x3FDE
NAME, SHORT_NAME, KIND, DATA, EMBEDDED = 0x3707, 0x3704, 0x370E, 0x3701, 0x3701000D
SENT = datetime(2026, 11, 3, 21, 12, tzinfo=UTC)
TIMED = TOLD.replace("23:12:00 +0200", "21:12:00 +0000")  # the same moment, which is kept without its zone
Properties = Mapping[int, Any]
MARTA: Properties = {0x42: "Marta Ozola", 0x64: "SMTP", 0x65: "marta@riverton.example", 0x39: SENT}
EMIN: Properties = {0x3001: "Emin", 0x39FE: "emin@riverton.example", 0xC15: 1}
BOARD: Properties = {0x3001: "Board", 0x3003: "board@riverton.example", 0xC15: 1}


def storage(properties: Properties, head: int, page: str | None = None) -> dict[str, bytes | Storage]:
    """Texts are in UTF-16, or in the code page."""
    made: dict[str, bytes | Storage] = {}
    table = bytearray(head)
    for number, value in properties.items():
        if isinstance(value, str):
            kind, data = (0x1E, value.encode(page)) if page else (0x1F, value.encode("utf-16-le"))
        elif isinstance(value, bytes):
            kind, data = 0x102, value
        else:
            table += struct.pack("<HHIQ", *fixed(number, value))
            continue
        table += struct.pack("<HHIQ", kind, number, 6, len(data))
        made[f"__substg1.0_{number:04X}{kind:04X}"] = data
    return made | {"__properties_version1.0": bytes(table)}


def fixed(number: int, value: int | datetime) -> tuple[int, int, int, int]:
    """Type, number, flags and value."""
    if isinstance(value, datetime):
        return 0x40, number, 6, int((value - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10**7
    return 0xB if isinstance(value, bool) else 3, number, 6, value


def message(
    *plain: str,
    people: tuple[Properties, ...] = (EMIN, BOARD),
    files: tuple[Properties, ...] = (),
    page: str | None = None,
    head: int = 32,
    **more: Any,
) -> dict[str, bytes | Storage]:
    """`more`: properties by their numbers, as x1013."""
    properties = {SUBJECT: "Re: NordLys claim", **MARTA, **dict.fromkeys([PLAIN] * len(plain), "".join(plain))}
    properties |= {int(number[1:], 16): value for number, value in more.items()}
    made = storage(properties, head, page)
    for number, person in enumerate(people):
        made[f"__recip_version1.0_#{number:08X}"] = storage(person, 8, page)
    for number, file in enumerate(files):
        held = {key: value for key, value in file.items() if key != EMBEDDED}
        made[f"__attach_version1.0_#{number:08X}"] = part = storage(held, 8, page)
        part.update({"__substg1.0_3701000D": file[EMBEDDED]} if EMBEDDED in file else {})
    return made


def load(made: Storage, name: str = "claim.msg") -> Document:
    return load_bytes(compound_file(made), name)


def body(made: Storage) -> str:
    text = load(made).text
    assert text.startswith(TIMED)
    return text.removeprefix(TIMED).strip()


def packed(text: bytes) -> bytes:
    """In no byte of which a reference is."""
    runs = b"".join(b"\0" + text[at : at + 8] for at in range(0, len(text), 8))
    checksum = zlib.crc32(runs, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return struct.pack("<II4sI", len(runs) + 12, len(text), b"LZFu", checksum) + runs


def sent_with(made: EmailMessage) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in made.items())


def as_email(made: EmailMessage) -> Document:
    return load_bytes(made.as_bytes(), "claim.eml")


def same(document: Document, other: Document) -> bool:
    parts = ("text", "title", "date", "date_origin", "headings", "metadata", "language")
    return all(getattr(document, part) == getattr(other, part) for part in parts)


def test_it_says_what_the_same_e_mail_says() -> None:
    text = "We offered to pay half.\r\n\r\n> It had\r\n> been late.\r\nWe pay.\r\n"
    document = load(message(text))
    assert same(document, as_email(email(text.replace("\r\n", "\n"), Date="Tue, 03 Nov 2026 21:12:00 +0000")))
    assert document.media_type == "application/vnd.ms-outlook"
    assert document.text == f"{TIMED}\n\nWe offered to pay half.\n\n> It had\nbeen late.\n\nWe pay."


def test_heads_are_told_as_they_were_sent_where_that_is_kept() -> None:
    mail = email("We pay.\n", Cc="Бухгалтерия <acc@riverton.example>")
    made = message("We pay.", people=(), x007D=sent_with(mail), x0E04="Emin; Board")
    assert same(load(made), as_email(mail))
    exchange = "Microsoft Mail Internet Headers Version 2.0\r\n" + sent_with(mail)
    assert same(load(message("We pay.", x007D=exchange)), as_email(mail))


@pytest.mark.parametrize(
    ("page", "number", "text"),
    [
        ("cp1251", {"x3FFD": 1251}, "Двенадцать евро."),
        ("cp932", {"x3FFD": 932, "x3FDE": 65001}, "十二ユーロ。"),
        ("utf-8", {"x3FDE": 65001}, "On iki avro, ödənildi."),
        ("cp1252", {"x3FDE": 65001}, "€ 12, café."),
        ("cp1252", {}, "€ 12, café."),
    ],
)
def test_texts_in_a_code_page_are_read_in_it(page: str, number: dict[str, int], text: str) -> None:
    made = message(text, page=page, **number, x0E03=text)
    assert load(made).text.endswith(text)
    assert f"Cc: {text}" in load(made).text


def test_of_pages_for_sending_windows_own_is_taken() -> None:
    assert body(message("Двенадцать евро.", page="cp1251", x3FDE=20866)) == "Двенадцать евро."


def test_emoji_and_all_else_of_unicode_are_read() -> None:
    assert body(message("Agreed 🤝 十二欧元。")) == "Agreed 🤝 十二欧元。"


def test_a_plain_one_that_only_asks_for_a_browser_is_not_read() -> None:
    html = f"<html><body><h2>Terms</h2><p>{'We pay half of it. ' * 5}</p></body></html>"
    mail = email("Open in a browser.\n", Date="Tue, 03 Nov 2026 21:12:00 +0000")
    mail.add_alternative(html, subtype="html")
    assert same(load(message("Open in a browser.", x1013=html.encode())), as_email(mail))


@pytest.mark.parametrize("declared", ["", '<meta charset="windows-1251">'])
def test_html_alone_is_read_in_its_own_characters(declared: str) -> None:
    html = f"<html>{declared}<table><tr><td>Канат</td><td>5</td></tr></table></html>".encode("cp1251")
    made = message(x1013=html, **({} if declared else {"x3FDE": 1251}))
    assert body(made) == "Канат\t5"
    assert body(message(x1013="<p>Kept as text.</p>")) == "Kept as text."


@pytest.mark.parametrize(
    ("page", "codec"), [(50220, "iso2022_jp"), (51932, "euc_jp"), (932, "cp932"), (65001, "utf-8")]
)
def test_html_is_read_in_the_page_that_the_message_was_sent_in(page: int, codec: str) -> None:
    assert (
        body(message(x1013="<p>十二ユーロの請求書です。</p>".encode(codec), x3FDE=page)) == "十二ユーロの請求書です。"
    )


def test_rich_text_alone_is_read() -> None:
    assert body(message(x1009=packed(rb"{\rtf1\ansi\ansicpg1251\fromtext Half\par \'c4\'e0.\par}"))) == "Half\n\nДа."
    stored = struct.pack("<II4sI", 30, 18, b"MELA", 0) + b"{\\rtf1 We agree.}\0"
    assert body(message(x1009=stored)) == "We agree."


def test_rich_text_that_was_made_of_html_is_told_once() -> None:
    rich = (
        rb"{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}Half is {\*\htmltag84 <b>}\htmlrtf {\b \htmlrtf0 ours"
        rb"{\*\htmltag92 </b>}\htmlrtf }\htmlrtf0 .{\*\htmltag84 &nbsp;}\htmlrtf \'a0\htmlrtf0 {\*\htmltag72 </p>}"
        rb"\htmlrtf\par\htmlrtf0 {\*\htmltag64 <p>}All of it.{\*\htmltag72 </p>}\htmlrtf\par\htmlrtf0}"
    )
    assert body(message(x1009=packed(rich))).replace("\xa0", "") == "Half is ours.\n\nAll of it."


@pytest.mark.parametrize(
    ("data", "text"),
    [  # the examples of MS-OXRTFCP 4
        (
            "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0",
            b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n",
        ),
        ("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0", b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"),
    ],
)
def test_rich_text_is_unpacked_as_outlook_packs_it(data: str, text: bytes) -> None:
    assert unpacked(bytes.fromhex(data), "a.msg") == text


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"LZFu", "ends in its header"),
        (struct.pack("<II4sI", 20, 8, b"ZIP!", 0) + b"{\\rtf1 }", "unknown way"),
        (struct.pack("<II4sI", 20, 8, b"LZFu", 1) + b"\0{\\rtf1 }", "checksum is wrong"),
        (struct.pack("<II4sI", 20, 800, b"MELA", 0) + b"{\\rtf1 }", "800 bytes of Rich Text, of which 8 are there"),
        (packed(b"Half of it."), "Rich Text that does not begin as such"),
    ],
)
def test_damaged_rich_text_is_refused(data: bytes, found: str) -> None:
    with pytest.raises(UnreadableDocument, match=rf"^claim\.msg: expected a whole Outlook message, .*({found})"):
        load(message(x1009=data))


def test_rich_text_that_would_be_too_large_is_refused_before_it_is() -> None:
    with pytest.raises(DocumentTooLarge):
        load(message(x1009=struct.pack("<II4sI", 20, 2**31, b"LZFu", 0) + b"\0"))


def test_addresses_that_only_an_exchange_server_reads_are_left_out() -> None:
    exchange = {0x3001: "Lee, Ann", 0x3003: "/O=RIVERTON/CN=ANN", 0xC15: 2}
    known = {0x3001: "Lee, Bo", 0x3003: "/O=RIVERTON/CN=BO", 0x39FE: "bo@riverton.example", 0xC15: 2}
    alike = {0x3001: "'cy@riverton.example'", 0x39FE: "cy@riverton.example", 0xC15: 2}
    blind = {0x3001: "Dee", 0xC15: 3}
    made = message(people=(exchange, known, alike, blind), x0065="/O=RIVERTON/CN=MARTA", x0E04="All of us")
    assert load(made).text.split("\n\n")[1:4] == [
        "From: Marta Ozola",
        "To: All of us",
        'Cc: Lee, Ann, "Lee, Bo" <bo@riverton.example>, cy@riverton.example',
    ]


def test_of_a_message_in_anothers_name_the_other_is_its_author() -> None:
    made = message("Half.", x0065="/O=RIVERTON/CN=MARTA", x0C1A="Emin", x5D01="emin@riverton.example")
    assert "From: Marta Ozola\n" in load(made).text
    made = message("Half.", x0065="/O=RIVERTON/CN=MARTA", x0C1A="Marta Ozola", x5D01="marta@riverton.example")
    assert "From: Marta Ozola <marta@riverton.example>\n" in load(made).text


def test_an_attachment_follows_with_what_it_says_under_its_name() -> None:
    report: Properties = {SHORT_NAME: "REPORT~1.MD", NAME: "report.md", DATA: b"# Findings\n\nIt was late.\n"}
    mail = email("See the report.\n", Date="Tue, 03 Nov 2026 21:12:00 +0000")
    attach(mail, b"# Findings\n\nIt was late.\n", "report.md")
    attach(mail, b"%PDF-1.4 damaged", "Lloyd's report.pdf")
    damaged: Properties = {SHORT_NAME: "Lloyd's report.pdf", DATA: b"%PDF-1.4 damaged"}
    assert same(load(message("See the report.", files=(report, damaged))), as_email(mail))


def test_a_picture_that_the_body_shows_is_not_named() -> None:
    shown: Properties = {NAME: "logo.png", 0x3712: "logo@riverton", DATA: b"\x89PNG"}
    hidden: Properties = {NAME: "line", KIND: "image/gif", 0x7FFE: True, DATA: b"GIF89a"}
    assert body(message("Half.", files=(shown, hidden, {NAME: "berth 6.png", DATA: b"\x89PNG"}))) == (
        "Half.\n\nberth 6.png"
    )


def test_a_message_within_follows_with_its_own_heads() -> None:
    notes: Properties = {NAME: "notes.txt", DATA: b"Nine weeks late."}
    inner = message("It declined.", files=(notes,), head=24, x0037="Insurer", x0042="Ann", x0065="ann@ins.example")
    text = body(message("Look at this.", files=({0x3001: "Insurer", EMBEDDED: inner},)))
    assert text.startswith("Look at this.\n\nInsurer\n\nFrom: Ann <ann@ins.example>\n\nTo: Emin ")
    assert "Date: Tue, 03 Nov 2026 21:12:00 +0000\n\nIt declined." in text
    assert text.endswith("It declined.\n\nnotes.txt\n\nNine weeks late.")


def test_a_message_that_is_attached_as_a_file_is_read() -> None:
    inner = compound_file(message("It declined.", x0037="Insurer"))
    text = body(message("Look at this.", files=({NAME: "insurer.msg", DATA: inner}, {NAME: "b.msg", DATA: b"no"})))
    assert text.startswith("Look at this.\n\ninsurer.msg\n\nInsurer\n\nFrom: Marta")
    assert text.endswith("It declined.\n\nb.msg")
    mail = email("See within.\n")
    attach(mail, inner, "insurer.msg")
    assert as_email(mail).text.endswith("It declined.")


@pytest.mark.parametrize("as_file", [False, True])
def test_messages_within_messages_end_somewhere(as_file: bool) -> None:
    made = message("The first.", head=32 if as_file else 24)
    for number in range(12):
        held: Properties = {NAME: "a.msg", DATA: compound_file(made)} if as_file else {EMBEDDED: made}
        made = message(f"Around {number}.", files=(held,), head=32 if as_file or number == 11 else 24)
    text = load(made).text
    assert "Around 6." in text
    assert "The first." not in text


def test_what_else_outlook_embeds_is_named() -> None:
    sheet: Properties = {0x3001: "Worksheet", EMBEDDED: {"Workbook": b"cells"}}
    assert body(message("See within.", files=(sheet,))) == "See within.\n\nWorksheet"


def test_of_an_encrypted_message_is_told_who_wrote_to_whom() -> None:
    sealed: Properties = {NAME: "smime.p7m", KIND: "application/pkcs7-mime", DATA: b"0\x80\x06\x09"}
    assert body(message(x001A="IPM.Note.SMIME", files=(sealed,))) == "smime.p7m"


def test_a_signed_message_is_read_of_what_was_signed() -> None:
    mail = EmailMessage()
    mail.set_content("Half is ours.\n")
    attach(mail, b"Nine weeks late.", "notes.txt")
    signed: Properties = {NAME: "smime.p7m", KIND: "multipart/signed", DATA: mail.as_bytes()}
    told = "Half is ours.\n\nnotes.txt\n\nNine weeks late."
    assert body(message(x001A="IPM.Note.SMIME.MultipartSigned", files=(signed,))) == told
    assert body(message("Half.", x001A="IPM.Note.SMIME.MultipartSigned", files=(signed,))) == "Half."


def test_an_appointment_and_a_contact_say_more_of_themselves() -> None:
    names = {"__substg1.0_00030102": struct.pack("<IHHIHH", 0x8208, 0, 3, 0x820D, 0, 4)}
    made = message("Bring the claim.", people=(), x001A="IPM.Appointment", x8003="Berth 6", x8004=SENT)
    text = load({**made, "__nameid_version1.0": names}).text
    assert text.endswith("Start: Tue, 03 Nov 2026 21:12:00 +0000\n\nLocation: Berth 6\n\nBring the claim.")
    made = message("She knows.", people=(), x001A="IPM.Contact", x0037="Ann Lee", x3A16="Lloyd's", x3A08="+44 20 1")
    assert load(made).text.endswith("Company: Lloyd's\n\nBusiness phone: +44 20 1\n\nShe knows.")


def test_a_message_without_a_word_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match=r"^a\.msg has no text"):
        load(storage({CLASS: "IPM.Note"}, 32), "a.msg")


def test_another_kind_of_file_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match=r"^a\.msg: expected an Outlook message, found another kind"):
        load({"WordDocument": b"\xec\xa5"}, "a.msg")
    with pytest.raises(UnsupportedFormat, match=r"^a\.msg: the ending promises an Outlook message, .* is text;"):
        load_bytes(b"Dear Marta,\n\nwe offered to pay half.\n", "a.msg")
    with pytest.raises(UnsupportedFormat, match=r"^a\.eml: the ending promises text, .* an Outlook message"):
        load(message("Half."), "a.eml")


GOOD = compound_file(
    message(
        "A sentence of a message.",
        x007D="Received: from a\r\n",
        x1013=b"<p>A sentence.</p>",
        files=(
            {NAME: "a.txt", DATA: b"Of a file."},
            {EMBEDDED: message(head=24, x1009=packed(rb"{\rtf1 Of a message.}"))},
        ),
    )
)


@pytest.mark.parametrize(
    ("place", "value", "found"),
    [
        (30, b"\x40\x00", "sectors of 2\\^64 and"),
        (44, b"\xff\xff\xff\x7f", "2,147,483,647 sectors of tables"),
        (64, b"\xff\xff\xff\x7f", "2,147,483,647 sectors of tables"),
    ],
)
def test_tables_that_would_go_on_for_ever_are_refused(place: int, value: bytes, found: str) -> None:
    with pytest.raises(UnreadableDocument, match=rf"^a\.msg: expected a whole Office file, .*{found}"):
        load_bytes(GOOD[:place] + value + GOOD[place + len(value) :], "a.msg")


def test_streams_that_share_their_bytes_come_to_an_end() -> None:
    files = [{NAME: f"{number}.txt", DATA: b"We pay half of it. " * 300} for number in range(40)]
    files[0] = {NAME: "0.txt", DATA: b"We pay half of it. " * 30_000}
    made = bytearray(compound_file(message(files=tuple(files))))
    name = "__substg1.0_37010102".encode("utf-16-le")
    first = at = made.index(name)
    while (at := made.find(name, at + 128)) > 0:
        made[at + 116 : at + 128] = made[first + 116 : first + 128]  # where its data begin, and how many there are
    text = load_bytes(bytes(made), "a.msg").text
    assert len(text) < 4 * len(made)
    assert text.endswith("\n\n38.txt\n\n39.txt")


@settings(max_examples=200)
@given(damaged(GOOD))
def test_a_damaged_message_is_read_or_refused_never_a_crash(data: bytes) -> None:
    read_or_refused(data, "a.msg")


@pytest.mark.parametrize("part", range(1, 10))
def test_half_a_message_is_read_or_refused_never_a_crash(part: int) -> None:
    read_or_refused(GOOD[: len(GOOD) * part // 10], "a.msg")
