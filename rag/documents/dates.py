"""Dates that a text states about itself: a date line or a dateline at its top."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_YEARS = range(1400, 2101)  # a text outside them is not dated so; also what turns a number like 9999 away
_LINES = 5  # non-blank lines at the top of a text that may date it
_HEAD = 20_000  # characters those lines are looked for in
_WIDTH = 200  # characters of a line that are read; a date line is shorter, a dateline stands before that
_PLACE_WIDTH = 60

_MONTHS_BY_LANGUAGE = """
january february march april may june july august september october november december
jan feb mar apr may jun jul aug sept oct nov dec
jan feb mar apr may jun jul aug sep oct nov dec
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
januar februar märz april mai juni juli august september oktober november dezember
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
"""

# Words that may stand beside the date on a line that only states it.
_FURNITURE_WORDS = """
date dated published publication posted updated update last modified created on at of the time t z utc gmt msk cet cest
est edt bst am pm st nd rd th monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun
дата опубликовано публикации обновлено создано г год года от в время мск понедельник вторник среда четверг пятница
суббота воскресенье дата оновлено року
tarix tarixi dərc yayımlanıb yayımlanma edilib olunub il ildə ci cı cu cü saat bazar ertəsi çərşənbə axşamı cümə şənbə
tarih tarihi yayınlanma yayın güncelleme pazartesi salı çarşamba perşembe cuma cumartesi pazar
datum veröffentlicht aktualisiert am vom den uhr montag dienstag mittwoch donnerstag freitag samstag sonntag
publié mis jour à le la lundi mardi mercredi jeudi vendredi samedi dimanche
fecha publicado actualizado el de del lunes martes miércoles jueves viernes sábado domingo data pubblicato
发布时间 发布日期 发表于 发布于 发布 日期 时间 更新时间 更新于 更新 星期一 星期二 星期三 星期四 星期五 星期六
星期日 星期天 公開日 更新日 日付 电 電 report issue issued effective release released revised
"""

_ORDINAL = r"(?:st|nd|rd|th|er)?"
_WORD = r"[^\W\d_]{3,12}"
_YEAR = r"(?P<year>\d{4})(?!\.?\d)"
_DAY = r"(?<![\d.,])(?P<day>\d{1,2})"
_FULL = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<year>\d{4}) ?[年년] ?(?P<month>\d{1,2}) ?[月월] ?(?P<day>\d{1,2}) ?[日일]",
        rf"{_DAY}\.(?P<month>\d{{1,2}})\.{_YEAR}",
        rf"{_DAY}(?:{_ORDINAL}|\.) (?:de |of )?(?P<name>{_WORD})\.?,? (?:de |del )?{_YEAR}",
        rf"(?<!\w)(?P<name>{_WORD})\.? (?P<day>\d{{1,2}}){_ORDINAL},? {_YEAR}",
    )
)
_YEARLESS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_DAY}(?:{_ORDINAL}|\.) (?P<name>{_WORD})(?!\w)",
        rf"(?<!\w)(?P<name>{_WORD})\.? (?P<day>\d{{1,2}}){_ORDINAL}(?![\d:])",
    )
)
_TIMES = re.compile(r"(?:UTC|GMT) ?[+-] ?\d{1,2}(?::?\d{2})?|\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?", re.IGNORECASE)
_PLACE = re.compile(r"[^\W\d_]+(?:[\s,./'’-]+[^\W\d_]+)*[\s,./-]*")
_AFTER_DATELINE = re.compile(r"(?: ?г\.?| года| il)? ?(?:\([^()]{1,40}\) ?)?(?:--|[.:—–-]|[电電讯訊]|$)[ —–-]*")


def _fold(word: str) -> str:
    """Case set aside, Turkish and Azerbaijani dotted and dotless i among it."""
    return word.casefold().replace("ı", "i").replace("\u0307", "")


_MONTHS = {
    _fold(name): number
    for names in _MONTHS_BY_LANGUAGE.strip().splitlines()
    for number, name in enumerate(names.split(), 1)
}
_FURNITURE = {_fold(word) for word in _FURNITURE_WORDS.split()}


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    iso: str | None  # None: a day and month without a year


def stated_in(text: str) -> str | None:
    """YYYY-MM-DD that one of the first lines of a text exists to state, or None."""
    lines = (squeeze(line) for line in text[:_HEAD].split("\n"))
    top = [line for line in lines if line][:_LINES]
    return next((iso for iso in map(_line_date, top) if iso), None)


def first_in(text: str) -> str | None:
    """The first possible full date anywhere in a short text, or None."""
    return next((found.iso for found in _find(squeeze(text), _FULL)), None)


def iso(year: int, month: int, day: int) -> str | None:
    """YYYY-MM-DD, or None for a day that never was or a year no text is dated in."""
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def is_date_line(line: str) -> bool:
    """Whether a line holds nothing but a date (with or without a year), a time and words such as “published”."""
    line = squeeze(line)
    return any(_only(line, _find(line, patterns)) for patterns in (_FULL, _YEARLESS))


def dateline_end(line: str) -> int:
    """Offset at which the sentence begins after a dateline such as `BAKU, Azerbaijan, April 2.`; 0 without one."""
    for patterns in (_FULL, _YEARLESS):
        for found in _find(line[:_WIDTH], patterns)[:1]:
            after = _AFTER_DATELINE.match(line, found.end)
            if after and after.end() < len(line) and _is_place(line[: found.start]):
                return after.end()
    return 0


def squeeze(line: str) -> str:
    """The part of a line that is read for dates, white space made single spaces."""
    return re.sub(r"\s+", " ", line[:_WIDTH]).strip()


def _line_date(line: str) -> str | None:
    found = _find(line, _FULL)
    if not found:
        return None
    if _only(line, found):
        return found[0].iso
    dateline = _is_place(line[: found[0].start]) and _AFTER_DATELINE.match(line, found[0].end)
    return found[0].iso if dateline else None


def _find(line: str, patterns: tuple[re.Pattern[str], ...]) -> list[_Found]:
    """Possible dates in the order they stand; 31 February is none."""
    return sorted(_matches(line, patterns), key=lambda found: found.start)


def _matches(line: str, patterns: tuple[re.Pattern[str], ...]) -> Iterator[_Found]:
    for pattern in patterns:
        for match in pattern.finditer(line):
            parts = match.groupdict()
            month = _MONTHS.get(_fold(parts["name"]), 0) if "name" in parts else int(parts["month"])
            # A leap year stands in where none is given, so that 29 February is a day.
            known = iso(int(parts.get("year") or 2000), month, int(parts["day"]))
            if known:
                yield _Found(match.start(), match.end(), known if "year" in parts else None)


def _only(line: str, found: list[_Found]) -> bool:
    """Whether the line has dates, and nothing else but times and furniture."""
    rest = list(line)
    for each in found:
        rest[each.start : each.end] = " " * (each.end - each.start)
    words = re.findall(r"[^\W\d_]+|\d+", _TIMES.sub(" ", "".join(rest)))
    return bool(found) and all(_fold(word) in _FURNITURE for word in words)


def _is_place(prefix: str) -> bool:
    """Whether what stands before a date is a place: `BEIJING `, or, with a comma, `Baku, Azerbaijan, `."""
    if len(prefix) > _PLACE_WIDTH or not _PLACE.fullmatch(prefix):
        return False
    words = re.findall(r"[^\W\d_]+", prefix)
    return prefix == prefix.upper() or ("," in prefix and all(word[0] == word[0].upper() for word in words))
