"""Once installed, nothing tries to reach another machine."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parent.parent

# Any look at a name or connection to an address beyond this machine ends the process with a traceback.
GUARDED = """
import socket, sys

def refuse(*args, **kwargs):
    raise AssertionError(f"reached for the network: {args[:2]}")

def local(address):
    return not isinstance(address, tuple) or address[0] in ("127.0.0.1", "::1", "localhost")

connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo
socket.socket.connect = lambda self, to: connect(self, to) if local(to) else refuse(to)
socket.socket.connect_ex = lambda self, to: connect_ex(self, to) if local(to) else refuse(to)
socket.getaddrinfo = lambda host, *rest, **more: (
    getaddrinfo(host, *rest, **more) if host in (None, "", "127.0.0.1", "::1", "localhost") else refuse(host)
)
from api.command import main
sys.argv = ["quoth", *sys.argv[1:]]
main()
"""


def quoth(store: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", GUARDED, *arguments],
        capture_output=True, text=True, cwd=ROOT, env=os.environ | {"QUOTH_STORE": str(store)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.model
def test_indexing_and_asking_reach_for_no_network(tmp_path: Path) -> None:
    quoth(tmp_path / "store", "add", "seeds/003_9015abd635de7cc3.txt")
    found = json.loads(quoth(tmp_path / "store", "ask", "Who is Aykhan Hajizade?", "--json"))
    assert found["passages"][0]["document_id"] == "003_9015abd635de7cc3"


@pytest.mark.model
def test_serving_reaches_for_no_network(tmp_path: Path) -> None:
    quoth(tmp_path / "store", "add", "seeds/003_9015abd635de7cc3.txt")
    with serving(tmp_path / "store") as address:
        answer = httpx.post(f"{address}/v1/ask", json={"question": "Who is Aykhan Hajizade?"}, timeout=60)
        files = {"files": ("new.txt", b"Baku is the capital of Azerbaijan.")}
        added = httpx.post(f"{address}/v1/documents", files=files, timeout=60)
    assert answer.status_code == 200
    assert answer.json()["passages"][0]["document_id"] == "003_9015abd635de7cc3"
    assert added.status_code == 200, added.text


@contextmanager
def serving(store: Path) -> Iterator[str]:
    """A server that may reach nothing but this machine; its address once it is ready."""
    command = [sys.executable, "-c", GUARDED, "serve", "--port", "0"]
    environment = os.environ | {"QUOTH_STORE": str(store)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().rpartition(" ")[2].strip()
        finally:
            process.terminate()
