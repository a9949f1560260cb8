"""What was said and when (srt, vtt): speech in paragraphs, and above every few of them the time at which they begin.

Cues are joined, for a sentence goes on from one to the next. Their marks of style and place are not in it, the names of
speakers are.
"""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.documents import signatures
from rag.documents.blocks import Blocks
from rag.documents.content import Content
from rag.documents.decoding import decode
from rag.documents.text import encoding_note
from rag.errors import UnreadableDocument
from rag.phrases import is_unspaced

MEDIA_TYPE = "text/vtt"
_TIME = r"(?:(\d+):)?(\d\d):(\d\d)[.,]\d{1,3}"
_TIMES = re.compile(r"[ \t]*[\d:]+[.,]\d+[ \t]*-->")
_CUE = re.compile(rf"^[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}[^\n]*\n((?:(?!{_TIMES.pattern})[^\n]+\n?)*+)", re.MULTILINE)
_SPEAKER = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_STYLE = re.compile(r"</?[A-Za-z][^<>]*>|<\d[\d:.,]*>|\{\\[^{}]*\}")  # <i>, <00:00:01.000>, {\an8}
_NEXT_NUMBER = re.compile(r"\n\d+\s*$")  # of the next cue, where no blank line stands between
_SENTENCE_END = re.compile(r"[.!?…。！？؟।]['\"”’»)\]]*$")
_DASHES = ("-", "–", "—")
_NAMED = re.compile(r"[^\W\d_][^:.!?]{0,30}: ")
_LONG, _TOO_LONG = 300, 800  # characters under one time: they end with a sentence that does not ask, or anyhow
_PAUSE = 4  # seconds


@dataclass(frozen=True, slots=True)
class _Cue:
    begin: int  # seconds
    end: int
    text: str


def parse(data: bytes, name: str) -> Content:
    """Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge."""
    signatures.check(data, "text", name)
    text, encoding = decode(data, name)
    cues = list(_cues(text))
    if not cues:
        raise UnreadableDocument(
            f"{name}: expected subtitles, found no time such as 00:01:02,000 --> 00:01:04,000; give the file its true "
            "ending"
        )
    blocks = Blocks(name)
    for section in _parted(cues, _is_section):
        blocks.add(_clock(section[0].begin), level=6)
        for paragraph in _parted(section, _is_paragraph):
            blocks.add(_joined([cue.text for cue in paragraph]))
    return Content(blocks.text, MEDIA_TYPE, headings=tuple(blocks.headings), metadata=encoding_note(encoding))


def _cues(text: str) -> Iterator[_Cue]:
    """Without the lines that cues of live subtitles repeat of those before."""
    before: list[str] = []
    for found in _CUE.finditer(text):
        said = found[7] if _TIMES.match(text, found.end()) is None else _NEXT_NUMBER.sub("", found[7])
        said = _STYLE.sub("", _SPEAKER.sub(r"\1: ", said))
        lines = [line for each in said.split("\n") if (line := html.unescape(each).strip())]
        fresh = lines[_repeated(before, lines) :]
        before = lines or before
        if fresh:
            yield _Cue(_seconds(*found.group(1, 2, 3)), _seconds(*found.group(4, 5, 6)), _joined(fresh))


def _repeated(before: list[str], lines: list[str]) -> int:
    """How many lines are the last of the cue before."""
    most = min(len(before), len(lines))
    return next((count for count in range(most, 0, -1) if before[-count:] == lines[:count]), 0)


def _parted(cues: Sequence[_Cue], begins: Callable[[_Cue, _Cue, int], bool]) -> Iterator[list[_Cue]]:
    """`begins` tells by a cue, the one before and the characters so far whether it begins anew."""
    part: list[_Cue] = []
    length = 0
    for cue in cues:
        if part and begins(cue, part[-1], length):
            yield part
            part, length = [], 0
        part.append(cue)
        length += len(cue.text)
    yield part


def _is_section(cue: _Cue, before: _Cue, length: int) -> bool:
    """A question stays with what answers it."""
    end = _SENTENCE_END.search(before.text)
    return length >= _TOO_LONG or (length >= _LONG and end is not None and end[0][0] not in "?？؟")


def _is_paragraph(cue: _Cue, before: _Cue, length: int) -> bool:
    """Another one speaks, or after a pause; within a sentence only a dash says so."""
    if cue.text.startswith(_DASHES):
        return True
    has_ended = _SENTENCE_END.search(before.text) is not None
    return has_ended and (cue.begin - before.end >= _PAUSE or _NAMED.match(cue.text) is not None)


def _joined(texts: Sequence[str]) -> str:
    joined = texts[0]
    for text in texts[1:]:
        is_close = is_unspaced(joined[-1]) and is_unspaced(text[0])
        joined += text if is_close else f" {text}"
    return joined


def _seconds(hours: str | None, minutes: str, seconds: str) -> int:
    return 3600 * int((hours or "0")[:6]) + 60 * int(minutes) + int(seconds)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
