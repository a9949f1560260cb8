"""A source as it was printed: the page's picture, and what is quoted marked on it."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEngine
from pages import ASKED, NEEDS_BROWSER, PRINTED, ask, highlighted, open_printed, opened_page
from test_documents_pdf import bound, make_pdf, scanned

from rag.documents import load_bytes, load_file
from rag.documents.facsimile import facsimile

pytestmark = NEEDS_BROWSER


@pytest.fixture(autouse=True)
def timetable(engine: FakeEngine, documents: None) -> None:
    engine.stored["timetable"] = load_bytes(PRINTED, "timetable.pdf")


def shares(page: Any, kind: str) -> list[list[float]]:
    """Where marks lie on the sheet: left, top, right and bottom as shares of it."""
    return page.evaluate(
        "kind => { const sheet = document.getElementById('sheet').getBoundingClientRect();"
        " return [...document.querySelectorAll(`#sheet .drawn.${kind}`)].map(mark => {"
        " const box = mark.getBoundingClientRect(), x = side => (side - sheet.left) / sheet.width,"
        " y = side => (side - sheet.top) / sheet.height;"
        " return [x(box.left), y(box.top), x(box.right), y(box.bottom)]; }); }",
        kind,
    )


def test_the_words_that_are_quoted_are_marked_on_the_picture_of_their_page(page, engine):
    open_printed(page, "Who steers the night ferry?")
    assert page.locator("#page-count").inner_text() == "Page 2 of 3"
    picture = page.locator("#sheet img")
    assert picture.get_attribute("alt") == "Page 2 of “Timetable of the ferries.” as it was printed"
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    text = engine.document("timetable").text
    start = text.index("The night ferry")
    (expected,) = facsimile(PRINTED, engine.document("timetable"), 2, [(start, text.index(".", start) + 1)]).marks
    found = shares(page, "here")
    assert found[0] == pytest.approx(list(expected[0]), abs=0.01)  # two pixels of margin
    assert len(shares(page, "exact")) == 1
    assert page.locator(".page-number.here").inner_text() == "1"


def test_a_source_is_text_until_the_page_is_asked_for_and_the_choice_is_remembered(page):
    ask(page, "Who steers the night ferry?").locator("a.to-source").first.click()
    assert "steers" in highlighted(page)
    page.get_by_role("button", name="As printed").click()
    page.wait_for_selector("#sheet .here")
    page.reload()
    page.wait_for_selector("#sheet .here")
    page.get_by_role("button", name="As text").click()
    assert "steers" in highlighted(page)
    assert page.locator("#source-printed").is_hidden()


def test_quotations_of_one_page_share_its_picture_and_those_of_another_turn_it(page):
    pictures = []
    page.on("request", lambda sent: pictures.append(sent.url) if "/picture" in sent.url else None)
    open_printed(page, "Who steers the ferry?")
    pages = [page.locator("#page-count").inner_text()]
    for _ in range(2):
        page.keyboard.press("ArrowRight")
        page.wait_for_function(
            "n => document.getElementById('source-count').textContent.startsWith(n)", arg=str(len(pages) + 1)
        )
        page.wait_for_selector("#sheet:not([aria-busy]) .here")
        pages.append(page.locator("#page-count").inner_text())
    assert pages == ["Page 1 of 3", "Page 1 of 3", "Page 2 of 3"]
    assert [re.search(r"pages/(\d)", url)[1] for url in pictures] == ["1", "2"]


def test_another_quotation_on_the_page_is_opened_by_its_mark(page):
    open_printed(page, "Who steers the ferry?")
    assert page.locator("#source-count").inner_text() == "1 of 3"
    page.locator("#sheet .also").first.click()
    page.wait_for_function("() => document.getElementById('source-count').textContent === '2 of 3'")
    page.wait_for_selector("#sheet:not([aria-busy]) .page-number.here")
    assert page.locator(".page-number.here").inner_text() == "2"


def test_pages_are_turned_from_the_first_to_the_last(page):
    page.goto("/documents/timetable")
    page.get_by_role("button", name="As printed").click()
    page.wait_for_selector("#sheet:not([aria-busy]) img")
    assert page.locator("#page-previous").is_disabled()
    for count in ("Page 2 of 3", "Page 3 of 3"):
        page.get_by_role("button", name="Next page").click()
        page.wait_for_selector(f"#sheet:not([aria-busy]) img[alt^='{count.split(' of')[0]}']")
        assert page.locator("#page-count").inner_text() == count
    assert page.locator("#page-next").is_disabled()


def test_a_link_to_a_place_opens_its_page(page, engine):
    start = engine.document("timetable").text.index("Harbour office")
    page.evaluate("localStorage.setItem('quoth.printed', 'yes')")
    page.goto(f"/documents/timetable#{start}-{start + 14}")
    page.wait_for_selector("#sheet:not([aria-busy]) .here")
    assert page.locator("#page-count").inner_text() == "Page 3 of 3"


def test_the_file_itself_can_be_saved(page):
    page.goto("/documents/timetable")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Original file").click()
    assert saved.value.suggested_filename == "timetable.pdf"
    assert Path(saved.value.path()).read_bytes() == PRINTED


def test_only_a_source_with_a_printed_page_offers_one(page):
    page.evaluate("localStorage.setItem('quoth.printed', 'yes')")
    ask(page, ASKED["plain"]).locator("a.to-source").first.click()
    assert highlighted(page)
    assert page.locator("#source-view").is_hidden()
    assert page.get_by_role("link", name="Original file").count() == 0


def test_a_file_that_has_changed_is_said_to_be_and_its_text_is_a_step_away(page, engine, tmp_path: Path):
    path = tmp_path / "timetable.pdf"
    path.write_bytes(PRINTED)
    engine.stored["timetable"] = load_file(path)
    path.write_bytes(make_pdf("Another timetable."))
    page.watch.expected = ("404",)
    ask(page, "Who steers the night ferry?").locator("a.to-source").first.click()
    highlighted(page)
    page.get_by_role("button", name="As printed").click()
    page.get_by_text("or has changed since it was added").wait_for()
    assert page.locator("#sheet img").count() == 0
    page.get_by_role("button", name="As text").click()
    assert "steers" in highlighted(page)


@pytest.mark.parametrize("locale", ["en-GB", "ru-RU", "az-AZ", "tr-TR", "zh-CN"])
def test_on_a_phone_the_page_is_as_wide_as_the_screen_and_no_wider(browser, base, locale):
    with opened_page(browser, base, viewport={"width": 360, "height": 700}, locale=locale) as page:
        page.goto("/")
        page.wait_for_selector("#scope", state="visible")
        open_printed(page, "Who steers the night ferry?")
        for element in ("html", "#source"):
            assert page.locator(element).evaluate("e => e.scrollWidth - e.clientWidth") == 0
        assert page.locator("#sheet").bounding_box()["width"] > 320


def test_it_can_be_reached_and_left_by_keyboard_alone(page):
    ask(page, "Who steers the night ferry?").locator("a.to-source").first.focus()
    page.keyboard.press("Enter")
    highlighted(page)
    page.locator("#source-view").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#sheet .here")
    page.locator("#page-next").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Page 3 of 3").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_selector("#source", state="hidden")


def test_pages_that_are_pictures_are_named_when_the_file_is_opened(page, engine):
    engine.stored["scan"] = load_bytes(bound(PRINTED, scanned(), scanned()), "scan.pdf")
    page.goto("/documents/scan")
    page.get_by_text("Pictures, not read: pages 4-5").wait_for()


def test_a_page_is_called_by_what_is_printed_on_it(page, engine):
    named = replace(engine.stored["timetable"], page_labels=("i", "ii", "1"))
    engine.stored["timetable"] = named
    open_printed(page, "Who steers the night ferry?")
    assert page.locator("#page-count").inner_text() == "page ii (2 / 3)"
    assert "page ii" in page.locator("#source-meta").inner_text()


# -- what was read off a picture -----------------------------------------------------


@pytest.fixture
def read_off_pictures(engine: FakeEngine, timetable: None) -> None:
    engine.stored["timetable"] = replace(engine.stored["timetable"], metadata={"ocr_pages": "1-3"})


def clip(page: Any, question: str) -> Any:
    """The picture of the first quotation, drawn."""
    found = ask(page, question).locator(".clip").first
    found.scroll_into_view_if_needed()
    found.locator("img").wait_for()
    return found


@pytest.mark.usefixtures("read_off_pictures")
def test_beside_what_was_read_off_a_picture_stands_that_picture_cut_to_it(page, engine):
    found = clip(page, "Who steers the night ferry?")
    assert page.get_by_text("Read off a picture of the page, perhaps not to the letter").count() >= 1
    assert found.locator("img").get_attribute("alt") == "The quotation on page 2, as it was printed"
    text = engine.document("timetable").text
    start = text.index("The night ferry")
    end = text.index(".", start) + 1
    (boxes,) = facsimile(PRINTED, engine.document("timetable"), 2, [(start, end)]).marks
    seen = found.evaluate(
        "clip => { const cut = clip.querySelector('.cut').getBoundingClientRect();"
        " const picture = clip.querySelector('img').getBoundingClientRect();"
        " return [(cut.left - picture.left) / picture.width, (cut.top - picture.top) / picture.height,"
        " (cut.right - picture.left) / picture.width, (cut.bottom - picture.top) / picture.height,"
        " picture.width / picture.height]; }"
    )
    left, top, right, bottom, shape = seen
    assert (left < boxes[0].left, top < boxes[0].top) == (True, True)
    assert (right > boxes[0].right, bottom > boxes[0].bottom) == (True, True)
    assert bottom - top < 4 * (boxes[0].bottom - boxes[0].top)
    assert shape == pytest.approx(612 / 792, abs=0.01)
    assert found.locator(".drawn.exact").count() == 1


@pytest.mark.usefixtures("read_off_pictures")
def test_what_was_read_off_a_picture_is_cited_as_such(page):
    turn = ask(page, "Who steers the night ferry?")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn.get_by_role("button", name="Copy citation 1").click()
    turn.get_by_text("Copied").wait_for()
    assert " [OCR]. http" in page.evaluate("() => navigator.clipboard.readText()")
    turn.locator("a.to-source").first.click()
    page.get_by_text("Read off pictures: pages 1-3").wait_for()


def test_what_is_text_has_no_picture_beside_it(page):
    turn = ask(page, "Who steers the night ferry?")
    assert turn.locator(".clip").count() == 0


@pytest.mark.usefixtures("read_off_pictures")
def test_where_the_file_is_gone_the_quotation_stands_without_its_picture(page, engine):
    engine.stored["timetable"] = replace(engine.stored["timetable"], original=None)
    page.watch.expected = ("404",)
    turn = ask(page, "Who steers the night ferry?")
    turn.get_by_text("Read off a picture of the page").first.wait_for()
    page.wait_for_function("() => document.querySelector('.off-picture').querySelector('.clip') === null")
    assert turn.locator(".clip img").count() == 0


def test_on_a_phone_the_picture_is_scrolled_to_the_answer_and_by_keyboard(browser, base, engine):
    boats = make_pdf("The night boat is one that Eva Lund rows across the bay when the wind is strong, or her son.")
    engine.stored["boats"] = replace(load_bytes(boats, "boats.pdf"), metadata={"ocr_pages": "1"})
    with opened_page(browser, base, viewport={"width": 360, "height": 700}) as page:
        page.goto("/")
        page.wait_for_selector("#scope", state="visible")
        found = clip(page, "Who rows the night boat across the bay?")
        assert found.get_attribute("tabindex") == "0"
        inside = found.evaluate(
            "clip => { const mark = clip.querySelector('.exact').getBoundingClientRect();"
            " const box = clip.getBoundingClientRect();"
            " return box.left <= mark.left && mark.right <= box.right; }"
        )
        assert inside
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
