"""The page in a real browser: asking, checking a quotation at its place, and doing no harm."""

import random
import re
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from fakes import make_document
from pages import ASKED, NEEDS_BROWSER, REPEATED, TEXTS, ask, highlighted, opened_page

from rag.errors import QuestionError
from rag.types import Heading, Stretch

STATIC = Path(__file__).parents[2] / "api" / "static"
pytestmark = NEEDS_BROWSER

HOSTILE = (
    "<script>alert(1)</script> <img src=x onerror=alert(2)> <svg onload=alert(3)> javascript:alert(4) "
    "\u202egnp.exe\u202c \u2067isolate <iframe src='http://evil.example/'></iframe> http://evil.example/x.png hostile."
)


def place_of_highlight(page: Any) -> int:
    """Where the highlight begins on the page, in code points of the document's text."""
    before = page.evaluate(
        "() => { const range = document.createRange(); const text = document.getElementById('source-text');"
        " range.setStart(text, 0); range.setEndBefore(text.querySelector('mark.here')); return range.toString(); }"
    )
    return len(before)


def fits(page: Any) -> bool:
    return page.evaluate(
        "() => [document.documentElement, document.getElementById('source')].every(e => e.scrollWidth <= e.clientWidth)"
    )


# -- asking --------------------------------------------------------------------


def test_before_the_first_question_it_says_what_it_is_and_lists_the_documents(page):
    assert page.locator("h1").inner_text() == "Ask your documents."
    assert page.locator("#scope").inner_text() == "Asking all 7 documents"
    page.click("#scope")
    assert page.locator("#library-list li").count() == 7


def test_an_answer_is_the_quotation_with_the_exact_answer_marked_its_context_and_its_source(page, engine):
    turn = ask(page, ASKED["plain"])
    assert turn.locator(".said").first.inner_text() == "Its lighthouse keeper was Ana Silva."
    assert turn.locator(".said mark").first.inner_text() == "Ana Silva"
    assert turn.locator(".context.before").first.inner_text().strip() == "The harbour opened in 1902."
    assert turn.locator("figcaption").first.inner_text().split("\n") == [
        "1",
        "Title plain",
        "4 July 2024 · English",
        "Copy citation",
    ]
    assert turn.locator(".answer").get_attribute("aria-live") == "polite"
    assert "answer" in turn.locator(".sure").inner_text()
    assert engine.asked[-1]["history"] == []


def test_a_row_of_a_table_is_shown_cell_by_cell_under_the_names_of_its_columns(page, engine):
    text = "Station\tOpened by\tLines\nHarbour\tAna Silva\t1\nAirport\tJonas Berg\t1, 3"
    engine.stored["stations"] = make_document("stations", text)
    turn = ask(page, "Airport Jonas Berg")
    row = turn.locator("blockquote .row").first
    assert row.locator("dt").all_inner_texts() == ["Station", "Opened by", "Lines"]
    assert row.locator("dd").all_inner_texts() == ["Airport", "Jonas Berg", "1, 3"]
    turn.locator(".to-source").first.click()
    assert highlighted(page) == "Airport\tJonas Berg\t1, 3"


def test_the_cell_that_answers_is_scrolled_to_in_a_table_that_is_wider_than_the_page(page, engine):
    names = "\t".join(f"A column of figures {n}" for n in range(12))
    figures = "\t".join(f"some figures {n}" for n in range(11))
    engine.stored["wide"] = make_document("wide", f"{names}\nAirport\t{figures}\nHarbour\t{figures}")
    ask(page, "Airport some figures").locator(".to-source").first.click()
    highlighted(page)
    box, cell = (page.locator(each).first.bounding_box() for each in ("#source .table", "#source mark.exact"))
    assert box["x"] <= cell["x"]
    assert cell["x"] + cell["width"] <= box["x"] + box["width"] + 1
    assert fits(page)


