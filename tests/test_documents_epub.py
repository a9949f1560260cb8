"""Books: the chapters in their order, with what the package says of them."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZipFile

import pytest
from damage import damaged, read_or_refused
from hypothesis import given, settings

from rag.documents import load_bytes
from rag.errors import DocumentTooLarge, UnreadableDocument

CONTAINER = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)
PACKAGE = """<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>On Harbours</dc:title><dc:creator>A. Writer</dc:creator>
<dc:creator>B. Writer</dc:creator><dc:language>en</dc:language><dc:date>2024-04-02T00:00:00Z</dc:date></metadata>
<manifest><item id="two" href="text/two%20parts.xhtml"/><item id="one" href="text/one.xhtml"/>
<item id="nav" href="nav.xhtml" properties="nav"/><item id="lost" href="lost.xhtml"/></manifest>
<spine><itemref idref="nav"/><itemref idref="one"/><itemref idref="two"/><itemref idref="lost"/></spine></package>"""


def chapter(body: str, head: str = "") -> str:
    kinds = 'xmlns="http://www.w3.org/1999/xhtml"'
    return f'<?xml version="1.0"?><!DOCTYPE html><html {kinds}><head>{head}</head><body>{body}</body></html>'


PARTS = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OPS/book.opf": PACKAGE,
    "OPS/nav.xhtml": chapter("<nav><a href='text/one.xhtml'>Quays</a></nav>"),
    "OPS/text/one.xhtml": chapter("<h1>Quays</h1><p>A quay is a wall&nbsp;of stone.</p>"),
    "OPS/text/two parts.xhtml": chapter("<h2>Cranes</h2><table><tr><td>Sato</td><td>2</td></tr></table>"),
}


def book(changes: Mapping[str, str | None] = {}) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, text in (PARTS | dict(changes)).items():
            if text is not None:
                archive.writestr(name, text)
    return out.getvalue()


def test_chapters_come_in_the_order_of_the_spine_without_the_table_of_contents() -> None:
    document = load_bytes(book(), "book.epub")
    assert document.text == "Quays\n\nA quay is a wall\u00a0of stone.\n\nCranes\n\nSato\t2"
    assert [(each.level, document.text[each.start : each.end]) for each in document.headings] == [
        (1, "Quays"),
        (2, "Cranes"),
    ]
    assert (document.title, document.language, document.date) == ("On Harbours", "en", "2024-04-02")
    assert document.metadata == {"author": "A. Writer, B. Writer"}


@pytest.mark.parametrize("empty", ["<title/>", "<script src='a.js'/>", "<style type='text/css' />"])
def test_an_element_closed_in_itself_swallows_nothing(empty: str) -> None:
    parts = {"OPS/text/one.xhtml": chapter("<p><a id='p1'/>A <i class='x'/>quay.</p><br/><p>A crane.</p>", empty)}
    assert load_bytes(book(parts), "book.epub").text.startswith("A quay.\n\nA crane.")


def test_chapters_that_are_encrypted_are_refused_and_disguised_fonts_are_not() -> None:
    locked = '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:CipherReference URI="{}"/></encryption>'
    fonts = {"META-INF/encryption.xml": locked.format("OPS/fonts/a.otf")}
    assert load_bytes(book(fonts), "book.epub").text.startswith("Quays")
    with pytest.raises(UnreadableDocument, match=r"^book\.epub: its chapters are encrypted"):
        load_bytes(book({"META-INF/encryption.xml": locked.format("OPS/text/two%20parts.xhtml")}), "book.epub")


@pytest.mark.parametrize("part", ["META-INF/container.xml", "OPS/book.opf"])
@pytest.mark.parametrize("text", [None, "", "no XML", "<a/>"])
def test_a_zip_that_is_no_book_is_refused(part: str, text: str | None) -> None:
    with pytest.raises(UnreadableDocument, match=r"^book\.epub(: expected an EPUB, found a zip archive| has no text)"):
        load_bytes(book({part: text}), "book.epub")


def test_entities_of_a_package_are_not_resolved() -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE p [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    package = bomb + PACKAGE.split("?>", 1)[1].replace("On Harbours", "&b;&b;&b;")
    assert "aaaa" not in load_bytes(book({"OPS/book.opf": package}), "book.epub").title


def test_a_book_that_unpacks_to_more_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.documents.archive.MAX_XML_BYTES", 4000)
    with pytest.raises(DocumentTooLarge, match=r"^book\.epub: unpacks to"):
        load_bytes(book({"OPS/text/one.xhtml": chapter("<p>word</p>" * 1000)}), "book.epub")


GOOD = book()


@settings(max_examples=100)
@given(damaged(GOOD))
def test_a_damaged_book_is_read_or_refused_never_a_crash(data: bytes) -> None:
    read_or_refused(data, "a.epub")
