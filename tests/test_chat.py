"""Programs that speak OpenAI's chat API get the same quotations, in Markdown that shows them and nothing else."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEngine, load_text, make_document
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from openai import APIStatusError, OpenAI

from api import chat_message
from api.app import build_app
from api.chat_message import message_of
from api.state import Limits, State, opened
from rag.errors import QuestionError
from rag.types import Answer, Quote

TEXT = "The meeting took place in Baku. Liu Jianchao led the delegation. 🙂 Tea was served."
ASKED = {"role": "user", "content": "Who led the delegation?"}


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine([make_document("minutes № 5", TEXT, title="Minutes", date="2024-04-02")])


@pytest.fixture
def client(engine: FakeEngine) -> Iterator[TestClient]:
    app = build_app(State(engine=opened(engine), version="0", load=load_text, limits=Limits(questions=1)))
    with TestClient(app, base_url="http://localhost") as client:
        yield client


@pytest.fixture
def openai(client: TestClient) -> OpenAI:
    return OpenAI(base_url="http://localhost/v1", api_key="none", http_client=client, max_retries=0)


def without_times(answer: Any) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "timings_ms"}


def test_the_model_is_found_by_its_name(openai):
    assert [model.id for model in openai.models.list()] == ["quoth"]
    assert openai.models.retrieve("quoth").owned_by == "quoth"


def test_a_message_has_the_quotations_of_ask_with_their_places(client, openai):
    asked = client.post("/v1/ask", json={"question": ASKED["content"]}).json()
    told = openai.chat.completions.create(model="quoth", messages=[ASKED], temperature=0.7, seed=5).choices[0]
    assert told.finish_reason == "stop"
    assert without_times(told.message.answer) == without_times(asked)
    assert [each.url_citation.title for each in told.message.annotations] == ["Minutes"] * len(asked["quotes"])
    for number, (cited, quoted) in enumerate(zip(told.message.annotations, asked["quotes"], strict=True), 1):
        place = cited.url_citation
        shown = told.message.content[place.start_index : place.end_index]
        assert shown == f"“{quoted['text']}” [{number}]"
        address = f"http://localhost/documents/minutes%20%E2%84%96%205#{quoted['start']}-{quoted['end']}"
        assert place.url == address
        assert f"{number}. [Minutes]({address}), 2024-04-02" in told.message.content


def test_a_stream_says_the_same(openai):
    whole = openai.chat.completions.create(model="any", messages=[ASKED]).choices[0].message
    stream = openai.chat.completions.create(
        model="any", messages=[ASKED], stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    assert deltas[0].role == "assistant"
    assert "".join(delta.content or "" for delta in deltas) == whole.content
    (annotations,) = [delta.annotations for delta in deltas if getattr(delta, "annotations", None)]
    assert annotations == [each.model_dump() for each in whole.annotations]
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage.total_tokens == 0


def test_earlier_messages_of_the_user_are_the_history_and_no_others(openai, engine):
    messages = [
        {"role": "system", "content": "Speak like a pirate."},
        {"role": "user", "content": "What meeting was it?"},
        {"role": "assistant", "content": "A meeting in Baku."},
        {"role": "user", "content": "x" * 5000},
        {"role": "user", "content": [{"type": "text", "text": "Who led the delegation?"}, {"type": "image_url"}]},
    ]
    openai.chat.completions.create(model="quoth", messages=messages, extra_body={"k": 2, "newest": True})
    asked = engine.asked[-1]
    assert (asked["question"], asked["history"]) == ("Who led the delegation?", ["What meeting was it?"])
    assert (asked["k"], asked["newest"]) == (2, True)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "The documents do not say."), ("tr", "Belgelerde bu yazmıyor."), ("de", "The documents do not say.")],
)
def test_that_the_documents_do_not_say_is_a_message_too(openai, language, words):
    told = openai.chat.completions.create(
        model="quoth",
        messages=[{"role": "user", "content": "penguin regatta 1920"}],
        extra_body={"language": language},
    )
    message = told.choices[0].message
    assert (message.content, message.annotations) == (words, [])
    assert message.answer["status"] == "not_found"


def test_it_says_which_words_of_the_question_are_nowhere_near(openai, engine):
    engine.lacking = ("[Armenian]", "1996")
    asked = {"role": "user", "content": "penguin regatta 1920"}
    told = openai.chat.completions.create(model="quoth", messages=[asked], extra_body={"language": "ru"})
    words = r"В документах этого нет. Не упоминается в ближайших документах: \[Armenian\], 1996."
    assert told.choices[0].message.content == words


@pytest.mark.parametrize(
    "sent",
    [
        {"messages": []},
        {"messages": [{"role": "assistant", "content": "Hello."}]},
        {"messages": [{"role": "user", "content": "  "}]},
        {"messages": [{"role": "user", "content": "x" * 5000}]},
        {"messages": [{"role": "user", "content": 5}]},
        {"messages": [ASKED] * 3000},
        {"messages": [ASKED], "k": 0},
        {"messages": [ASKED], "language": "!"},
        {"messages": [ASKED], "filters": {"documant": ["minutes"]}},
        {},
    ],
)
def test_what_cannot_be_asked_is_refused(client, sent):
    assert client.post("/v1/chat/completions", json={"model": "quoth", **sent}).status_code == 422


def test_a_failure_has_its_status_or_is_the_last_event_before_the_end(client, openai, engine):
    engine.failure = QuestionError("odd")
    with pytest.raises(APIStatusError) as failure:
        openai.chat.completions.create(model="quoth", messages=[ASKED])
    assert (failure.value.status_code, failure.value.body["message"]) == (422, "odd")
    told = client.post("/v1/chat/completions", json={"messages": [ASKED], "stream": True})
    *_, error, done = told.text.strip().split("\n\n")
    assert json.loads(error.removeprefix("data: ")) == {"error": {"type": "question_error", "message": "odd"}}
    assert done == "data: [DONE]"


def test_it_speaks_the_words_of_the_page():
    strings = Path(__file__).parents[1] / "api" / "static" / "strings"
    for language, words in chat_message._WORDS.items():
        told = (strings / f"{language}.js").read_text(encoding="utf-8")
        for own in (words.also, words.not_found, words.differ, words.page.format("{page}")):
            assert f': "{own}",' in told
        assert f': "{words.lacking.partition("{}")[0].rstrip("：: ")}",' in told


# -- Markdown -----------------------------------------------------------------------


def answer_of(text: str, title: str = "A title", **changes: Any) -> Answer:
    quoted = Quote(text, "id", title, "a.txt", 3, 3 + len(text), "", "", None, None, None, None, None, "en", 0.8)
    return Answer("answered", 0.8, "What?", "en", "What?", (quoted,), (), {}, **changes)


def test_what_is_much_less_likely_stands_under_a_line_of_its_own() -> None:
    said = answer_of("Nine.")
    quotes = tuple(
        replace(said.quotes[0], text=text, score=score) for text, score in (("A", 0.8), ("B", 0.7), ("C", 0.1))
    )
    first, second, line, third, _ = message_of(replace(said, quotes=quotes), "http://h/").parts
    assert [first, second, third] == ["“A” [1]\n\n", "“B” [2]\n\n", "“C” [3]\n\n"]
    assert line == "Also in the documents:\n\n"


def test_documents_of_one_title_are_told_by_their_files() -> None:
    one = answer_of("Nine.", title="Lease").quotes[0]
    quotes = (one, replace(one, document_id="other", source="leases/b.txt"), replace(one, title="Annex"))
    *_, sources = message_of(replace(answer_of(""), quotes=quotes), "http://h/").parts
    assert "1. [Lease (a.txt)](" in sources.replace("\\", "")
    assert "2. [Lease (b.txt)](" in sources.replace("\\", "")
    assert "3. [Annex](" in sources


def shown(markdown: str) -> tuple[str, set[str]]:
    """What a chat shows of a message, without white space, and the kinds of marks that it makes of it."""
    text, kinds = "", set()
    for block in MarkdownIt("commonmark", {"linkify": False}).enable("strikethrough").enable("table").parse(markdown):
        kinds.add(block.type)
        for token in block.children or ():
            kinds.add(token.type)
            text += token.content
    return "".join(text.split()), kinds


@given(st.text(st.sampled_from("ab1 .)*_`[]()<>!#+-=~|&\\$\n\t🙂") | st.characters(exclude_categories=("Cc", "Cs"))))
def test_a_message_shows_the_letters_of_the_quotation_whatever_they_are(text: str) -> None:
    first = message_of(answer_of(text), "http://h/").parts[0]
    told, kinds = shown(first)
    assert told == "".join(f"“{text}”[1]".replace("\t", "·").split()).replace("··", "·") or "\t\t" in text
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "softbreak", "hardbreak", "text_special"}


@pytest.mark.parametrize(
    "hostile",
    [
        "![x](http://evil.example/x.png)",
        "<img src=http://evil.example/x.png>",
        "[a](javascript:alert(1))",
        "](b) ![c](d",
    ],
)
def test_a_hostile_document_draws_no_picture_and_no_link(hostile: str) -> None:
    told = message_of(answer_of(f"Before. {hostile}", title=f"Title {hostile}"), "http://h/")
    _, kinds = shown("".join(told.parts))
    assert not kinds & {"image", "html_inline", "html_block"}
    links = [
        token.attrGet("href")
        for block in MarkdownIt().parse("".join(told.parts))
        for token in block.children or ()
        if token.type == "link_open"
    ]
    assert links == [f"http://h/documents/id#3-{11 + len(hostile)}"]


def test_what_was_read_off_a_picture_is_said_to_be() -> None:
    answer = answer_of("Nine.")
    read = replace(answer, quotes=(replace(answer.quotes[0], ocr=True, page=3),))
    assert ", page 3, OCR" in "".join(message_of(read, "http://h/").parts)
    assert "OCR" not in "".join(message_of(answer, "http://h/").parts)


def test_sources_that_differ_are_said_to() -> None:
    differing = answer_of("Nine.", differing=(0,))
    assert "The sources give different figures. [1]" in "".join(message_of(differing, "http://h/").parts)
