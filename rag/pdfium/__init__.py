"""The pages of a PDF, read by pdfium in a process of its own (`python -m rag.pdfium`).

pdfium is C++ that reads whatever is sent to it, and not thread-safe. A file that makes it crash, fill the memory or
never end does so to that process; `rag.documents.pdf` tells what became of it. Nothing heavier than pdfium is imported
here, for every file pays for it.
"""
