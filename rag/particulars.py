"""The countries, years and names of a question, and whether a document has them. Pure functions.

A sentence can be near to a question in all but the one word that counts. Of countries and years it is known how every
language writes them; of names, how their own does.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from rag.countries import countries_of, speaks_of, stem
from rag.folding import fold
from rag.naming import words_of
from rag.reflow import reflow

_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)")  # of no other calendar than the Gregorian
_CUT = re.compile(r"\w[-‐\u00ad]\s*\n")  # a word at the end of a line, or two words with a hyphen
_SHORTEST = 3  # letters of a name
_HAN_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")


@dataclass(frozen=True, slots=True)
class Particulars:
    """What must be spoken of where an answer stands."""

    language: str  # of the question
    countries: Mapping[str, str]  # the question's word for each, by ISO 3166-1 code
    years: tuple[str, ...]

    @classmethod
    def of(cls, question: str, language: str) -> Self:
        years = _YEAR.findall(fold(question).translate(_HAN_DIGITS))
        return cls(language, countries_of(question, language), tuple(dict.fromkeys(years)))

    def __bool__(self) -> bool:
        return bool(self.countries or self.years)

    def missing(self, text: str, languages: Collection[str]) -> list[str]:
        """The question's words for those that a text lacks, parts of which may be in any of these languages.

        Within a language a reading network knows better whether a year must be there.
        """
        folded = _read(text)
        years = () if self.language in languages else self.years
        countries = [word for code, word in self.countries.items() if not speaks_of(code, folded, languages)]
        return countries + [year for year in years if not _has_year(year, folded.translate(_HAN_DIGITS))]


def names_of(question: str) -> list[str]:
    """Numbers, and words with a capital, but for the first, which has one in any question."""
    words = [question[word.start : word.end] for word in words_of(question)[1:]]
    told = (word for word in words if word[0] != word[0].lower() or word.isdecimal())
    return list(dict.fromkeys(word for word in told if len(word) >= _SHORTEST))


def unmentioned(names: Iterable[str], text: str) -> list[str]:
    """Those that a text lacks: other endings are the same name."""
    folded = _read(text)
    return [name for name in names if not re.search(_beginning(fold(name)), folded)]


def _read(text: str) -> str:
    """Folded, words that a line's end cuts whole as well."""
    return fold(f"{text}\n{reflow(text).text}" if _CUT.search(text) else text)


def _beginning(name: str) -> str:
    return rf"(?<!\d){name}(?!\d)" if name.isdecimal() else rf"\b{re.escape(stem(name))}"


def _has_year(year: str, text: str) -> bool:
    """As it stands, or as the end of some years: 1995-96."""
    return re.search(rf"{year}|{year[:2]}\d\d\s?[-‐‑–—/]\s?{year[2:]}(?!\d)", text) is not None
