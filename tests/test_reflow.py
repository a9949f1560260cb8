"""Text as it reads, with a map back to where it stands."""

from hypothesis import given
from hypothesis import strategies as st

from rag.reflow import BREAK, reflow

LINES = st.lists(st.text(alphabet="abЖю中ا-\u00ad.,!# 12", max_size=70), max_size=12).map("\n".join)


@given(st.one_of(st.text(max_size=400), LINES))
def test_every_character_stands_where_its_origin_says(source: str) -> None:
    reflowed = reflow(source)
    assert len(reflowed.text) == len(reflowed.origins)
    put_in = {place for row in reflowed.rows for place in range(row.start, row.end)}
    put_in -= {place for row in reflowed.rows for cell in row.cells for place in range(*cell)}  # names of columns
    for place, (character, origin) in enumerate(zip(reflowed.text, reflowed.origins, strict=True)):
        assert 0 <= origin < len(source)
        assert place in put_in or character in (source[origin], " ", BREAK)


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
    assert reflow(source).text.split(BREAK) == [*source.split("\n")[:4], "a; b"]


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


COLUMN = """Die Gemeinde liegt am rechten Ufer
der Isar, wo seit dem Mittelalter
Schiffe anlegten. Ihr Wappen zeigt
Josef Huber, der im Jahr 1632 die
Stadt vor dem Heer der Schweden
rettete. Bis heute feiern die Bürger
dort im Mai ein Fest, zu dem viele
aus den Nachbarorten kommen."""


def test_lines_of_a_narrow_column_are_one_also_where_the_next_begins_with_a_capital() -> None:
    assert reflow(COLUMN).text == COLUMN.replace("\n", " ")


def test_a_narrow_column_of_a_script_without_capitals_is_told_by_words_that_found_no_room() -> None:
    lines = ["حلب مدينة في شمال سوريا", "وهي من أقدم مدن العالم", "المأهولة وبنيت قلعتها", "في القرن الثالث عشر"]
    column = "\n".join([*lines, "وقد رممها السلطان غازي", "واشتهرت بصناعة الصابون"])
    assert reflow(column).text == column.replace("\n", " ")


def test_short_lines_that_were_ended_on_purpose_stay_lines_of_their_own() -> None:
    names = "Anar Alakbarov\nLin Songtian\nHikmet Hajiyev\nSahiba Gafarova\nLiu Jianchao\nXi Jinping"
    assert reflow(names).text.split(BREAK) == names.split("\n")
    fields = "额定电压：220V\n额定功率：1500W，两档可调\n净重：3.2kg\n产地：广东\n颜色：白、灰\n保修：两年"
    assert reflow(fields).text.split(BREAK) == fields.split("\n")


def test_georgian_whose_letters_are_all_small_does_not_go_on_after_a_title() -> None:
    assert reflow("თბილისი\n\nთბილისი საქართველოს დედაქალაქია.").text.count(BREAK) == 1
