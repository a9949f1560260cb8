"""What stands beside an answer: documents to add, leave out and delete, conversations kept, quotations to take away."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import make_document
from pages import ASKED, NEEDS_BROWSER, REPEATED, ask, highlighted, opened_page, started_page

from rag.types import Filters

pytestmark = NEEDS_BROWSER


@pytest.fixture
def page(browser: Any, base: str) -> Iterator[Any]:
    with started_page(browser, base, permissions=["clipboard-read", "clipboard-write"]) as page:
        yield page


def titles(page: Any) -> list[str]:
    return page.locator("#library-list .title").all_inner_texts()


def clipboard(page: Any) -> str:
    return page.evaluate("navigator.clipboard.readText()")


# -- documents -----------------------------------------------------------------


def test_every_document_is_listed_with_date_language_and_size(page):
    page.click("#scope")
    assert page.locator("#library-list .meta").first.inner_text() == "4 July 2024 · English · 92 characters"
    page.fill("#sieve-title", "EMOJI")
    assert titles(page) == ["Title emoji"]
    page.fill("#sieve-title", "no such")
    assert page.locator("#library-empty").inner_text() == "No title has these words."


def test_files_are_added_one_by_one_and_each_says_how_it_went_in_plain_words(page, engine, tmp_path):
    (tmp_path / "tariff.txt").write_text("The tariff rose to nine crowns.")
    (tmp_path / "plain.txt").write_text("Now it says something else.")
    (tmp_path / "broken.txt").write_bytes(b"\xff\xfe\xff")
    page.click("#scope")
    page.set_input_files("#files", sorted(tmp_path.iterdir()))
    page.get_by_text("2 files are in. 1 file could not be added.").wait_for()
    assert page.locator(".upload").all_inner_texts() == [
        "broken.txt\n\nThis file cannot be read: it is damaged, locked with a password, or holds no text."
        "\n\nbroken.txt: not UTF-8 text.",
        "plain.txt\n\nReplaced the document of the same name",
        "tariff.txt\n\nAdded",
    ]
    assert engine.stored["plain"].text == "Now it says something else."
    page.locator("#library-list .title", has_text="tariff").wait_for()  # the list is read again after the last file
    assert ask(page, "How far rose the tariff in crowns?").locator(".said").first.inner_text().startswith("The tariff")


def test_files_dropped_anywhere_are_added(page, engine):
    drop = """(kind) => { const carried = new DataTransfer();
        carried.items.add(new File(['The dropped leaf is green.'], 'leaf.txt'));
        document.body.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true})); }"""
    page.evaluate(drop, "dragenter")
    assert page.locator("#drop").is_visible()
    page.evaluate(drop, "drop")
    page.get_by_text("1 file is in.").wait_for()
    assert not page.locator("#drop").is_visible()
    assert page.locator("#shelf").is_visible()
    assert engine.stored["leaf"].text == "The dropped leaf is green."


def test_two_files_of_one_name_in_a_folder_are_two_documents(page, engine, tmp_path):
    for year in ("2023", "2024"):
        (tmp_path / "reports" / year).mkdir(parents=True)
        (tmp_path / "reports" / year / "report.txt").write_text(f"The report of {year}.")
    page.click("#scope")
    page.set_input_files("#folder", tmp_path / "reports")
    page.get_by_text("2 files are in.").wait_for()
    added = sorted(document.text for name, document in engine.stored.items() if name.startswith("report"))
    assert added[-2:] == ["The report of 2023.", "The report of 2024."]


def test_a_document_is_replaced_and_an_open_source_shows_the_new_text(page, engine, tmp_path):
    (tmp_path / "other.txt").write_text("A new text altogether.")
    page.goto("/documents/plain")
    page.click("#shelf-open")
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Replace with another file: Title plain").click()
    choosing.value.set_files(tmp_path / "other.txt")
    page.locator("#source-text", has_text="A new text altogether.").wait_for()
    assert engine.stored["plain"].text == "A new text altogether."


def test_a_delete_can_be_undone(page, engine):
    page.click("#scope")
    page.get_by_role("button", name="Delete: Title plain").click()
    assert "Title plain" not in titles(page)
    assert page.evaluate("document.activeElement.textContent") == "Undo"
    page.keyboard.press("Enter")
    assert "Title plain" in titles(page)
    assert "plain" in engine.stored


def test_what_is_being_deleted_is_never_quoted(page, engine):
    page.click("#scope")
    page.get_by_role("button", name="Delete: Title plain").click()
    turn = ask(page, ASKED["plain"])
    assert "plain" not in engine.stored
    assert turn.locator(".said", has_text="Ana Silva").count() == 0


def test_a_delete_goes_through_when_the_page_is_left(page, engine):
    page.click("#scope")
    page.get_by_role("button", name="Delete: Title plain").click()
    page.goto("/docs")
    page.wait_for_timeout(300)
    assert "plain" not in engine.stored


def test_without_documents_the_page_says_how_to_add_some(browser, base, engine):
    engine.stored = {}
    with opened_page(browser, base) as page:
        page.goto("/")
        page.click("#scope")
        assert page.locator("#library-empty").inner_text().startswith("There are no documents yet. Drop files")


# -- which documents are asked ---------------------------------------------------


def test_a_conversation_asks_the_documents_that_were_ticked(page, engine):
    page.click("#scope")
    page.get_by_label("Ask only this one: Title emoji").check()
    assert page.locator("#scope").inner_text() == "Asking 1 of 7 documents"
    turn = ask(page, ASKED["plain"])
    assert engine.asked[-1]["filters"] == Filters(documents=("emoji",))
    assert turn.locator(".searched").inner_text().startswith("Only some of the documents were asked.")
    turn.get_by_role("button", name="Ask all documents").click()
    turn.locator(".said", has_text="Ana Silva").wait_for()
    assert engine.asked[-1]["filters"] is None


def test_languages_and_dates_narrow_it_too(page, engine):
    page.click("#scope")
    page.get_by_label("English").check()
    page.fill("#sieve-from", "2024-01-01")
    page.fill("#sieve-to", "2024-12-31")
    ask(page, ASKED["plain"])
    assert engine.asked[-1]["filters"] == Filters(languages=("en",), date_from="2024-01-01", date_to="2024-12-31")
    assert page.locator("#scope").inner_text() == "Asking 5 of 7 documents"
    page.click("#scope-clear")
    assert page.locator("#scope").inner_text() == "Asking all 7 documents"


# -- conversations ---------------------------------------------------------------


def test_conversations_are_kept_opened_again_renamed_and_deleted(page):
    ask(page, ASKED["plain"])
    page.click("#new")
    ask(page, ASKED["emoji"])
    page.click("#shelf-open")
    page.click("#tab-conversations")
    assert page.locator(".history-open").all_inner_texts() == [ASKED["emoji"], ASKED["plain"]]
    page.get_by_role("button", name=f"Rename: {ASKED['plain']}").click()
    page.keyboard.type("The keeper")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="The keeper", exact=True).click()
    assert page.locator(".asked").all_inner_texts() == [ASKED["plain"]]
    page.reload()
    assert page.locator(".asked").all_inner_texts() == [ASKED["plain"]]
    page.click("#shelf-open")
    page.click("#tab-conversations")
    page.get_by_role("button", name="Delete: The keeper").click()
    page.get_by_role("button", name="Undo").click()
    assert "The keeper" in page.locator(".history-open").all_inner_texts()
    page.get_by_role("button", name="Delete: The keeper").click()
    page.click("#shelf-close")
    ask(page, ASKED["marked"])
    page.reload()
    assert "The keeper" not in page.evaluate("JSON.stringify(localStorage)")


def test_an_exported_answer_can_be_verified_and_its_markdown_is_no_markup(page, engine, tmp_path):
    engine.stored["odd"] = make_document("odd", "The *odd* <b>price</b> is_9 [crowns](javascript:alert). Rest.")
    ask(page, "What is the odd price in crowns?")
    page.click("#shelf-open")
    page.click("#tab-conversations")
    saved = []
    for kind in ("Markdown", "JSON"):
        with page.expect_download() as coming:
            page.get_by_role("button", name=re.compile(f"^Save as {kind}")).click()
        saved.append(Path(coming.value.path()).read_text(encoding="utf-8"))
    markdown, told = saved
    assert r"> The \*odd\* \<b\>price\</b\> is\_9 \[crowns\]\(javascript:alert\)\. [^1]" in markdown
    assert f"/documents/odd#0-{engine.stored['odd'].text.index(' Rest')}>" in markdown
    (turn,) = json.loads(told)["turns"]
    assert engine.verify(turn["answer"]).ok


def test_a_citation_is_copied_on_one_line_with_its_exact_place(page, base):
    turn = ask(page, ASKED["plain"])
    turn.get_by_role("button", name="Copy citation 1").click()
    turn.get_by_text("Copied").wait_for()
    quoted = "“Its lighthouse keeper was Ana Silva.” Title plain, 4 July 2024 (plain.txt)."
    assert clipboard(page) == f"{quoted} {base}/documents/plain#28-64"


def test_a_kept_answer_says_when_its_documents_have_changed(page, engine):
    ask(page, ASKED["plain"])
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.locator(".changed").count() == 0
    engine.stored["plain"] = make_document("plain", "New. The lighthouse keeper is Bo Lind.")
    page.reload()
    page.get_by_text("The documents have changed since this was answered.").wait_for()
    page.locator(".changed").get_by_role("button", name="Ask again").click()
    page.locator(".said", has_text="Bo Lind").wait_for()
    assert page.locator(".changed").count() == 0


# -- searching again, and reading on ---------------------------------------------


def test_what_was_searched_for_can_be_edited(page, engine):
    ask(page, ASKED["plain"])
    turn = ask(page, "Her wage?")
    turn.get_by_role("button", name="Change what is searched for").click()
    box = turn.locator(".searching textarea")
    assert box.input_value() == f"{ASKED['plain']} Her wage?"
    box.fill("zebra painted fence green")
    box.press("Enter")
    turn.locator(".said", has_text="zebra").wait_for()
    assert (engine.asked[-1]["question"], engine.asked[-1]["history"]) == ("zebra painted fence green", [])
    assert turn.locator(".searched").inner_text() == "Searched for: zebra painted fence green"
    assert turn.locator(".asked").inner_text() == "Her wage?"


def test_the_steps_of_an_answer_are_shown_as_they_come(page):
    page.evaluate(
        "() => { window.steps = []; new MutationObserver(() => { const now = document.querySelector('.waiting');"
        " if (now && steps.at(-1) !== now.textContent) steps.push(now.textContent); })"
        ".observe(document.body, {childList: true, subtree: true}); }"
    )
    ask(page, ASKED["plain"])
    assert page.evaluate("steps") == ["Searching the documents…", "Reading what was found…"]


def test_the_arrows_go_through_the_quotations_but_not_while_writing(page):
    ask(page, "When does the ferry sail at noon?").locator("a.to-source").first.click()
    highlighted(page)
    places = [page.url.split("#")[1]]
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
        places.append(page.url.split("#")[1])
    starts = [match.start() for match in re.finditer("The ferry", REPEATED)]
    first, second, third = (f"{start}-{start + 24}" for start in starts)
    assert places == [first, second, third, third, second]
    page.focus("#question")
    page.keyboard.press("ArrowRight")
    assert page.url.endswith(f"#{second}")


def test_the_other_quotations_of_the_document_are_marked_numbered_and_lead_on(page):
    ask(page, "When did the harbour open in 1902?")
    ask(page, "Was its lighthouse keeper Ana Silva?").locator("a.to-source").first.click()
    assert highlighted(page) == "Its lighthouse keeper was Ana Silva."
    assert page.locator("mark.here").first.get_attribute("data-n") == "1"
    other = page.locator("mark.other", has_text="The harbour opened in 1902.")
    other.click()
    page.locator("mark.here", has_text="The harbour").wait_for()
    assert page.url.endswith("/documents/plain#0-27")


def test_a_question_that_stands_in_a_document_is_suggested(page, engine):
    engine.stored["faq"] = make_document("faq", "Opening hours. Why is the ticket office closed? It rains.")
    page.reload()
    page.get_by_role("button", name="Why is the ticket office closed?").click()
    page.locator("blockquote").first.wait_for()
    assert engine.asked[-1]["question"] == "Why is the ticket office closed?"
    assert not page.locator("#suggestions").is_visible()


def test_a_name_that_a_document_repeats_begins_a_question(page, engine):
    engine.stored["log"] = make_document("log", "Then Ana Silva came. Later Ana Silva left.")
    page.reload()
    page.get_by_role("button", name="Ana Silva").click()
    assert page.input_value("#question") == "Ana Silva "
    assert page.evaluate("document.activeElement.id") == "question"
    assert page.locator(".turn").count() == 0


def test_on_a_phone_the_shelf_covers_the_page_and_gives_it_back(browser, base):
    with opened_page(browser, base, viewport={"width": 360, "height": 740}, has_touch=True, locale="az-AZ") as page:
        page.goto("/")
        page.click("#scope")
        assert page.evaluate("document.getElementById('room').inert")
        assert page.locator("#library-list .meta").first.inner_text() == "04.07.2024 · English · 92 işarə"
        assert page.evaluate("document.documentElement.scrollWidth <= 360")
        page.keyboard.press("Escape")
        assert not page.evaluate("document.getElementById('room').inert")
        assert page.evaluate("document.activeElement.id") == "scope"


def test_from_right_to_left_nothing_is_cut_off(page):
    page.evaluate("document.documentElement.dir = 'rtl'")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.click("#scope")
    ask(page, ASKED["arabic"]).locator("a.to-source").first.click()
    highlighted(page)
    boxes = [page.locator(name).bounding_box() for name in ("#source", "#room", "#shelf")]
    assert [round(box["x"]) for box in boxes] == sorted(round(box["x"]) for box in boxes)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