def test_cells_of_a_column_stand_below_each_other_however_long_they_are(page, engine):
    long = "a remark of many words " * 6
    rows = [("Station", "Remark", "Lines"), ("Harbour", "none", "1"), ("Airport", long, "1, 3")]
    text = "\n".join(map("\t".join, rows)) + "\n\nBehind the table."
    engine.stored["stations"] = make_document("stations", text)
    ask(page, "Airport remark of many words").locator(".to-source").first.click()
    highlighted(page)
    shown = page.evaluate("document.querySelector('#source-text').textContent")
    assert shown == text
    lefts = page.evaluate(
        "[...document.querySelectorAll('#source .table .block')].map(row =>"
        " [...row.querySelectorAll('.cell')].map(cell => Math.round(cell.getBoundingClientRect().left)))"
    )
    assert len(lefts) == len(rows)
    assert lefts[1] == lefts[0] == lefts[2]


def test_sources_that_give_different_figures_stand_side_by_side_with_the_newest_marked(page, engine):
    for name, length, date in (("old", 120, "2019-05-01"), ("new", 135, "2024-02-03")):
        text = f"The timber pier of Setubal measures {length} metres. It is painted."
        engine.stored[name] = make_document(name, text, title=f"Title {name}", date=date)
    turn = ask(page, "What does the timber pier of Setubal measure?")
    assert turn.locator(".verdict").inner_text() == "The sources give different figures."
    differing = turn.locator("ol.quotes.abreast").first
    assert sorted(differing.locator("mark").all_inner_texts()) == ["120 metres", "135 metres"]
    assert differing.locator("figcaption", has=page.locator(".newest")).locator(".title").all_inner_texts() == [
        "Title new"
    ]


def test_what_is_as_likely_stands_side_by_side_and_documents_of_one_title_are_told_by_their_files(page, engine):
    for name in ("berg", "keller"):
        text = f"The gardener of the quarry villa is paid by {name.title()}. Nothing else is agreed."
        engine.stored[name] = make_document(name, text, title="Lease", source=f"leases/{name}.txt")
    turn = ask(page, "Who pays the gardener of the quarry villa?")
    likely = turn.locator("ol.quotes.abreast").first
    assert sorted(likely.locator(".title").all_inner_texts()) == ["Lease (berg.txt)", "Lease (keller.txt)"]
    assert turn.locator(".differing").count() == 0
    turn.locator(".nearest summary").click()
    assert set(turn.locator(".nearest .title").all_inner_texts()) >= {"Lease (berg.txt)", "Lease (keller.txt)"}


def test_a_follow_up_sends_the_earlier_questions_and_shows_what_was_searched_for(page, engine):
    ask(page, ASKED["plain"])
    turn = ask(page, "Her wage?")
    assert engine.asked[-1]["history"] == [ASKED["plain"]]
    assert turn.locator(".searched").inner_text() == f"Searched for: {ASKED['plain']} Her wage?"
    assert page.locator(".turn .asked").all_inner_texts() == [ASKED["plain"], "Her wage?"]
    assert page.locator(".turn .searched").count() == 1


def test_not_found_looks_different_and_names_the_passages_as_no_answer(page):
    turn = ask(page, "Which penguin won the harbour regatta in Lisbon tomorrow?")
    assert turn.locator(".verdict").inner_text() == "The documents do not say."
    assert turn.locator("blockquote").count() == 0
    assert turn.locator("summary").inner_text() == "Nearest passages; these are not an answer"
    assert turn.locator(".passage").first.is_visible()
    turn.locator(".nearest a.to-source").first.click()
    assert highlighted(page) == turn.locator(".passage").first.text_content()


def test_it_says_which_words_of_the_question_are_nowhere_near(page, engine):
    engine.lacking = ("Armenian", "<b>1996</b>")
    for question in (ASKED["plain"], "Which penguin won the harbour regatta in Lisbon tomorrow?"):
        told = ask(page, question).locator(".verdict-text").last
        assert told.inner_text() == "Not mentioned in the nearest documents: Armenian, <b>1996</b>"


