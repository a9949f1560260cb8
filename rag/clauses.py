"""The part of a document that a question asks for by its number: "3.2", "§ 12", "Article 5", "第5条"."""

import re
from functools import lru_cache
from itertools import pairwise

from rag.folding import fold
from rag.phrases import is_unspaced
from rag.stretches import without

_MOST_WORDS = 6  # beside the number: who says more asks what is told there
_OPENING = 40  # characters of a line that may hold its number

# How the words for a part of a text of rules begin, folded, in the languages whose laws and contracts are asked most.
_PARTS = "|".join(
    fold(
        """
        abschnitt absatz anhang anlage annex appendi articl articol articul artigo artikel artykuł capitol capítul
        chapit chapter clánek claus hoofdstuk kapitel kapitol klausel klauzul paragr punkt rozdział seção secció section
        sezione глава главе главу главы главой додат параграф подпункт приложени пункт раздел розділ стать стате статт
        части часть частью البند الفصل القسم المادة بند ماده مادة अनुच्छेद खंड धारा
        """
    ).split()
)
# Turkish and Azerbaijani, "5. madde" or "madde 5"; a Madden is none.
_TURKIC = "|".join(fold("bend bent bölme bölüm bölmə bənd fesil fıkra fəsil madde(?!n) maddə").split())
_WORD = rf"(?:\b(?:{_PARTS}|{_TURKIC})\w*\.?|§+)"
_UNIT = "条條章节節款项項"  # behind a number, as this is in Korean:
_KOREAN_UNIT = "조장절항"
_NUMBER = r"\d{1,4}(?:\.\d{1,3}){0,4}"
_ALONE = r"(?![\w%]|[.,]\d)"  # no part of a longer number, and no share
_WITH_WORD = re.compile(
    rf"{_WORD}\s*({_NUMBER}){_ALONE}"
    rf"|(?<![\w.,])({_NUMBER})[-.]?\w{{0,4}}\s+(?:{_TURKIC})"
    rf"|[第제]\s*({_NUMBER})\s*[{_UNIT}{_KOREAN_UNIT}]"
    rf"|(?<![\w.,])(\d{{1,3}}(?:\.\d{{1,3}})+)\s*[{_UNIT}]"
)
_OTHER = re.compile(rf"\W{{0,4}}(?:{_WORD}\s*)?(\d{{1,4}}(?:\.\d{{1,3}}){{1,4}})[.)]?\s")
_NOTHING_ELSE = re.compile(r"\W*(\d{1,3}(?:\.\d{1,3}){1,4})\W*")


def clauses_of(question: str) -> list[str]:
    """The parts that are asked for, each once, in order.

    Without a word for the part its number must be all of the question: 3.5 may be millions.
    """
    folded = fold(question)
    if alone := _NOTHING_ELSE.fullmatch(folded):
        return [alone[1]]
    return [] if _asks_more(folded) else _numbers(folded)


def parts_of(question: str) -> list[str]:
    """The parts in which something is asked for, each once, in order."""
    folded = fold(question)
    return _numbers(folded) if _asks_more(folded) else []


def without_parts(question: str) -> str:
    """What is asked for in them; the number would lead to other parts as well, and to what else is numbered so."""
    folded = fold(question)
    if len(folded) != len(question):
        return question  # a ligature or the like: no telling which characters go
    return " ".join(without(question, (named.span() for named in _WITH_WORD.finditer(folded))).split())


def part_of(text: str, number: str) -> tuple[int, int] | None:
    """Where the part of that number stands in a text: the longest, where a table of contents has a line for it too.

    It ends at the number that follows on it, or at one of several levels that is none of its own.
    """
    followers = _followers(number)
    edges: list[tuple[int, bool]] = []  # where lines open a part, and whether it is the one
    at = 0
    for line in text.splitlines(keepends=True):
        folded = fold(line) if any(map(str.isdigit, line[:_OPENING])) else ""
        opens = opens_with(number, folded)
        if opens or _opens_other(number, folded) or any(opens_with(each, folded) for each in followers):
            edges.append((at, opens))
        at += len(line)
    parts = [(start, end) for (start, opens), (end, _) in pairwise([*edges, (at, False)]) if opens]
    return max(parts, key=lambda part: part[1] - part[0], default=None)


def _opens_other(number: str, line: str) -> bool:
    """Whether it begins with a number of several levels that is none of this one's own."""
    found = _OTHER.match(line)
    return found is not None and not f"{found[1]}.".startswith(f"{number}.")


def _followers(number: str) -> list[str]:
    """7.4 is followed by 7.5, else by 8 or, where that has no line of its own, 8.1."""
    own = [int(each) for each in number.split(".")]
    found = []
    for depth in range(len(own), 0, -1):
        after = ".".join(map(str, [*own[: depth - 1], own[depth - 1] + 1]))
        found += [after, f"{after}.1"]
    return found


def _numbers(folded: str) -> list[str]:
    found = _WITH_WORD.finditer(folded)
    return list(dict.fromkeys(next(filter(None, match.groups())) for match in found))


def _asks_more(folded: str) -> bool:
    return _words(_WITH_WORD.sub(" ", folded)) > _MOST_WORDS


def _words(text: str) -> float:
    """Two characters of a script that sets no spaces count for one."""
    return sum(len(word) / 2 if is_unspaced(word) else 1 for word in re.findall(r"\w+", text))


def opens_with(number: str, text: str) -> bool:
    """Whether a line of the folded text begins with this number, as clauses, headings and articles do."""
    return _opening(number).search(text) is not None


@lru_cache(maxsize=64)
def _opening(number: str) -> re.Pattern[str]:
    own = re.escape(number)
    marks = r"(?:\.?[ \t]|[.)](?!\d)|[.:]?$)" if "." in number else r"[.)](?!\d)"
    forms = (
        rf"{_WORD}\s*{own}(?!\w|\.\d)",
        rf"{own}{marks}",
        rf"{own}[.-]?\w{{0,4}}\s+(?:{_TURKIC})",
        rf"[第제]\s*{own}\s*[{_UNIT}{_KOREAN_UNIT}]",
    )
    return re.compile(rf"^\W{{0,4}}(?:{'|'.join(forms)})", re.MULTILINE)
