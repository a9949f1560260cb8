"""Questions for languages that have none: English told half in another, and statements turned into questions."""

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.reader.encoding import Example
from training.reader.interrogatives import TRANSLATIONS, WORDS, told_in
from training.reader.lexicon import LANGUAGES, Lexicon, counted
from training.reader.mixture import switched
from training.reader.parallel import opening
from training.reader.polar import FRAMES, polar

seeds = st.integers(0, 10**6)
words = st.text("abcdefgh", min_size=1, max_size=6)
texts = st.lists(words, min_size=1, max_size=12)


class Doubled(Lexicon):
    """Every word is told by itself twice."""

    def __init__(self) -> None:
        super().__init__({"xx": {}})

    def translation(self, word: str, language: str, rng: random.Random) -> str:
        return word * 2


@given(texts, st.data())
def test_the_answer_is_where_its_words_went(text: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(text) - 1))
    last = data.draw(st.integers(first, len(text) - 1))
    start = len(" ".join(text[:first])) + (first > 0)
    end = len(" ".join(text[: last + 1]))
    made, answer = Doubled().switched(" ".join(text), "xx", 1.0, random.Random(0), (start, end))
    assert made == " ".join(word * 2 for word in text)
    assert answer is not None
    assert made[slice(*answer)] == " ".join(word * 2 for word in text[first : last + 1])


@given(texts, seeds, st.floats(0, 1))
def test_each_word_is_told_in_one_language_or_the_other(text: list[str], seed: int, share: float) -> None:
    made, _ = Doubled().switched(" ".join(text), "xx", share, random.Random(seed))
    assert all(now in (word, word * 2) for word, now in zip(text, made.split(), strict=True))


def test_a_word_that_the_answer_cuts_in_two_stays() -> None:
    made, answer = Doubled().switched("abc de", "xx", 1.0, random.Random(0), (1, 3))
    assert (made, answer) == ("abc dede", (1, 3))


def test_the_lexicon_keeps_capitals_and_draws_the_frequent_more_often() -> None:
    lexicon = Lexicon({"de": {"city": {"Stadt": 90, "Ort": 10}}})
    drawn = [lexicon.translation("City", "de", random.Random(seed)) for seed in range(200)]
    assert set(drawn) == {"Stadt", "Ort"}
    assert drawn.count("Stadt") > 150
    assert lexicon.translation("river", "de", random.Random(0)) is None
    assert Lexicon({"ru": {"city": {"город": 1}}}).translation("City", "ru", random.Random(0)) == "Город"


def test_what_a_word_is_rarely_told_by_is_taken_for_an_error() -> None:
    told = ["stadt"] * 9 + ["fluss"]
    lexicon = counted(lambda english, other: [(english, other)], ["City"] * 10, [word.title() for word in told])
    assert lexicon == {"city": {"stadt": 9}}


def test_a_number_is_no_word_to_translate() -> None:
    assert counted(lambda english, other: [("1999", "1999"), ("war", "1999")], [""], [""]) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_of_the_lexicon_can_ask(language: str) -> None:
    assert set(TRANSLATIONS[language]) == set(WORDS)
    assert all(TRANSLATIONS[language].values())


def test_the_first_question_word_is_told_and_the_rest_left() -> None:
    assert told_in("How many people know what it is?", "ru") == "сколько people know what it is?"
    assert told_in("In which year?", "de") == "In welche year?"
    assert told_in("Somehow, yes", "de") == "Somehow, yes"


@given(seeds)
def test_what_was_no_answer_stays_none_and_an_answer_keeps_its_place(seed: int) -> None:
    lexicon = Lexicon({"ru": {"city": {"город": 1}, "old": {"старый": 1}}})
    for answer in (None, (4, 12)):
        made = switched(
            Example("Which city?", "The old city burned.", answer, "qed.en", "positive"), lexicon, random.Random(seed)
        )
        assert made.kind == "positive switched"
        assert (made.answer is None) == (answer is None)
        if made.answer is not None:
            assert re.fullmatch("(old|старый) (city|город)", made.context[slice(*made.answer)])


def test_english_puts_its_auxiliary_first() -> None:
    assert polar("The market was opened in 1835.", "en") == "Was the market opened in 1835?"
    assert polar("There is a working group.", "en") == "Is there a working group?"
    assert polar("Anna has left Oslo", "en") == "Has Anna left Oslo?"
    assert polar("They met on Monday.", "en") == "Is it true that they met on Monday?"


def test_other_languages_have_a_frame_or_none() -> None:
    assert polar("Рынок открыли в 1835 году.", "ru") == "Правда ли, что Рынок открыли в 1835 году?"
    assert polar("市场于1835年开放。", "zh") == "市场于1835年开放吗？"
    assert polar("Something", "xx") is None
    assert all(frame.count("{}") == 1 for frame in FRAMES.values())


@given(texts, seeds)
def test_an_opening_begins_the_sentence(text: list[str], seed: int) -> None:
    found = opening(" ".join(text), False, random.Random(seed))
    assert " ".join(text).startswith(found)
    assert len(found.split()) >= len(text) // 2
