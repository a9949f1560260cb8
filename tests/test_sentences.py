"""Where sentences begin and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.sentences import LONGEST, sentences

LANGUAGES = st.sampled_from(["en", "ru", "az", "tr", "zh", "ar", "hi", "th", "und"])


@given(st.text(max_size=600), LANGUAGES)
def test_every_sentence_is_a_slice_without_white_space_around_it(text: str, language: str) -> None:
    for start, end in sentences(text, language):
        assert 0 <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()


@given(st.text(max_size=600), LANGUAGES)
def test_every_letter_and_digit_belongs_to_a_sentence(text: str, language: str) -> None:
    covered = {at for span in sentences(text, language) for at in range(*span)}
    assert all(at in covered for at, character in enumerate(text) if character.isalnum())


@given(st.text(max_size=600), LANGUAGES)
def test_sentences_come_in_the_order_in_which_they_begin(text: str, language: str) -> None:
    found = sentences(text, language)
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("en", "Dr. Smith met A. Hajizade at 3 p.m. He left.", 2),
        ("ru", "Он приехал 2 апреля. Встреча прошла в Баку.", 2),
        ("zh", "会议在北京举行。双方讨论了合作！", 2),
        ("ar", "مرحبا بكم. كيف حالك؟", 2),
        ("hi", "यह एक है। यह दो है।", 2),
    ],
)
def test_each_language_ends_its_sentences_in_its_own_way(language: str, text: str, count: int) -> None:
    assert len(sentences(text, language)) == count


def test_a_sentence_cut_by_a_page_break_is_one() -> None:
    text = "Азербайджан и Китай поддерживают традиционно дружествен-\n\nные отношения. Да."
    assert [text[start:end] for start, end in sentences(text, "ru")] == [text[:-4], "Да."]


def test_what_stands_between_the_halves_of_a_cut_word_is_quotable_by_itself() -> None:
    text = "дружественных от-\n\n## Заголовок\n\nношений между народами."
    assert [text[start:end] for start, end in sentences(text, "ru")] == [text, "## Заголовок"]


def test_a_rule_of_asterisks_is_no_sentence() -> None:
    assert sentences("\\*\\*\\*", "en") == []


def test_text_without_sentence_ends_is_cut_at_a_pause() -> None:
    text = "слово, " * 400
    found = sentences(text, "ru")
    assert len(found) > 2
    assert all(end - start <= LONGEST and text[end - 1] == "," for start, end in found)


def test_the_pages_of_a_note_belong_to_the_sentence_before() -> None:
    text = "He agreed to it.[17]: 108, 112–114 Gates left in 1976. Odds: 3 to 1."
    found = [text[start:end] for start, end in sentences(text, "en")]
    assert found == ["He agreed to it.[17]: 108, 112–114", "Gates left in 1976.", "Odds: 3 to 1."]
    assert sentences("It was so.[32] : 243–244 Meanwhile, it was not.", "en") == [(0, 24), (25, 47)]
