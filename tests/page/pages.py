"""The page in a real Chromium, over the small engine, with a watch over what a page must not do."""

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import pytest
import uvicorn
from fakes import FakeEngine, load_text, make_document
from test_documents_pdf import make_pdf

from api.app import build_app
from api.keys import KeyFile
from api.state import Limits, State, opened
from rag.types import Document, Heading

CHROMIUM = "/usr/bin/chromium"
# What suggests addresses to the bar above is a page of its own, which every window loads: more work than ours. Of
# several such switches the last counts, so what Playwright leaves out (as all that asks Google) stands here as well.
LEFT_OUT = """
    WebUIOmniboxPopup WebUIOmniboxAimPopup WebUIOmniboxFullPopup
    AimEnabled AvoidCorsURLLoaderRestartOnRedirect AvoidUnnecessaryBeforeUnloadCheckSync DestroyProfileOnBrowserClose
    HttpsFirstBalancedModeAutoEnable HttpsUpgrades LensOverlay MediaRouter NetworkTimeServiceQuerying OptimizationHints
    PaintHolding PreconnectToSearch ThirdPartyStoragePartitioning
""".split()
NEEDS_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(find_spec("playwright") is None, reason="playwright is not installed"),
    pytest.mark.skipif(shutil.which(CHROMIUM) is None, reason=f"{CHROMIUM} is missing (apt-get install chromium)"),
]

REPEATED = "Intro.\n\n" + "The ferry sails at noon.\n" * 3 + "\nEnd of the timetable."
TEXTS = {
    "plain": "The harbour opened in 1902. Its lighthouse keeper was Ana Silva. Nobody wrote down her wage.",
    "emoji": "🙂🙃 First 👩‍👩‍👧 line. The zebra 🦓 painted \U00020000 the \U0001d538 fence green 🎉! Then 🙂 rest.",
    "combining": "Cafe\u0301 intro. The pin\u0303ata u\u0308ber resume\u0301 belongs to Zoe\u0308. e\u0301\u0323 end.",
    "arabic": "مقدمة قصيرة. وصل الوفد الصيني إلى باكو في الثاني من أبريل. ثم انتهى اللقاء.",
    "marked": "\ufeffByte order first.\r\nThe kettle whistles\tloudly today.\r\n\r\nLast.",
    "long": "\n".join(f"Line {n} of filler." for n in range(800)) + "\nThe needle rests here.\n" + "Filler. " * 500,
}
ASKED = {
    "plain": "Who was the lighthouse keeper?",
    "emoji": "zebra painted fence green",
    "combining": "pin\u0303ata belongs Zoe\u0308",
    "arabic": "وصل الوفد الصيني إلى باكو",
    "marked": "kettle whistles loudly",
    "long": "needle rests here",
}

PRINTED = make_pdf(
    "Timetable of the ferries.\nAna Silva steers the day ferry. Ivo Braga steers the ferry on Sundays.",
    "Timetable of the night.\nThe night ferry is one that Rui Costa steers.",
    "Harbour office. It is open from nine to five.",
)


def page_documents() -> dict[str, Document]:
    made = [make_document(name, text, title=f"Title {name}", date="2024-07-04") for name, text in TEXTS.items()]
    made[3] = make_document("arabic", TEXTS["arabic"], title="خبر", language="ar")
    made.append(make_document("repeated", REPEATED, headings=(Heading(0, 6, 1),), pages=(0, 8)))
    return {document.id: document for document in made}


def begin_anew(engine: FakeEngine) -> None:
    """Each test begins with the same documents."""
    engine.stored = page_documents()
    engine.asked.clear()
    engine.told.clear()
    engine.failure = engine.hold = None


@contextmanager
def serving(engine: FakeEngine, keys: KeyFile | None = None) -> Iterator[str]:
    """The address of a server over the engine."""
    limits = Limits(questions=2)
    app = build_app(State(engine=opened(engine), version="0", load=load_text, limits=limits, keys=keys))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@contextmanager
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        switches = ["--no-sandbox", f"--disable-features={','.join(LEFT_OUT)}"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=switches)
        yield browser
        browser.close()


class Watch:
    """What a page must never do, noted as it happens."""

    def __init__(self, page: Any, base: str) -> None:
        self.faults: list[str] = []
        self.expected: tuple[str, ...] = ()
        page.on("dialog", lambda dialog: (self.faults.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("pageerror", lambda error: self.faults.append(f"error {error}"))
        page.on("console", lambda message: message.type in ("error", "warning") and self.faults.append(message.text))
        page.on("request", lambda sent: sent.url.startswith(base) or self.faults.append(f"request {sent.url}"))
        page.on("popup", lambda opened: self.faults.append(f"popup {opened.url}"))

    def unexpected(self) -> list[str]:
        return [fault for fault in self.faults if not any(words in fault for words in self.expected)]


@contextmanager
def opened_page(browser: Any, base: str, **options: Any) -> Iterator[Any]:
    context = browser.new_context(base_url=base, locale=options.pop("locale", "en-GB"), **options)
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.watch = Watch(page, base)
    page.add_init_script(
        "window.reports = []; addEventListener('securitypolicyviolation', e => reports.push(e.violatedDirective));"
    )
    yield page
    reports = page.evaluate("window.reports")
    context.close()
    faults = reports + page.watch.unexpected()
    assert not faults, faults


def ask(page: Any, question: str) -> Any:
    """The turn that answers the question."""
    count = page.locator(".turn").count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    turn = page.locator(".turn").nth(count)
    turn.locator("blockquote, .verdict, .trouble").first.wait_for()
    return turn


@contextmanager
def started_page(browser: Any, base: str, **options: Any) -> Iterator[Any]:
    """One that is ready to be asked."""
    with opened_page(browser, base, **options) as page:
        page.goto("/")
        page.wait_for_selector("#scope", state="visible")
        yield page


def open_printed(page: Any, question: str) -> None:
    """The first quotation of an answer, on the page where it was printed."""
    ask(page, question).locator("a.to-source").first.click()
    page.click("#source-view")
    page.wait_for_selector("#sheet:not([aria-busy]) .here")


def highlighted(page: Any) -> str:
    page.wait_for_selector("#source-text mark.here")
    return "".join(page.locator("#source-text mark.here").all_text_contents())
