"""The sheets of a spreadsheet, whatever its format."""

import re

_GIVEN_BY_PROGRAM = re.compile(r"sheet|[^\W\d_]+[ _]?\d{1,2}", re.IGNORECASE)  # Sheet1, Tabelle1, Лист1, 工作表1


def is_told(name: str, sheets: int) -> bool:
    """Whether the name of one of so many sheets with text stands above it: that of one alone may say nothing."""
    return sheets > 1 or not _GIVEN_BY_PROGRAM.fullmatch(name)
