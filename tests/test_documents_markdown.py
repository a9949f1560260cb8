"""Markdown: verbatim text, with headings found where they really are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents import load_bytes
from rag.types import Document

lines = st.one_of(
    st.sampled_from(["", "# One", "## Two ##", "====", "---", "```", "~~~~", "text", "   ### Three", "    # code"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12),
)


def load(text: str) -> Document:
    return load_bytes(text.encode(), "a.md")


def headings(text: str) -> list[tuple[int, str]]:
    document = load(text)
    return [(heading.level, document.text[heading.start : heading.end]) for heading in document.headings]


@given(st.lists(lines, max_size=20))
def test_every_heading_is_one_whole_line_and_they_stand_in_order(parts: list[str]) -> None:
    document = load("\n".join(["seen", *parts]))
    ends = [0]
    for heading in document.headings:
        line = document.text[heading.start : heading.end]
        assert line.strip()
        assert "\n" not in line
        assert heading.start == 0 or document.text[heading.start - 1] == "\n"
        assert document.text[heading.end : heading.end + 1] in ("", "\n")
        assert heading.start >= ends[-1]
        assert 1 <= heading.level <= 6
        ends.append(heading.end)


@given(st.lists(lines, max_size=20))
def test_the_text_is_the_files_own(parts: list[str]) -> None:
    text = "\n".join(["seen", *parts])
    assert load(text).text == text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# One\ntext\n### Three ###\n", [(1, "# One"), (3, "### Three ###")]),
        ("Title\n=====\n\nPart\n---\n", [(1, "Title"), (2, "Part")]),
        ("#hashtag\n####### seven\n\\# escaped\n", []),
        ("```\n# code\n```\n# real\n", [(1, "# real")]),
        ("~~~ python\n# code\n```\n# code\n~~~\n# real\n", [(1, "# real")]),
        ("````\n```\n# code\n````\n# real\n", [(1, "# real")]),
        ("```\n# never closed\n", []),
        ("text\n\n    # indented code\n", []),
        ("text\n\n---\n\nmore\n", []),
        ("two lines\nof a paragraph\n---\n", []),
        ("| a | b |\n---\n- item\n---\n> quote\n---\n", []),
        ("---\ntitle: Not a heading\n---\n# Real\n", [(1, "# Real")]),
    ],
)
def test_what_is_a_heading_and_what_is_not(text: str, expected: list[tuple[int, str]]) -> None:
    assert headings(text) == expected


def test_the_title_is_the_first_headings_words_without_marks() -> None:
    assert load("Preface.\n\n# The **bold** [name](http://x) of `it` #\n").title == "The bold name of it"


def test_front_matter_gives_title_and_date() -> None:
    document = load('---\ntitle: "On quoting"\ntags: a\nkind: b\nlayout: c\ndate: 2024-04-02\n---\n# Something else\n')
    assert (document.title, document.date, document.date_origin) == ("On quoting", "2024-04-02", "metadata")
    assert document.text.startswith("---\ntitle")


def test_a_lesser_heading_far_down_is_not_the_title() -> None:
    assert load("The opening sentence. " * 30 + "\n\n## Part two\n").title.startswith("The opening sentence.")
