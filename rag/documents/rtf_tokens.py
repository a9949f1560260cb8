"""Rich Text taken apart: braces, control words, and the bytes between them (RTF 1.9.1, "RTF Syntax")."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

OPEN: Literal["{"] = "{"
CLOSE: Literal["}"] = "}"


class Word(NamedTuple):
    """A control word with its number, or a control symbol by its character."""

    name: str
    number: int | None = None


Token: TypeAlias = Literal["{", "}"] | Word | bytes

# Escapes of bytes belong to the text around them: a character can take up one byte of each. Line breaks in the file
# mean nothing. Possessive, so that a run of megabytes is no matter.
_BYTES = re.compile(rb"(?:[^\\{}\r\n]++|\\'[0-9a-fA-F]{2}|\\[\\{}]|[\r\n]++)++")
_WORD = re.compile(rb"\\(?:([a-zA-Z]++)(-?\d++)? ?|(.))", re.DOTALL)
_ESCAPE = re.compile(rb"\\(?:'(..)|(.))", re.DOTALL)
_BRACE_OR_DATA = re.compile(rb"\\bin(\d++) ?|\\.|[{}]", re.DOTALL)
_SYMBOLS = {"\n": "par", "\r": "par", "\t": "tab"}
_DIGITS = 10  # of a number; what is longer is no number that a file needs


class Tokens:
    """Of a file, or of a part of it, in their order; binary data is passed over."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __iter__(self) -> Iterator[Token]:
        while self._at < len(self._data):
            if token := self._next():
                yield token

    def rest_of_group(self) -> bytes:
        """What stands before the brace that closes the group; the next token is that brace."""
        start, depth = self._at, 0
        while found := _BRACE_OR_DATA.search(self._data, self._at):
            depth += {b"{": 1, b"}": -1}.get(found[0], 0)
            if depth < 0:
                self._at = found.start()
                return self._data[start : self._at]
            self._at = found.end() + _length(found[1])
        self._at = len(self._data)
        return self._data[start:]

    def skip_group(self) -> None:
        self.rest_of_group()

    def _next(self) -> Token | None:
        if run := _BYTES.match(self._data, self._at):
            self._at = run.end()
            return _unescaped(run[0])
        brace = self._data[self._at : self._at + 1]
        if brace != b"\\":
            self._at += 1
            return OPEN if brace == b"{" else CLOSE
        return self._next_word()

    def _next_word(self) -> Word | None:
        found = _WORD.match(self._data, self._at)
        if found is None:  # a backslash at the very end
            self._at = len(self._data)
            return None
        self._at = found.end()
        if found[3]:
            symbol = found[3].decode("latin-1")
            return Word(_SYMBOLS.get(symbol, symbol))
        name = found[1].decode("ascii")
        if name == "bin":
            self._at += _length(found[2])
            return None
        return Word(name, None if found[2] is None else int(found[2][:_DIGITS]))


def _length(digits: bytes | None) -> int:
    return max(int((digits or b"0")[:_DIGITS]), 0)


def _unescaped(run: bytes) -> bytes:
    joined = run.translate(None, b"\r\n")
    return (
        _ESCAPE.sub(lambda found: found[2] or bytes.fromhex(found[1].decode()), joined) if b"\\" in joined else joined
    )
