"""Quoth answers questions over a folder of documents in the documents' own words."""

__version__ = "0.1.0"
