"""The countries that a question names, and whether a text speaks of them, each in its own language. Pure functions.

To vectors Armenia and Azerbaijan are nearly one, and across languages no word is the other's. But what a country is
called is known: the Unicode CLDR tells it in the languages of the encoder (https://cldr.unicode.org, by babel), and
what the languages named after it and its cities are called.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Literal, NamedTuple, TypeAlias

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.localedata import locale_identifiers

from rag.folding import fold
from rag.language import UNKNOWN
from rag.phrases import is_unspaced

Kind: TypeAlias = Literal["country", "language", "city"]

_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
_OF_MANY_NAMES = frozenset({"GB", "US"})  # "England", "American", "the UK": a text has words for them that CLDR has not
# What texts say as well.
_ALSO = {
    "az": [("CN", "ÇXR")],
    "en": [("CH", "Swiss"), ("CN", "PRC"), ("MM", "Burma"), ("NL", "Holland"), ("TR", "Turkey")],
    "ru": [("CN", "КНР"), ("DE", "ФРГ"), ("RU", "РФ")],
    "tr": [("CN", "ÇHC")],
}
_NAMED_AFTER = {"pt": "PT"}  # of languages that most people speak elsewhere
_LEAST = 4  # letters of a name: shorter ones begin too many words
_LEAST_WIDE = 2  # ... where a letter is a syllable or more
_ENDINGS = range(7)  # letters that a case or an adjective adds to a name: Rusiyanın, Armenian
_OTHER_ENDINGS = range(3)  # ... or puts in place of its last one: Россия, России
_ADJECTIVE = range(3, 7)  # ... of a word that is written small: российский
_CUT = 3  # letters of a name that a text may lack: who doubts too little does no harm

_WORD = re.compile(r"\w+(?:[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff]+\w*)*")
_WIDE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


class _Form(NamedTuple):
    """How a word begins that names a country, and how many letters more it has."""

    stem: str  # folded
    endings: range
    country: str
    is_capital: bool  # always written so


def countries_of(question: str, language: str) -> dict[str, str]:
    """Those that a question in a language (ISO 639-1) names in one word: that word by ISO 3166-1 code."""
    found: dict[str, str] = {}
    for match in _WORD.finditer(question):
        for country, word in _named_by(match[0], language):
            if country not in _OF_MANY_NAMES:
                found.setdefault(country, word)
    return found


def speaks_of(country: str, folded: str, languages: Collection[str]) -> bool:
    """Whether a folded text has a name of the country, of its language or of a city there.

    True where it may be in a language of which no names are known, or in that of the country: then it goes without
    saying.
    """
    if country in map(_country_of, languages):
        return True
    patterns = [_any_name(country, language) for language in languages]
    return any(pattern is None or pattern.search(folded) for pattern in patterns)


def stem(word: str) -> str:
    """What any form of a folded word begins with."""
    return word[: max(_LEAST, len(word) - _CUT)]


def _named_by(run: str, language: str) -> Iterator[tuple[str, str]]:
    """By a word, or in a script without spaces by parts of what stands between marks."""
    forms, word = _forms(language), fold(run)
    if is_unspaced(word):
        yield from ((forms[name[0]][0].country, name[0]) for name in _unspaced(language).finditer(word))
    elif named := [each for each in forms.get(word[: _least(word)], ()) if _is_form(run, word, each)]:
        yield max(named, key=lambda each: len(each.stem)).country, run


def _is_form(written: str, word: str, form: _Form) -> bool:
    is_written_so = not form.is_capital or written[0] == written[0].upper()
    return is_written_so and word.startswith(form.stem) and len(word) - len(form.stem) in form.endings


def _least(word: str) -> int:
    return _LEAST_WIDE if _WIDE.match(word) else _LEAST


@cache
def _forms(language: str) -> Mapping[str, Sequence[_Form]]:
    """By how they begin; where no spaces are set, by the whole of them."""
    found: dict[str, list[_Form]] = defaultdict(list)
    for country, name, kind in _names(language):
        text = fold(name)
        if not text.isalpha() or len(text) < _least(text):
            continue
        begins = text if is_unspaced(text) else text[: _least(text)]
        if kind == "country":
            found[begins] += _forms_of_country(text, country)
        elif kind == "language" and country != _country_of(language) and not is_unspaced(text):
            # Who names the language of the question speaks of words.
            found[begins].append(_Form(text[: max(_LEAST + 1, len(text) - 2)], _ENDINGS, country, name[0].isupper()))
    return found


def _forms_of_country(name: str, country: str) -> Iterator[_Form]:
    yield _Form(name, _ENDINGS, country, True)
    if len(name) > _LEAST:
        yield _Form(name[:-1], _OTHER_ENDINGS, country, True)
    if len(name) > _LEAST + 1 and not name.isascii():  # in Latin script too many words begin so
        yield _Form(name[:-1], _ADJECTIVE, country, False)


@cache
def _unspaced(language: str) -> re.Pattern[str]:
    names = sorted(filter(is_unspaced, _forms(language)), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, names)) or r"(?!)")


@cache
def _any_name(country: str, language: str) -> re.Pattern[str] | None:
    """By as little of it as may be told from other words."""
    stems = {_beginning(fold(name), kind) for code, name, kind in _names(language) if code == country}
    return re.compile("|".join(sorted(stems))) if stems else None


def _beginning(name: str, kind: Kind) -> str:
    if _WIDE.match(name):
        return re.escape(name)
    words = [word for word in name.split() if len(word) >= _LEAST] or [name]
    word = words[0] if kind == "language" else words[-1]
    return rf"\b{re.escape(word if kind == 'city' else stem(word))}"


@cache
def _names(language: str) -> Sequence[tuple[str, str, Kind]]:
    """What countries, their languages and their cities are called: (country, name, kind). In each of its scripts."""
    if language == UNKNOWN:  # babel would take it for English
        return ()
    try:
        told = [Locale.parse(language), *map(Locale.parse, _in_scripts(language))]
    except (UnknownLocaleError, ValueError):
        return ()
    return list(chain(*((*_of_countries(each), *_of_languages(each), *_of_cities(each)) for each in told)))


def _in_scripts(language: str) -> list[str]:
    """zh_Hant beside zh, sr_Latn beside sr."""
    return [name for name in locale_identifiers() if re.fullmatch(rf"{re.escape(language)}_[A-Z][a-z]{{3}}", name)]


def _of_countries(told: Locale) -> Iterator[tuple[str, str, Kind]]:
    for country, name in (*told.territories.items(), *_ALSO.get(told.language, [])):
        if country.isalpha() and country not in _NO_COUNTRIES:
            yield country, name, "country"


def _of_languages(told: Locale) -> Iterator[tuple[str, str, Kind]]:
    """Those that are the likeliest of the country where they are likeliest spoken."""
    for language, name in told.languages.items():
        country = _NAMED_AFTER.get(language, _country_of(language))
        if country and get_global("likely_subtags").get(f"und_{country}", "").startswith(f"{language}_"):
            yield country, name, "language"


def _of_cities(told: Locale) -> Iterator[tuple[str, str, Kind]]:
    """Those that give time zones their names."""
    for zone, country in get_global("zone_territories").items():
        in_english = zone.rpartition("/")[2].replace("_", " ")
        yield country, told.time_zones.get(zone, {}).get("city", in_english), "city"


def _country_of(language: str) -> str:
    """Where it is likeliest spoken."""
    return str(get_global("likely_subtags").get(language, "")).rpartition("_")[2]
