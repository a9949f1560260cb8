"""What a PDF strikes out with a line is left out; lines that only stand near words are none of it."""

import pytest
from test_documents_pdf import drawn_pdf

from rag.documents import load_bytes

LINE = 700.0  # of points, where the words stand
Rule = tuple[float, float, float]  # from where to where, and how far above the line


def text_of(words: str, *rules: Rule) -> str:
    """Words of Courier in 12 points, each letter 7.2 wide, with rules drawn over them."""
    drawn = "".join(
        f"{72 + 7.2 * first} {LINE + above} {7.2 * (last - first)} 0.7 re f " for first, last, above in rules
    )
    return load_bytes(drawn_pdf(f"{drawn} BT /F1 12 Tf 72 {LINE} Td ({words}) Tj ET"), "a.pdf").text


def struck(text: str, words: str, above: float = 3.0) -> Rule:
    first = text.index(words)
    return first, first + len(words), above


RENT = "The rent is 500 600 euros and shall not be raised."


def test_words_that_a_line_goes_through_are_left_out() -> None:
    assert text_of(RENT, struck(RENT, "500")) == "The rent is 600 euros and shall not be raised."
    assert text_of(RENT, struck(RENT, "500"), struck(RENT, "not")) == "The rent is 600 euros and shall be raised."
    assert text_of(RENT, struck(RENT, "and shall not be raised")) == "The rent is 500 600 euros ."


def test_a_line_that_is_drawn_in_pieces_is_one() -> None:
    first = RENT.index("600")
    pieces = [(first + n, first + n + 1.05, 3.0) for n in range(9)]
    assert text_of(RENT, *pieces) == "The rent is 500 and shall not be raised."


@pytest.mark.parametrize(
    "rule",
    [
        struck(RENT, "500", above=-1.5),  # underlined
        struck(RENT, "500", above=9.0),  # overlined
        struck(RENT, "50"),  # a part of a word
        (0, 80, 3.0),  # goes on behind the words: a rule of a chart
        (-12, 15, 3.0),
        (12.2, 12.5, 3.0),  # a stroke of a letter
    ],
)
def test_other_lines_leave_words_as_they_are(rule: Rule) -> None:
    assert text_of(RENT, rule) == RENT


def test_a_page_of_nothing_but_struck_words_says_nothing() -> None:
    void = f"72 {LINE + 3} 36 0.7 re f BT /F1 12 Tf 72 {LINE} Td (Void.) Tj ET"
    valid = f"BT /F1 12 Tf 72 {LINE} Td (Valid.) Tj ET"
    assert load_bytes(drawn_pdf(void, valid), "a.pdf").text.strip() == "Valid."
