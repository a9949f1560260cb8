"""Countries, as questions and texts of many languages call them."""

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from rag.countries import countries_of, speaks_of
from rag.folding import fold
from rag.language import LANGUAGES


@pytest.mark.parametrize(
    ("question", "language", "countries"),
    [
        ("Which Armenian minister attended the summit?", "en", {"AM"}),
        ("Where is Turkey's embassy in Kazakhstan?", "en", {"TR", "KZ"}),
        ("Кто сейчас посол России в Азербайджане?", "ru", {"RU", "AZ"}),
        ("Сколько китайских вагонов прибыло из Казахстана?", "ru", {"CN", "KZ"}),
        ("Кого принял российский посол и казахстанская делегация?", "ru", {"RU", "KZ"}),
        ("Türkiyənin xarici işlər naziri kimdir?", "az", {"TR"}),
        ("Özbekistan'ın demir yolu projesinin maliyeti nedir?", "tr", {"UZ"}),
        ("塔吉克斯坦外长说了什么？", "zh", {"TJ"}),
        ("印度尼西亚的首都在哪里？", "zh", {"ID"}),
        ("프랑스의 수도는 어디입니까?", "ko", {"FR"}),
        ("ما هي عاصمة الصين؟", "ar", {"CN"}),
        ("Kto jest prezydentem Rosji?", "pl", {"RU"}),
    ],
)
def test_a_country_is_named_by_its_name_its_cases_and_what_is_called_after_it(
    question: str, language: str, countries: set[str]
) -> None:
    assert set(countries_of(question, language)) == countries


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What individual polish does the china need?", "en"),
        ("What was Gandhi's work called?", "en"),
        ("Какой груз возглавил комитет?", "ru"),
        ("Сколько китов и индиго?", "ru"),
        ("Как это называется на русском языке?", "ru"),
        ("Hangi çinko madeni?", "tr"),
        ("Who is the American president?", "en"),  # a text has many names for that
        ("???", "en"),
        ("China", "und"),
        ("China", "xx"),
    ],
)
def test_what_only_looks_like_the_name_of_a_country_is_none(question: str, language: str) -> None:
    assert not countries_of(question, language)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_a_text_speaks_of_a_country_whose_whole_name_it_has(language: str) -> None:
    territories = Locale.parse(language).territories
    for country in ("AM", "KZ", "CN", "FR"):
        if country in territories:
            assert speaks_of(country, fold(f"({territories[country]})"), [language])


@pytest.mark.parametrize(
    ("country", "text", "language", "there"),
    [
        ("RU", "Moskvada danışıqlar olub", "az", True),  # a city of it
        ("CN", "the PRC", "en", True),
        ("CH", "a Swiss bank", "en", True),
        ("PT", "Portuguese sailors", "en", True),
        ("CN", "посол КНР", "ru", True),
        ("AM", "亞美尼亞", "zh", True),  # in the other of its scripts
        ("AM", "Азербайджан", "ru", False),
        ("AM", "Azerbaijan", "en", False),
        ("TR", "Ankara'ya gitti", "tr", True),  # in the country's own language it goes without saying
        ("TR", "何も", "xx", True),  # no names are known
    ],
)
def test_a_text_may_speak_of_a_country_in_other_words(country: str, text: str, language: str, there: bool) -> None:
    assert speaks_of(country, fold(text), [language]) == there


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_any_question_names_countries_that_it_speaks_of(question: str, language: str) -> None:
    for country in countries_of(question, language):
        assert speaks_of(country, fold(question), [language])
