"""The command `quoth`, but for `serve`, which api/command.py adds. Exit codes: 0 done, 1 could not, 2 wrong usage."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn
from rich.text import Text

from rag import __version__, page_numbers, terminal
from rag.assembly import create_engine, make_ocr, open_engine, open_store
from rag.config import Settings, variables
from rag.documents import find_files, load_file, readable
from rag.engine import Engine
from rag.errors import DataSetError, DocumentError, QuothError, StoreMissing
from rag.folders import Compared, Difference, compare, distinct, note
from rag.ocr import PagesDone
from rag.types import Document, Filters, answer_json

app = typer.Typer(
    help="Answers questions over a folder of documents, in the documents' own words.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

StoreOption = Annotated[Path | None, typer.Option("--store", help="Index folder (QUOTH_STORE).")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print only JSON.")]
TurnOption = Annotated[list[str] | None, typer.Option("--turn", help="An earlier question; repeat, oldest first.")]
CountOption = Annotated[int | None, typer.Option("--k", help="How many nearest passages to show.")]
LanguageOption = Annotated[str | None, typer.Option("--language", help="The question's language, where it is known.")]
InOption = Annotated[list[str] | None, typer.Option("--in", help="Ask only this document; repeatable.")]
NewestOption = Annotated[bool, typer.Option("--newest", help="Of near-equal passages the newer document's first.")]


def main() -> None:
    """The command's entry: a refusal is one line on stderr and exit code 1."""
    try:
        app()
    except QuothError as error:
        terminal.err.print(Text(f"quoth: {error}"), soft_wrap=True)
        sys.exit(1)
    except BrokenPipeError:  # the reader of a pipe, such as head, has had enough
        sys.stderr.close()
        sys.exit(0)


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders, taken recursively.")], store: StoreOption = None
) -> None:
    """Add files to the index: added, replaced, unchanged or failed, each with its reason."""
    files = find_files(paths)
    failed = 0
    with progress_bar() as progress:
        settings = Settings.load(store=store)
        task = progress.add_task("indexing", total=len(files))
        ocr = make_ocr(settings, _pages_told(progress, task))
        engine = create_engine(settings, shown(progress))
        for path in files:
            progress.update(task, description=readable(Path(path.name)))
            try:
                document = load_file(path, ocr=ocr)
                change = engine.add(distinct(document, engine.store))
                _tell(progress, f"{change:<10} {readable(path)}{_pictured(document)}")
            except DocumentError as error:
                failed += 1
                _tell(progress, f"failed     {error}")
            progress.advance(task)
        engine.save()
        engine.close()
    if failed:
        raise typer.Exit(1)


