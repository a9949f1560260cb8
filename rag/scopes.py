"""Where an answer is looked for: within the part or the documents that a question names, then everywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from rag.naming import Names
from rag.types import Hit, Part, Query, Quote, Reader, Reading, Span

_OF_ANOTHER = 0.5  # x the confidence, where a name that is asked for is not there as a whole


@dataclass(frozen=True, slots=True)
class Scope:
    """Where, and by what question."""

    asked: Query
    within: Sequence[Part] = ()  # everywhere, if empty
    apart: bool = False  # each document of `within` is asked for: the best of each, which need not agree
    enough: float = 0.0  # confidence from which on no other scope is looked at
    names: Names | None = None
    openings: Mapping[str, str] = field(default_factory=dict)  # of documents, by id

    @property
    def searches(self) -> list[Sequence[Part]]:
        """Of what stretches the best are looked for together."""
        if not self.apart:
            return [self.within]
        groups: dict[str, list[Part]] = {}
        for part in self.within:
            groups.setdefault(part.document_id, []).append(part)
        return list(groups.values())

    def read(self, reader: Reader, hits: Sequence[Hit]) -> Reading:
        """What is to be quoted. Of documents that are each asked for none is the other's rival."""
        if self.apart:
            return _of_each(reader, self.asked, hits)
        return self._doubted(reader.read(self.asked, hits), hits)

    def _doubted(self, reading: Reading, hits: Sequence[Hit]) -> Reading:
        """Less sure where what is quoted first lacks a name that is asked for, or a part of it."""
        if self.names is None or not reading.spans:
            return reading
        first = reading.spans[0]
        told = [self.openings.get(first.document_id, ""), *(hit.passage.text for hit in hits if _holds(hit, first))]
        if not self.names.is_of_another("\n".join(told)):
            return reading
        return reading.doubted(_OF_ANOTHER, {each.document_id for each in reading.spans})


class Found(NamedTuple):
    """What a scope has to say."""

    scope: Scope
    hits: list[Hit]
    reading: Reading
    quotes: tuple[Quote, ...]

    def is_better_than(self, before: "Found") -> bool:
        """Of two in the same document that is better which was read for what is asked within it."""
        named = {part.document_id for part in before.scope.within}
        if before.quotes and self.reading.spans and self.reading.spans[0].document_id in named:
            return False
        return self.reading.confidence > before.reading.confidence


def _of_each(reader: Reader, asked: Query, hits: Sequence[Hit]) -> Reading:
    """Each document by itself and the best of each: who asks about two of them is shown both."""
    places: dict[str, list[int]] = {}
    for place, hit in enumerate(hits):
        places.setdefault(hit.document.id, []).append(place)
    readings = [reader.read(asked, [hits[place] for place in own]) for own in places.values()]
    spans = sorted((each.spans[0] for each in readings if each.spans), key=lambda span: -span.score)
    support = dict(zip(chain(*places.values()), chain(*(each.support for each in readings)), strict=True))
    confidence = max((each.confidence for each in readings), default=0.0)
    return Reading(tuple(spans), confidence, tuple(support[place] for place in range(len(hits))))


def _holds(hit: Hit, span: Span) -> bool:
    passage = hit.passage
    return passage.document_id == span.document_id and passage.start <= span.start < passage.end
