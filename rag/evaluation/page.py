"""A Result as one HTML page that needs nothing else: no script, no request, light and dark."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rag.evaluation import plots
from rag.evaluation.calibration import RiskPoint
from rag.evaluation.markup import Markup, join, tag
from rag.evaluation.report import (
    AXES,
    HEADLINES,
    calibration_figures,
    differences,
    latency,
    measure_names,
    percent,
    span,
)
from rag.evaluation.results import Calibration, Figure, Figures, Outcome, Result
from rag.evaluation.stylesheet import STYLESHEET

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
WRONG = 200  # questions listed at most
FORMS = {
    "questions": "questions over an index",
    "squad": "SQuAD 2.0, every paragraph a document",
    "parallel": "the same questions in several languages, paragraphs of all of them ranked",
    "beir": "BEIR, documents ranked",
}


def html_report(result: Result) -> str:
    """The page. Whatever documents and questions say in it is text and never markup."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{result.name}: evaluation by Quoth"),
        tag("style", Markup(STYLESHEET)),
    )
    return f"<!doctype html>\n{tag('html', head, tag('body', tag('main', _sections(result))), lang='en')}\n"


def write_html(result: Result, path: Path) -> None:
    path.write_text(html_report(result), encoding="utf-8")


def _sections(result: Result) -> Iterator[Markup]:
    yield _header(result)
    yield tag("section", [_card(figure) for figure in _headlines(result)], class_="cards")
    yield _verification(result)
    yield from (tag("p", note, class_="note") for note in result.notes)
    yield tag("section", tag("h2", "Every measure"), _table(result))
    yield from (_axis(axis, values, HEADLINES[result.form]) for axis, values in result.groups.items())
    if result.calibration:
        yield _confidence(result, result.calibration)
    yield _wrong(result.outcomes)
    yield _settings(result)


def _header(result: Result) -> Markup:
    counted = ", ".join(f"{number:,} {name}" for name, number in result.counts.items() if number)
    return tag("header", tag("p", FORMS[result.form], class_="kind"), tag("h1", result.name), tag("p", counted))


def _headlines(result: Result) -> Iterator[Figure]:
    by_name = {figure.measure.name: figure for figure in result.figures}
    return (by_name[name] for name in HEADLINES[result.form] if name in by_name)


def _card(figure: Figure) -> Markup:
    return tag(
        "div",
        tag("p", figure.measure.name, class_="name"),
        tag("p", percent(figure), tag("small", " %"), class_="figure"),
        tag("p", f"95 % {span(figure)}, n {figure.n:,}", class_="faint"),
        tag("p", figure.measure.meaning, class_="meaning"),
        class_="card",
    )


def _verification(result: Result) -> Markup:
    if result.form in ("parallel", "beir"):  # nothing is quoted
        return join()
    if not result.failed:
        return tag("p", "Every quote is where it says: checked code point by code point.", class_="good")
    listed = [tag("li", tag("code", name), f": {told}") for name, told in list(differences(result).items())[:20]]
    return tag(
        "div",
        tag("p", f"{len(result.failed)} answers quote what is not in its place."),
        tag("ul", listed),
        class_="bad",
    )


# -- figures -----------------------------------------------------------------


def _table(result: Result) -> Markup:
    rows = [_row(figure) for figure in (*result.figures, *calibration_figures(result.calibration))]
    if result.calibration:
        told = "mean distance of confidence from accuracy (ECE); lower is better"
        rows.append(_cells("ECE", f"{result.calibration.error * 100:.1f}", "", "", told))
    heads = tag("tr", [tag("th", name, scope="col") for name in ("measure", "%", "95 % interval", "n", "what it says")])
    return tag("div", tag("table", tag("thead", heads), tag("tbody", rows)), class_="wide")


def _row(figure: Figure) -> Markup:
    lower = "; lower is better" if figure.measure.better == "lower" else ""
    told = figure.measure.meaning + lower
    return _cells(figure.measure.name, percent(figure), span(figure), f"{figure.n:,}", told)


def _cells(name: str, value: str, interval: str, n: str, meaning: str) -> Markup:
    numbers = [tag("td", text, class_="number") for text in (value, interval, n)]
    return tag("tr", tag("th", name, scope="row"), numbers, tag("td", meaning, class_="faint"))


def _axis(axis: str, values: Mapping[str, Figures], first: Sequence[str]) -> Markup:
    """A plot a measure, a bar a group; all but the headlines folded away."""
    names = measure_names(values)
    seen = [_axis_plot(name, values) for name in names if name in first]
    folded = [_axis_plot(name, values) for name in names if name not in first]
    rest = tag("details", tag("summary", f"{len(folded)} more measures"), tag("div", folded, class_="plots"))
    heading = tag("h2", f"By {AXES.get(axis, axis)}")
    return tag("section", heading, tag("div", seen, class_="plots"), rest if folded else None)


