"""The page's own server and browser, one each for a file of tests; every test begins with the same documents."""

from collections.abc import Iterator
from typing import Any

import pytest
from fakes import FakeEngine
from pages import begin_anew, chromium, serving, started_page


@pytest.fixture(scope="module")
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture(scope="module")
def base(engine: FakeEngine) -> Iterator[str]:
    with serving(engine) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Any, base: str) -> Iterator[Any]:
    with started_page(browser, base) as page:
        yield page


@pytest.fixture(autouse=True)
def documents(engine: FakeEngine) -> None:
    begin_anew(engine)
