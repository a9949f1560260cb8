"""A Result as JSON, as a table for the terminal, and as a TREC run."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from rag.evaluation.calibration import Bin, RiskPoint, thinned
from rag.evaluation.results import Calibration, Figure, Figures, Outcome, Result, percentile

VERSION = 1  # of the JSON; a key may be added, none is renamed or removed
RUN = "quoth"
AXES = {"language": "the question's language", "pair": "pair of languages", "languages": "question → document"}
HEADLINES = {  # what is told first of each form
    "questions": ("right@1", "right@3", "answered unanswerable", "refused answerable"),
    "squad": ("paragraph@1", "sentence@1 forced", "F1", "answered unanswerable"),
    "parallel": ("paragraph@1", "elsewhere@1", "AP@100"),
    "beir": ("nDCG@10", "RR@10", "R@10", "R@100"),
}
ABREAST = 7  # groups that a terminal of 80 columns holds side by side


# -- JSON --------------------------------------------------------------------


def result_json(result: Result) -> dict[str, Any]:
    """Plain JSON values with stable keys; every question is in it, so that two runs can be compared."""
    return {
        "quoth_evaluation": VERSION,
        "form": result.form,
        "name": result.name,
        "path": result.path,
        "date": result.date,
        "machine": result.machine,
        "seconds": round(result.seconds, 3),
        "settings": dict(result.settings),
        "counts": dict(result.counts),
        "measures": _figures_json(result.figures),
        "by": {
            axis: {value: _figures_json(figures) for value, figures in values.items()}
            for axis, values in result.groups.items()
        },
        "calibration": _calibration_json(result.calibration) if result.calibration else None,
        "verification": {"failed": len(result.failed), "differences": differences(result)},
        "milliseconds": latency(result),
        "notes": list(result.notes),
        "questions": [_outcome_json(outcome) for outcome in result.outcomes],
    }


def differences(result: Result) -> dict[str, str]:
    """Question id -> the first quote that is not where it says."""
    return {outcome.id: outcome.differences[0] for outcome in result.failed}


def latency(result: Result) -> dict[str, float]:
    """Of the answer itself, without what the evaluation asks besides."""
    times = [outcome.milliseconds for outcome in result.outcomes]
    return {name: round(percentile(times, share), 3) for name, share in (("p50", 0.5), ("p95", 0.95))}


def _figures_json(figures: Figures) -> dict[str, dict[str, float]]:
    return {figure.measure.name: _figure_json(figure) for figure in figures}


def _figure_json(figure: Figure) -> dict[str, float]:
    return {"value": figure.value, "low": figure.interval.low, "high": figure.interval.high, "n": figure.n}


def _calibration_json(found: Calibration) -> dict[str, Any]:
    return {
        "ECE": found.error,
        "AUROC": _figure_json(found.auroc_answerable) if found.auroc_answerable else None,
        "AUROC right": _figure_json(found.auroc_right) if found.auroc_right else None,
        "best_threshold": (
            {"threshold": found.threshold.threshold, "score": found.threshold.score} if found.threshold else None
        ),
        "bins": [_bin_json(each) for each in found.bins],
        "risk_coverage": [_point_json(each) for each in thinned(found.curve)],
    }


def _bin_json(each: Bin) -> dict[str, float]:
    return {
        "low": each.low,
        "high": each.high,
        "n": each.n,
        "confidence": each.confidence,
        "accuracy": each.accuracy,
    }


def _point_json(each: RiskPoint) -> dict[str, float]:
    return {"threshold": each.threshold, "coverage": each.coverage, "risk": each.risk}


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.id,
        "question": outcome.question,
        "answerable": outcome.answerable,
        "groups": dict(outcome.groups),
        "scores": dict(outcome.scores),
        "status": outcome.status,
        "confidence": outcome.confidence,
        "right": outcome.right,
        "quote": outcome.quote,
        "document": outcome.quote_document,
        "expected": list(outcome.expected),
        "milliseconds": round(outcome.milliseconds, 3),
    }


# -- the terminal ------------------------------------------------------------


def table(result: Result) -> RenderableType:
    """What rich prints: figures with intervals, then each axis, then what needs a person's eye."""
    return Group(
        Text(headline(result), style="bold"),
        _overall(result),
        *(_by_axis(axis, values) for axis, values in result.groups.items()),
        *(Text(line, style=style) for line, style in remarks(result)),
    )