def _axis_plot(name: str, values: Mapping[str, Figures]) -> Markup:
    found = [(value, each) for value, figures in values.items() for each in figures if each.measure.name == name]
    rows = [plots.Bar(value, each.value, each.interval.low, each.interval.high, each.n) for value, each in found]
    measure = found[0][1].measure
    arrow = " ↓" if measure.better == "lower" else ""
    return tag(
        "figure",
        tag("figcaption", tag("b", name + arrow), f" {measure.meaning}"),
        plots.bars(rows, title=f"{name} in per cent, with 95 % intervals"),
    )


# -- confidence --------------------------------------------------------------


def _confidence(result: Result, found: Calibration) -> Markup:
    return tag(
        "section",
        tag("h2", "What the confidence is worth"),
        tag(
            "div",
            tag("figure", tag("figcaption", _risk_caption()), _risk_plot(result, found)),
            tag("figure", tag("figcaption", _reliability_caption(found)), _reliability_plot(found)),
            class_="plots",
        ),
    )


def _risk_caption() -> Markup:
    told = " of the answers given, the share that is wrong, when only the surest questions are answered"
    return join(tag("b", "Risk and coverage"), told)


def _reliability_caption(found: Calibration) -> Markup:
    told = f" on the dashed line it is right as often as it says; ECE {found.error * 100:.1f} %"
    return join(tag("b", "Reliability"), told)


def _risk_plot(result: Result, found: Calibration) -> Markup:
    return plots.risk_coverage(found.curve, standing(result.outcomes), title="Risk-coverage curve")


def _reliability_plot(found: Calibration) -> Markup:
    return plots.reliability(found.bins, title="Reliability diagram")


def standing(outcomes: Sequence[Outcome]) -> RiskPoint | None:
    """Where on the curve the system stands with the threshold it answers by; None when it answers nothing."""
    answered = [outcome for outcome in outcomes if outcome.status == "answered"]
    if not answered:
        return None
    least = min(outcome.confidence or 0.0 for outcome in answered)
    wrong = sum(not outcome.right for outcome in answered)
    return RiskPoint(least, len(answered) / len(outcomes), wrong / len(answered))


# -- questions ---------------------------------------------------------------


def went_wrong(outcome: Outcome) -> str | None:
    """What went wrong with a question, in a word or two."""
    if outcome.status is None:
        return None if outcome.scores.get("RR@10", 1.0) else "not among the first ten"
    if not outcome.answerable:
        return "answered, though not said" if outcome.status == "answered" else None
    if outcome.status == "not_found":
        return "refused, the quote was right" if outcome.right else "refused"
    return None if outcome.right else "wrong quote"


def _wrong(outcomes: Sequence[Outcome]) -> Markup:
    found = [(outcome, fault) for outcome in outcomes if (fault := went_wrong(outcome))]
    if not found:
        return tag("section", tag("h2", "What went wrong"), tag("p", "Nothing."))
    more = f", the first {WRONG} shown" if len(found) > WRONG else ""
    heads = [tag("th", name, scope="col") for name in ("what", "question", "expected", "first quote", "confidence")]
    rows = [_wrong_row(outcome, fault) for outcome, fault in found[:WRONG]]
    listed = tag("table", tag("thead", tag("tr", heads)), tag("tbody", rows), class_="questions")
    told = tag("summary", f"{len(found):,} of {len(outcomes):,} questions{more}")
    return tag("section", tag("h2", "What went wrong"), tag("details", told, tag("div", listed, class_="wide")))


def _wrong_row(outcome: Outcome, fault: str) -> Markup:
    sure = "" if outcome.confidence is None else f"{outcome.confidence:.2f}"
    where = tag("br"), tag("small", outcome.quote_document or "", class_="faint")
    return tag(
        "tr",
        tag("td", fault, tag("br"), tag("small", outcome.id, class_="faint")),
        tag("td", outcome.question, dir="auto"),
        tag("td", " · ".join(outcome.expected[:5]) or "not said", dir="auto"),
        tag("td", outcome.quote or "", where, dir="auto"),
        tag("td", sure, class_="number"),
    )


def _settings(result: Result) -> Markup:
    times = latency(result)
    rows = {
        "file": result.path,
        "date": result.date,
        "machine": result.machine,
        "time": f"{times['p50']:.0f} ms a question (p95 {times['p95']:.0f} ms), {result.seconds:.0f} s in all",
        **{name: "none" if value is None else str(value) for name, value in result.settings.items()},
    }
    listed = [join(tag("dt", name), tag("dd", value)) for name, value in rows.items()]
    how = "Intervals are 95 %: Wilson's for shares, a seeded bootstrap for means and macro averages."
    return tag("section", tag("h2", "How it was measured"), tag("dl", listed), tag("p", how, class_="faint"))
