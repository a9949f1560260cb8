"""Who wrote an Outlook message to whom, when and about what: as it was sent, else as Outlook keeps it (MS-OXCMSG)."""

import email.policy
import re
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime

from rag.documents.content import one_line
from rag.documents.letters import DAMAGE, HEADS, head, header
from rag.documents.msg_properties import OF_PART, Properties, numbers_in

_SUBJECT, _SENT_WITH, _CLASS = 0x0037, 0x007D, 0x001A
_SUBMITTED, _DELIVERED = 0x0039, 0x0E06
# Names and addresses: of the one in whose name it is, of the one who sent it.
_AUTHOR, _AUTHOR_AT, _SENDER, _SENDER_AT = 0x0042, (0x5D02, 0x0065), 0x0C1A, (0x5D01, 0x0C1F)
_PEOPLE = "__recip_version1.0_#"
_PERSON, _PERSON_AT, _PART = (0x3001, 0x5FF6), (0x39FE, 0x3003), 0x0C15
_SHOWN = {"To": (1, 0x0E04), "Cc": (2, 0x0E03)}  # what a person's part is called, and the list of all
_MOST_PEOPLE = 500  # read of a message; heads are cut before
_LONGEST = 1_000_000  # characters of the heads as they were sent
# An Exchange server's own addresses, "/O=...", say nothing to people.
_ADDRESS = re.compile(r"[^\s<>/][^\s<>]*@[^\s<>]+")
# Of appointments, tasks and contacts (MS-OXPROPS 2). The first two kinds have another number in each file.
_TIMES = {"Start": 0x820D, "End": 0x820E, "Due": 0x8105}
_NAMED = {"Location": 0x8208, "E-mail": 0x8083}
_OF_CONTACTS = {
    "Company": 0x3A16,
    "Job title": 0x3A17,
    "Business phone": 0x3A08,
    "Home phone": 0x3A09,
    "Mobile phone": 0x3A1C,
    "Address": 0x3A15,
}
_WITH_MORE = ("ipm.appointment", "ipm.schedule", "ipm.task", "ipm.contact")


def heads_of(message: Properties) -> Mapping[str, str]:
    """Subject, From, To, Cc and Date, then those that only appointments, tasks and contacts have; "" for none.

    Raises UnreadableDocument.
    """
    sent = _as_sent(message)
    heads = {"Subject": head(message.text(_SUBJECT)) or sent.get("Subject", "")}
    heads["From"] = sent.get("From") or head(_author(message))
    people = {} if sent.get("To") else _people(message)
    for name, (_, of_all) in _SHOWN.items():
        heads[name] = sent.get(name) or head(people.get(name) or message.text(of_all))
    heads["Date"] = sent.get("Date") or _date(message)
    return heads | (_more(message) if message.text(_CLASS).lower().startswith(_WITH_MORE) else {})


def _as_sent(message: Properties) -> dict[str, str]:
    text = message.text(_SENT_WITH)[:_LONGEST].lstrip()
    first, _, rest = text.partition("\n")
    try:
        sent = email.message_from_string(
            text if ":" in first else rest,  # Exchange writes a line above them
            _class=EmailMessage,
            policy=email.policy.default,
        )
        return {name: header(sent, name) for name in ("Subject", *HEADS)}
    except DAMAGE:
        return {}


def _author(message: Properties) -> str:
    name, sender = message.text(_AUTHOR), message.text(_SENDER)
    at = (*_AUTHOR_AT, *_SENDER_AT) if name in ("", sender) else _AUTHOR_AT
    return _person(name or sender, *map(message.text, at))


def _people(message: Properties) -> Mapping[str, str]:
    people: dict[int, list[str]] = {}
    for path in message.storages(_PEOPLE)[:_MOST_PEOPLE]:
        each = Properties(message.file, path, OF_PART, around=message)
        part = (each.integer(_PART) or 0) & 0xF  # above it are marks of how it was sent
        person = _person(each.first_text(*_PERSON), *map(each.text, _PERSON_AT))
        people.setdefault(part, []).extend([person] if person else [])
    return {name: ", ".join(people.get(part, ())) for name, (part, _) in _SHOWN.items()}


def _person(name: str, *addresses: str) -> str:
    """`Name <address>` as mail programs write it, one of the two where the other is missing or the same."""
    shown = one_line(name).strip("'\" ")
    address = next((each for each in map(one_line, addresses) if _ADDRESS.fullmatch(each)), "")
    if not address or shown.lower() in ("", address.lower()):
        return address or shown
    return f'"{shown}" <{address}>' if re.search("[,;<>]", shown) else f"{shown} <{address}>"


def _date(message: Properties) -> str:
    sent = message.time(_SUBMITTED) or message.time(_DELIVERED)
    return format_datetime(sent) if sent else ""


def _more(message: Properties) -> dict[str, str]:
    numbers = numbers_in(message.file)
    times = {name: message.time(numbers[own]) for name, own in _TIMES.items() if own in numbers}
    texts = _OF_CONTACTS | {name: numbers[own] for name, own in _NAMED.items() if own in numbers}
    told = {name: format_datetime(time) for name, time in times.items() if time}
    return told | {name: head(message.text(number)) for name, number in texts.items()}
