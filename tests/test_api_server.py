"""A real server process on a real socket: starting, stopping, slow and oversized clients."""

import http.client
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
import uvicorn
from fakes import FakeEngine

from api import command, connections
from api.app import build_app
from api.errors import PortTaken
from api.server import serve
from api.state import Limits, State, opened

HERE = Path(__file__).parent
BODY = json.dumps({"question": "Who led the delegation?"})
HEADERS = {"Content-Type": "application/json"}


@contextmanager
def serving(loading_s: float = 0, asking_s: float = 0, mark: Path | None = None) -> Iterator[Any]:
    """The process, with its `.port`; it has said that it is ready, or its port listens where it loads for long."""
    port = free_port()
    arguments = [sys.executable, str(HERE / "served.py"), str(port), str(loading_s), str(asking_s)]
    process = subprocess.Popen(
        [*arguments, *([str(mark)] if mark else [])],
        cwd=HERE.parent,
        env={"PYTHONPATH": f"{HERE.parent}:{HERE}", "PATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.port = port
    try:
        if loading_s == 0:
            process.first_line = process.stdout.readline()
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def request(port: int, method: str, path: str, body: Any = None, headers: dict[str, str] = HEADERS) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def until_listening(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            sleep(0.05)
    raise AssertionError("the server did not listen within 10 s")


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with serving() as process:
        yield process


def test_one_line_says_where_it_is_ready(server):
    assert server.first_line == f"Quoth is ready at http://127.0.0.1:{server.port}\n"


def test_it_answers_over_a_socket(server):
    status, answer = request(server.port, "POST", "/v1/ask", BODY)
    assert (status, answer["status"]) == (200, "answered")
    assert answer["quotes"][0]["text"] == "Liu Jianchao led the delegation from China."


def test_ids_with_slashes_and_any_unicode_survive_the_real_server(server):
    path = "/v1/documents/a%2Fb%25%20%E6%97%A5%F0%9F%99%82%2Ftext"
    added = request(server.port, "PUT", path + "?name=a.txt", "Hello.")[1]
    assert (added["id"], added["change"]) == ("a/b% 日🙂/text", "added")
    assert request(server.port, "GET", path)[1]["characters"] == 6


def test_a_hundred_megabytes_of_json_are_413_and_the_client_reads_it(server):
    body = b"[" + b"1," * 50_000_000 + b"1]"
    assert request(server.port, "POST", "/v1/ask", body)[0] == 413
    pieces = (body[at : at + (1 << 20)] for at in range(0, len(body), 1 << 20))
    assert request(server.port, "POST", "/v1/ask", pieces)[0] == 413


def test_half_open_connections_do_not_slow_the_others(server):
    halves = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(200)]
    for number, half in enumerate(halves):
        half.sendall(b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\n")
        if number % 2:
            half.sendall(b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
    try:
        begun = monotonic()
        assert request(server.port, "POST", "/v1/ask", BODY)[0] == 200
        assert monotonic() - begun < 1
    finally:
        for half in halves:
            half.close()


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        (b"", b""),
        (b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\n", b""),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\n", b"HTTP/1.1 200"),
        (
            b"POST /v1/ask HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
            b"HTTP/1.1 408",
        ),
    ],
    ids=["silence", "half a header", "half a second header", "half a body"],
)
def test_a_client_that_falls_silent_is_let_go(monkeypatch, sent, answered):
    monkeypatch.setattr(connections, "HEADERS_WITHIN_S", 0.3)
    app = build_app(State(engine=opened(FakeEngine()), version="0", limits=Limits(body_idle_s=0.3)))
    quick = {"lifespan": "off", "ws": "none", "log_level": "error", "timeout_keep_alive": 1}
    server = uvicorn.Server(uvicorn.Config(app, http=connections.PatientProtocol, **quick))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        with socket.create_connection(listening.getsockname(), timeout=10) as client:
            client.sendall(sent)
            received = b""
            while piece := client.recv(65536):
                received += piece
        server.should_exit = True
        thread.join()
    assert received.startswith(answered)
    assert bool(received) is bool(answered)


def test_told_to_stop_it_finishes_the_answer_in_flight_and_exits_0(tmp_path):
    answers: list[tuple[int, Any]] = []
    with serving(asking_s=1.5, mark=tmp_path / "asked") as process:
        asking = Thread(target=lambda: answers.append(request(process.port, "POST", "/v1/ask", BODY)))
        asking.start()
        while not (tmp_path / "asked").exists():
            sleep(0.01)
        process.send_signal(signal.SIGTERM)
        asking.join()
        assert process.wait(10) == 0
        assert process.stderr.read() == ""
    assert answers[0][0] == 200
    assert answers[0][1]["status"] == "answered"


def test_while_it_loads_the_page_answers_readiness_does_not_and_a_question_waits():
    with serving(loading_s=2) as process:
        until_listening(process.port)
        assert request(process.port, "GET", "/healthz")[0] == 200
        assert request(process.port, "GET", "/readyz")[0] == 503
        assert request(process.port, "GET", "/v1/documents")[0] == 503
        assert request(process.port, "POST", "/v1/ask", BODY)[0] == 200
        assert request(process.port, "GET", "/readyz")[0] == 200


def test_an_engine_that_cannot_load_ends_the_service_with_its_reason():
    with serving(loading_s=-1) as process:
        assert process.wait(20) != 0
        assert "There is no index here." in process.stderr.read()


def test_a_taken_port_is_a_clear_error_before_the_engine_is_loaded():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"port {port} .*--port"):
            serve(lambda: pytest.fail("loaded"), port=port)


def test_each_stage_of_a_first_start_is_one_line(capsys):
    tell = command._lines()
    for what, done in (("downloading", 0.0), ("downloading", 0.5), ("compiling", 0.0), ("downloading", 1.0)):
        tell(what, done)
    assert capsys.readouterr().out.splitlines() == [
        "downloading (once, for the next starts)",
        "compiling (once, for the next starts)",
    ]
