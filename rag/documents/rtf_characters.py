"""Which characters the bytes and control words of Rich Text stand for."""

from rag.documents import symbols
from rag.documents.code_pages import WESTERN, codec_of_page

SYMBOLS = "symbols: "  # of fonts that have pictures in place of letters; their names follow
CHARACTER_SETS = {"ansi": WESTERN, "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_PAGES_BY_CHARSET = {
    0: 1252, 77: 10000, 78: 932, 79: 949, 80: 936, 81: 950, 83: 1255, 84: 1256, 85: 1253, 86: 1254, 87: 874, 88: 1250,
    89: 1251, 128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255, 178: 1256,
    186: 1257, 204: 1251, 222: 874, 238: 1250, 254: 437, 255: 850,
}  # fmt: skip
_SYMBOL_CHARSET = 2
_CLEANED: dict[int, str | None] = dict.fromkeys([*range(9), *range(11, 32), 127])
_CLEANED |= dict.fromkeys([0x2028, 0x2029], "\n")  # as TextEdit breaks a line within a paragraph
SPECIAL = {  # by the control words and symbols
    "tab": "\t",
    "line": "\n",
    "lbr": "\n",
    "page": "\n",
    "column": "\n",
    "emdash": "—",
    "endash": "–",
    "emspace": "\u2003",
    "enspace": "\u2002",
    "qmspace": "\u2005",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "zwj": "\u200d",
    "zwnj": "\u200c",
    "zwbo": "\u200b",
    "zwnbo": "\u2060",
    "ltrmark": "\u200e",
    "rtlmark": "\u200f",
    "~": "\u00a0",
    "_": "\u2011",
    "-": "",
}


def codec_of_charset(number: int) -> str | None:
    """That of a font's character set, None where the file's own holds."""
    return SYMBOLS if number == _SYMBOL_CHARSET else codec_of_page(_PAGES_BY_CHARSET.get(number, -1))


def decoded(data: bytes, codec: str) -> str:
    """Bytes that stand for nothing in the code page are told as such. A font of pictures is told by its name."""
    if codec.startswith(SYMBOLS):
        return "".join(symbol(codec, each) for each in data)
    return data.decode(codec, "replace").translate(_CLEANED)


def symbol(codec: str, code: int) -> str:
    """What a font of pictures shows, as far as it is known; spaces are text in each."""
    return symbols.shown(codec.removeprefix(SYMBOLS), code) or " " * (code == ord(" "))


def code_point(number: int) -> str:
    """What \\u stands for: half of a pair in UTF-16 often, whose other half comes next."""
    value = number & 0xFFFF if number <= 0xFFFF else number
    return chr(value).translate(_CLEANED) if value <= 0x10FFFF else ""
