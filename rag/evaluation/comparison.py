"""Two runs over the same questions, compared question by question."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rag.errors import DataSetError
from rag.evaluation.intervals import Difference, paired_bootstrap
from rag.evaluation.results import MEASURES, Measure


@dataclass(frozen=True, slots=True)
class Compared:
    """A measure in both runs, over the questions that have it in both."""

    measure: Measure
    difference: Difference


def compare(first: Mapping[str, Any], second: Mapping[str, Any]) -> tuple[Compared, ...]:
    """Second minus first, of two results as JSON (`quoth evaluate --json`). Raises DataSetError."""
    one, two = _scores(first), _scores(second)
    shared = [name for name in one if name in two]
    if not shared:
        raise DataSetError("the two results share no question id; expected runs over the same data set")
    found = []
    for measure in MEASURES:
        ids = [name for name in shared if measure.name in one[name] and measure.name in two[name]]
        if ids:
            values = [one[name][measure.name] for name in ids], [two[name][measure.name] for name in ids]
            found.append(Compared(measure, paired_bootstrap(*values)))
    return tuple(found)


def _scores(result: Mapping[str, Any]) -> dict[str, Mapping[str, float]]:
    if "quoth_evaluation" not in result or "questions" not in result:
        raise DataSetError(
            f"found an object with {', '.join(list(result)[:5]) or 'nothing'}; expected a result as JSON"
        )
    return {question["id"]: question["scores"] for question in result["questions"]}
