"""Speeds, one command each, JSON and a table out."""
