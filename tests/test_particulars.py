"""What a question names that the document of its answer must have."""

import pytest

from rag.particulars import Particulars


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("С 1995 по 1996 год", True),
        ("В 1995—96 годах", True),
        ("В 11996 домах", True),  # who doubts too little does no harm
        ("В 1995 году", False),
        ("В девяностых годах", False),
    ],
)
def test_a_year_stands_in_the_text_or_ends_some_years(text: str, there: bool) -> None:
    assert Particulars.of("What happened in 1996?", "en").are_in(text, ["ru"]) == there


@pytest.mark.parametrize("text", ["二〇二四年", "２０２４年", "2024年"])
def test_a_year_may_be_written_in_any_digits(text: str) -> None:
    assert Particulars.of("What happened in 2024?", "en").are_in(text, ["zh"])
    assert Particulars.of(text, "zh").are_in("In 2024", ["en"])


def test_within_a_language_a_year_may_go_without_saying() -> None:
    assert Particulars.of("What happened in 1996?", "en").are_in("In that year", ["en", "ru"])


def test_all_countries_must_be_spoken_of() -> None:
    asked = Particulars.of("Did Armenia and Georgia sign it?", "en")
    assert asked.are_in("Армения и Грузия подписали его.", ["ru"])
    assert not asked.are_in("Армения подписала его.", ["ru"])


@pytest.mark.parametrize("question", ["Who signed it?", "What is in § 1403?", "Rule 21996?", ""])
def test_most_questions_have_none(question: str) -> None:
    assert not Particulars.of(question, "en")
