"""`quoth keys add | list | revoke`: who may use the service."""

from dataclasses import asdict
from typing import Annotated

import typer
from rich.text import Text

from api.keys import KeyFile
from rag import terminal
from rag.cli import JsonOption, StoreOption, app, print_json
from rag.config import Settings

keys = typer.Typer(help="Keys that the service asks for: once there is one, nobody comes in without.")
app.add_typer(keys, name="keys")

NameArgument = Annotated[str, typer.Argument(help="Whose key it is.")]


def key_file(settings: Settings) -> KeyFile:
    return KeyFile(settings.store / "keys.json")


@keys.command()
def add(
    name: NameArgument,
    asks_only: Annotated[
        bool, typer.Option("--asks-only", help="It lets ask and read; documents cannot be changed with it.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Make a key and print it, this once."""
    print(key_file(Settings.load(store=store)).add(name, changes=not asks_only))
    terminal.err.print("Only its hash is kept: this key is not shown again.")


@keys.command("list")
def list_keys(as_json: JsonOption = False, store: StoreOption = None) -> None:
    """Whose keys there are, and what they may."""
    known = key_file(Settings.load(store=store)).keys()
    if as_json:
        told = [{key: value for key, value in asdict(each).items() if key != "sha256"} for each in known or ()]
        print_json({"keys": None if known is None else told})
        return
    if not known:
        who = "everyone who reaches the service" if known is None else "nobody"
        terminal.out.print(f"no keys: {who} is let in")
    for each in known or ():
        terminal.out.print(Text(f"{each.added}  {'changes' if each.changes else 'asks':<8} {each.name}"))


@keys.command()
def revoke(name: NameArgument, store: StoreOption = None) -> None:
    """Let a key in no more, at once. Without any key left nobody is let in."""
    key_file(Settings.load(store=store)).revoke(name)
    terminal.out.print(Text(f"revoked    {name}"))
