"""Outlook's messages (msg, MS-OXMSG), laid out as an e-mail is: the heads, the body, then what is attached.

Appointments, tasks, contacts, notes and posts are read so too, with what little more they say of themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from rag.documents import eml, html, rtf, signatures
from rag.documents.blocks import Blocks
from rag.documents.compound import Compound
from rag.documents.content import Content, has_text, one_line, unix_newlines
from rag.documents.decoding import decode
from rag.documents.letters import DAMAGE, WITHIN, Attached, add_body, add_file, day_of, nothing
from rag.documents.msg_heads import heads_of
from rag.documents.msg_properties import OF_FILE, OF_MESSAGE, OF_PART, TABLE, Properties
from rag.documents.msg_rtf import unpacked
from rag.documents.naming import ending_of
from rag.errors import DocumentError, UnreadableDocument

MEDIA_TYPE = "application/vnd.ms-outlook"
_PLAIN, _HTML, _RICH = 0x1000, 0x1013, 0x1009
_FILES = "__attach_version1.0_#"
_MESSAGE_WITHIN = "__substg1.0_3701000D"
_DATA, _NAMES, _KIND = 0x3701, (0x3707, 0x3704, 0x3001), 0x370E
_CONTENT_ID, _IS_HIDDEN = 0x3712, 0x7FFE
_PICTURES = (".bmp", ".gif", ".jpeg", ".jpg", ".png")


def parse(data: bytes, name: str, attached: Attached = nothing) -> Content:
    """`attached` reads a file's bytes by its name, None where it cannot.

    Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge.
    """
    return _parse(data, name, attached, WITHIN)


def _parse(data: bytes, name: str, attached: Attached, within: int) -> Content:
    signatures.check(data, "compound", name)
    file = Compound(data, name)
    if file.stream(TABLE) is None:
        raise UnreadableDocument(
            f"{name}: expected an Outlook message, found another kind of Office file (no {TABLE} is in it); "
            "give it its true ending, or save the message again from Outlook"
        )
    blocks = Blocks(name)
    heads = _Layout(blocks, attached).add_message(Properties(file, (), OF_FILE), within)
    return Content(
        blocks.text,
        MEDIA_TYPE,
        title=heads["Subject"],
        date=day_of(heads["Date"]),
        headings=tuple(blocks.headings),
        metadata={"author": heads["From"]} if heads["From"] else {},
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    blocks: Blocks
    attached: Attached

    def add_message(self, message: Properties, within: int) -> Mapping[str, str]:
        """Its heads; `within`: how many messages deep it may go on."""
        heads = heads_of(message)
        self.blocks.add(heads["Subject"], level=1)
        for name, value in heads.items():
            if value and name != "Subject":
                self.blocks.add(f"{name}: {value}")
        has_body = self._add_body(message)
        for path in message.storages(_FILES):
            part = Properties(message.file, path, OF_PART, around=message)
            if part.text(_KIND).lower() == "multipart/signed":
                self._add_signed(part, has_body)
            else:
                self._add_part(part, within)
        return heads

    def _add_body(self, message: Properties) -> bool:
        """Whether there is one."""
        plain, marked = unix_newlines(message.text(_PLAIN)), _html(message, self.blocks.name)
        if has_text(plain) or has_text(marked):
            add_body(plain, marked, self.blocks)
            return True
        packed = message.binary(_RICH)
        rich = _rich(packed, self.blocks.name) if packed else None
        if rich is None or not has_text(rich.text):
            return False
        self.blocks.add_content(rich)
        return True

    def _add_part(self, part: Properties, within: int) -> None:
        inner = (*part.path, _MESSAGE_WITHIN)
        if part.file.stream(*inner, TABLE) is not None:
            if within:
                self.add_message(Properties(part.file, inner, OF_MESSAGE), within - 1)
            return
        name = one_line(part.first_text(*_NAMES))
        if not _is_in_body(part, name):
            add_file(name, self._read(part, name, within), self.blocks)

    def _read(self, part: Properties, name: str, within: int) -> Content | None:
        """What a file says, None where it cannot be read."""
        try:
            data = part.binary(_DATA)
            if not name or data is None:
                return None
            if ending_of(name) != ".msg":
                return self.attached(data, name)
            content = _parse(data, name, self.attached, within - 1) if within else None
        except DocumentError:
            return None
        return content if content and has_text(content.text) else None

    def _add_signed(self, part: Properties, has_body: bool) -> None:
        """What was signed is kept as it was sent; its text mostly stands in the message too."""
        data = part.binary(_DATA)
        if data and not has_body:
            try:
                eml.add_signed(data, self.blocks, self.attached)
            except DAMAGE as error:
                raise _damaged(self.blocks.name, error) from error


def _html(message: Properties, name: str) -> str:
    data = (message.binary(_HTML) or b"").rstrip(b"\x00")
    if not data:
        return unix_newlines(message.text(_HTML))
    return decode(data, name, declared=html.declared_encoding(data) or message.page_codec)[0]


def _rich(packed: bytes, name: str) -> Content:
    try:
        text = unpacked(packed, name)
        if not text.startswith(b"{\\rtf"):
            raise ValueError("Rich Text that does not begin as such")
    except ValueError as error:
        raise _damaged(name, error) from error
    return rtf.parse(text, name)


def _is_in_body(part: Properties, name: str) -> bool:
    """Whether it is a picture that the body shows."""
    is_picture = part.text(_KIND).lower().startswith("image/") or ending_of(name) in _PICTURES
    return is_picture and bool(part.text(_CONTENT_ID).strip() or part.integer(_IS_HIDDEN))


def _damaged(name: str, found: Exception) -> UnreadableDocument:
    return UnreadableDocument(
        f"{name}: expected a whole Outlook message, found a damaged one ({one_line(str(found), 120)}); "
        "save the message again from Outlook"
    )
