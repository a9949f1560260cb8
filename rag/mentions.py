"""Whether the documents found speak of what is asked about: where one does not, its answer is doubted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from rag.naming import called
from rag.particulars import Particulars, names_of, unmentioned
from rag.store import Store
from rag.types import DocumentSummary, Hit, Query, Reading

LACKING = 0.25  # x the confidence, where a document lacks a country or a year that is asked about (docs/reader.md)
_SEARCHED = 300_000  # characters of a document that is looked through


@dataclass(frozen=True, slots=True)
class Mentions:
    """What documents say, looked up as a whole: a passage leaves to its document what it is about."""

    store: Store

    def doubted(self, reading: Reading, query: Query, hits: Sequence[Hit]) -> Reading:
        """Less sure of what stands in documents that lack a country or a year that is asked about."""
        lacking = self.lacking(query, hits, {span.document_id for span in reading.spans})
        if not any(lacking.values()):
            return reading
        fewest = min(lacking.values(), key=len)
        nowhere = [word for word in fewest if all(word in each for each in lacking.values())]
        doubted = reading.doubted(LACKING, {document for document, words in lacking.items() if words})
        return replace(doubted, lacking=tuple(nowhere))

    def lacking(self, query: Query, hits: Sequence[Hit], documents: Collection[str]) -> dict[str, list[str]]:
        """Words for the countries and years that are asked about and that each of these documents, all hit, lacks."""
        asked = Particulars.of(query.text, query.language)
        if not asked:
            return {each: [] for each in documents}
        return {each: self._missing(asked, [hit for hit in hits if hit.document.id == each]) for each in documents}

    def nowhere(self, query: Query, hits: Sequence[Hit], reading: Reading) -> tuple[str, ...]:
        """What the nearest documents lack, with names, as far as these are short enough and in their language."""
        near = {span.document_id for span in reading.spans}
        own = [hit for hit in hits if hit.document.id in near]
        names = unmentioned(names_of(query.text), _passages(own))
        documents = {hit.document.id: hit.document for hit in own if names}.values()
        if any(each.languages != (query.language,) or each.characters > _SEARCHED for each in documents):
            return reading.lacking
        texts = [self._told_by(each) for each in documents]
        absent = unmentioned(names, "\n".join(texts)) if texts and all(texts) else []
        return tuple(dict.fromkeys([*reading.lacking, *absent]))

    def _missing(self, asked: Particulars, hits: Sequence[Hit]) -> list[str]:
        """What the document of these passages lacks; a long one may have anything anywhere."""
        summary = hits[0].document
        passages = _passages(hits)
        if summary.characters > _SEARCHED or not asked.missing(passages, summary.languages):
            return []
        return asked.missing(self._told_by(summary) or passages, summary.languages)

    def _told_by(self, summary: DocumentSummary) -> str:
        """Nothing where it was replaced meanwhile."""
        document = self.store.document_if(summary.id, summary.content_hash)
        return f"{called(summary)}\n{summary.date}\n{document.text}" if document else ""


def _passages(hits: Sequence[Hit]) -> str:
    return "\n".join(hit.passage.text for hit in hits)
