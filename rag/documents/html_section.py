# mypy: disable-error-code="import-untyped"
"""The part of a page that is its document, without what the site puts around it.

trafilatura finds the main text of a page, but passes over much that stands in it: headings, terms, captions, short
paragraphs, a third of the words of some manuals. So it is only asked where the main text stands. Left out is what it
does not take for main text and what is menus by its name too, or nothing but links.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rag.documents.html_text import is_block, is_unseen

# Counted in characters without white space; measured on manuals and news (benchmarks.html_words).
_LONGEST = 200_000  # a longer page is taken whole: what is around it is little of it, and looking for it takes long
_KNOWN = 20  # the fewest that tell a text: what is in the main text too was taken from there
_MOST = 0.7  # of the main text stands in the section
_SMALL = 500  # a section of fewer, its links not counted, is taken with what stands around it
_LINKS = 0.9  # of its text: a list of links
_HEADLINE = 20  # and these as long as headlines: names may be what a page tells, and link each
_SECTIONS = frozenset(("article", "body", "center", "div", "form", "main", "section"))
_LISTS = _SECTIONS | {"dl", "ol", "table", "ul"}
_CELLS = frozenset(("td", "th", "tr"))
_MENUS = frozenset(("footer", "menu", "nav"))
_QUOTED = ("blockquote", "figure")  # their foot says who said it
_MENU_ROLES = frozenset(("contentinfo", "menu", "menubar", "navigation", "search", "toolbar"))
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


@dataclass(slots=True)
class _Text:
    """How much is said in an element."""

    own: int = 0  # in no element within
    length: int = 0
    linked: int = 0
    main: int = 0


def section(body: Any, article: Any, title: str) -> Any:
    """`article`: trafilatura's tree of the main text; `title`: the page's. Takes the page apart."""
    main = _squeezed(article.itertext())
    if len(main) > _LONGEST:
        return body
    texts = _measured(body, main)
    for element in [*body.iterdescendants()]:
        if _is_menu(element, texts[element]) or _is_headlines(element, texts[element], main):
            element.drop_tree()
    return _with_rest(_holding(body, texts), body, texts, _squeezed([title]))


def _squeezed(texts: Iterable[str]) -> str:
    return "".join("".join(texts).split())


def _measured(body: Any, main: str) -> dict[Any, _Text]:
    texts: dict[Any, _Text] = {}
    for element in reversed([*body.iter()]):  # what stands in an element before the element
        text = texts[element] = _Text()
        if is_unseen(element):
            continue
        for own in (element.text, *(child.tail for child in element)):
            said = _squeezed([own or ""])
            text.own += len(said)
            text.main += len(said) if len(said) >= _KNOWN and said in main else 0
        text.length = text.own
        for inner in (texts[child] for child in element):
            text.length += inner.length
            text.linked += inner.linked
            text.main += inner.main
        if element.tag == "a":  # to a heading, it may be, which is said again
            text.linked, text.main = text.length, 0
    return texts


def _is_menu(element: Any, text: _Text) -> bool:
    if text.main or not (is_block(element) or element.tag in _MENUS) or element.getparent().tag in _QUOTED:
        return False
    is_hidden = element.get("hidden") is not None or "display:none" in _squeezed([element.get("style", "")])
    return is_hidden or element.tag in _MENUS or element.get("role") in _MENU_ROLES


def _is_headlines(element: Any, text: _Text, main: str) -> bool:
    """Of other pages or of the page's sections. Whole lists only: one item or cell is part of what the others say."""
    if text.main or not text.linked or element.tag not in _LISTS or text.linked < _LINKS * text.length:
        return False
    links = [each.get("href", "") for each in element.iter("a")]
    is_contents = all(link.startswith("#") for link in links)
    return (is_contents or text.linked >= _HEADLINE * len(links)) and _squeezed(element.itertext()) not in main


def _holding(body: Any, texts: dict[Any, _Text]) -> Any:
    """The innermost section with most of the main text, or the outermost that says something itself."""
    enough = max(1, _MOST * texts[body].main)
    inner, found = body, body
    while inner is not None:
        found = inner
        within = (child for child in found if texts[child].main >= enough)
        inner = None if texts[found].own >= _KNOWN else next(within, None)
    while found is not body and not (_is_section(found) and _is_large(found, body, texts[found])):
        found = found.getparent()
    chapters = [each for each in (found, *found.iterancestors()) if each in texts and each is not body]
    return next((each.getparent() for each in chapters if _has_like(each)), found)


def _has_main(element: Any, texts: dict[Any, _Text]) -> bool:
    """Whether main text stands in it that is in no block within."""
    return is_block(element) and texts[element].main > sum(texts[child].main for child in element if _is_part(child))


def _is_part(element: Any) -> bool:
    return is_block(element) or element.tag in _CELLS


def _is_section(element: Any) -> bool:
    """A cell with paragraphs in it is a page laid out as a table."""
    return element.tag in _SECTIONS or (element.tag == "td" and any(map(is_block, element)))


def _is_large(element: Any, body: Any, text: _Text) -> bool:
    return text.length - text.linked >= _SMALL or element.getparent() is body


def _has_like(found: Any) -> bool:
    """Whether it is one chapter of several."""
    kind = found.tag, found.get("class")
    return kind[1] is not None and sum(kind == (each.tag, each.get("class")) for each in found.getparent()) > 1


def _with_rest(found: Any, body: Any, texts: dict[Any, _Text], title: str) -> Any:
    """With the main text that stands elsewhere, the head of an article often, and the heading that the page names."""
    headings = [each for each in body.iter(*_HEADINGS) if (text := _squeezed(each.itertext())) and text in title]
    wanted = {found} if set(found.iter()).intersection(headings) else {found, *headings[:1]}
    around, covered = set(found.iterancestors()), set()
    whole = body.makeelement("div")
    for element in [*body.iter()]:
        said = element not in around and _has_main(element, texts)
        if element not in covered and (element in wanted or said):
            covered.update(element.iter())
            element.tail = None
            whole.append(element)
    return whole
