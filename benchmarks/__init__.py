"""Speeds, one command each, as ratios against a named peer measured in the same run. Nothing here is a test."""
