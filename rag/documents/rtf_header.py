"""What stands before the text of a Rich Text file: its fonts, its styles, the day on which it was made."""

import re
from dataclasses import dataclass
from datetime import datetime

from rag.documents import symbols
from rag.documents.code_pages import codec_of_page
from rag.documents.rtf_characters import SYMBOLS, codec_of_charset
from rag.documents.rtf_tokens import CLOSE, OPEN, Tokens, Word
from rag.documents.styles import inherited, level_named, level_of

_SYMBOL = re.compile(rb'\bSYMBOL\s+(0[xX][0-9a-fA-F]+|[1-9]\d*)\b[^{}"]*\\\\f\s+"([^"{}]+)"')


@dataclass(slots=True)
class _Style:
    number: int = 0
    name: str = ""
    based_on: int | None = None
    outline: int | None = None


def fonts_in(table: bytes) -> dict[int, str]:
    """The codecs of the fonts that tell one, by their numbers: from what \\fonttbl holds.

    Behind that of a font of pictures stands its name.
    """
    fonts: dict[int, str] = {}
    font = 0
    for token in Tokens(table):
        if isinstance(token, bytes) and fonts.get(font) == SYMBOLS:
            fonts[font] += token.partition(b";")[0].decode("latin-1").strip()
        if not isinstance(token, Word) or token.number is None:
            continue
        if token.name == "f":
            font = token.number
        elif token.name in ("fcharset", "cpg"):
            codec = codec_of_charset(token.number) if token.name == "fcharset" else codec_of_page(token.number)
            fonts |= {font: codec} if codec else {}
    return fonts


def symbol_in(instruction: bytes) -> str:
    """What a field shows that asks for a character of a font: from what \\fldinst holds."""
    found = _SYMBOL.search(instruction)
    return symbols.shown(found[2].decode("latin-1"), int(found[1][:6], 0)) if found else ""


def levels_in(sheet: bytes) -> dict[int | None, int | None]:
    """The levels of the styles that are headings, by their numbers: from what \\stylesheet holds."""
    styles: dict[int | None, _Style] = {each.number: each for each in _styles_in(sheet)}
    return inherited(styles, lambda style: level_named(style.name) or level_of(style.outline), _based_on)


def moment_in(said: bytes) -> datetime | None:
    """The time that \\creatim and its like hold."""
    told = {token.name: token.number or 0 for token in Tokens(said) if isinstance(token, Word)}
    try:
        year, month, day, hour, minute, second = (told.get(part, 0) for part in ("yr", "mo", "dy", "hr", "min", "sec"))
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None


def _styles_in(sheet: bytes) -> list[_Style]:
    """Each stands in a group of its own, its name last."""
    styles = []
    style, depth = _Style(), 0
    tokens = Tokens(sheet)
    for token in tokens:
        if token == OPEN:
            style, depth = _Style() if depth == 0 else style, depth + 1
        elif token == CLOSE:
            depth -= 1
            styles += [style] if depth == 0 and style.name else []
        elif isinstance(token, bytes):
            style.name += token.decode("latin-1").partition(";")[0].partition(",")[0].strip()  # ",": another name
        elif token.name == "*":  # a key to choose it by, or a style of something else than paragraphs
            tokens.skip_group()
        else:
            _note(token, style)
    return styles


def _note(word: Word, style: _Style) -> None:
    if word.name == "s":
        style.number = word.number or 0
    elif word.name == "sbasedon":
        style.based_on = word.number
    elif word.name == "outlinelevel":
        style.outline = word.number


def _based_on(style: _Style) -> int | None:
    return style.based_on
