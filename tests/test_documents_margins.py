"""What runs through the pages of a document is told once; nothing else is left out."""

from hypothesis import given
from hypothesis import strategies as st

from rag.documents.lines import join_lines
from rag.documents.margins import without_repeated_margins

BODY = "The delegation arrived in the capital for the official\nvisit of the ministers, who were met at the airport"
PAGES = [f"Annual report 2024\n\n{BODY} {number}\n\nPage {number + 5} of 90" for number in range(4)]


def test_heads_and_feet_are_told_once_and_sentences_go_on_over_the_page() -> None:
    text, starts = join_lines(without_repeated_margins(PAGES))
    assert text.count("Annual report 2024") == 1
    assert text.count("of 90") == 1
    assert "met at the airport 1 The delegation" in text
    assert len(starts) == 4


def test_what_a_program_tells_of_the_head_behind_the_foot_is_told_once() -> None:
    bodies = [f"{BODY}\nby {name}." for name in ("one", "two", "three")]
    pages = [f"{body}\n\n11/27/26, 2:34 PM\n\nfile.html {at}/3" for at, body in enumerate(bodies, 1)]
    assert without_repeated_margins(pages) == [pages[0], *bodies[1:]]


def test_a_head_on_fewer_pages_stays() -> None:
    assert without_repeated_margins(PAGES[:2]) == PAGES[:2]


def test_a_line_that_does_not_stand_apart_is_no_foot() -> None:
    pages = [f"Record {name}\nStatus: approved" for name in "abcd"]
    assert without_repeated_margins(pages) == pages


def test_numbers_that_do_not_count_pages_stay() -> None:
    pages = [f"Account {number}\n\n{BODY}\n\nTotal {number}" for number in (310, 17, 4000, 52)]
    assert without_repeated_margins(pages) == pages


def test_the_name_of_a_chapter_beside_the_number_of_the_page_is_told_in_the_chapter() -> None:
    chapters = ["3.3 The maintainer", "3.4 The description", "3.5 The base system", "3.6 The rest"]
    pages = [f"{name}\n\n{BODY} of\n{name[4:]}\n\n{name[:3]}. {name[4:]} {at}" for at, name in enumerate(chapters, 15)]
    text, _ = join_lines(without_repeated_margins(pages))
    for at, name in enumerate(chapters, 15):
        assert text.count(name[4:]) == 2
        assert f"{name[4:]} {at}" not in text


def test_what_stands_beside_the_number_of_a_page_and_nowhere_else_is_told() -> None:
    pages = [f"{BODY}\n{BODY}\n\n{word} {at}" for at, word in enumerate(("Draft", "Approved", "Draft", "Void"), 7)]
    text, _ = join_lines(without_repeated_margins(pages))
    assert [text.count(word) for word in ("Draft", "Approved", "Void")] == [1, 1, 1]


def test_numbered_paragraphs_at_the_tops_of_pages_stay() -> None:
    pages = [f"{at} The court finds {word}.\n\n{BODY}" for at, word in enumerate(("so", "not", "both", "nothing"), 15)]
    assert without_repeated_margins(pages) == pages


lines = st.sampled_from(["", "a", "b 1", "3 b", "c", "Page 3"])


def letters(page: str) -> set[str]:
    return {"".join(filter(str.isalpha, row)).casefold() for row in page.split("\n")} - {""}


@given(st.lists(st.lists(lines, max_size=6).map("\n".join), max_size=7))
def test_every_line_is_still_told_and_no_page_or_order_is_lost(pages: list[str]) -> None:
    told = without_repeated_margins(pages)
    assert len(told) == len(pages)
    assert set().union(*map(letters, told)) == set().union(*map(letters, pages))
    for before, after in zip(pages, told, strict=True):
        kept = [row for row in after.split("\n") if row]
        rest = iter(before.split("\n"))
        assert all(row in rest for row in kept)
