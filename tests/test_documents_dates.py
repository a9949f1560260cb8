"""Dates: stated at the top of the text, else in the file's properties, else the file's own."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents import dates


@pytest.mark.parametrize(
    "line",
    [
        " date 2024-04-02 2 April 2024 20:28 (UTC+04:00)",
        "2 April 2024 09:00 (UTC+04:00)",
        "2024-04-02",
        "2024-04-02T20:28:00Z",
        "April 2, 2024",
        "Tuesday, 2nd of April 2024, 10:15 am",
        "Published: Apr. 2, 2024",
        "2 апреля 2024 г.",
        "Опубликовано: 2 апреля 2024 года, 15:00",
        "2 aprel 2024",
        "2 aprel 2024-cü il",
        "2 Nisan 2024 Salı",
        "2 NİSAN 2024",
        "2024年4月2日",
        "发布时间：2024年4月2日 10:00",
        "2024년 4월 2일",
        "02.04.2024",
        "2. April 2024",
        "2 avril 2024",
        "2 de abril de 2024",
        "BAKU, Azerbaijan, April 2, 2024. Speaker of the Parliament held a meeting.",
        "МОСКВА, 2 апреля 2024 г. — Встреча состоялась.",
        "BEIJING, April 2, 2024 (Xinhua) -- The two sides met.",
        "新华社北京2024年4月2日电 双方举行会谈。",
    ],
)
def test_date_lines_and_datelines_date_a_text(line: str) -> None:
    assert dates.stated_in(f"\n\nA title\n{line}\n\nText.") == "2024-04-02"


@pytest.mark.parametrize(
    "line",
    [
        "BAKU, Azerbaijan, April 2. Speaker of the Parliament held a meeting.",
        "31 February 2024",
        "29 February 2023",
        "2 April 9999",
        "9999-01-01",
        "12 Smarch 2024",
        "On 2 April 2024 the two sides met.",
        "Treaty of Paris (3 September 1783)",
        "Napoleon Bonaparte (15 August 1769 – 5 May 1821) was an emperor.",
        "Call 2024-04-022 or 12024-04-02",
        "Version 2.4.2024.1",
    ],
)
def test_no_year_no_such_day_or_a_sentences_own_date_date_nothing(line: str) -> None:
    assert dates.stated_in(f"{line}\nText.") is None


def test_only_the_top_of_a_text_dates_it() -> None:
    assert dates.stated_in("a\n\nb\n\nc\n\nd\n\n2024-04-02\n") == "2024-04-02"
    assert dates.stated_in("a\nb\nc\nd\ne\n2024-04-02\n") is None


def test_an_impossible_date_leaves_the_next_its_chance() -> None:
    assert dates.stated_in("31 February 2024\n1 March 2024\n") == "2024-03-01"


@given(st.dates(datetime.date(1400, 1, 1), datetime.date(2100, 12, 31)), st.sampled_from(["%Y-%m-%d", "%d.%m.%Y"]))
def test_every_day_that_was_is_read(day: datetime.date, form: str) -> None:
    written = day.strftime(form) if day.year >= 1000 else day.isoformat()
    assert dates.stated_in(written) == day.isoformat()


@given(st.text())
def test_any_text_has_a_true_date_or_none(text: str) -> None:
    found = dates.stated_in(text)
    assert found is None or datetime.date.fromisoformat(found).isoformat() == found


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("BAKU, Azerbaijan, April 2. Speaker of the Parliament.", "Speaker of the Parliament."),
        ("МОСКВА, 2 апреля — Встреча.", "Встреча."),
        ("On 2 April. Something.", "On 2 April. Something."),
        ("In May 10 people left.", "In May 10 people left."),
    ],
)
def test_a_title_begins_after_the_dateline(line: str, rest: str) -> None:
    assert line[dates.dateline_end(line) :] == rest
