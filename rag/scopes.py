"""Where an answer is looked for: within the part or the documents that a question names, then everywhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from rag.naming import Names
from rag.types import Hit, Part, Query, Quote, Reading, Span

_HALF_NAMED = 0.5  # x the confidence, where of a name that is asked for only one word is there


@dataclass(frozen=True, slots=True)
class Scope:
    """Where, and by what question."""

    asked: Query
    within: Sequence[Part] = ()  # everywhere, if empty
    enough: float = 0.0  # confidence from which on no other scope is looked at
    names: Names | None = None
    openings: Mapping[str, str] = field(default_factory=dict)  # of documents, by id

    def doubted(self, reading: Reading, hits: Sequence[Hit]) -> Reading:
        """Less sure where what is quoted first has a part of a name that is asked for, and not the rest."""
        if self.names is None or not reading.spans:
            return reading
        first = reading.spans[0]
        told = [self.openings.get(first.document_id, ""), *(hit.passage.text for hit in hits if _holds(hit, first))]
        if not self.names.is_half_named("\n".join(told)):
            return reading
        spans = tuple(replace(each, score=_HALF_NAMED * each.score) for each in reading.spans)
        return replace(reading, spans=spans, confidence=_HALF_NAMED * reading.confidence)


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


def _holds(hit: Hit, span: Span) -> bool:
    passage = hit.passage
    return passage.document_id == span.document_id and passage.start <= span.start < passage.end
