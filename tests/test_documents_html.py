"""HTML: the main text in blocks, with what the page says of itself."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents import html, load_bytes
from rag.errors import DocumentError, DocumentTooLarge, UnreadableDocument
from rag.types import Document

SENTENCE = "The delegation met in Baku and discussed the cooperation of the two countries at length."
ARTICLE = f"""<!DOCTYPE html><html lang="en"><head><title>Two cities - The Paper</title>
<meta property="og:site_name" content="The Paper"><meta name="author" content="A. Writer">
<meta property="article:published_time" content="2024-04-02T10:00:00+04:00">
<link rel="canonical" href="https://example.org/two-cities"><script>var hidden = 1;</script></head>
<body><nav><a href="/">Home</a> <a href="/news">News</a></nav>
<article><h1>Two cities</h1><p>{SENTENCE} <b>Bold</b> words<br>and more.</p><h2>Sources</h2><p>{SENTENCE}</p>
<ul><li>{SENTENCE}</li></ul><table><tr><td>Baku</td><td>1</td></tr><tr><td>Beijing</td><td>2</td></tr></table>
</article><footer>Copyright</footer></body></html>"""


def load(page: str) -> Document:
    return load_bytes(page.encode(), "page.html")


def test_the_main_text_is_kept_in_blocks_with_its_headings() -> None:
    document = load(ARTICLE)
    assert document.text.startswith(f"Two cities\n\n{SENTENCE} Bold words\nand more.\n\nSources\n\n{SENTENCE}\n\n")
    assert "Baku\t1\nBeijing\t2" in document.text
    assert "hidden" not in document.text
    assert "Copyright" not in document.text
    headings = [(heading.level, document.text[heading.start : heading.end]) for heading in document.headings]
    assert headings == [(1, "Two cities"), (2, "Sources")]


@pytest.mark.parametrize("sign", ["¶", "#", "\uf0c1"])
def test_the_sign_that_links_a_heading_to_itself_is_no_part_of_it(sign: str) -> None:
    heading = f'<h2 id="s">3.1. Sources<a class="headerlink" href="#s" title="Link to this heading">{sign}</a></h2>'
    document = load(ARTICLE.replace("<h2>Sources</h2>", heading))
    assert "\n\n3.1. Sources\n\n" in document.text


def test_the_page_tells_its_title_date_language_and_place() -> None:
    document = load(ARTICLE)
    assert (document.title, document.language) == ("Two cities", "en")
    assert (document.date, document.date_origin) == ("2024-04-02", "metadata")
    assert document.metadata == {"author": "A. Writer", "site": "The Paper", "url": "https://example.org/two-cities"}


@pytest.mark.parametrize(
    "mark",
    [
        '<meta itemprop="datePublished" content="2024-04-02">',
        '<meta name="DC.date.issued" content="2 April 2024">',
        '<script type="application/ld+json">{"datePublished": "2024-04-02T08:00:00Z"}</script>',
        '<time itemprop="datePublished" datetime="2024-04-02">yesterday</time>',
    ],
)
def test_a_date_is_read_where_publishers_write_it(mark: str) -> None:
    assert load(f"<html><head>{mark}</head><body><p>{SENTENCE}</p></body></html>").date == "2024-04-02"


def test_a_date_within_the_text_is_not_the_pages() -> None:
    assert load(f"<p>{SENTENCE} It was founded on 4 April 1975.</p>").date is None


def test_a_link_that_is_no_web_address_is_no_url() -> None:
    page = f'<head><link rel="canonical" href="javascript:alert(1)"></head><body><p>{SENTENCE}</p></body>'
    assert "url" not in load(page).metadata


def test_a_page_without_main_text_is_read_whole_but_for_scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "_main_text", lambda _: None)
    document = load("<style>p{}</style><div>Menu</div><script>f()</script><p>One <i>two</i></p><pre>a  b\n c</pre>")
    assert document.text == "Menu\n\nOne two\n\na  b\n c"


@pytest.mark.parametrize("page", ["<html></html>", "<script>alert(1)</script>", "<!-- nothing -->", "<p> &nbsp; </p>"])
def test_a_page_that_shows_nothing_is_refused(page: str) -> None:
    with pytest.raises(UnreadableDocument, match=r"^page\.html has no text"):
        load(page)


def test_a_declared_encoding_is_honoured_where_it_is_not_utf8() -> None:
    page = f'<html><head><meta charset="windows-1251"></head><p>{"Встреча состоялась в Баку. " * 5}</p></html>'
    assert "Встреча состоялась в Баку." in load_bytes(page.encode("windows-1251"), "a.html").text
    assert "Встреча состоялась в Баку." in load_bytes(page.encode(), "a.html").text  # saved again, the mark forgotten


def test_an_xhtml_file_with_a_prolog_is_read() -> None:
    page = f'<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>{SENTENCE}</p></body></html>'
    assert load_bytes(page.encode(), "a.xhtml").text == SENTENCE


def test_characters_no_document_may_hold_are_gone() -> None:
    text = load(f"<p>{SENTENCE} &#0; &#xD800; &#13;&#x202E;</p>").text
    assert not set(text) & {"\x00", "\r"}
    assert text.encode()


TAGS = "p /p h2 /h2 table tr td /td /tr /table br li b /b pre /pre script /script !-- --".split()
pieces = st.sampled_from(["text ", "more\n", "&amp;", "=\"'", "<div hidden>", "</div>", *(f"<{tag}>" for tag in TAGS)])


@given(st.lists(pieces, max_size=40))
def test_any_tag_soup_is_laid_out_with_true_offsets_or_refused(soup: list[str]) -> None:
    try:
        document = load("<body>" + "".join(soup))
    except DocumentError:
        return
    for heading in document.headings:
        line = document.text[heading.start : heading.end]
        assert line == line.strip() != ""
        assert document.text[: heading.start].endswith("\n\n") or heading.start == 0
        assert document.text[heading.end :].startswith("\n\n") or heading.end == len(document.text)


@pytest.mark.parametrize(
    "page",
    [
        "<body>" + "<div>" * 100_000 + "deep",
        "<body>" + "<b>word " * 1000,
        "<p " + " ".join(f"a{number}" for number in range(200_000)) + ">wide",
        '<p =">' + "<p " + "b=1 " * 5000 + '">' + "wide",
    ],
    ids=["deep", "never closed", "attributes", "attributes behind a stray quote"],
)
def test_a_page_built_to_hang_or_to_lose_text_is_refused_quickly(page: str) -> None:
    began = time.monotonic()
    with pytest.raises(UnreadableDocument, match="save the page again"):
        load(page)
    assert time.monotonic() - began < 10


def test_elements_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "_MOST_EVER", 10)
    with pytest.raises(DocumentTooLarge, match="HTML elements, the limit is 10"):
        load("<p>word" * 20)


def test_hostile_markup_is_only_ever_text() -> None:
    document = load(f"<p>{SENTENCE} &lt;script&gt;alert(1)&lt;/script&gt;</p>")
    assert "<script>alert(1)</script>" in document.text


def test_a_cell_that_takes_up_several_columns_or_rows_leaves_the_others_blank() -> None:
    page = (
        "<main><p>The figures of both countries, year by year.</p><table><tr><th>Country<th>Year<th>People"
        "<tr><td rowspan=2>Norway<td>2019<td>5.3<tr><td>2020<td>5.4<tr><td colspan=2>Together<td>10.7</table>"
        "<table><tr><td>Another<td>table</table></main>"
    )
    assert load(page).text.endswith(
        "Country\tYear\tPeople\nNorway\t2019\t5.3\n\t2020\t5.4\nTogether\t\t10.7\n\nAnother\ttable"
    )


@pytest.mark.parametrize("span", ["0", "-3", "x", "٣", "99999999999999999999", ""])
def test_a_nonsensical_span_is_bounded(span: str) -> None:
    text = load(
        f"<main><table><tr><td colspan='{span}' rowspan='{span}'>One<td>Two<tr><td>Three<td>Four</table></main>"
    ).text
    assert len(text) < 1000
    assert text.split() == ["One", "Two", "Three", "Four"]


def test_raised_and_lowered_figures_are_told_as_they_stand() -> None:
    page = (
        "<p>About 10<sup>15</sup> cells of CO<sub>2</sub> were counted in 1999.<sup><a href='#n3'>3</a></sup> It was "
        "the 2<sup>nd</sup> time.<sup>[4]</sup></p><table><tr><td>area</td><td>5 m<sup>2</sup></td></tr></table>"
    )
    assert load_bytes(page.encode(), "a.html").text == (
        "About 10¹⁵ cells of CO₂ were counted in 1999.³ It was the 2nd time.[4]\n\narea\t5 m²"
    )


def test_what_is_struck_out_is_left_out() -> None:
    page = (
        "<p>The rent is <del>500 <b>gold</b></del> 600 euros. The tenant shall <s>not</s> be liable, "
        "<span style='color: red; TEXT-DECORATION: underline Line-Through'>never</span> "
        "<span style='text-decoration: underline'>always</span>.</p><p><strike>Void.</strike></p>"
    )
    assert load_bytes(page.encode(), "a.html").text == ("The rent is 600 euros. The tenant shall be liable, always.")
