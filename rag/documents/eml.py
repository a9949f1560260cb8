"""E-mail (eml, RFC 5322): who wrote to whom, when and about what, then the message, then those within it.

Lines that were broken to be sent are joined where the message says so, and quoted ones are told without the marks that
each of them begins with. Attachments follow with what they say, under their names.
"""

import email.policy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime
from itertools import groupby
from typing import TypeAlias

from rag.documents import dates, html, signatures
from rag.documents.blocks import Blocks
from rag.documents.content import Content, has_text, one_line
from rag.documents.decoding import decode
from rag.errors import UnreadableDocument

MEDIA_TYPE = "message/rfc822"
_HEADERS = ("From", "To", "Cc", "Date")
_WITHIN = 5  # messages inside each other
_MARKS = "> \t"
Attached: TypeAlias = Callable[[bytes, str], Content | None]
# What the email package raises on headers and parts that no mail program wrote.
DAMAGE = (AttributeError, LookupError, RecursionError, TypeError, ValueError)


def nothing(data: bytes, name: str) -> Content | None:
    return None


def parse(data: bytes, name: str, attached: Attached = nothing) -> Content:
    """`attached` reads a file's bytes by its name, None where it cannot.

    Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge.
    """
    signatures.check(data, "text", name)
    blocks = Blocks(name)
    try:
        message = add_message(data, blocks, attached)
    except DAMAGE as error:
        raise UnreadableDocument(
            f"{name}: expected an e-mail, found none or a damaged one ({one_line(str(error), 120)}); "
            "save the message again from the mail program"
        ) from error
    author = _header(message, "From")
    return Content(
        blocks.text,
        MEDIA_TYPE,
        title=_header(message, "Subject"),
        date=_date(message),
        headings=tuple(blocks.headings),
        metadata={"author": author} if author else {},
    )


def add_message(data: bytes, blocks: Blocks, attached: Attached) -> EmailMessage:
    """The message in these bytes, laid out. Raises one of DAMAGE, or what the loaders of texts do."""
    message = email.message_from_bytes(data, _class=EmailMessage, policy=email.policy.default)
    if not any(_header(message, each) for each in ("From", "Date", "Subject")):
        raise ValueError("it begins with no From, Date or Subject")
    _Layout(blocks, attached).add_message(message, _WITHIN)
    return message


@dataclass(frozen=True, slots=True)
class _Layout:
    blocks: Blocks
    attached: Attached

    def add_message(self, message: MIMEPart, within: int) -> None:
        """`within`: how many messages deep it may go on."""
        self.blocks.add(_header(message, "Subject"), level=1)
        for name in _HEADERS:
            if value := _header(message, name):
                self.blocks.add(f"{name}: {value}")
        self._add_body(message)
        of_a_message = message.get_content_type() == "message/rfc822"  # and nothing else
        for part in [message] if of_a_message else message.iter_attachments():
            self._add_part(part, within)

    def _add_part(self, part: MIMEPart, within: int) -> None:
        kind = part.get_content_type()
        if kind == "message/rfc822":
            if within:
                self.add_message(part.get_content(), within - 1)
        elif kind in ("multipart/alternative", "multipart/related"):
            self._add_body(part)
        elif part.is_multipart():
            for each in part.iter_parts() if within else ():
                self._add_part(each, within - 1)
        elif part.is_attachment() or (part.get_filename() and part.get_content_maintype() == "application"):
            self._add_file(part)
        elif kind in ("text/plain", "text/html"):
            _add_text(part, self.blocks)

    def _add_body(self, message: MIMEPart) -> None:
        """The plain one; that in HTML where the plain one says little, "this message needs a browser"."""
        plain, marked = message.get_body(("plain",)), message.get_body(("html",))
        if plain is not None and marked is not None:
            shown = Blocks(self.blocks.name)
            _add_text(marked, shown)
            says_little = 3 * len(_decoded(plain, self.blocks.name)) <= len(shown.text)
            plain = marked if says_little else plain
        body = plain or marked
        if body is not None:
            _add_text(body, self.blocks)

    def _add_file(self, part: MIMEPart) -> None:
        """Its name, and what it says."""
        name, data = one_line(part.get_filename() or ""), part.get_payload(decode=True)
        content = self.attached(data, name) if name and isinstance(data, bytes) else None
        self.blocks.add(name, level=2 if content else None)
        if content is not None:
            self.blocks.add_content(content)


def _header(message: MIMEPart, name: str) -> str:
    return one_line(str(message.get(name, "")), limit=2000)


def _date(message: EmailMessage) -> str | None:
    """The day on which it was sent, where it was sent."""
    try:
        sent = parsedate_to_datetime(_header(message, "Date"))
    except ValueError:
        return None
    return dates.iso(sent.year, sent.month, sent.day)


def _add_text(part: MIMEPart, blocks: Blocks) -> None:
    text = _decoded(part, blocks.name)
    if not has_text(text):
        return
    if part.get_content_subtype() == "html":
        html.add_whole(text, blocks)
        return
    if part.get_param("format") == "flowed":
        text = _unflowed(text, part.get_param("delsp") == "yes")
    for paragraph in _paragraphs(text):
        blocks.add(paragraph)


def _decoded(part: MIMEPart, name: str) -> str:
    data = part.get_payload(decode=True)
    return decode(data, name, declared=part.get_content_charset())[0] if isinstance(data, bytes) else ""


def _unflowed(text: str, without_spaces: bool) -> str:
    """Lines that end in a space go on in the next of as many marks (RFC 3676); a signature's "-- " does not."""
    lines: list[str] = []
    for line in text.split("\n"):
        before = lines[-1] if lines else ""
        if before.endswith(" ") and before != "-- " and _depth(before) == _depth(line):
            lines[-1] = (before[:-1] if without_spaces else before) + line.lstrip(_MARKS)
        else:
            lines.append(line)
    return "\n".join(lines)


def _depth(line: str) -> int:
    return line[: len(line) - len(line.lstrip(_MARKS))].count(">")


def _paragraphs(text: str) -> Iterator[str]:
    """What stands between blank lines; of a quoted one only the first line keeps its mark."""
    for depth, lines in groupby(text.split("\n"), lambda line: _depth(line) if line.strip(_MARKS) else -1):
        if depth == 0:
            yield "\n".join(lines)
        elif depth > 0:
            yield ">" * depth + " " + "\n".join(line.lstrip(_MARKS) for line in lines)
