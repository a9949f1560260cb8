"""Every view of the page against axe-core's rules, those of WCAG 2.2 AA and its best practices."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pages import ASKED, NEEDS_BROWSER, PRINTED, ask, highlighted, open_printed, opened_page
from test_documents_pdf import make_pdf

from rag.documents import load_bytes

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

pytestmark = NEEDS_BROWSER


def _source(page: Any) -> None:
    ask(page, ASKED["plain"]).locator("a.to-source").first.click()
    highlighted(page)


def _searching(page: Any) -> None:
    ask(page, ASKED["plain"]).get_by_role("button", name="Change what is searched for").click()


def _uploads(page: Any) -> None:
    page.click("#scope")
    files = [
        {"name": name, "mimeType": "text/plain", "buffer": data} for name, data in (("a.txt", b"A."), ("b", b"\xff"))
    ]
    page.set_input_files("#files", files)
    page.get_by_text("could not be added").wait_for()


def _conversations(page: Any) -> None:
    ask(page, ASKED["plain"])
    page.click("#shelf-open")
    page.click("#tab-conversations")


def _deleted(page: Any) -> None:
    _conversations(page)
    page.get_by_role("button", name=f"Delete: {ASKED['plain']}").click()


def _narrowed(page: Any) -> None:
    page.click("#scope")
    page.get_by_label("Ask only this one: Title emoji").check()
    page.keyboard.press("Escape")
    ask(page, "Which penguin won?")


def _row(page: Any) -> None:
    rows = "\n".join(f"Station {n}\tOpened in {1900 + n}\t{'wide ' * 9}\t{n}" for n in range(40))
    table = f"Station\tOpened\tRemarks\tLines\n{rows}".encode()
    page.click("#scope")
    page.set_input_files("#files", {"name": "stations.txt", "mimeType": "text/plain", "buffer": table})
    page.locator("#library-scope", has_text="9").wait_for()
    page.keyboard.press("Escape")
    ask(page, "Station 33 opened in 1933").locator("a.to-source").first.click()
    highlighted(page)
    assert page.locator(".row dt").count() > 0
    assert page.locator("#source .table").count() == 1


def _printed(page: Any) -> None:
    open_printed(page, "Who steers the night ferry?")


def _read_off_a_picture(page: Any) -> None:
    turn = ask(page, "Whose night boat does Eva Lund row?")
    turn.locator(".clip").first.scroll_into_view_if_needed()
    turn.locator(".clip img").first.wait_for()


VIEWS: dict[str, Callable[[Any], object]] = {
    "before the first question": lambda page: None,
    "an answer": lambda page: ask(page, ASKED["arabic"]),
    "not found": lambda page: ask(page, "Which penguin won the harbour regatta in Lisbon tomorrow?"),
    "not found in some": _narrowed,
    "a source": _source,
    "a row of a table": _row,
    "a printed page": _printed,
    "read off a picture": _read_off_a_picture,
    "editing the search": _searching,
    "documents": lambda page: page.click("#scope"),
    "uploads": _uploads,
    "an undo": _deleted,
    "conversations": _conversations,
}


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_to_mend_by_day_and_by_night(browser, base, engine, view, width):
    engine.stored["timetable"] = load_bytes(PRINTED, "timetable.pdf")
    boats = load_bytes(make_pdf("The night boat is one that Eva Lund rows across the bay."), "boats.pdf")
    engine.stored["boats"] = replace(boats, metadata={"ocr_pages": "1"})
    size = {"width": width, "height": 900}
    with opened_page(browser, base, viewport=size, reduced_motion="reduce") as page:
        page.goto("/")
        page.wait_for_selector("#scope", state="visible")
        VIEWS[view](page)
        for scheme in ("light", "dark"):  # the style sheet alone knows which it is
            page.emulate_media(color_scheme=scheme)
            found = axe.Axe().run(page).response["violations"]
            assert [(scheme, rule["id"], [node["html"][:160] for node in rule["nodes"]]) for rule in found] == []
