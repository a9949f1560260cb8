"""Two processes and sudden death: the second writer is refused by name, and kill -9 loses nothing acknowledged."""

import os
import random
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
from test_store_samples import IDENTITY, SPLITTER, after, child, contents, document, parts, passages, tokens, vector

from rag.errors import StoreLocked
from rag.store import Database, Store


def kill(process: "subprocess.Popen[str]") -> list[str]:
    """What it said before it died, and was not read yet."""
    process.send_signal(signal.SIGKILL)
    assert process.stdout is not None
    assert process.stdin is not None
    said = process.stdout.read()  # not communicate(), which loses what an earlier readline() read ahead
    process.wait()
    process.stdout.close()
    process.stdin.close()
    return said.splitlines()


# -- two writers


def test_a_second_writer_is_told_who_the_first_is_and_takes_over_when_that_one_is_killed(tmp_path: Path) -> None:
    Database.create(tmp_path, IDENTITY, SPLITTER).close()
    process = child("hold", tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    second = Store.open(tmp_path)
    with pytest.raises(StoreLocked, match=f"process {process.pid}"):
        second.write(*parts(document("mine", "text")))
    with pytest.raises(StoreLocked):
        second.delete("theirs")
    with pytest.raises(StoreLocked):
        second.snapshot()
    assert [of.id for of in second.documents()] == ["theirs"]
    assert second.write(*parts(document("theirs", "text"))) == "unchanged"
    kill(process)
    assert second.write(*parts(document("mine", "text"))) == "added"
    assert (tmp_path / "writer.lock").read_text() == f"{os.getpid()}\n"
    second.close()


def test_a_second_store_in_the_same_process_is_refused_until_the_first_lets_go(tmp_path: Path) -> None:
    first = Store.create(tmp_path, IDENTITY, SPLITTER)
    first.write(*parts(document("a", "text")))
    second = Store.open(tmp_path)
    with pytest.raises(StoreLocked, match=f"process {os.getpid()}"):
        second.delete("a")
    first.release()
    second.delete("a")
    with pytest.raises(StoreLocked):
        first.write(*parts(document("b", "text")))
    second.close()
    first.write(*parts(document("b", "text")))
    first.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["quoth.db", "writer.lock"]


# -- kill -9


def check_whole(folder: Path, acknowledged: int) -> None:
    """All that was acknowledged is there, and perhaps the one change whose word did not get out."""
    store = Store.open(folder, IDENTITY, SPLITTER)
    found = contents(store)
    assert found in (after(acknowledged), after(acknowledged + 1))
    expected = sorted(passage.text for of, _ in found.values() for passage in passages(of))
    keys, _ = store.nearest(vector("paragraph"), 1000)
    assert sorted(hit.passage.text for hit in store.passages(keys)) == expected
    keys, _ = store.lexical(tokens("paragraph"), 1000)
    assert sorted(hit.passage.text for hit in store.passages(keys)) == expected
    for hit in store.passages(keys):
        np.testing.assert_allclose(store.vectors_of(np.array([hit.key]))[0], vector(hit.passage.text), atol=1e-6)
    assert "damaged" not in store.origin
    store.close()
    connection = sqlite3.connect(folder / "quoth.db")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_writer_loses_nothing_it_acknowledged_and_leaves_nothing_half_done(tmp_path: Path, seed: int) -> None:
    Database.create(tmp_path, IDENTITY, SPLITTER).close()
    process = child("live", tmp_path)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(random.Random(seed).uniform(0, 0.4))
    said = kill(process)
    check_whole(tmp_path, acknowledged=1 + len([line for line in said if line]))
    again = Store.open(tmp_path)
    again.write(*parts(document("later", "canary")))
    again.close()
    assert {path.name for path in tmp_path.iterdir() if not path.name.startswith(("index-", "words", "manifest"))} == {
        "quoth.db",
        "writer.lock",
    }