@app.command()
def sync(
    folder: Annotated[Path, typer.Argument(help="The folder whose files the index shall hold.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    store: StoreOption = None,
) -> None:
    """Make the index follow a folder: files added, replaced and removed there are so here."""
    settings = Settings.load(store=store)
    counted: Counter[str] = Counter()
    with progress_bar() as progress:
        for compared in _would_sync(folder, settings) if dry_run else _synced(folder, settings, progress):
            counted[compared.difference] += 1
            told = compared.reason or f"{readable(compared.path)}{_pictured(compared.document)}"
            _tell(progress, f"{compared.difference:<10} {told}")
    terminal.out.print(", ".join(f"{counted[each]} {each}" for each in get_args(Difference)))
    if counted["failed"]:
        raise typer.Exit(1)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question; '-' reads it from stdin.")] = None,
    turn: TurnOption = None,
    k: CountOption = None,
    language: LanguageOption = None,
    documents: InOption = None,
    newest: NewestOption = False,
    batch: Annotated[
        str | None, typer.Option("--batch", help="questions.jsonl, or '-': one Answer JSON a line.")
    ] = None,
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """Answer a question with quotations, or say that the documents do not."""
    if (question is None) == (batch is None):
        raise typer.BadParameter("give a question or --batch FILE, one of the two")
    with _engine(store) as engine:
        if batch is not None:
            _ask_batch(engine, batch, k)
            return
        answer = engine.ask(
            _text_of(question or ""),
            history=turn or (),
            k=k,
            language=language,
            filters=_filters(documents),
            newest=newest,
        )
    if as_json:
        print_json(answer_json(answer))
    else:
        terminal.show_answer(answer)


@app.command()
def search(
    question: Annotated[str, typer.Argument(help="The question; '-' reads it from stdin.")],
    turn: TurnOption = None,
    k: CountOption = None,
    language: LanguageOption = None,
    documents: InOption = None,
    newest: NewestOption = False,
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """The nearest passages alone."""
    with _engine(store) as engine:
        passages = engine.search(
            _text_of(question),
            history=turn or (),
            k=k,
            language=language,
            filters=_filters(documents),
            newest=newest,
        )
    if as_json:
        print_json({"passages": [_plain(passage) for passage in passages]})
    else:
        terminal.show_passages(passages)


@app.command("list")
def list_documents(
    content_hash: Annotated[str | None, typer.Option("--hash", help="Only those of this content_hash.")] = None,
    as_json: JsonOption = False,
    store: StoreOption = None,
) -> None:
    """The documents of the index."""
    documents = open_store(Settings.load(store=store)).documents(content_hash)
    if as_json:
        print_json({"documents": [_plain(document) for document in documents]})
    else:
        terminal.show_documents(documents)


@app.command()
def show(document_id: str, as_json: JsonOption = False, store: StoreOption = None) -> None:
    """One document: its text, or with --json everything that is known of it."""
    document = open_store(Settings.load(store=store)).document(document_id)
    if as_json:
        known = _plain(document)
        del known["original"]  # which is not read with it
        print_json(known)
    else:
        sys.stdout.write(document.text)


@app.command()
def delete(document_ids: Annotated[list[str], typer.Argument(metavar="ID...")], store: StoreOption = None) -> None:
    """Take documents out of the index."""
    opened = open_store(Settings.load(store=store))
    try:
        for document_id in document_ids:
            opened.delete(document_id)
            terminal.out.print(Text(f"deleted    {document_id}"))
    finally:
        opened.close()


@app.command()
def verify(
    file: Annotated[str, typer.Argument(help="Answer JSON, one or one a line; '-' reads stdin.")],
    store: StoreOption = None,
) -> None:
    """Check that every quotation stands where it says; exit code 1 and the first difference otherwise."""
    from rag.quotation import verify as verify_answer

    opened = open_store(Settings.load(store=store))
    checked = 0
    for answer in _answers(_read(file)):
        verdict = verify_answer(answer, opened.document)
        checked += verdict.checked
        if not verdict.ok:
            terminal.err.print(Text(f"quoth: {verdict.difference}"), soft_wrap=True)
            raise typer.Exit(1)
    terminal.out.print(f"{checked} quotations and passages stand where they say")


@app.command()
def evaluate(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|DIR...",
            help="questions.jsonl, SQuAD 2.0 JSON (several: the same questions in several languages) or a BEIR folder.",
        ),
    ],
    as_json: JsonOption = False,
    trec: Annotated[Path | None, typer.Option("--run", help="Write a TREC run file.")] = None,
    report: Annotated[Path | None, typer.Option("--report", help="Write an HTML report.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="Ask so many of them, drawn by --seed.")] = None,
    seed: Annotated[int, typer.Option("--seed", help="Which sample --limit draws.")] = 0,
    given: Annotated[
        bool, typer.Option("--given", help="SQuAD: ask each question of its own paragraph alone.")
    ] = False,
    index: Annotated[
        Path | None, typer.Option("--index", help="SQuAD, BEIR: keep the index made for it here, for the next run.")
    ] = None,
    store: StoreOption = None,
) -> None:
    """Measure answers, retrieval and refusals on a set of questions."""
    from rag.evaluation import evaluate as run
    from rag.evaluation.page import write_html
    from rag.evaluation.report import print_table, result_json, write_run

    settings = Settings.load(store=store)
    with progress_bar() as progress:

        def opened(folder: Path | None) -> AbstractContextManager[Engine]:
            make = open_engine if folder is None else create_engine
            return closing(make(settings.model_copy(update={"store": folder or settings.store}), shown(progress)))

        told = settings.model_dump(mode="json", include={"model", "min_confidence"})
        result = run(
            paths,
            opened,
            limit=limit,
            seed=seed,
            given=given,
            index=index,
            settings=told,
            progress=_counted(progress),
        )
    if trec is not None:
        write_run(result, trec)
    if report is not None:
        write_html(result, report)
    if as_json:
        print_json(result_json(result))
    else:
        print_table(result, terminal.out)


@app.command()
def config(as_json: JsonOption = False) -> None:
    """The settings in force and what each is for."""
    values = Settings.load().model_dump(mode="json")
    if as_json:
        print_json(values)
        return
    for name, sentence in variables().items():
        terminal.out.print(Text(f"{name}={values[name.removeprefix('QUOTH_').lower()]}"))
        terminal.out.print(Text(f"    {sentence}", style="dim"))


def _version(wanted: bool) -> None:
    if wanted:
        print(f"quoth {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


# -- helpers -------------------------------------------------------------------


def _engine(store: Path | None) -> AbstractContextManager[Engine]:
    with progress_bar() as progress:
        return closing(open_engine(Settings.load(store=store), shown(progress)))


def progress_bar() -> Progress:
    """On stderr and gone when done; silent where nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    return Progress(*columns, console=terminal.err, transient=True, disable=not terminal.err.is_terminal)


def _would_sync(folder: Path, settings: Settings) -> Iterator[Compared]:
    """Without a model, and without an index if there is none yet."""
    ocr = make_ocr(settings)
    try:
        opened = open_store(settings)
    except StoreMissing:
        yield from compare(folder, None, ocr)
    else:
        with closing(opened):
            yield from compare(folder, opened, ocr)


def _synced(folder: Path, settings: Settings, progress: Progress) -> Iterator[Compared]:
    task = progress.add_task("syncing", total=None)
    ocr = make_ocr(settings, _pages_told(progress, task))
    with closing(create_engine(settings, shown(progress))) as engine:
        for compared in compare(folder, engine.store, ocr):
            progress.update(task, description=readable(Path(compared.path.name)))
            _follow(compared, engine)
            yield compared
        engine.save()


def _follow(compared: Compared, engine: Engine) -> None:
    if compared.document is None:
        if compared.difference == "removed":
            engine.delete(compared.document_id)
        return
    change = engine.add(compared.document)
    if change != "unchanged" or not compared.noted:
        note(engine.store, compared.path, compared.document_id)


def _pages_told(progress: Progress, task: TaskID) -> PagesDone:
    """Reading pictures takes seconds a page."""
    return lambda name, page, pages: progress.update(task, description=f"{name}: page {page} of {pages}")


def _pictured(document: Document | None) -> str:
    """Which of its pages are not in its document as they stand, if that is known."""
    about = document.metadata if document else {}
    told = {"read off pictures: pages": page_numbers.OCR, "pictures, not read: pages": page_numbers.UNREAD}
    notes = [f"{words} {about[key]}" for words, key in told.items() if key in about]
    return f" ({'; '.join(notes)})" if notes else ""


def _tell(progress: Progress, line: str) -> None:
    """A line on stdout; above the bar where a person watches both."""
    console = progress.console if terminal.out.is_terminal else terminal.out
    console.print(Text(line), soft_wrap=True)


def _ask_batch(engine: Engine, source: str, k: int | None) -> None:
    for number, line in enumerate(_read(source).splitlines(), 1):
        if not line.strip():
            continue
        item = _parsed(line, f"line {number}")
        if not isinstance(item, dict) or not isinstance(item.get("question"), str):
            raise DataSetError(f'line {number}: expected an object with a "question", found {line[:60]!r}')
        answer = engine.ask(item["question"], history=item.get("history") or (), k=k)
        print(json.dumps({"id": item.get("id"), **answer_json(answer)}, ensure_ascii=False), flush=True)


def _filters(documents: list[str] | None) -> Filters:
    return Filters(documents=tuple(documents or ()))


def _text_of(question: str) -> str:
    return sys.stdin.read().strip() if question == "-" else question


def _read(source: str) -> str:
    try:
        return sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataSetError(f"{source} cannot be read: {error}") from error


def _answers(text: str) -> Iterator[Mapping[str, Any]]:
    """One JSON object, a list of them, or one a line."""
    try:
        whole = json.loads(text)
        found = whole if isinstance(whole, list) else [whole]
    except json.JSONDecodeError:
        found = [_parsed(line, f"line {number}") for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    for number, answer in enumerate(found, 1):
        if not isinstance(answer, dict) or "quotes" not in answer:
            raise DataSetError(f'answer {number}: expected an Answer JSON object with "quotes"')
        yield answer


def _parsed(line: str, where: str) -> Any:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise DataSetError(f"{where}: expected JSON, found {line[:60]!r} ({error.msg})") from error


def _plain(value: Any) -> dict[str, Any]:
    return asdict(value)


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def shown(progress: Progress) -> Callable[[str, float], None]:
    """Shows what is done to make the model ready, on first use."""
    tasks: dict[str, TaskID] = {}

    def show(what: str, done: float) -> None:
        if what not in tasks:
            tasks[what] = progress.add_task(what, total=1.0)
        progress.update(tasks[what], completed=done)

    return show


def _counted(progress: Progress) -> Callable[[str, int, int], None]:
    show = shown(progress)
    return lambda stage, done, total: show(stage, done / max(total, 1))
