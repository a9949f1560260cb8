"""Rules of where an answer's mark begins and ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.readers.edges import settled, trimmed

TEXTS = st.text(alphabet='ab1 .,،(){}«»“”„"「」', min_size=1, max_size=30)


def marked(text: str) -> str:
    """What is left of the part between bars."""
    before, part, after = text.split("|")
    whole = before + part + after
    start, end = settled(whole, len(before), len(before + part), (0, len(whole)))
    return whole[start:end]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("in |1990, |he", "1990"),
        ("in |2018.|", "2018"),
        ("the |U.S.|", "U.S."),
        ("كان |ملكي وراثي،| ثم", "ملكي وراثي"),
        ("वह |दिल्ली।|", "दिल्ली"),
        ("在|北京。|", "北京"),
        ("|, |", ", "),
    ],
)
def test_a_mark_sheds_commas_full_stops_and_space_but_is_never_empty(text: str, kept: str) -> None:
    assert marked(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("born |(14 March 1879| in Ulm)", "14 March 1879"),
        ("in all |(19.3%|)", "19.3%"),
        ("(since |1472)| there", "1472"),
        ("the |athletes (mostly runners|) won", "athletes (mostly runners)"),
        ("|Harvard) and (Yale|)", "Harvard) and (Yale)"),
        ("of (|NH2CHR)n| here", "(NH2CHR)n"),
        ("|f(x)| is", "f(x)"),
    ],
)
def test_a_mark_has_its_brackets_in_pairs_or_not_at_its_edges(text: str, kept: str) -> None:
    assert marked(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('an |archetypal "mad scientist|" there', 'archetypal "mad scientist"'),
        ('an "|archetypal" scientist| there', '"archetypal" scientist'),
        ("фильм «|Мужчины в воскресенье»|.", "«Мужчины в воскресенье»"),
        ("der Film |„Metropolis|“ von", "„Metropolis“"),
        ("the |“iron curtain|” fell", "“iron curtain”"),
        ('he said |"never| again"', "never"),
    ],
)
def test_a_mark_takes_in_the_other_of_its_quotation_marks_or_sheds_the_one(text: str, kept: str) -> None:
    assert marked(text) == kept


@given(TEXTS, st.data())
def test_a_mark_stays_in_its_stretch_and_holds_something(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    low, high = data.draw(st.integers(0, start)), data.draw(st.integers(end, len(text)))
    found = settled(text, start, end, (low, high))
    assert low <= found[0] < found[1] <= high
    assert trimmed(text, *found) == found or not text[slice(*found)].strip(" .,،")
