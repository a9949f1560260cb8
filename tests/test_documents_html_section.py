"""Which part of a page is taken: all of the document, and none of what the site puts around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents import html_section, load_bytes

SENTENCE = "The delegation met in Baku and discussed the cooperation of the two countries at length"
TEXT = "".join(f"<p>{SENTENCE}, for the {count}th time.</p>" for count in range(8))


def text_of(page: str) -> str:
    return load_bytes(
        f"<html><head><title>The name</title></head><body>{page}</body></html>".encode(), "page.html"
    ).text


@pytest.mark.parametrize(
    "told",
    [
        "<h2>3.2 Options</h2>",
        "<dl><dt>Alpha</dt><dd>Low values give sharper noise.</dd></dl>",
        "<p>Iterations = 7</p>",
        "<figure><figcaption>Figure 17: the noise</figcaption></figure>",
        "<table><tr><td>Directed by</td><td><a href='/x'>Akitaro Daichi</a></td></tr></table>",
        "<ul><li><a href='/fr'>France</a></li><li><a href='/az'>Azerbaijan</a></li></ul>",
        "<blockquote><p>We agree.</p><footer>The Prime Minister</footer></blockquote>",
        "<p>Choose <span class='menu'>Filters</span> &gt; <span><i>Render</i></span>, and press <kbd>Enter</kbd>.</p>",
    ],
)
def test_nothing_that_stands_within_the_text_is_passed_over(told: str) -> None:
    text = text_of(f"<nav><a href=/>Home</a></nav><div><h1>The name</h1>{TEXT}{told}{TEXT}</div>")
    words = [word for part in told.replace("&gt;", ">").split("<") for word in part.partition(">")[2].split()]
    assert all(word in text for word in words)
    assert "Home" not in text


@pytest.mark.parametrize(
    "left_out",
    [
        "<nav><span>Left</span> out</nav>",
        "<div role=navigation>Left out</div>",
        "<footer>Left out</footer>",
        "<div style='display: none'>Left out</div>",
        "<div hidden>Left out</div>",
        "<ul><li><a href=/1>Left out, the third of the headlines</a><li><a href=/2>And one more headline</a></ul>",
        "<ul><li><a href=#1>1 Left</a></li><li><a href=#2>2 Out</a></li></ul>",
        "<script>Left out</script>",
    ],
)
def test_what_is_no_main_text_and_menus_by_name_or_headlines_is_left_out(left_out: str) -> None:
    text = text_of(f"<div><h1>The name</h1>{TEXT}{left_out}{TEXT}</div>")
    assert "Left" not in text
    assert text.count(SENTENCE) == 16


def test_what_stands_beside_the_text_is_left_out() -> None:
    page = f"<div id=side><b>Subscribe</b> to our letter</div><div id=text>{TEXT}</div><div>All rights reserved</div>"
    text = text_of(page)
    assert text.count(SENTENCE) == 8
    assert not any(word in text for word in ("Subscribe", "rights"))


def test_the_heading_that_the_page_names_is_taken_from_wherever_it_stands_once() -> None:
    beside = "<div><h2>Other news</h2><h1>The name</h1><b>Print</b></div>"
    text = text_of(f"{beside}<div id=text>{TEXT}</div>")
    assert text.startswith(f"The name\n\n{SENTENCE}")
    assert "Print" not in text
    text = text_of(f"{beside}<div id=text><h1>The name</h1>{TEXT}</div>")
    assert text.count("The name") == 1


def test_main_text_that_stands_elsewhere_is_taken_with_it() -> None:
    lead = "Foreign experts told the paper at length what they think of it, and more."
    text = text_of(f"<div><div><p>{lead}</p><b>Share</b></div></div><div id=text>{TEXT}</div>")
    assert text.startswith(f"{lead}\n\n{SENTENCE}")
    assert "Share" not in text


def test_a_chapter_comes_with_the_others() -> None:
    short = "<div class=chapter><h2>2</h2><p>Use it.</p></div>"
    text = text_of(f"<div><div class=chapter><h2>1</h2>{TEXT}{TEXT}</div>{short}</div><div>Aside</div>")
    assert text.endswith("2\n\nUse it.")


def test_a_short_text_comes_with_what_stands_around_it() -> None:
    page = f"<div id=all><div><p>{SENTENCE}.</p></div><div><p>See there.</p></div></div><div>Around</div>"
    assert text_of(page) == f"{SENTENCE}.\n\nSee there."


def test_a_page_laid_out_as_a_table_gives_the_cell_and_a_table_of_facts_all_its_cells() -> None:
    assert text_of(f"<table><tr><td>Menu</td><td>{TEXT}</td></tr></table>").startswith(SENTENCE)
    facts = "".join(f"<tr><td>{count}</td><td>{SENTENCE}</td></tr>" for count in range(8))
    assert text_of(f"<div><table>{facts}</table></div>").startswith(f"0\t{SENTENCE}")


def test_text_between_blocks_is_taken_too() -> None:
    own = "What stands in no paragraph of its own is told here at some length, as in old pages"
    text = text_of(f"<div>{own}<div>{TEXT}</div>{own}</div>")
    assert text.count(own) == 2


def test_a_long_page_is_taken_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_section, "_LONGEST", 100)
    assert text_of(f"<nav>Home</nav><div>{TEXT}</div>").startswith("Home\n\n")


inline = st.sampled_from(["{}", "<b>{}</b>", "<span class=menu>{}</span>", "<a href=/>{}</a>", "<code>{}</code>"])
said = st.lists(st.tuples(inline, st.sampled_from(["Baku", "Peking, ", "met ", "3.5 "])), min_size=1, max_size=8)
kinds = st.sampled_from(["p", "li", "div", "blockquote", "h3", "dd", "pre", "td"])
paragraphs = st.lists(st.tuples(kinds, said), min_size=1, max_size=6)


@given(paragraphs)
def test_every_word_of_the_text_is_told_in_its_order(told: list[tuple[str, list[tuple[str, str]]]]) -> None:
    page = "".join(f"<{kind}>{''.join(each.format(word) for each, word in words)}</{kind}>" for kind, words in told)
    written = "".join(word for _, words in told for _, word in words)
    assert "".join(written.split()) in "".join(text_of(f"<div>{TEXT}{page}{TEXT}</div>").split())
