"""A spreadsheet's numbers and dates as its cells show them (ECMA-376, 18.8.30), where that is the same for all."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache, partial
from math import isfinite

_DIGITS = Context(prec=700)  # those of the longest number that a cell holds, on both sides of its point
_LONGEST = 255  # characters of a format
_SIGNIFICANT = 10  # digits that a cell without a format shows
_TOKENS = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]'
    r"|(?P<colour>\[[A-Za-z0-9 ]+\])|(?P<room>[_*].)|(?P<digits>[#0?][#0?,]*(?:\.[#0?]*)?|\.[#0?]+)|(?P<other>.)"
)
_MOMENT = re.compile(r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<run>y+|m+|d+|h+|s+)|(?P<other>.)', re.IGNORECASE)
_UNITS = {"y": "year", "m": "month", "d": "day", "h": "hour", "s": "second"}
_OWN_ORDER = ("mm-dd-yy", "m/d/yy h:mm")  # stand for the order that the computer of whoever opens the file has
_LITERALS = set(" %$€£¥₽₺₼+-():–−'")
_SECTIONS = re.compile(r'((?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\\[])*)(?:;|$)')


@dataclass(frozen=True, slots=True)
class _Layout:
    """One section of a format: what stands before the digits, how they are written, what stands behind."""

    before: str
    digits: str
    after: str


def shown(value: float, number_format: str) -> str:
    """The number as the format shows it; a format that is not known here shows it as one without any."""
    if not isfinite(value):
        return "#NUM!"
    positive, negative, zero = _layouts(number_format)
    negative_has_own = value < 0 and negative != positive
    layout = negative if value < 0 else positive if value else zero
    if layout is None:
        return general(value)
    if not layout.digits:
        return (layout.before + layout.after).strip() or general(value)
    number = Decimal(repr(value)) * (100 if "%" in layout.before + layout.after else 1)
    sign = "-" if number < 0 and not negative_has_own else ""
    return (sign + layout.before + _written(abs(number), layout.digits) + layout.after).strip()


def general(value: float) -> str:
    """As a cell without a format shows it, but never as a power of ten."""
    number = Decimal(repr(value))
    if number == number.to_integral_value():
        return f"{number:.0f}"
    places = max(_SIGNIFICANT - 1 - number.adjusted(), 0)
    return _trimmed(f"{_rounded(number, places):.{places}f}", 0)


@lru_cache(maxsize=1000)
def _layouts(number_format: str) -> tuple[_Layout | None, _Layout | None, _Layout | None]:
    """For numbers above, below and of zero; what has no section of its own is written by the first."""
    sections = _SECTIONS.findall(number_format)
    first, second, third = [*sections[:3], "", "", ""][:3]
    return _layout(first), _layout(second or first), _layout(third or first)


def _layout(section: str) -> _Layout | None:
    """None where the section holds what is not known here: powers, fractions, conditions, words without quotes."""
    parts = {"before": "", "digits": "", "after": ""}
    for token in _TOKENS.finditer(section):
        kind, text = token.lastgroup, token[token.lastgroup or 0]
        if kind == "digits":
            if parts["digits"] or len(text) > _LONGEST:
                return None
            parts["digits"] = text
        elif kind == "other" and text not in _LITERALS:
            return None
        elif kind not in ("colour", "room"):
            parts["after" if parts["digits"] else "before"] += text
    return _Layout(**parts)


def _written(number: Decimal, digits: str) -> str:
    whole, _, fraction = digits.partition(".")
    scaled = whole.rstrip(",")
    number /= 1000 ** (len(whole) - len(scaled))  # a comma behind the digits: in thousands
    text = f"{_rounded(number, len(fraction)):.{len(fraction)}f}"
    text = _trimmed(text, len(fraction.rstrip("#?")))
    integer, dot, rest = text.partition(".")
    integer = integer.lstrip("0").zfill(scaled.count("0"))
    return (f"{int(integer):,}" if "," in scaled and integer else integer) + dot + rest


def _rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _DIGITS)


def _trimmed(text: str, least: int) -> str:
    """Without the zeros at the end of a fraction that may be left out."""
    integer, dot, fraction = text.partition(".")
    kept = fraction[:least] + fraction[least:].rstrip("0")
    return integer + (dot + kept if kept else "")


def moment(value: datetime | date | time | timedelta, number_format: str) -> str:
    """A date or time as the format shows it, in figures.

    As YYYY-MM-DD HH:MM:SS where it shows names, or what the computer of each reader makes of it; midnight is no time of
    day there.
    """
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}" + (f":{seconds:02}" if seconds or "s" in number_format else "")
    written = None if number_format in _OWN_ORDER else _written_moment(value, number_format)
    if written:
        return written
    if isinstance(value, time):
        return value.isoformat("auto" if value.second else "minutes")
    if isinstance(value, datetime) and value.time() != time():
        return value.isoformat(" ", "seconds" if value.second else "minutes")
    return value.strftime("%Y-%m-%d")


def _written_moment(value: datetime | date | time, number_format: str) -> str | None:
    """None where the format holds what is not known here: names, halves of a day, another language."""
    tokens = list(_MOMENT.finditer(number_format.partition(";")[0]))
    runs = [token["run"].lower() for token in tokens if token["run"]]
    letters = [run[0] for run in runs]
    figures = map(partial(_figure, value), runs, ["", *letters], [*letters[1:], ""])
    parts = [next(figures) if token["run"] else _literal(token) for token in tokens]
    known = [part for part in parts if part is not None]
    return "".join(known).strip() if runs and len(known) == len(parts) else None


def _figure(value: datetime | date | time, run: str, before: str, after: str) -> str | None:
    """`before`, `after`: the letters on both sides. An m behind hours or before seconds stands for minutes."""
    is_minute = run[0] == "m" and (before == "h" or after == "s")
    name = "minute" if is_minute else _UNITS[run[0]]
    number = getattr(value, name, None)
    if number is None or len(run) > (4 if name == "year" else 2):
        return None
    return f"{number % 100:02}" if run == "yy" else f"{number:0{len(run)}}"


def _literal(token: re.Match[str]) -> str | None:
    other = token["other"] or ""
    is_unknown = other == "[" or (other.isascii() and other.isalpha())
    return None if is_unknown else token[token.lastgroup or 0]
