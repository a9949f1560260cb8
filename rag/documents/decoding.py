"""Bytes to text: byte order mark, then strict UTF-8, then a careful guess; never a replacement character."""

import codecs
import re

from rag.documents import signatures
from rag.documents.content import check_characters, one_line, unix_newlines
from rag.errors import UnreadableDocument

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 256 * 1024  # bytes the guess is made from; the whole must then decode strictly
_SUPERSETS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "euc-jp": "euc_jp",
    "euc-kr": "cp949",
}
_TAKEN_AS_DECLARED = ("windows-", "iso-8859-", "iso8859-", "koi8-", "cp")
# All of their bytes are ASCII, so that UTF-8 would take them as they stand.
_ESCAPED = {"iso2022jp": "iso2022_jp_ext", "iso2022kr": "iso2022_kr"}
_NEVER_IN_TEXT = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\x80-\x9f\ud800-\udfff]")


def decode(data: bytes, name: str, declared: str | None = None) -> tuple[str, str]:
    """The text with line feeds for newlines, and its encoding; `declared` is tried where it is not UTF-8.

    Raises UnreadableDocument where the bytes are not text, DocumentTooLarge where there is too much of it.
    """
    marked = _decode_marked(data, name)
    text, encoding = marked or _decode_unmarked(data, name, declared)
    if "\x00" in text:
        raise _binary(data, name, "NUL characters")
    check_characters(len(text), name)
    return unix_newlines(text), encoding


def _decode_marked(data: bytes, name: str) -> tuple[str, str] | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), encoding
            except UnicodeDecodeError as error:
                raise UnreadableDocument(
                    f"{name}: begins as {encoding.upper()} but byte {error.start + len(mark)} is not ({error.reason}); "
                    "save it again as UTF-8"
                ) from error
    return None


def _decode_unmarked(data: bytes, name: str, declared: str | None) -> tuple[str, str]:
    if b"\x00" in data:
        raise _binary(data, name, "NUL bytes")
    encoding = _ESCAPED.get(re.sub(r"[\s_-]", "", declared or "").lower(), "utf-8") if b"\x1b" in data else "utf-8"
    try:
        return data.decode(encoding), encoding
    except UnicodeDecodeError:
        return _decode_guessed(data, name, _known(declared) or _guess(data))


def _decode_guessed(data: bytes, name: str, encoding: str | None) -> tuple[str, str]:
    if encoding is None:
        raise _binary(data, name, "bytes that are text in no encoding")
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:  # LookupError: declared, but no such encoding
        raise UnreadableDocument(
            f"{name}: looks like {encoding}, but not all of it is ({one_line(str(error), 120)}); save it again as UTF-8"
        ) from error
    if _NEVER_IN_TEXT.search(text):
        raise _binary(data, name, "control characters")
    return text, encoding


def _known(declared: str | None) -> str | None:
    """A declared encoding as browsers read it (WHATWG): by its superset. None for UTF-8, which it proved not to be."""
    name = (declared or "").strip().lower().replace("_", "-")
    return _SUPERSETS.get(name) or (name if name.startswith(_TAKEN_AS_DECLARED) else None)


def _guess(data: bytes) -> str | None:
    """The most plausible legacy encoding of text that is not UTF-8."""
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE], cp_exclusion=["utf_7"]).best()
    return best.encoding if best else None


def _binary(data: bytes, name: str, found: str) -> UnreadableDocument:
    kind = signatures.describe(data)
    what = f"it looks like {kind}" if kind else f"it holds {found}"
    return UnreadableDocument(f"{name}: expected text, but {what}; save it as UTF-8 text, or give it its true ending")
