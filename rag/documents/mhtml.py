"""Web pages that a browser has saved whole (mht, mhtml; RFC 2557): the page itself, read as HTML is."""

import email.policy
from dataclasses import replace
from email.message import EmailMessage

from rag.documents import html, signatures
from rag.documents.content import Content, one_line
from rag.documents.letters import DAMAGE
from rag.errors import UnreadableDocument

MEDIA_TYPE = "multipart/related"


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "text", name)
    try:
        page, charset = _page(data)
    except DAMAGE as error:
        raise UnreadableDocument(
            f"{name}: expected a web page saved whole, found none ({one_line(str(error), 120)}); "
            "save the page again from the browser"
        ) from error
    return replace(html.parse(page, name, charset), media_type=MEDIA_TYPE)


def _page(data: bytes) -> tuple[bytes, str | None]:
    """The first page, which shows all the others in it, and its character set. Raises one of DAMAGE."""
    archive = email.message_from_bytes(data, _class=EmailMessage, policy=email.policy.default)
    for part in archive.walk():
        page = part.get_payload(decode=True) if part.get_content_subtype() in ("html", "xhtml+xml") else None
        if isinstance(page, bytes) and page:
            return page, part.get_content_charset()
    raise ValueError("no page is in it")
