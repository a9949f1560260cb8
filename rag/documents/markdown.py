"""Markdown: the file's text verbatim, with its headings found (ATX and setext, outside code and front matter)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.documents import dates, signatures
from rag.documents.content import Content
from rag.documents.decoding import decode
from rag.documents.text import encoding_note
from rag.types import Heading

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]|$)")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*$")
# What a line under "===" or "---" must not begin with, or the underline is a rule or a table's, not a heading's.
_NOT_A_PARAGRAPH = re.compile(r"(?: {4}|\t| {0,3}(?:[>|]|[-*+][ \t]|\d+[.)][ \t]|```|~~~))")
_FIELD = re.compile(r"^(title|date)[ \t]*:[ \t]*(.+?)[ \t]*$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "text", name)
    text, encoding = decode(data, name)
    body = front_matter_end(text)
    fields = {key.lower(): value.strip("\"'") for key, value in _FIELD.findall(text[:body])}
    return Content(
        text,
        "text/markdown",
        title=fields.get("title"),
        date=dates.first_in(fields.get("date", "")),
        headings=headings(text, body),
        metadata=encoding_note(encoding),
    )


def front_matter_end(text: str) -> int:
    """Offset past a leading YAML block between two `---` lines; 0 where there is none."""
    match = re.match(r"---[ \t]*\n(?:.*\n){0,200}?(?:---|\.\.\.)[ \t]*(?:\n|$)", text)
    return match.end() if match else 0


def headings(text: str, begin: int = 0) -> tuple[Heading, ...]:
    """Every heading line from `begin` on, whole: `text[start:end]` has its leading marks and no line feed."""
    return tuple(_headings(_lines_outside_code(text, begin)))


def plain(heading: str) -> str:
    """A heading line's words, without the marks around them."""
    words = re.sub(r"^\s*#{1,6}(?=\s|$)|(?<=\s)#+\s*$", "", heading)
    words = re.sub(r"!?\[([^\]\[]*)\]\([^()\s]*\)", r"\1", words)
    return re.sub(r"[*`]+|(?<!\w)_+|_+(?!\w)", "", words).strip()


def _headings(lines: Iterable[_Line | None]) -> Iterator[Heading]:
    before: _Line | None = None  # the line a setext underline would make a heading of
    opens = True  # whether `before` begins its paragraph
    for line in lines:
        if line is None or not line.text.strip():
            before, opens = None, True
        elif atx := _ATX.match(line.text):
            yield Heading(line.start, line.end, len(atx[1]))
            before, opens = None, True
        elif before and (under := _SETEXT.match(line.text)):
            yield Heading(before.start, before.end, 1 if under[1][0] == "=" else 2)
            before, opens = None, True
        else:
            before = line if opens and not _NOT_A_PARAGRAPH.match(line.text) else None
            opens = False


def _lines_outside_code(text: str, begin: int) -> Iterator[_Line | None]:
    """Lines in order; None stands for each line of a fenced code block."""
    fence = ""
    for line in _lines(text, begin):
        mark = _FENCE.match(line.text)
        if fence:
            if mark and mark[1].startswith(fence) and not mark[2].strip():
                fence = ""
            yield None
        elif mark and not (mark[1][0] == "`" and "`" in mark[2]):
            fence = mark[1]
            yield None
        else:
            yield line


def _lines(text: str, begin: int) -> Iterator[_Line]:
    """Split at line feeds alone: str.splitlines would also break at form feeds and U+2028."""
    for part in text[begin:].split("\n"):
        yield _Line(begin, part)
        begin += len(part) + 1
