"""LangChain gets the passages of a search with their exact places."""

from dataclasses import asdict

from fakes import FakeEngine, make_document

from rag.langchain import QuothRetriever
from rag.types import Filters

TEXT = "The meeting took place in Baku. Liu Jianchao led the delegation. 🙂 Tea was served."


def test_what_is_found_is_what_a_search_finds_each_a_slice_of_its_document() -> None:
    engine = FakeEngine([make_document("minutes", TEXT), make_document("other", "The delegation left.")])
    found = QuothRetriever(engine=engine, k=2).invoke("Who led the delegation?")
    expected = [asdict(passage) for passage in engine.search("Who led the delegation?", k=2)]
    assert [{"text": each.page_content, **each.metadata} for each in found] == expected
    assert len(found) == 2
    for each in found:
        text = engine.document(each.metadata["document_id"]).text
        assert text[each.metadata["start"] : each.metadata["end"]] == each.page_content
    assert len({each.id for each in found}) == 2


def test_what_may_answer_can_be_chosen() -> None:
    engine = FakeEngine([make_document("minutes", TEXT), make_document("other", "The delegation left.")])
    chosen = QuothRetriever(engine=engine, filters=Filters(documents=("other",)))
    assert {each.metadata["document_id"] for each in chosen.invoke("the delegation")} == {"other"}