def test_shift_enter_breaks_the_line_and_an_input_methods_enter_does_not_ask(page):
    page.fill("#question", "first")
    page.press("#question", "Shift+Enter")
    page.keyboard.type("second")
    page.evaluate(
        "document.getElementById('question').dispatchEvent("
        "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    assert page.input_value("#question") == "first\nsecond"
    assert page.locator(".turn").count() == 0


def test_a_question_can_be_stopped_and_asked_again(page, engine):
    engine.hold = threading.Event()
    page.fill("#question", ASKED["plain"])
    page.press("#question", "Enter")
    page.get_by_text("Searching the documents…").wait_for()
    page.click("#stop")
    page.get_by_text("Stopped.").wait_for()
    engine.hold.set()
    page.get_by_role("button", name="Ask again").click()
    page.locator("blockquote").first.wait_for()
    assert page.locator(".turn").count() == 1


def test_a_refusal_is_told_in_words_and_as_text(page, engine):
    page.watch.expected = ("422",)
    engine.failure = QuestionError("It is <b>odd</b>.")
    turn = ask(page, "Odd?")
    assert turn.locator(".trouble p").inner_text() == "Quoth could not take the question: It is <b>odd</b>."


def test_an_unreachable_server_is_told_in_words(page):
    page.watch.expected = ("ERR_FAILED",)
    page.route("**/v1/ask/events", lambda route: route.abort())
    turn = ask(page, "Anyone?")
    assert turn.locator(".trouble p").inner_text() == "Quoth cannot be reached. Is it still running?"


def test_a_busy_or_loading_server_is_asked_again(page):
    page.watch.expected = ("503",)
    answers = iter(["busy", "not_ready"])

    def refuse(route: Any) -> None:
        kind = next(answers, None)
        body = f'{{"error": {{"type": "{kind}", "message": "later"}}}}'
        route.fulfill(status=503, headers={"Retry-After": "1"}, body=body) if kind else route.continue_()

    page.route("**/v1/ask/events", refuse)
    assert ask(page, ASKED["plain"]).locator(".said").first.is_visible()


def test_the_page_is_there_while_the_engine_loads(browser, base):
    with opened_page(browser, base) as page:
        page.watch.expected = ("503",)
        states = iter([503])
        page.route(
            "**/readyz",
            lambda route: route.fulfill(status=503, body="{}") if next(states, None) else route.continue_(),
        )
        page.goto("/")
        page.get_by_text("Quoth is still waking up").wait_for()
        page.wait_for_selector("#scope", state="visible")
        assert page.locator("#status").inner_text() == ""


def test_a_new_conversation_forgets_the_old_one_and_a_reload_does_not(page, engine):
    ask(page, ASKED["plain"])
    page.reload()
    assert page.locator(".said").first.inner_text() == "Its lighthouse keeper was Ana Silva."
    page.click("#new")
    assert page.locator(".turn").count() == 0
    assert page.evaluate("document.activeElement.id") == "question"
    page.reload()
    page.wait_for_selector("#scope", state="visible")
    ask(page, ASKED["plain"])
    assert engine.asked[-1]["history"] == []


# -- the source view -----------------------------------------------------------


@pytest.mark.parametrize("name", list(ASKED))
def test_a_citation_opens_its_document_with_exactly_the_quotation_highlighted(page, name):
    turn = ask(page, ASKED[name])
    quoted = turn.locator(".said").first.text_content()
    link = turn.locator("a.to-source").first
    start, end = map(int, link.get_attribute("href").split("#")[1].split("-"))
    assert TEXTS[name][start:end] == quoted
    link.click()
    assert highlighted(page) == quoted
    assert place_of_highlight(page) == start
    assert page.locator("#source-text").text_content() == TEXTS[name]
    assert (
        page.locator("#source-text mark.exact").first.text_content() == turn.locator(".said mark").first.text_content()
    )
    assert page.locator("#source-text mark.here").first.is_visible()
    box = page.locator("#source-text mark.here").first.bounding_box()
    assert 0 <= box["y"] <= page.viewport_size["height"]
    assert page.url.endswith(f"/documents/{name}#{start}-{end}")


@pytest.mark.parametrize("occurrence", [0, 1, 2])
def test_a_deep_link_marks_its_own_place_where_text_repeats(page, occurrence):
    start = [match.start() for match in re.finditer("The ferry", REPEATED)][occurrence]
    page.goto(f"/documents/repeated#{start}-{start + 24}")
    assert highlighted(page) == "The ferry sails at noon."
    assert place_of_highlight(page) == start
    assert page.locator("#source-meta").inner_text().startswith("page 2 · Intro. · ")


def test_a_quotation_over_several_paragraphs_is_highlighted_whole(page):
    page.goto("/documents/repeated#2-70")
    assert highlighted(page) == REPEATED[2:70]
    assert page.locator("#source-text").text_content() == REPEATED


def test_a_changed_hash_moves_the_highlight(page):
    page.goto("/documents/plain#0-3")
    assert highlighted(page) == "The"
    page.evaluate("location.hash = '#4-11'")
    page.wait_for_function("() => document.querySelector('mark.here')?.textContent === 'harbour'")


@pytest.mark.parametrize("hash_", ["#5-99999", "#90-10", "#7-7"])
def test_a_place_that_is_not_in_the_document_is_said(page, hash_):
    page.goto(f"/documents/plain{hash_}")
    page.get_by_text("there is no such place in it").wait_for()
    assert page.locator("#source-text").text_content() == TEXTS["plain"]
    assert page.locator("mark.here").count() == 0


def test_a_missing_document_is_said(page):
    page.watch.expected = ("404",)
    page.goto("/documents/no%2Fsuch")
    page.get_by_text("There is no such document.").wait_for()


@pytest.mark.parametrize("name", ["a/b", "документ № 5", "100%", "a b?c=1#d", "emoji🙂", "a/text"])
def test_any_id_has_an_address(page, engine, name):
    engine.stored = {name: make_document(name, "The unusual name is kept.")}
    turn = ask(page, "unusual name kept")
    turn.locator("a.to-source").first.click()
    assert highlighted(page) == "The unusual name is kept."
    page.goto(f"/documents/{quote(name, safe='')}#4-11")
    assert highlighted(page) == "unusual"


def test_previous_and_next_go_through_the_quotations_of_an_answer(page):
    ask(page, "When does the ferry sail at noon?").locator("a.to-source").first.click()
    starts = []
    for _ in range(3):
        highlighted(page)
        starts.append(place_of_highlight(page))
        if page.locator("#source-next").is_enabled():
            page.click("#source-next")
    assert starts == [match.start() for match in re.finditer("The ferry", REPEATED)]
    assert page.locator("#source-count").inner_text() == "3 of 3"
    assert page.locator("mark.also").count() == 2
    page.go_back()
    page.wait_for_selector("#source", state="hidden")


def test_offsets_are_converted_as_python_counts_them(page):
    draw = random.Random(20261122)
    alphabet = ["a", "é", "e\u0301", "\n", "漢", "🙂", "\U0010ffff", "\ufeff", "ع", "\x00", "\ue000", "\uffff"]
    for _ in range(60):
        text = "".join(draw.choices(alphabet, k=draw.randrange(40)))
        points = [draw.randrange(len(text) + 3) for _ in range(6)]
        expected = [len(text[:p].encode("utf-16-le")) // 2 if p <= len(text) else None for p in points]
        found = page.evaluate(
            "async ([text, points]) => (await import('/static/offsets.js')).unitsOf(text, points)", [text, points]
        )
        assert found == expected


# -- for everyone --------------------------------------------------------------


def test_everything_works_by_keyboard_alone(page):
    page.focus("#shelf-open")
    page.keyboard.press("Shift+Tab")
    assert page.locator(".skip").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.type(ASKED["plain"])
    page.keyboard.press("Enter")
    page.locator("blockquote").first.wait_for()
    for _ in range(20):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.quotes a.to-source')"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert "lighthouse keeper" in highlighted(page)
    assert page.evaluate("document.activeElement.matches('mark.here')")
    page.keyboard.press("Escape")
    page.wait_for_selector("#source", state="hidden")
    assert page.evaluate("document.activeElement.matches('.quotes a.to-source')")


def test_every_control_has_a_name(page):
    ask(page, ASKED["plain"]).locator("a.to-source").first.click()
    highlighted(page)
    nameless = page.evaluate(
        "() => [...document.querySelectorAll('button, a, select, textarea')].filter(e => !(e.textContent.trim() ||"
        " e.getAttribute('aria-label') || e.labels?.length)).map(e => e.outerHTML)"
    )
    assert nameless == []


@pytest.mark.parametrize("locale", ["en-GB", "ru-RU", "az-AZ", "tr-TR", "zh-CN"])
def test_a_phone_never_scrolls_sideways(browser, base, engine, locale):
    engine.stored["wide"] = make_document("wide", "Unbroken " + "W" * 400 + " wide word.", title="T" * 300)
    with opened_page(browser, base, viewport={"width": 360, "height": 740}, locale=locale, has_touch=True) as page:
        page.goto("/")
        page.wait_for_selector("#scope", state="visible")
        assert fits(page)
        turn = ask(page, "Unbroken wide word")
        assert fits(page)
        turn.locator("a.to-source").first.click()
        highlighted(page)
        assert fits(page)
        assert page.evaluate("document.getElementById('room').inert")
        page.click("#source-close")
        page.wait_for_selector("#source", state="hidden")
        ask(page, "penguin regatta Lisbon wide")
        assert fits(page)


def test_dark_follows_the_system(browser, base):
    for scheme, dark in (("light", False), ("dark", True)):
        with opened_page(browser, base, color_scheme=scheme) as page:
            page.goto("/")
            colour = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
            assert (sum(map(int, re.findall(r"\d+", colour)[:3])) < 200) is dark


def test_less_motion_is_none(browser, base, engine):
    engine.hold = threading.Event()
    with opened_page(browser, base, reduced_motion="reduce") as page:
        page.goto("/")
        page.fill("#question", "Who?")
        page.press("#question", "Enter")
        page.wait_for_selector(".pulse")
        assert page.evaluate("document.getAnimations().length") == 0
        engine.hold.set()
        page.wait_for_selector(".verdict")


def test_print_shows_the_reading_and_not_the_controls(page):
    ask(page, ASKED["plain"])
    page.emulate_media(media="print")
    assert page.locator("blockquote").first.is_visible()
    assert not page.locator("#composer").is_visible()
    assert not page.locator(".bar").is_visible()


def test_a_document_in_two_languages_is_shown_and_listed_in_both(page, engine):
    english, russian = "🙂 Twelve pumps are delivered.", "Двенадцать насосов поставлены."
    text = f"{english}\n\n{russian}\n\n{english}"
    engine.stored["both"] = make_document("both", text, title="Contract")
    engine.told["both"] = [Stretch(len(english) + 2, len(english) + len(russian) + 4, "ru")]
    page.goto("/documents/both")
    page.wait_for_selector("#source-text .block")
    assert page.locator("#source-text .block").evaluate_all("all => all.map((each) => each.lang)") == ["en", "ru", "en"]
    assert "English, Russian" in page.locator("#source-meta").text_content()
    page.click("#scope")
    page.locator("#language-ru").check()
    page.wait_for_function("() => !document.querySelector('#scope-clear').hidden")
    assert "1 of" in page.locator("#library-scope").text_content()


def test_text_from_outside_has_its_own_direction_and_language(page):
    turn = ask(page, ASKED["arabic"])
    words = turn.locator("blockquote").first
    assert (words.get_attribute("dir"), words.get_attribute("lang")) == ("auto", "ar")
    assert words.evaluate("e => getComputedStyle(e).direction") == "rtl"
    assert turn.locator(".asked").evaluate("e => getComputedStyle(e).direction") == "rtl"


@pytest.mark.parametrize(
    ("locale", "title"),
    [
        ("ru-RU", "Спросите свои документы."),
        ("az-AZ", "Sənədlərinizdən soruşun."),
        ("tr-TR", "Belgelerinize sorun."),
        ("zh-CN", "向您的文档提问。"),
        ("fi-FI", "Ask your documents."),
    ],
)
def test_the_interface_speaks_the_browsers_language(browser, base, locale, title):
    with opened_page(browser, base, locale=locale) as page:
        page.goto("/")
        assert page.locator("h1").inner_text() == title
        page.select_option("#interface-language", "tr")
        assert page.locator("h1").inner_text() == "Belgelerinize sorun."
        page.reload()
        assert page.locator("html").get_attribute("lang") == "tr"


def test_every_language_has_every_message_with_the_same_names_in_it(page):
    tables = page.evaluate(
        "async () => Object.assign({}, ...await Promise.all(['en', 'ru', 'az', 'tr', 'zh']"
        ".map(tag => import(`/static/strings/${tag}.js`))))"
    )
    for table in tables.values():
        assert list(table) == list(tables["en"])
        for key, message in table.items():
            for form in message.values() if isinstance(message, dict) else [message]:
                english = tables["en"][key]
                english = english["other"] if isinstance(english, dict) else english
                assert set(re.findall(r"\{\w+\}", form)) == set(re.findall(r"\{\w+\}", english))


def test_our_own_code_stays_small():
    assert sum(file.stat().st_size for file in STATIC.rglob("*") if file.is_file()) < 150_000


# -- harm ----------------------------------------------------------------------


def test_a_hostile_document_is_only_ever_text(page, engine):
    name = "<img src=x onerror=alert(1)>/\"'"
    hostile = make_document(
        name,
        HOSTILE,
        title=f"\u202e{HOSTILE}",
        source="javascript:alert(5)",
        language="en",
        headings=(Heading(0, 30, 1),),
    )
    engine.stored = {name: hostile}
    page.reload()
    page.wait_for_selector("#scope", state="visible")
    turn = ask(page, f"{HOSTILE} <b onclick=alert(6)>question</b>")
    assert turn.locator(".asked").text_content() == f"{HOSTILE} <b onclick=alert(6)>question</b>"
    turn.locator("a.to-source").first.click()
    highlighted(page)
    assert page.locator("#source-text").text_content() == HOSTILE
    assert page.locator("#source-meta a").count() == 0
    for tag in ("script:not([src])", "img", "iframe", "svg", "b"):
        assert page.locator(f"body {tag}").count() == 0
    hrefs = page.evaluate("[...document.querySelectorAll('a')].map(a => a.href)")
    assert {urlsplit(href).scheme for href in hrefs} == {"http"}
    page.click("#scope")
    page.get_by_role("button", name=f"Delete: {hostile.title}", exact=True).click()
    page.click("#tab-conversations")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Save as Markdown").click()
    assert not re.search(r"(?<!\\)<(?!http://127)", Path(coming.value.path()).read_text(encoding="utf-8"))
    for tag in ("script:not([src])", "img", "iframe", "svg", "b"):
        assert page.locator(f"body {tag}").count() == 0
    page.wait_for_timeout(200)


def test_only_web_addresses_become_links(page, engine):
    engine.stored["web"] = make_document("web", "From the web.", source="https://news.example/a?b=<c>")
    page.goto("/documents/web")
    link = page.locator("#source-meta a")
    assert link.get_attribute("href") == "https://news.example/a?b=%3Cc%3E"
    assert link.get_attribute("rel") == "noopener noreferrer"


def test_the_docs_work_without_a_cdn_and_within_their_policy(browser, base):
    with opened_page(browser, base) as page:
        page.goto("/docs")
        page.wait_for_selector(".opblock")
