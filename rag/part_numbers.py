"""The numbers of parts of documents, as questions name them and as lines that open a part begin: "§ 12", "第十二条"."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from rag.folding import fold
from rag.numerals import HAN, han, of_han, of_roman, roman
from rag.part_words import BARE, BEFORE, BEHIND, BETWEEN, CHAPTERS, ORDINALS, UNSPACED
from rag.types import Numbered

_LEAST_ALIKE = 4  # letters
_SUFFIX = 1  # letters that may follow a number alone


def _any_of(words: Iterable[tuple[str, str]]) -> str:
    """Words that begin as the first ones do, or are the second."""
    begins, whole = (
        sorted(set(chain.from_iterable(fold(told).split() for told in each))) for each in zip(*words, strict=True)
    )
    ends = [re.escape(each) if each.endswith(".") else rf"{re.escape(each)}(?![^\W\d])" for each in whole]
    return "|".join([rf"(?:{'|'.join(begins)})[^\s\d]{{0,12}}", *ends])


_BEHIND, _BARE = _any_of([*BEHIND.values(), *BARE.values()]), _any_of(BARE.values())
_UNSPACED = "|".join(chain.from_iterable(words.split() for words in UNSPACED.values()))
_BETWEEN = "|".join(re.escape(fold(each)) for each in BETWEEN.split())
_WORD = (
    rf"(?:(?<!\w)(?:{_any_of(BEFORE.values())}|{_BARE})|(?:{_UNSPACED})|§+)"
    rf"[\s-]*(?:(?:{_BETWEEN})[\s-]*)?"
)
_CHAPTERS = tuple(fold(CHAPTERS).split())
_UNIT = "条條章节節款项項"  # behind a number, as this is in Korean:
_KOREAN_UNIT = "조장절항"
_ORDINALS = {fold(word): number for number, words in ORDINALS.items() for word in words.split()}
_LEVELS = r"\d{1,4}(?:\.\d{1,3}){0,4}"
_NAMED = rf"{_LEVELS}(?:[-\u2010]\d{{1,2}}(?![\d.-]*\d))?"  # "12-1" was put in behind 12; "12-15" are several
_WRITTEN = rf"(?<=\s)(?:(?!i\b)[ivxl]{{1,8}}|{'|'.join(_ORDINALS)})(?!\w)"
# "Article I", but not "the article I sent": told from "i", a word of many languages, by `_folded`.
_FIRST = (
    r"(?<!\ba )(?<!\ban )(?<!\bthe )(?<!\bthis )(?<!\bthat )(?<!\bwhich )"
    r"\b(?:article|chapter|section|part|title)\s(i)(?!\w)"
)
_HAN = rf"[第제]\s*(\d{{1,4}}(?:\.\d{{1,3}}){{0,4}}|[{HAN}]{{1,9}})\s*[{_UNIT}{_KOREAN_UNIT}]"
# "第一条铁路" is the first railway, and "第四节" mostly a quarter of a game.
_ASKED_HAN = (
    rf"(?!第[{HAN}]+[节節])(?!第[{HAN}]+[条條]"
    rf"(?![\u3040-\u30ff说說规規的中里裡内內第款项項是讲講写寫怎有和与與、，。？?（(\s]|$)){_HAN}"
)
_ALONE = r"(?![^\W\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]|%|[.,]\d)"  # no part of a longer number, and no share
_ORDINAL = (
    rf"({_NAMED})(?:[-.'\u2010\u2011]\w{{0,5}}[\s-]*|[^\W\d]{{1,5}}\s+)(?:{_BEHIND})"  # "5. madde", "2.2-ci bənd"
)
_COUNTED = rf"({_NAMED})\s+(?:{_BARE})"
_WITH_WORD = re.compile(
    rf"{_WORD}({_NAMED}){_ALONE}|{_WORD}({_WRITTEN})|{_FIRST}"
    rf"|(?<![\w.,])(?:{_ORDINAL}|{_COUNTED})"
    rf"|{_ASKED_HAN}|(?<![\w.,])(\d{{1,3}}(?:\.\d{{1,3}})+)\s*[{_UNIT}]"
)
_OPENS = re.compile(
    r"^\W{0,4}(?:"
    rf"{_WORD}({_NAMED})(?!\w|\.\d)|{_WORD}({_WRITTEN}|(?<=\s)i\b)|{_ORDINAL}|{_COUNTED}|{_HAN}"
    r"|(\d{1,4}(?:\.\d{1,3}){1,4})(?:\.?[ \t]|[.)](?!\d)|[.:]?$)"
    r"|(\d{1,4}|[ivxl]{1,8})[.)](?!\d)"
    rf"|({'|'.join(_ORDINALS)})[.:)]"
    r")",
    re.MULTILINE,
)
_MAY_OPEN = re.compile(rf"\d|第|(?<!\w)(?:[ivxl]{{1,8}}|{'|'.join(_ORDINALS)})(?!\w)")
# Which groups of the two have the word before the number and which behind it; the others have none.
_BEFORE_IT = {_WITH_WORD: (1, 2, 3), _OPENS: (1, 2)}
_BEHIND_IT = {_WITH_WORD: (4, 5, 6, 7), _OPENS: (3, 4, 5)}
_RUN = re.compile(r"[^\W\d]+\.?|§")
_SIMPLE = str.maketrans("條節項", "条节项")


def named_in(question: str) -> list[Numbered]:
    """The parts that a question names, each once, in order."""
    return list(dict.fromkeys(each for each, _ in _found(_WITH_WORD, _folded(question))))


def places_in(question: str) -> list[tuple[int, int]]:
    """Where it names them; [] where folding changes its length, by a ligature or the like."""
    folded = _folded(question)
    return [place for _, place in _found(_WITH_WORD, folded)] if len(folded) == len(question) else []


def _folded(question: str) -> str:
    """A small "i" is a word of many languages and no number."""
    return fold(re.sub(r"(?<!\w)[iı](?!\w)", "_", question))


def opened_by(text: str) -> list[Numbered]:
    """The parts that the lines of a folded text open, as clauses, headings and articles do."""
    return [each for each, _ in _found(_OPENS, text)] if _MAY_OPEN.search(text) else []


def only_numbers(text: str) -> bool:
    """Whether a folded line says nothing but which part follows: "artikel 3.", "第三条", "artigo 12.o"."""
    found = next(_found(_OPENS, text), None)
    return found is not None and sum(map(str.isalpha, text[found[1][1] :])) <= _SUFFIX


def are_same(one: str, other: str) -> bool:
    """Whether two words for a part are one: in another case or number, or cut short with a full stop."""
    shorter, longer = sorted((one.rstrip("."), other.rstrip(".")), key=len)
    if not shorter or "." in one + other:
        return bool(shorter) and longer.startswith(shorter)
    return shorter == longer or (len(shorter) >= _LEAST_ALIKE and shorter[:_LEAST_ALIKE] == longer[:_LEAST_ALIKE])


def is_chapter(word: str) -> bool:
    """Whether it names what holds articles and clauses."""
    return word.removeprefix("ال").startswith(_CHAPTERS)


def spellings(number: str) -> str:
    """How lines that open with it may write it, to look for them by."""
    if "." in number:
        return f"{number}."
    written = han(int(number))
    return f"{number}. 第{number}条 第{written}条 第{written}條 {roman(int(number))}."


def _found(pattern: re.Pattern[str], folded: str) -> Iterator[tuple[Numbered, tuple[int, int]]]:
    for match in pattern.finditer(folded):
        group = match.lastindex or 0
        number = _in_digits(match[group])
        if number is None:
            continue
        before = _RUN.findall(match.string[match.start() : match.start(group)])
        behind = _RUN.findall(match.string[match.end(group) : match.end()])
        word = before[0] if group in _BEFORE_IT[pattern] else behind[-1] if group in _BEHIND_IT[pattern] else ""
        yield Numbered(number, word.translate(_SIMPLE)), match.span()


def _in_digits(written: str) -> str | None:
    """None for letters that are no number."""
    if written[0].isdigit():
        number, _, put_in = written.replace("\u2010", "-").partition("-")
        return f"{number}.{put_in}" if put_in and int(put_in) < int(number.partition(".")[0]) else number
    found = of_han(written) if written[0] in HAN else _ORDINALS.get(written) or of_roman(written)
    return str(found) if found else None
