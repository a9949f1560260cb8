# mypy: disable-error-code="import-untyped"
"""HTML: the part of a page where trafilatura finds the main text, else all that the page shows."""

import re
from copy import deepcopy
from typing import Any

from rag.documents import dates, signatures
from rag.documents.blocks import Blocks
from rag.documents.content import Content, one_line, quiet
from rag.documents.decoding import decode
from rag.documents.html_section import section
from rag.documents.html_text import flatten
from rag.documents.text import encoding_note
from rag.errors import DocumentTooLarge, UnreadableDocument
from rag.raised import lowered, raised

_MOST_ELEMENTS = 50_000  # trafilatura takes up to 0.3 ms for each; a longer page is taken whole, its menus included
_MOST_EVER = 1_000_000  # elements; laying out that many takes tens of seconds
_MOST_ATTRIBUTES = 1000  # on one tag: libxml2 compares each with each, and 500,000 of them took it hours
_LONG_TAG = 2 * _MOST_ATTRIBUTES  # characters, the fewest that hold so many
# Tags and attributes as the HTML standard's tokenizer reads them: quotes mean something only after "=".
_ATTRIBUTE = r"(?:=[^\s/>=]*+|[^\s/>=]++)(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+)?+)?+"
_TAG = re.compile(rf"<[A-Za-z][^\s/>]*+(?:[\s/]++|{_ATTRIBUTE})*+")
_LONGEST_URL = 2000
_STRUCK = ("del", "s", "strike")
_LINE_THROUGH = re.compile(r"\btext-decoration(?:-line)?\s*:[^;]*\bline-through\b")
_VOID = "area base br col embed hr img input link meta param source track wbr".replace(" ", "|")
_SELF_CLOSED = re.compile(rf"<(?!(?:{_VOID})\b)([A-Za-z][\w:-]*+)([^<>]*+(?<=/))>")
# In order of trust: what publishers write for machines. Dates of change are left out: they move with every repair.
_DATE_NAMES = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "citation_publication_date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "parsely-pub-date",
    "sailthru.date",
    "publish_date",
    "pubdate",
    "date",
)
_JSON_LD_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')


def parse(data: bytes, name: str, declared: str | None = None) -> Content:
    """`declared` is the encoding where it is told outside the page.

    Raises UnsupportedFormat, UnreadableDocument or DocumentTooLarge.
    """
    signatures.check(data, "text", name)
    html, encoding = decode(data, name, declared=declared or declared_encoding(data))
    page, elements = _tree(html, name)
    meta = _meta(page)
    title = _stated_title(page, meta)
    blocks = Blocks(name)
    flatten(_document(page, title) if elements <= _MOST_ELEMENTS else _body(page), blocks)
    return Content(
        blocks.text,
        "text/html",
        title=_title(title, blocks.first_heading),
        date=_date(page, meta, html),
        language=page.get("lang") or page.get("{http://www.w3.org/XML/1998/namespace}lang") or meta.get("language"),
        headings=tuple(blocks.headings),
        metadata=_labels(page, meta) | encoding_note(encoding),
    )


def add_whole(html: str, blocks: Blocks) -> None:
    """Adds all that a page without menus shows, a message's or a book's.

    Raises UnreadableDocument or DocumentTooLarge.
    """
    flatten(_body(_tree(html, blocks.name)[0]), blocks)


def declared_encoding(data: bytes) -> str | None:
    """What the page says of itself."""
    found = re.search(rb"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", data[:4096], re.IGNORECASE)
    return found[1].decode("ascii", "replace") if found else None


def closed(xhtml: str) -> str:
    """With every element that has no content closed as HTML does: there `<title/>` would swallow the rest."""
    return _SELF_CLOSED.sub(r"<\1\2></\1>", xhtml)


def _check_attributes(html: str, name: str) -> None:
    for tag in _TAG.finditer(html):
        if tag.end() - tag.start() > _LONG_TAG and len(re.findall(_ATTRIBUTE, tag[0])) > _MOST_ATTRIBUTES:
            raise UnreadableDocument(
                f"{name}: a tag with more than {_MOST_ATTRIBUTES} attributes, which no page needs; "
                "save the page again from a browser"
            )


