"""Sources that give different figures are told from those that say the same in other words."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.differences import differing, likely
from rag.types import Quote


def quoted(answer: str, document: str = "a", *, date: str | None = None, score: float = 0.8) -> Quote:
    text = f"It was {answer}, they said."
    return Quote(
        text=text,
        document_id=document,
        title=document,
        source=f"{document}.txt",
        start=100,
        end=100 + len(text),
        before="",
        after="",
        highlight=(107, 107 + len(answer)),
        page=None,
        heading=None,
        date=date,
        date_origin="text" if date else None,
        language="en",
        score=score,
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("412 metres", "436 metres"),
        ("18,000", "24 000"),
        ("12 May 1998", "13 May 1998"),
        ("1998 год", "in 1989"),
        ("٣٥", "36"),
        ("2.5 per cent", "2.6 %"),
    ],
)
def test_other_figures_differ(one: str, other: str) -> None:
    assert sorted(differing([quoted(one), quoted(other, "b")])) == [0, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("412 metres", "412 м"),
        ("18,000", "18 тысяч"),
        ("12 May 1998", "in 1998"),
        ("5 May", "2024-05-05"),
        ("٣٥", "35"),
        ("in Baku", "in 1998"),
        ("Baku", "Beijing"),
    ],
)
def test_the_same_figures_in_other_words_do_not(one: str, other: str) -> None:
    assert differing([quoted(one), quoted(other, "b")]) == ()


@given(st.integers(1, 10**9), st.sampled_from([",", " ", "\u00a0", "’"]))
def test_how_thousands_are_parted_makes_no_figure_different(number: int, between: str) -> None:
    assert differing([quoted(f"{number}"), quoted(f"{number:,}".replace(",", between), "b")]) == ()


def test_the_newest_comes_first_and_those_that_agree_are_left_out() -> None:
    quotes = [
        quoted("412", date="2021-03-04"),
        quoted("412", "b", date="2025-01-01"),
        quoted("436", "c", date="2024-06-10"),
        quoted("440", "d"),
    ]
    assert differing(quotes) == (2, 0, 3)


def test_one_document_does_not_contradict_itself() -> None:
    assert differing([quoted("412"), quoted("436")]) == ()


def test_what_is_hardly_an_answer_contradicts_nothing() -> None:
    assert differing([quoted("412"), quoted("436", "b", score=0.3)]) == ()


def test_without_the_exact_answer_nothing_is_compared() -> None:
    assert differing([quoted("412"), replace(quoted("436", "b"), highlight=None)]) == ()
    assert differing([]) == ()


@pytest.mark.parametrize(
    ("scores", "count"), [((0.8,), 1), ((0.8, 0.53), 2), ((0.8, 0.51), 1), ((0.6, 0.6, 0.1), 2), ((), 0)]
)
def test_what_is_nearly_as_likely_as_the_first_may_as_well_be_right(scores: tuple[float, ...], count: int) -> None:
    assert likely([quoted("Baku", score=each) for each in scores]) == count
