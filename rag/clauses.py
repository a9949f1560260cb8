"""The part of a document that a question asks for by its number: "3.2", "§ 12", "Article IV", "第十二条"."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, pairwise

from rag.folding import fold
from rag.numerals import HAN, han, of_han, of_roman, roman
from rag.part_words import BEFORE, BEHIND, BETWEEN, ORDINALS, UNSPACED
from rag.phrases import is_unspaced
from rag.stretches import without

_MOST_WORDS = 6  # beside the number: who says more asks what is told there
_OPENING = 40  # characters of a line that may hold its number


def _any_of(words: Iterable[tuple[str, str]]) -> str:
    """Words that begin as the first ones do, or are the second."""
    begins, whole = (
        sorted(set(chain.from_iterable(fold(told).split() for told in each))) for each in zip(*words, strict=True)
    )
    ends = [re.escape(each) if each.endswith(".") else rf"{re.escape(each)}(?![^\W\d])" for each in whole]
    return "|".join([rf"(?:{'|'.join(begins)})[^\s\d]{{0,12}}", *ends])


_BEHIND = _any_of(BEHIND.values())
_UNSPACED = "|".join(chain.from_iterable(words.split() for words in UNSPACED.values()))
_BETWEEN = "|".join(re.escape(fold(each)) for each in BETWEEN.split())
_WORD = (
    rf"(?:(?<!\w)(?:{_any_of(BEFORE.values())}|{_BEHIND})|(?:{_UNSPACED})|§+)"
    rf"[\s-]*(?:(?:{_BETWEEN})[\s-]*)?"
)
_UNIT = "条條章节節款项項"  # behind a number, as this is in Korean:
_KOREAN_UNIT = "조장절항"
_ORDINALS = {fold(word): number for number, words in ORDINALS.items() for word in words.split()}
_LEVELS = r"\d{1,4}(?:\.\d{1,3}){0,4}"
_WRITTEN = rf"(?!i\b)[ivxl]{{1,8}}(?!\w)|(?:{'|'.join(_ORDINALS)})(?!\w)"
_FIRST = rf"(?<!\ba )(?<!\ban )(?<!\bthe )(?<!\bthis )(?<!\bthat )(?<!\bwhich ){_WORD}(i)(?!\w)"  # "the article I sent"
_HAN = rf"[第제]\s*(\d{{1,4}}(?:\.\d{{1,3}}){{0,4}}|[{HAN}]{{1,9}})\s*[{_UNIT}{_KOREAN_UNIT}]"
_ALONE = r"(?![^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]|%|[.,]\d)"  # no part of a longer number, and no share
_BEFORE_WORD = rf"({_LEVELS})[-.\u2010\u2011]?\w{{0,4}}[\s-]+(?:{_BEHIND})"  # "5. madde", "2.2-ci bənd"
_JOINED = rf"({_LEVELS})[-\u2010\u2011](?:{_BEHIND})"  # "12-modda"
_WITH_WORD = re.compile(
    rf"{_WORD}({_LEVELS}){_ALONE}|{_WORD}({_WRITTEN})|{_FIRST}"
    rf"|(?<![\w.,])(?:{_BEFORE_WORD}|{_JOINED})"
    rf"|{_HAN}|(?<![\w.,])(\d{{1,3}}(?:\.\d{{1,3}})+)\s*[{_UNIT}]"
)
_OPENS = re.compile(
    r"^\W{0,4}(?:"
    rf"{_WORD}({_LEVELS})(?!\w|\.\d)|{_WORD}({_WRITTEN}|i\b)|{_BEFORE_WORD}|{_JOINED}|{_HAN}"
    r"|(\d{1,4}(?:\.\d{1,3}){1,4})(?:\.?[ \t]|[.)](?!\d)|[.:]?$)"
    r"|(\d{1,4}|[ivxl]{1,8})[.)](?!\d)"
    rf"|({'|'.join(_ORDINALS)})[.:)]"
    r")",
    re.MULTILINE,
)
_MAY_OPEN = re.compile(rf"\d|第|(?<!\w)(?:[ivxl]{{1,8}}|{'|'.join(_ORDINALS)})(?!\w)")
_OTHER = re.compile(rf"\W{{0,4}}(?:{_WORD})?(\d{{1,4}}(?:\.\d{{1,3}}){{1,4}})[.)]?\s")
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


def spellings(number: str) -> str:
    """How lines that open with it may write it, to look for them by."""
    if "." in number:
        return f"{number}."
    written = han(int(number))
    return f"{number}. 第{number}条 第{written}条 第{written}條 {roman(int(number))}."


def part_of(text: str, number: str) -> tuple[int, int] | None:
    """Where the part of that number stands in a text: the longest, where a table of contents has a line for it too.

    It ends at the number that follows on it, or at one of several levels that is none of its own.
    """
    ends = {*_followers(number)}
    edges: list[tuple[int, bool]] = []  # where lines open a part, and whether it is the one
    at = 0
    for line in text.splitlines(keepends=True):
        folded = fold(line[:_OPENING])
        found = opened_by(folded if len(line) <= _OPENING else f"{folded} ") if _MAY_OPEN.search(folded) else ()
        if number in found or not ends.isdisjoint(found) or (found and _opens_other(number, folded)):
            edges.append((at, number in found))
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
    return list(dict.fromkeys(_found(_WITH_WORD, folded)))


def _found(pattern: re.Pattern[str], folded: str) -> Iterator[str]:
    for match in pattern.finditer(folded):
        number = _in_digits(next(filter(None, match.groups())))
        if number is not None:
            yield number


def _in_digits(written: str) -> str | None:
    """None for letters that are no number."""
    if written[0].isdigit():
        return written
    found = of_han(written) if written[0] in HAN else _ORDINALS.get(written) or of_roman(written)
    return str(found) if found else None


def _asks_more(folded: str) -> bool:
    return _words(_WITH_WORD.sub(" ", folded)) > _MOST_WORDS


def _words(text: str) -> float:
    """Two characters of a script that sets no spaces count for one."""
    return sum(len(word) / 2 if is_unspaced(word) else 1 for word in re.findall(r"\w+", text))


def opens_with(number: str, text: str) -> bool:
    """Whether a line of the folded text begins with this number, as clauses, headings and articles do."""
    return number in opened_by(text)


def opened_by(text: str) -> list[str]:
    """The numbers that its lines begin with."""
    return list(_found(_OPENS, text))
