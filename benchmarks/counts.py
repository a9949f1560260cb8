"""Counts that are added up."""

from dataclasses import dataclass, fields
from typing import Self


@dataclass(slots=True)
class Summed:
    """Of whole numbers, each a field."""

    def add(self, other: Self) -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))
