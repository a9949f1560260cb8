"""What e-mails have in common, however they are saved: their heads, the body that is read, the files within them."""

from collections.abc import Callable, Iterator
from email.message import MIMEPart
from email.utils import parsedate_to_datetime
from itertools import groupby
from typing import TypeAlias

from rag.documents import dates, html
from rag.documents.blocks import Blocks
from rag.documents.content import Content, has_text, one_line

HEADS = ("From", "To", "Cc", "Date")
WITHIN = 5  # messages inside each other
MARKS = "> \t"
_LONGEST_RAW = 8000  # characters of a header as it was sent; the email package takes minutes for a million
Attached: TypeAlias = Callable[[bytes, str], Content | None]
# What the email package raises on headers and parts that no mail program wrote.
DAMAGE = (AttributeError, LookupError, RecursionError, TypeError, ValueError)


def nothing(data: bytes, name: str) -> Content | None:
    return None


def header(message: MIMEPart, name: str) -> str:
    """As it is read, "" where there is none. Raises one of DAMAGE."""
    raw = next((value for each, value in message.raw_items() if each.lower() == name.lower()), "")
    return head(str(message.policy.header_fetch_parse(name, raw[:_LONGEST_RAW])))


def head(text: str) -> str:
    """On one line, cut where it names hundreds of people."""
    return one_line(text, limit=2000)


def day_of(date: str) -> str | None:
    """The day on which it was sent, where it was sent."""
    try:
        sent = parsedate_to_datetime(date)
    except ValueError:
        return None
    return dates.iso(sent.year, sent.month, sent.day)


def add_body(plain: str, marked: str, blocks: Blocks) -> None:
    """The plain one; that in HTML where the plain one says little, "this message needs a browser". Either may be "".

    Raises UnreadableDocument or DocumentTooLarge.
    """
    if not has_text(plain) or (has_text(marked) and _says_little(plain, marked, blocks.name)):
        add_html(marked, blocks)
    else:
        add_plain(plain, blocks)


def add_html(text: str, blocks: Blocks) -> None:
    if has_text(text):
        html.add_whole(text, blocks)


def add_plain(text: str, blocks: Blocks) -> None:
    if has_text(text):
        for paragraph in _paragraphs(text):
            blocks.add(paragraph)


def add_file(name: str, content: Content | None, blocks: Blocks) -> None:
    """Its name, and what it says."""
    blocks.add(name, level=2 if content else None)
    if content is not None:
        blocks.add_content(content)


def depth(line: str) -> int:
    """How many marks of quotation it begins with."""
    return line[: len(line) - len(line.lstrip(MARKS))].count(">")


def _says_little(plain: str, marked: str, name: str) -> bool:
    shown = Blocks(name)
    add_html(marked, shown)
    return 3 * len(plain) <= len(shown.text)


def _paragraphs(text: str) -> Iterator[str]:
    """What stands between blank lines; of a quoted one only the first line keeps its mark."""
    for marks, lines in groupby(text.split("\n"), lambda line: depth(line) if line.strip(MARKS) else -1):
        if marks == 0:
            yield "\n".join(lines)
        elif marks > 0:
            yield ">" * marks + " " + "\n".join(line.lstrip(MARKS) for line in lines)
