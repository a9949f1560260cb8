"""Once installed, nothing tries to reach another machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

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
