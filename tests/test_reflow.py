"""Text as it reads, with a map back to where it stands."""

from hypothesis import given
from hypothesis import strategies as st

from rag.reflow import BREAK, reflow

LINES = st.lists(st.text(alphabet="abЖю中ا-\u00ad.,!# 12", max_size=70), max_size=12).map("\n".join)


@given(st.one_of(st.text(max_size=400), LINES))
def test_every_character_stands_where_its_origin_says(source: str) -> None:
    reflowed = reflow(source)
    assert len(reflowed.text) == len(reflowed.origins)
    for character, origin in zip(reflowed.text, reflowed.origins, strict=True):
        assert 0 <= origin < len(source)
        assert character in (source[origin], " ", BREAK)


@given(LINES)
def test_no_letter_is_lost_or_invented(source: str) -> None:
    assert sorted(filter(str.isalnum, reflow(source).text)) == sorted(filter(str.isalnum, source))


@given(LINES)
def test_no_character_of_the_source_is_used_twice(source: str) -> None:
    reflowed = reflow(source)
    letters = [origin for text, origin in zip(reflowed.text, reflowed.origins, strict=True) if text.isalnum()]
    assert len(letters) == len(set(letters))


def test_a_word_cut_at_the_end_of_a_line_is_whole_again() -> None:
    assert reflow("традиционно дружествен-\n\nные отношения").text == "традиционно дружественные отношения"


def test_a_word_cut_by_a_column_is_whole_again_and_what_stood_between_comes_after() -> None:
    source = "укрепление дружественных от-\n\n## Взаимодействие\n\nАктивный диалог\n\n\nношений между народами."
    assert reflow(source).text == (
        f"укрепление дружественных отношений между народами.{BREAK}## Взаимодействие{BREAK}Активный диалог"
    )


def test_a_hyphen_before_a_capital_or_a_digit_is_kept() -> None:
    assert "COP-" in reflow("the COP-\n29 in Baku").text
    assert "Aliyev-" in reflow("the Aliyev-\nXi meeting").text


def test_a_sentence_that_goes_on_after_a_page_break_is_one_line() -> None:
    assert BREAK not in reflow("достижением качественно\n\nнового уровня связей").text


def test_headings_lists_and_tables_stay_lines_of_their_own() -> None:
    source = "# title of the page\nsome words\n- first\n- second\n| a | b |"
    assert reflow(source).text.split(BREAK) == source.split("\n")


def test_a_span_goes_back_to_the_smallest_stretch_of_the_source() -> None:
    source = "  дружествен-\n\nные  "
    reflowed = reflow(source)
    start, end = reflowed.source_span(0, len(reflowed.text))
    assert source[start:end] == "дружествен-\n\nные"


@given(LINES, st.data())
def test_a_stretch_of_the_source_is_found_whole_in_the_reflowed_text(source: str, data: st.DataObject) -> None:
    reflowed = reflow(source)
    start = data.draw(st.integers(0, len(source)))
    end = data.draw(st.integers(start, len(source)))
    low, high = reflowed.span_of(start, end)
    outside = [place for place in range(len(reflowed.text)) if not low <= place < high]
    assert all(not start <= reflowed.origins[place] < end for place in outside)
    if low < high:
        assert start <= reflowed.origins[low] < end
        assert start <= reflowed.origins[high - 1] < end
