"""What a file is by its first bytes, against what its ending says."""

from typing import Literal, TypeAlias

from rag.documents.naming import ending_of
from rag.errors import UnsupportedFormat
from rag.pdfium import is_pdf

Kind: TypeAlias = Literal["text", "pdf", "picture", "rtf", "zip", "compound"]

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Formats whose first bytes are readable, so that decoding alone would take them for text.
_SPOKEN = (
    (b"%PDF-", "a PDF"),
    (b"%!PS", "a PostScript file"),
    (b"{\\rtf", "a rich text (RTF) file"),
    (b"PK\x03\x04", "a zip archive (docx, xlsx, pptx, epub and odt files are zip archives)"),
    (_COMPOUND, "an old Office file (doc, xls, ppt), an Outlook message, or one locked with a password"),
)
_EXPECTED: dict[Kind, str] = {"text": "text", "pdf": "a PDF", "picture": "a picture", "rtf": "a rich text (RTF) file"}
_COMPOUNDS = {
    ".doc": "a Word 97 to 2003 file",
    ".msg": "an Outlook message",
    ".ppt": "a PowerPoint 97 to 2003 file",
    ".xls": "an Excel 97 to 2003 workbook",
}
_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"RIFF", b"BM", b"GIF8")


def check(data: bytes, kind: Kind, name: str) -> None:
    """Raises UnsupportedFormat when the leading bytes are those of another kind than the ending promises."""
    if _agrees(data, kind):
        return
    found = describe(data) or ("text" if _is_text(data[:4096]) else "of no kind that is known here")
    expected = _EXPECTED.get(kind) or _COMPOUNDS.get(ending_of(name)) or _archive(name)
    raise UnsupportedFormat(
        f"{name}: the ending promises {expected}, but the content is {found}; give the file its true ending "
        "or save it in the format it promises"
    )


def _archive(name: str) -> str:
    kind = ending_of(name)[1:]
    return f"{'an' if kind[:1] in tuple('eox') else 'a'} {kind} file, which is a zip archive"


def describe(data: bytes) -> str | None:
    """What the bytes look like, with an article, or None."""
    for mark, words in _SPOKEN:
        if data.startswith(mark):
            return words
    return _by_puremagic(data)


def _agrees(data: bytes, kind: Kind) -> bool:
    if kind == "pdf":
        return is_pdf(data)
    if kind == "picture":
        return data.startswith(_PICTURES)
    if kind == "rtf":
        return data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf")
    if kind == "zip":
        return data.startswith(b"PK\x03\x04")
    if kind == "compound":
        return data.startswith(_COMPOUND)
    return not any(data.startswith(mark) for mark, _ in _SPOKEN)


def _by_puremagic(data: bytes) -> str | None:
    """puremagic's best guess where at least three bytes support it: shorter marks are found in any noise."""
    import puremagic

    try:
        matches = puremagic.magic_string(data)
    except (puremagic.PureError, ValueError):
        return None
    sure = [match for match in matches if len(match.byte_match) >= 3 and match.name]
    return f"a file of the kind “{sure[0].name}”" if sure else None


def _is_text(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(head) - 4  # cut in the middle of a character
    return b"\x00" not in head
