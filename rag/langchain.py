"""Quoth as a retriever of LangChain: passages with their exact places, for chains that are built of others."""

from dataclasses import asdict
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from rag.types import Filters


class QuothRetriever(BaseRetriever):
    """`engine`: as `rag.assembly.open_engine` makes it. What comes is nearest first, whether it answers or not.

    `document.text[start:end] == page_content` of each, for the `start` and `end` of its metadata.
    """

    engine: Any
    k: int = 5
    filters: Filters | None = None

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        found = self.engine.search(query, k=self.k, filters=self.filters)
        return [_document(asdict(passage)) for passage in found]


def _document(passage: dict[str, Any]) -> Document:
    place = f"{passage['document_id']}#{passage['start']}-{passage['end']}"
    return Document(id=place, page_content=passage.pop("text"), metadata=passage)
