"""What a question names that the document of its answer must have."""

import pytest

from rag.particulars import Particulars, names_of, unmentioned


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
    assert bool(Particulars.of("What happened in 1996?", "en").missing(text, ["ru"])) != there


@pytest.mark.parametrize("text", ["二〇二四年", "２０２４年", "2024年"])
def test_a_year_may_be_written_in_any_digits(text: str) -> None:
    assert not Particulars.of("What happened in 2024?", "en").missing(text, ["zh"])
    assert not Particulars.of(text, "zh").missing("In 2024", ["en"])


def test_within_a_language_a_year_may_go_without_saying() -> None:
    assert not Particulars.of("What happened in 1996?", "en").missing("In that year", ["en", "ru"])


def test_what_is_missing_is_told_in_the_words_of_the_question() -> None:
    asked = Particulars.of("Did the Armenian or the Georgian minister sign it in 1996?", "en")
    assert asked.missing("Армения и Грузия подписали его в 1996 году.", ["ru"]) == []
    assert asked.missing("Армения подписала его.", ["ru"]) == ["Georgian", "1996"]
    assert Particulars.of("塔吉克斯坦外长说了什么？", "zh").missing("Армения", ["ru"]) == ["塔吉克斯坦"]


@pytest.mark.parametrize("text", ["Арме-\nния подписала его.", "Грузинско-\nармянская граница"])
def test_a_word_may_be_cut_by_the_end_of_a_line(text: str) -> None:
    assert not Particulars.of("Did Armenia sign it?", "en").missing(text, ["ru"])


@pytest.mark.parametrize("question", ["Who signed it?", "What is in § 1403?", "Rule 21996?", ""])
def test_most_questions_have_none(question: str) -> None:
    assert not Particulars.of(question, "en")


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Whom did President Macron meet, and did Macron stay?", ["President", "Macron"]),
        ("What did 30 men see in 1996 and in 996?", ["1996", "996"]),
        ("Кого принял Эммануэль Макрон?", ["Эммануэль", "Макрон"]),
        ("Where am I, Mr Li?", []),  # too short
        ("马克龙会见了谁？", []),
        ("", []),
    ],
)
def test_names_have_a_capital_or_are_numbers(question: str, names: list[str]) -> None:
    assert names_of(question) == names


def test_a_name_is_mentioned_in_any_of_its_forms() -> None:
    assert unmentioned(["Macron"], "President Mac-\n  ron") == []
    assert unmentioned(["Макрона", "President", "Élysée"], "С Макроном; the president, ELYSEE") == []
    assert unmentioned(["Macron", "Macao"], "Macedonia, emacron") == ["Macron", "Macao"]
    assert unmentioned(["1996", "996", "199"], "In 1996.") == ["996", "199"]
