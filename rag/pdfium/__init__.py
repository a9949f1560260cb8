"""The pages of a PDF, read by pdfium in a process of its own (`python -m rag.pdfium`).

pdfium is C++ that reads whatever is sent to it, and not thread-safe. A file that makes it crash, fill the memory or
never end does so to that process; `rag.documents.pdf` tells what became of it. Nothing heavier than pdfium is imported
here, for every file pays for it.
"""

_HEADER_WITHIN = 1024  # bytes: readers allow junk before the header, as PDF 1.7 appendix H does


def is_pdf(data: bytes) -> bool:
    """By its header."""
    return b"%PDF-" in data[:_HEADER_WITHIN]
