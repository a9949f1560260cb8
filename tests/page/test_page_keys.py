"""The page of a service that asks for keys: the browser asks for one, and shows what it lets do."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEngine
from pages import ASKED, NEEDS_BROWSER, ask, serving, started_page

from api.keys import KeyFile

pytestmark = NEEDS_BROWSER


@pytest.fixture
def file(tmp_path: Path) -> KeyFile:
    return KeyFile(tmp_path / "keys.json")


@pytest.fixture
def locked(engine: FakeEngine, file: KeyFile) -> Iterator[str]:
    with serving(engine, file) as address:
        yield address


def with_key(key: str) -> dict[str, Any]:
    """As a browser's own window for names and passwords sends it."""
    return {"http_credentials": {"username": "anyone", "password": key}}


def test_with_a_key_that_changes_documents_the_page_does_all_it_does(browser: Any, locked: str, file: KeyFile) -> None:
    with started_page(browser, locked, **with_key(file.add("Ana", changes=True))) as page:
        assert ask(page, ASKED["plain"]).locator("blockquote").count() == 1
        page.click("#shelf-open")
        page.click("#tab-documents")
        assert page.locator("#add-files").is_visible()
        page.locator(".icon-delete").first.click()
        assert page.locator("#notice").is_visible()


def test_with_a_key_that_asks_only_nothing_is_offered_that_changes_documents(
    browser: Any, locked: str, file: KeyFile
) -> None:
    with started_page(browser, locked, **with_key(file.add("the desk", changes=False))) as page:
        turn = ask(page, ASKED["plain"])
        turn.locator("a.to-source").first.click()
        page.wait_for_selector("#source-text mark.here")
        page.keyboard.press("Escape")
        page.click("#shelf-open")
        page.click("#tab-documents")
        assert page.locator("#library-list .entry").count() > 0
        for tool in ("#add-files", "#add-folder", ".icon-replace", ".icon-delete"):
            assert not page.locator(tool).first.is_visible()
