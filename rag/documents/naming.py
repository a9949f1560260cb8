"""File names made fit to be ids and labels."""

import re
import unicodedata

from rag.documents.content import one_line

MAX_ID = 120  # characters
_UNFIT = re.compile(r"[/\\?#%]+")  # these end or escape a URL's path segment


def base_name(name: str) -> str:
    """The last part of a path in either slash, on one line: `../../etc/passwd.txt` is `passwd.txt`."""
    return one_line(re.split(r"[/\\]", name.rstrip("/\\"))[-1], limit=1000)


def ending_of(name: str) -> str:
    """The lower-case ending with its dot, or "" where there is none."""
    stem, dot, ending = base_name(name).rpartition(".")
    return dot + ending.lower() if stem else ""


def document_id_of(name: str) -> str:
    """The file name without its ending, as it is but for characters unfit for one URL path segment.

    Never empty, never `.` or `..`, in NFC, at most MAX_ID characters; every letter of every script stays.
    """
    base = base_name(name)
    stem = base[: len(base) - len(ending_of(base))]
    fit = _UNFIT.sub("_", unicodedata.normalize("NFC", stem))[:MAX_ID].strip()
    return fit if fit.strip(".\u200c\u200d") else "document"
