"""A path in, a Result out."""

import platform
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, TypeAlias

from rag.encoders.states import cores
from rag.errors import DataSetError
from rag.evaluation.data_sets import DataSet, Form, JudgedSet, ParagraphSet, ParallelSet, QuestionSet
from rag.evaluation.loaders import load
from rag.evaluation.results import Result, calibration, figures, grouped
from rag.evaluation.runs import Engine, Progress, Run, run_judged, run_paragraphs, run_parallel, run_questions, silent

# None: the index that the user named. A folder: a new index there, which is closed on leaving.
OpenEngine: TypeAlias = Callable[[Path | None], AbstractContextManager[Engine]]


def evaluate(
    path: Path | Sequence[Path],
    open_engine: OpenEngine,
    *,
    limit: int | None = None,
    seed: int = 0,
    given: bool = False,
    index: Path | None = None,
    settings: Mapping[str, Any] | None = None,
    progress: Progress = silent,
) -> Result:
    """Put a data set to an engine: questions.jsonl to the user's own index, SQuAD and BEIR to an index of their own.

    `path`: one, or several SQuAD files with the same questions in several languages, searched as one pool.
    `limit` takes a seeded sample of the questions; all documents stay. `given` (SQuAD) asks each question of its own
    paragraph alone. `index` keeps the index of a SQuAD or BEIR set for the next run, which is otherwise thrown away.
    `settings` are told in the report. Raises DataSetError, and what the engine raises.
    """
    begun = perf_counter()
    paths = [path] if isinstance(path, Path) else path
    data_set = load(*paths)
    where = " ".join(map(str, paths))
    if given and not isinstance(data_set, ParagraphSet):
        raise DataSetError(f"{where}: not one file of SQuAD 2.0 JSON, which alone can be read with the paragraph given")
    with ExitStack() as stack:
        folder = None
        if not isinstance(data_set, QuestionSet):
            folder = index or Path(stack.enter_context(TemporaryDirectory(prefix="quoth-evaluate-")))
        engine = stack.enter_context(open_engine(folder))
        run = _run(data_set, engine, limit=limit, seed=seed, given=given, progress=progress)
        documents = len(engine.documents())
    told = {**(settings or {}), "limit": limit, "seed": seed, **({"given": True} if given else {})}
    seconds = perf_counter() - begun
    return _result(data_set, run, path=where, documents=documents, settings=told, seconds=seconds)


def _run(data_set: DataSet, engine: Engine, *, limit: int | None, seed: int, given: bool, progress: Progress) -> Run:
    if isinstance(data_set, QuestionSet):
        return run_questions(data_set, engine, limit=limit, seed=seed, progress=progress)
    if isinstance(data_set, ParagraphSet):
        return run_paragraphs(data_set, engine, limit=limit, seed=seed, given=given, progress=progress)
    if isinstance(data_set, ParallelSet):
        return run_parallel(data_set, engine, limit=limit, seed=seed, progress=progress)
    return run_judged(data_set, engine, limit=limit, seed=seed, progress=progress)


def _result(
    data_set: DataSet, run: Run, *, path: str, documents: int, settings: Mapping[str, Any], seconds: float
) -> Result:
    answerable = sum(outcome.answerable for outcome in run.outcomes)
    return Result(
        form=_form(data_set),
        name=data_set.name,
        path=path,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=machine(),
        seconds=seconds,
        settings={**settings, **({"split": data_set.split} if isinstance(data_set, JudgedSet) else {})},
        counts={
            "questions": len(run.outcomes),
            "answerable": answerable,
            "unanswerable": len(run.outcomes) - answerable,
            "documents": documents,
        },
        figures=figures(run.outcomes),
        groups=grouped(run.outcomes),
        calibration=calibration(run.outcomes),
        outcomes=run.outcomes,
        notes=run.notes,
    )


def _form(data_set: DataSet) -> Form:
    if isinstance(data_set, QuestionSet):
        return "questions"
    if isinstance(data_set, ParallelSet):
        return "parallel"
    return "squad" if isinstance(data_set, ParagraphSet) else "beir"


def machine() -> str:
    """One line on what the figures were made with; no host name."""
    parts = (_processor(), f"{cores()} cores", f"{platform.system()} {platform.machine()}")
    return ", ".join((*parts, f"Python {platform.python_version()}"))


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown processor"
