"""Plots as inline SVG: bars with intervals, a risk-coverage curve, a reliability diagram.

Colours come from the page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.evaluation.calibration import Bin, RiskPoint, thinned
from rag.evaluation.markup import Markup, tag

WIDTH = 520.0
LABELS = 110.0  # room for a bar's label
NUMBERS = 150.0  # room for its figures
ROW = 28.0
SIDE = 360.0  # of a square plot
MARGIN = 48.0
TOP = 26.0
RIGHT = 22.0
NOISY = 0.05  # share of the questions below which a risk is mostly chance


@dataclass(frozen=True, slots=True)
class Bar:
    """A share in [0, 1] with its interval."""

    label: str
    value: float
    low: float
    high: float
    n: int


def bars(rows: Sequence[Bar], *, title: str) -> Markup:
    """A bar a row, its 95 % interval as a whisker, its figures beside it."""
    height = ROW * len(rows) + 24
    return _svg(
        WIDTH,
        height,
        title,
        [_vertical(_along(share), 0, height - 20, f"{share:.0%}") for share in (0, 0.25, 0.5, 0.75, 1)],
        [_bar(row, ROW * number) for number, row in enumerate(rows)],
    )


def risk_coverage(points: Sequence[RiskPoint], now: RiskPoint | None, *, title: str) -> Markup:
    """Share of wrong answers against the share of questions answered; `now` is where the system stands."""
    # The first few answers are too few for a scale: one wrong among them is a risk of 100 %.
    top = _ceiling(max(point.risk for point in points if point.coverage >= NOISY or point is points[-1]))
    line = " ".join(f"{_x(point.coverage):.1f},{_y(min(point.risk / top, 1)):.1f}" for point in thinned(points))
    return _square(
        title,
        _frame("questions answered", "answers that are wrong", top),
        tag("polyline", points=line, class_="curve"),
        _dot(now, top) if now else None,
    )


def reliability(bins: Sequence[Bin], *, title: str) -> Markup:
    """How often the system was right against how sure it was; on the diagonal it is as good as its word."""
    largest = max(each.n for each in bins)
    return _square(
        title,
        _frame("confidence", "first quote is right", 1.0),
        tag("line", x1=_x(0), y1=_y(0), x2=_x(1), y2=_y(1), class_="ideal"),
        [_column(each) for each in bins],
        [_mean(each, largest) for each in bins],
    )


# -- bars --------------------------------------------------------------------


def _along(share: float) -> float:
    return LABELS + 10 + share * (WIDTH - LABELS - NUMBERS - 20)


def _bar(row: Bar, top: float) -> Markup:
    middle = top + ROW / 2
    return tag(
        "g",
        tag("title", f"{row.label}: {row.value:.1%}, 95 % interval {row.low:.1%} to {row.high:.1%}, n = {row.n}"),
        _text(LABELS, middle + 4, row.label, "label end"),
        tag("rect", x=_along(0), y=top + 6, width=_along(row.value) - _along(0), height=ROW - 12, rx=2, class_="bar"),
        tag("line", x1=_along(row.low), y1=middle, x2=_along(row.high), y2=middle, class_="whisker"),
        [tag("line", x1=x, y1=middle - 4, x2=x, y2=middle + 4, class_="whisker") for x in _ends(row)],
        _text(WIDTH - NUMBERS + 6, middle + 4, f"{row.value * 100:.1f}", "value"),
        _text(WIDTH - NUMBERS + 50, middle + 4, f"{row.low * 100:.0f}–{row.high * 100:.0f}", "faint"),
        _text(WIDTH - NUMBERS + 98, middle + 4, f"n {row.n:,}", "faint"),
    )


def _ends(row: Bar) -> tuple[float, float]:
    return _along(row.low), _along(row.high)


def _vertical(x: float, top: float, bottom: float, label: str) -> Markup:
    return tag(
        "g",
        tag("line", x1=x, y1=top, x2=x, y2=bottom, class_="grid"),
        _text(x, bottom + 15, label, "faint middle"),
    )


# -- square plots ------------------------------------------------------------


def _x(share: float) -> float:
    return MARGIN + share * (SIDE - MARGIN - RIGHT)


def _y(share: float) -> float:
    return TOP + (1 - share) * (SIDE - MARGIN - TOP)


def _frame(across: str, up: str, top: float) -> Iterator[Markup]:
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        yield tag("line", x1=_x(0), y1=_y(share), x2=_x(1), y2=_y(share), class_="grid")
        yield _text(_x(0) - 6, _y(share) + 4, f"{share * top * 100:.3g} %", "faint end")
        yield _text(_x(share), _y(0) + 16, f"{share:.0%}", "faint middle")
    yield _text(_x(0.5), SIDE - 6, across, "label middle")
    yield _text(_x(0), 12, up, "label")


def _dot(point: RiskPoint, top: float) -> Markup:
    told = f"as it answers now: {point.coverage:.0%} answered, {point.risk:.1%} of them wrong"
    x, y = _x(point.coverage), _y(min(point.risk / top, 1))
    end = point.coverage > 0.5
    return tag(
        "g",
        tag("title", told),
        tag("circle", cx=x, cy=y, r=5.0, class_="now"),
        _text(x + (4 if end else -4), y + 20, f"now {point.risk:.1%}", "value end" if end else "value"),
    )


def _column(each: Bin) -> Markup:
    left, right, top = _x(each.low), _x(each.high), _y(each.accuracy)
    return tag("rect", x=left + 1, y=top, width=right - left - 2, height=_y(0) - top, class_="bar")


def _mean(each: Bin, largest: int) -> Markup:
    """The bin's own point, the larger the more questions it holds."""
    told = f"{each.n} questions: confidence {each.confidence:.1%}, right {each.accuracy:.1%}"
    size = 2.5 + 4.5 * (each.n / largest) ** 0.5
    return tag("circle", tag("title", told), cx=_x(each.confidence), cy=_y(each.accuracy), r=size, class_="now")


def _ceiling(risk: float) -> float:
    """A round number not below the highest risk."""
    return next(step for step in (0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0) if risk <= step + 1e-12)


def _square(title: str, *children: "Markup | Iterator[Markup] | Sequence[Markup] | None") -> Markup:
    return _svg(SIDE, SIDE, title, *children)


def _svg(
    width: float, height: float, title: str, *children: "Markup | Iterator[Markup] | Sequence[Markup] | None"
) -> Markup:
    return tag(
        "svg",
        tag("title", title),
        *children,
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
        role="img",
        aria_label=title,
        xmlns="http://www.w3.org/2000/svg",
    )


def _text(x: float, y: float, text: str, classes: str) -> Markup:
    return tag("text", text, x=x, y=y, class_=classes)
