"""A document's title: what it calls itself, else its first heading, else its opening words, else its file name."""

import re
from itertools import islice

from rag.documents import dates, markdown, mbox, opendocument, subtitles, xls, xlsx
from rag.documents.content import Content, one_line
from rag.documents.naming import base_name, document_id_of, ending_of

MAX_TITLE = 90  # characters, the ellipsis apart
_TOP = 300  # characters: a lesser heading further down names a part, not the whole
_HEAD = 20_000  # characters that a title is looked for in
_PROGRAM = re.compile(r"^(?:Microsoft (?:Word|PowerPoint|Excel|Office Word)\s*-\s*|Print(?:ing)? )", re.IGNORECASE)
_NAMED_BY_FILE = (
    *(xlsx.MEDIA_TYPE, xls.MEDIA_TYPE, opendocument.MEDIA_TYPES[".ods"]),
    *(mbox.MEDIA_TYPE, subtitles.MEDIA_TYPE),
)
_EMPTY_WORDS = re.compile(
    r"(?:untitled|no ?title|title|document|doc|word document|presentation|powerpoint presentation|slide|page|home|index"
    r"|\(?anonymous\)?|\(?unspecified\)?|безымянный|документ|无标题|文档)[\s\d._()-]*",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(
    r"\S*\.(?:docx?|pdf|tex|dvi|ps|indd|qxp|rtf|od[tsp]|txt|html?|pptx?|xls[xm]?|md|pages|epub|eml|msg|mbox|srt|vtt|png|jpe?g|tiff?|webp|bmp)",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…](?=\s)|[。！？]")


def title_of(content: Content, name: str) -> str:
    """One line, never empty. A sheet's name says little of its workbook, a subject of its mailbox: files have names."""
    own = declared(content.title, name)
    if content.media_type in _NAMED_BY_FILE:
        return own or _from_name(name)
    return own or _first_heading(content) or _opening(content.text) or _from_name(name)


def declared(title: str | None, name: str) -> str | None:
    """A title from a file's properties, unless it is a program's default or the file's own name."""
    words = _PROGRAM.sub("", one_line(title or ""))
    if _letters(words) < 2 or _EMPTY_WORDS.fullmatch(words) or _FILE_NAME.fullmatch(words):
        return None
    return None if words in (base_name(name), document_id_of(name)) else shorten(words, 200)


def shorten(line: str, limit: int = MAX_TITLE) -> str:
    """At most `limit` characters: whole sentences where one ends in time, else whole words and an ellipsis."""
    if len(line) <= limit:
        return line
    ends = [match.end() for match in _SENTENCE_END.finditer(line[: limit + 1]) if match.end() >= limit // 3]
    if ends:
        return line[: ends[-1]]
    cut = line[: limit + 1].rfind(" ")
    return line[: cut if cut > limit // 2 else limit].rstrip(" ,;:-–—(\"'«“") + "…"


def _first_heading(content: Content) -> str | None:
    is_markdown = content.media_type == "text/markdown"
    for heading in islice(content.headings, 20):
        line = content.text[heading.start : heading.end]
        if heading.level > 1 and heading.start > _TOP:
            continue
        words = one_line(markdown.plain(line) if is_markdown else line)
        if _letters(words):
            return shorten(words)
    return None


def _opening(text: str) -> str | None:
    """The first line that says something: not a date, not a rule, not a number, no row of a table."""
    for line in text[:_HEAD].split("\n"):
        if "\t" in line:
            continue
        words = one_line(line)
        if _letters(words) >= 2 and not dates.is_date_line(words):
            return shorten(words[dates.dateline_end(words) :])
    return None


def _from_name(name: str) -> str:
    base = base_name(name)
    return base[: len(base) - len(ending_of(base))].strip() or base or "document"


def _letters(words: str) -> int:
    return sum(character.isalpha() for character in words)