def _tree(html: str, name: str) -> tuple[Any, int]:
    """The page and how many elements it has."""
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    _check_attributes(html, name)
    # From bytes, since lxml refuses a str that declares an encoding.
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        page = document_fromstring(html.encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise UnreadableDocument(
            f"{name} has no text: expected an HTML page, found none ({one_line(str(error))}); check what was saved"
        ) from error
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        # libxml2 has stopped there without a word, and the rest of the page would be missing.
        raise UnreadableDocument(
            f"{name}: tags are nested deeper than 256, or one is never closed; save the page again from a browser"
        )
    _leave_out_struck(page)
    _tell_raised(page)
    elements = sum(1 for _ in page.iter())
    if elements > _MOST_EVER:
        raise DocumentTooLarge(f"{name}: {elements:,} HTML elements, the limit is {_MOST_EVER:,}; split the page")
    return page, elements


def _leave_out_struck(page: Any) -> None:
    """What is struck out holds no more: "The rent is <del>500</del> 600 euros"."""
    for element in [*page.iter(*_STRUCK), *page.iterfind(".//*[@style]")]:
        is_struck = element.tag in _STRUCK or _LINE_THROUGH.search(element.get("style", "").lower())
        if is_struck and element.getparent() is not None:
            element.drop_tree()


def _tell_raised(page: Any) -> None:
    for tag, told in (("sup", raised), ("sub", lowered)):
        for element in page.iter(tag):
            for each in element.iter():
                each.text = told(each.text) if each.text else each.text
                if each is not element and each.tail:
                    each.tail = told(each.tail)


def _document(page: Any, title: str | None) -> Any:
    body, main = _body(page), _main_text(deepcopy(page))
    return body if main is None else section(body, main, title or "")


def _main_text(page: Any) -> Any:
    """trafilatura's body of the page, which it alters, or None where it finds nothing or fails."""
    from lxml import etree
    from trafilatura import bare_extraction

    quiet("trafilatura", "htmldate", "courlan", "readability")
    try:
        found: Any = bare_extraction(page, include_comments=False, include_tables=True, include_formatting=False)
    except (etree.LxmlError, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return None  # a page odd enough to break its heuristics can still be read whole
    return None if found is None else found.body


def _body(page: Any) -> Any:
    body = page.find("body")
    return page if body is None else body


def _meta(page: Any) -> dict[str, str]:
    """Every <meta>'s content by its name, property, itemprop or http-equiv, lower case; the first of each."""
    meta: dict[str, str] = {}
    for tag in page.iter("meta"):
        for key in (tag.get("property"), tag.get("name"), tag.get("itemprop"), tag.get("http-equiv")):
            if key and tag.get("content"):
                meta.setdefault(key.strip().lower(), tag.get("content"))
    return meta | {"language": meta.get("content-language", meta.get("language", ""))}


def _title(title: str | None, heading: str | None) -> str | None:
    """The page's title; the main heading where the title only adds the site's name to it."""
    return heading if title and heading and one_line(title).startswith(heading) else title


def _stated_title(page: Any, meta: dict[str, str]) -> str | None:
    element = page.find(".//title")
    return meta.get("og:title") or (element.text_content() if element is not None else None)


def _date(page: Any, meta: dict[str, str], html: str) -> str | None:
    stated = [meta[name] for name in _DATE_NAMES if name in meta]
    stated += [tag.get("datetime", "") for tag in page.iter("time") if tag.get("itemprop") == "datePublished"]
    stated += _JSON_LD_DATE.findall(html)[:1]
    return next((found for found in map(dates.first_in, stated) if found), None)


def _labels(page: Any, meta: dict[str, str]) -> dict[str, str]:
    canonical = page.find(".//link[@rel='canonical']")
    url = meta.get("og:url") or (canonical.get("href", "") if canonical is not None else "")
    labels = {"author": one_line(meta.get("author", "")), "site": one_line(meta.get("og:site_name", ""))}
    if re.match(r"https?://", url) and len(url) <= _LONGEST_URL:
        labels["url"] = one_line(url, _LONGEST_URL)
    return {key: value for key, value in labels.items() if value}
