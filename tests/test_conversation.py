"""Earlier questions and a message to what is searched for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.conversation import LONGEST, search_text


@pytest.mark.parametrize(
    "message",
    [
        "Who led the Chinese delegation to Baku?",
        "Какие соглашения подписали Азербайджан и Китай?",
        "Azərbaycan ŞƏT-də hansı statusu istəyir?",
        "阿塞拜疆与中国签署了哪些文件？",
    ],
)
def test_a_message_that_stands_alone_is_searched_for_as_it_is(message: str) -> None:
    assert search_text(["Where is the Heydar Aliyev Center?"], message) == message


@pytest.mark.parametrize(
    ("before", "message"),
    [
        ("Who met Liu Jianchao?", "When did she meet him?"),
        ("Who met Liu Jianchao?", "And what did they discuss?"),
        ("Кто такой Хикмет Гаджиев?", "А какую должность он занимает?"),
        ("Anar Ələkbərov kimdir?", "Bəs o kiminlə görüşdü?"),
        ("谁率领中国代表团？", "他会见了谁？"),
    ],
)
def test_a_message_that_leans_on_what_was_asked_is_searched_for_with_it(before: str, message: str) -> None:
    assert search_text([before], message) == f"{before} {message}"


def test_a_change_of_subject_drops_what_was_carried() -> None:
    history = ["Who met Liu Jianchao?", "When did she meet him?", "What is the Middle Corridor in the Caspian region?"]
    assert search_text(history[:2], history[2]) == history[2]
    assert search_text(history, "And who supports it?") == f"{history[2]} And who supports it?"


@given(st.lists(st.text(max_size=300), max_size=6), st.text(min_size=1, max_size=300))
def test_what_is_searched_for_is_made_of_the_questions_alone(history: list[str], message: str) -> None:
    text = search_text(history, message)
    assert len(text) <= LONGEST
    assert text in " ".join(map(str.strip, (*history, message)))
