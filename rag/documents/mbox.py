"""Mailboxes (mbox, RFC 4155): the messages of one file, in its order, each as an e-mail is read.

A message that is damaged is told as far as it can be read; the others are not lost for it.
"""

import re
from collections.abc import Iterator

from rag.documents import signatures
from rag.documents.blocks import Blocks
from rag.documents.content import Content
from rag.documents.eml import add_message
from rag.documents.letters import DAMAGE, Attached, nothing
from rag.errors import UnreadableDocument

MEDIA_TYPE = "application/mbox"
# The line above a message's heads. Some programs write no time into it, others leave out the blank line above it.
_SEPARATOR = re.compile(rb"(?:\A|\n\r?\n|\n(?=From [^\n]*\d\d:\d\d))From [^\n]*\n(?=[!-9;-~]+:)")
_STATUS = re.compile(rb"(?:[!-9;-~]+:[^\n]*\n)*?X-Mozilla-Status: ([0-9A-Fa-f]{4})")
_DELETED = 0x8  # by Thunderbird, which takes such messages out of the file when it has time to
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)  # so that it would not be taken for a separator


def parse(data: bytes, name: str, attached: Attached = nothing) -> Content:
    """`attached` reads a file's bytes by its name, None where it cannot.

    It has neither title nor date, for each of its messages has its own. Raises UnsupportedFormat, UnreadableDocument or
    DocumentTooLarge.
    """
    signatures.check(data, "text", name)
    blocks = Blocks(name)
    for message in _messages(data):
        try:
            add_message(message, blocks, attached)
        except (UnreadableDocument, *DAMAGE):
            continue
    if not blocks.text:
        raise UnreadableDocument(
            f'{name}: expected a mailbox, found no message that can be read in it (each begins with a line "From ..." '
            "and its heads below); export it again from the mail program as mbox, or save one message as eml"
        )
    return Content(blocks.text, MEDIA_TYPE, headings=tuple(blocks.headings))


def _messages(data: bytes) -> Iterator[bytes]:
    """What stands between the separators, as it was before it was put into the mailbox."""
    for message in _SEPARATOR.split(data)[1:]:
        status = _STATUS.match(message)
        if status is None or not int(status[1], 16) & _DELETED:
            yield _QUOTED.sub(rb"\1", message)