def print_table(result: Result, console: Console | None = None) -> None:
    (console or Console()).print(table(result))


def headline(result: Result) -> str:
    counted = ", ".join(f"{number:,} {name}" for name, number in result.counts.items() if number)
    return f"{result.name}: {counted}"


def remarks(result: Result) -> Iterator[tuple[str, str]]:
    """Lines below the tables, each with the style it is printed in."""
    times = latency(result)
    yield f"{times['p50']:.0f} ms a question (p95 {times['p95']:.0f}), {result.seconds:.0f} s in all", "dim"
    if result.failed:
        yield f"NOT VERIFIED: {len(result.failed)} answers quote what is not in their place", "bold red"
        for name, difference in list(differences(result).items())[:5]:
            yield f"  {name}: {difference}", "red"
    elif result.form in ("questions", "squad"):
        yield "every quote is where it says", "green"
    for note in result.notes:
        yield f"note: {note}", "yellow"


def percent(figure: Figure) -> str:
    return f"{figure.value * 100:.1f}"


def span(figure: Figure) -> str:
    return f"{figure.interval.low * 100:.1f}–{figure.interval.high * 100:.1f}"


def calibration_figures(found: Calibration | None) -> Figures:
    areas = (found.auroc_answerable, found.auroc_right) if found else ()
    return tuple(each for each in areas if each)


def _overall(result: Result) -> Table:
    made = Table(box=None, pad_edge=False)
    for column in ("measure", "%", "95 %", "n"):
        made.add_column(column, justify="left" if column == "measure" else "right")
    made.add_column("what it says", style="dim")
    for figure in (*result.figures, *calibration_figures(result.calibration)):
        made.add_row(
            figure.measure.name, percent(figure), span(figure), str(figure.n), _meaning(figure.measure.meaning, figure)
        )
    if result.calibration:
        made.add_row("ECE", f"{result.calibration.error * 100:.1f}", "", "", "distance of confidence from accuracy ↓")
    return made


def _meaning(meaning: str, figure: Figure) -> str:
    return f"{meaning} ↓" if figure.measure.better == "lower" else meaning


def measure_names(values: Mapping[str, Figures]) -> list[str]:
    """The measures that any of the groups has."""
    return list(dict.fromkeys(figure.measure.name for figures in values.values() for figure in figures))


def _by_axis(axis: str, values: Mapping[str, Figures]) -> Table:
    """Groups side by side while they fit, else one below the other."""
    cells = {value: {figure.measure.name: _cell(figure) for figure in figures} for value, figures in values.items()}
    names = measure_names(values)
    made = Table(box=None, pad_edge=False, title=f"\nby {AXES.get(axis, axis)}", title_justify="left")
    made.add_column("")
    for heading in cells if len(cells) <= ABREAST else names:
        made.add_column(heading, justify="right", min_width=max(map(len, heading.split())))
    if len(cells) <= ABREAST:
        for name in names:
            made.add_row(name, *(cells[value].get(name, "") for value in cells))
    else:
        for value, row in cells.items():
            made.add_row(value, *(row.get(name, "") for name in names))
    return made


def _cell(figure: Figure) -> Text:
    low, high = round(figure.interval.low * 100), round(figure.interval.high * 100)
    return Text.assemble((percent(figure), "bold"), (f"\n{low}–{high}\nn {figure.n}", "dim"))


# -- TREC --------------------------------------------------------------------


def trec_run(result: Result) -> Iterator[str]:
    """`qid Q0 docid rank score quoth`, a line a document, for trec_eval and its kin.

    trec_eval orders by score and not by rank, and a fused order need not follow any one score: the score is 1/rank.
    """
    for outcome in result.outcomes:
        for rank, document in enumerate(outcome.ranking, start=1):
            yield f"{_token(outcome.id)} Q0 {_token(document)} {rank} {1 / rank:.6f} {RUN}"


def write_run(result: Result, path: Path) -> None:
    path.write_text("".join(f"{row}\n" for row in trec_run(result)), encoding="utf-8")


def _token(name: str) -> str:
    """The name itself; white space, which separates columns, is percent-encoded."""
    return "".join(quote(character) if character.isspace() else character for character in name)
