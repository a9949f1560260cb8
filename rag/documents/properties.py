"""What an Office file says about itself."""

from datetime import datetime
from typing import Any

from rag.documents import dates
from rag.documents.content import one_line

# Libraries leave their own names and dates in the files that they make: these say nothing of the document.
_MADE = (datetime(2013, 1, 27, 9, 14, 16), datetime(2013, 12, 23, 23, 15))  # the templates of python-pptx, python-docx
_LIBRARIES = ("python-docx", "openpyxl", "Steve Canny")


def about(title: str | None, author: str | None, created: Any) -> dict[str, Any]:
    """Title, date and metadata as `Content` takes them."""
    name = one_line(author or "")
    if name in _LIBRARIES:
        return {"title": title, "date": None, "metadata": {}}
    return {"title": title, "date": _day(created), "metadata": {"author": name} if name else {}}


def _day(created: Any) -> str | None:
    if not isinstance(created, datetime) or created.replace(tzinfo=None) in _MADE:
        return None
    return dates.iso(created.year, created.month, created.day)
