"""Web pages saved whole."""

import pytest
from damage import damaged, read_or_refused
from hypothesis import given

from rag.documents import load_bytes
from rag.errors import UnreadableDocument

PAGE = (
    '<html lang="ru"><head><title>Порт</title></head><body><nav><a href="/">Главная</a></nav>'
    "<article><h1>Порт открыт</h1><p>Новый порт открыли во вторник, после трёх лет работ на набережной города.</p>"
    "<p>Первое судно пришло в среду утром, и его встретили жители.</p></article></body></html>"
)


def archive(page: bytes, kind: str = 'text/html; charset="utf-8"') -> bytes:
    """As Chromium saves a page, with one of its frames and a picture."""
    return (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.org/port\r\nSubject: Port\r\n"
        b"Date: Tue, 6 Oct 2026 10:00:00 -0000\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----b"\r\n\r\n'
        b"------b\r\nContent-Type: " + kind.encode() + b"\r\nContent-Transfer-Encoding: binary\r\n"
        b"Content-Location: https://example.org/port\r\n\r\n" + page + b"\r\n"
        b"------b\r\nContent-Type: text/html\r\nContent-Location: cid:frame\r\n\r\n<p>An advertisement.</p>\r\n"
        b"------b\r\nContent-Type: image/gif\r\nContent-Transfer-Encoding: base64\r\n\r\nR0lGODlhAQABAAAAACw=\r\n"
        b"------b--\r\n"
    )


@pytest.mark.parametrize(
    "data",
    [
        archive(PAGE.encode()),
        archive(PAGE.encode("cp1251"), "text/html; charset=windows-1251"),
        archive(PAGE.replace("<head>", '<head><meta charset="windows-1251">').encode("cp1251"), "text/html"),
        b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + PAGE.encode(),
    ],
)
def test_the_page_is_read_as_html_is_in_whatever_character_set(data: bytes) -> None:
    document = load_bytes(data, "port.mhtml")
    assert document.text == load_bytes(PAGE.encode(), "port.html").text
    assert document.text.startswith("Порт открыт")
    assert (document.title, document.language) == ("Порт", "ru")


@pytest.mark.parametrize("data", [b"Just text.", b"Content-Type: text/plain\r\n\r\nno page", PAGE.encode()])
def test_what_holds_no_page_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"expected a web page saved whole, found none"):
        load_bytes(data, "port.mht")


@given(damaged(archive(PAGE.encode())))
def test_a_damaged_archive_is_read_or_refused(data: bytes) -> None:
    read_or_refused(data, "port.mhtml")
