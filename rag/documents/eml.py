"""E-mail (eml, RFC 5322): who wrote to whom, when and about what, then the message, then those within it.

Lines that were broken to be sent are joined where the message says so, and quoted ones are told without the marks that
each of them begins with. Attachments follow with what they say, under their names.
"""

import email.policy
from dataclasses import dataclass
from email.message import EmailMessage, MIMEPart

from rag.documents import signatures
from rag.documents.blocks import Blocks
from rag.documents.content import Content, one_line
from rag.documents.decoding import decode
from rag.documents.letters import (
    DAMAGE,
    HEADS,
    MARKS,
    WITHIN,
    Attached,
    add_body,
    add_file,
    add_html,
    add_plain,
    day_of,
    depth,
    header,
    nothing,
)
from rag.errors import UnreadableDocument

MEDIA_TYPE = "message/rfc822"


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
    author = header(message, "From")
    return Content(
        blocks.text,
        MEDIA_TYPE,
        title=header(message, "Subject"),
        date=day_of(header(message, "Date")),
        headings=tuple(blocks.headings),
        metadata={"author": author} if author else {},
    )


def add_message(data: bytes, blocks: Blocks, attached: Attached) -> EmailMessage:
    """The message in these bytes, laid out. Raises one of DAMAGE, or what the loaders of texts do."""
    message = _message(data)
    if not any(header(message, each) for each in ("From", "Date", "Subject")):
        raise ValueError("it begins with no From, Date or Subject")
    _Layout(blocks, attached).add_message(message, WITHIN)
    return message


def add_signed(data: bytes, blocks: Blocks, attached: Attached) -> None:
    """What is signed, of which others know the heads. Raises as `add_message` does."""
    _Layout(blocks, attached).add_message(_message(data), WITHIN)


def _message(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, _class=EmailMessage, policy=email.policy.default)


@dataclass(frozen=True, slots=True)
class _Layout:
    blocks: Blocks
    attached: Attached

    def add_message(self, message: MIMEPart, within: int) -> None:
        """`within`: how many messages deep it may go on."""
        self.blocks.add(header(message, "Subject"), level=1)
        for name in HEADS:
            if value := header(message, name):
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
        elif kind == "text/plain":
            add_plain(_text(part, self.blocks.name), self.blocks)
        elif kind == "text/html":
            add_html(_text(part, self.blocks.name), self.blocks)

    def _add_body(self, message: MIMEPart) -> None:
        plain, marked = (self._text_of(message.get_body((kind,))) for kind in ("plain", "html"))
        add_body(plain, marked, self.blocks)

    def _text_of(self, part: MIMEPart | None) -> str:
        return "" if part is None else _text(part, self.blocks.name)

    def _add_file(self, part: MIMEPart) -> None:
        name, data = one_line(part.get_filename() or ""), part.get_payload(decode=True)
        add_file(name, self.attached(data, name) if name and isinstance(data, bytes) else None, self.blocks)


def _text(part: MIMEPart, name: str) -> str:
    data = part.get_payload(decode=True)
    text = decode(data, name, declared=part.get_content_charset())[0] if isinstance(data, bytes) else ""
    is_flowed = part.get_content_type() == "text/plain" and part.get_param("format") == "flowed"
    return _unflowed(text, part.get_param("delsp") == "yes") if is_flowed else text


def _unflowed(text: str, without_spaces: bool) -> str:
    """Lines that end in a space go on in the next of as many marks (RFC 3676); a signature's "-- " does not."""
    lines: list[str] = []
    for line in text.split("\n"):
        before = lines[-1] if lines else ""
        if before.endswith(" ") and before != "-- " and depth(before) == depth(line):
            lines[-1] = (before[:-1] if without_spaces else before) + line.lstrip(MARKS)
        else:
            lines.append(line)
    return "\n".join(lines)
