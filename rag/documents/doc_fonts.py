"""The names of a Word 97 to 2003 file's fonts. (MS-DOC 2.9.286)"""

from rag.documents.doc_file import FONTS, WordFile
from rag.documents.integers import u16

_NAME = 39  # where it begins


def fonts_of(file: WordFile) -> dict[int, str]:
    """By their numbers. Raises struct.error, IndexError."""
    table = file.table_at(FONTS)
    fonts, at = {}, 4
    for number in range(u16(table, 0) if table else 0):
        size = table[at]
        name = table[at + 1 + _NAME : at + 1 + size].decode("utf-16-le", "replace")
        fonts[number] = name.partition("\x00")[0]
        at += 1 + size
    return fonts
