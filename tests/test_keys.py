"""Who is let in: the file of keys, what each route needs, and the commands that make and revoke keys."""

import base64
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEngine, make_document
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from api import command  # noqa: F401  # puts every command together
from api.access import need
from api.app import build_app
from api.errors import KeysUnusable
from api.job_folder import JobFolder
from api.keys import Key, KeyFile, holder
from api.pages import page_routes
from api.server import serve
from api.state import State, opened
from rag.cli import app as quoth
from rag.errors import StoreMissing

NOTHING, ANY, CHANGING = "nothing", "any key", "a key that changes"
# What each route needs, written down here once more: a route that is not is a failure.
NEEDS = {
    "GET /": ANY,
    "HEAD /": ANY,
    "GET /documents/{id:path}": ANY,
    "HEAD /documents/{id:path}": ANY,
    "GET /docs": ANY,
    "GET /favicon.ico": ANY,
    "GET /healthz": NOTHING,
    "GET /readyz": NOTHING,
    "GET /metrics": ANY,
    "POST /v1/ask": ANY,
    "POST /v1/ask/events": ANY,
    "POST /v1/search": ANY,
    "POST /v1/verify": ANY,
    "POST /v1/chat/completions": ANY,
    "GET /v1/models": ANY,
    "GET /v1/models/{id}": ANY,
    "GET /v1/suggestions": ANY,
    "GET /v1/documents": ANY,
    "POST /v1/documents": CHANGING,
    "GET /v1/documents/{id}": ANY,
    "GET /v1/documents/{id}/text": ANY,
    "GET /v1/documents/{id}/original": ANY,
    "GET /v1/documents/{id}/pages/{page}": ANY,
    "GET /v1/documents/{id}/pages/{page}/picture": ANY,
    "PUT /v1/documents/{id}": CHANGING,
    "DELETE /v1/documents/{id}": CHANGING,
    "GET /v1/jobs": ANY,
    "POST /v1/jobs": CHANGING,
    "GET /v1/jobs/{job_id}": ANY,
    "DELETE /v1/jobs/{job_id}": CHANGING,
}


class Locked:
    """A service with three keys, one of them revoked."""

    def __init__(self, folder: Path) -> None:
        self.file = KeyFile(folder / "keys.json")
        self.keys = {
            "changes": self.file.add("Ana", changes=True),
            "asks": self.file.add("the desk", changes=False),
            "revoked": self.file.add("Olim", changes=True),
            "wrong": "quoth_wrong",
        }
        self.file.revoke("Olim")
        self.engine = FakeEngine([make_document("minutes", "The meeting took place in Baku.")])
        state = State(opened(self.engine), "0", jobs=JobFolder(folder / "jobs"), keys=self.file)
        self.app = build_app(state)
        self.client = TestClient(self.app, base_url="http://localhost", raise_server_exceptions=False)

    def status(self, route: str, key: str | None) -> int:
        method, path = route.split(" ")
        path = path.replace("{id:path}", "minutes").replace("{id}", "minutes").replace("{page}", "1")
        path = path.replace("{job_id}", "0" * 16)
        headers = {} if key is None else {"Authorization": f"Bearer {self.keys[key]}"}
        return self.client.request(method, path, headers=headers).status_code


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Locked:
    return Locked(tmp_path_factory.mktemp("keys"))


def operations(app: Any) -> dict[str, Any]:
    """What OpenAPI tells of each route."""
    paths = app.openapi()["paths"]
    return {f"{method.upper()} {path}": told for path, item in paths.items() for method, told in item.items()}


def routes(app: Any) -> set[str]:
    hidden = page_routes().routes  # of the page, which OpenAPI does not tell
    return operations(app).keys() | {f"{method} {route.path}" for route in hidden for method in route.methods}


def test_every_route_has_its_need_written_down(locked: Locked) -> None:
    assert routes(locked.app) == set(NEEDS)
    assert {route: need(*route.split(" ")) for route in NEEDS} == NEEDS


def test_openapi_tells_of_every_route_that_needs_a_key_how_it_is_sent(locked: Locked) -> None:
    told = operations(locked.app)
    secured = {route for route, operation in told.items() if operation.get("security") == [{"key": []}]}
    assert secured == {route for route in told if NEEDS[route] != NOTHING}
    scheme = locked.app.openapi()["components"]["securitySchemes"]["key"]
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")


@pytest.mark.parametrize("route", sorted(NEEDS))
def test_a_route_lets_in_those_keys_that_suffice(locked: Locked, route: str) -> None:
    refused = {key: locked.status(route, key) for key in (None, "wrong", "revoked", "asks", "changes")}
    closed = 401 if NEEDS[route] != NOTHING else None
    for key in (None, "wrong", "revoked"):
        assert (refused[key] == 401) == (closed == 401)
    assert (refused["asks"] == 403) == (NEEDS[route] == CHANGING)
    assert refused["changes"] not in (401, 403)


def test_what_is_no_route_and_what_serves_the_page_need_a_key(locked: Locked) -> None:
    for path in ("/openapi.json", "/static/app.js", "/nothing", "/HEALTHZ", "/healthz/"):
        assert locked.client.get(path).status_code == 401
    assert locked.client.post("/healthz").status_code == 401
    assert locked.client.patch("/v1/ask").status_code == 401


def test_a_browser_is_asked_for_a_password_which_is_the_key(locked: Locked) -> None:
    refused = locked.client.get("/")
    assert refused.headers["WWW-Authenticate"].startswith("Basic ")
    assert refused.json()["error"]["type"] == "key_needed"
    assert locked.client.get("/", auth=("anyone", locked.keys["changes"])).status_code == 200


@pytest.mark.parametrize(
    "told", ["", "Bearer", "Bearer  ", "Basic", "Basic ???", "Basic AAAA", "Digest x", "Basic /w=="]
)
def test_what_is_no_key_lets_nobody_in(locked: Locked, told: str) -> None:
    assert locked.client.get("/v1/documents", headers={"Authorization": told}).status_code == 401


def test_a_key_that_asks_only_changes_nothing_and_is_shown_nothing_to_change_with(tmp_path: Path) -> None:
    locked = Locked(tmp_path)
    asks, changes = ({"Authorization": f"Bearer {locked.keys[key]}"} for key in ("asks", "changes"))
    assert locked.client.delete("/v1/documents/minutes", headers=asks).json()["error"]["type"] == "asks_only"
    assert "minutes" in locked.engine.stored
    assert "data-asks-only" in locked.client.get("/", headers=asks).text
    assert "data-asks-only" not in locked.client.get("/", headers=changes).text


def test_an_upload_is_refused_before_it_is_read(locked: Locked) -> None:
    def endless() -> Iterator[bytes]:
        yield b"x"
        raise AssertionError("it was read on")

    assert locked.client.put("/v1/documents/x", content=endless()).status_code == 401


def test_keys_count_from_the_next_request_on(tmp_path: Path) -> None:
    held = Locked(tmp_path)
    assert held.status("GET /v1/documents", "asks") == 200
    KeyFile(tmp_path / "keys.json").revoke("the desk")
    assert held.status("GET /v1/documents", "asks") == 401


def test_without_a_file_of_keys_everyone_is_let_in_and_without_a_key_in_it_nobody(tmp_path: Path) -> None:
    held = Locked(tmp_path)
    for name in ("Ana", "the desk"):
        held.file.revoke(name)
    assert held.status("GET /v1/documents", None) == 401
    (tmp_path / "keys.json").unlink()
    assert held.status("DELETE /v1/documents/{id}", None) == 204


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"keys": [{"name": "x"}]}', b'{"keys": {}}x', b"\xff", None])
def test_a_file_of_keys_that_cannot_be_read_lets_nobody_in(tmp_path: Path, damage: bytes | None) -> None:
    held = Locked(tmp_path)
    path = tmp_path / "keys.json"
    if damage is None:
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes(damage)
    answer = held.client.get("/v1/documents", headers={"Authorization": f"Bearer {held.keys['changes']}"})
    assert (answer.status_code, answer.json()["error"]["type"]) == (503, "keys_unusable")
    assert held.client.get("/healthz").status_code == 200


def test_a_key_is_kept_as_a_hash_for_its_owners_eyes(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json")
    key = file.add("Ana", changes=True)
    kept = (tmp_path / "keys.json").read_text()
    assert key not in kept
    assert key.removeprefix("quoth_") not in kept
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


def test_a_name_has_one_key(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json")
    file.add("Ana", changes=True)
    with pytest.raises(KeysUnusable, match="'Ana' is no name for a new key"):
        file.add("Ana", changes=False)
    with pytest.raises(KeysUnusable, match="no key is called 'Bo'; keys: Ana"):
        file.revoke("Bo")


def test_a_key_opens_for_its_holder_alone(tmp_path: Path) -> None:
    file = KeyFile(tmp_path / "keys.json")
    told = {name: file.add(name, changes=True) for name in ("Ana", "Bo")}
    keys = file.keys()
    assert keys is not None
    assert all(found is not None and found.name == name for name, key in told.items() for found in [holder(keys, key)])
    assert holder(keys, told["Ana"] + "x") is None
    assert holder(keys, keys[0].sha256) is None
    assert holder([Key("empty", "", True, "")], "") is None


def run(*arguments: str, store: Path) -> Any:
    return CliRunner().invoke(quoth, ["keys", *arguments, "--store", str(store)])


def test_the_commands_make_list_and_revoke_keys(tmp_path: Path) -> None:
    assert "everyone who reaches the service is let in" in run("list", store=tmp_path).stdout
    key = run("add", "the desk", "--asks-only", store=tmp_path).stdout.strip()
    assert key.startswith("quoth_")
    run("add", "Ana", store=tmp_path)
    listed = json.loads(run("list", "--json", store=tmp_path).stdout)["keys"]
    assert [(each["name"], each["changes"]) for each in listed] == [("the desk", False), ("Ana", True)]
    assert "sha256" not in listed[0]
    assert run("revoke", "Ana", store=tmp_path).stdout == "revoked    Ana\n"
    run("revoke", "the desk", store=tmp_path)
    assert "nobody is let in" in run("list", store=tmp_path).stdout


@pytest.mark.parametrize(("name", "status"), [("Ana", 200), ("", 200), ("a name: with colons", 401)])
def test_the_key_is_what_stands_behind_the_first_colon(locked: Locked, name: str, status: int) -> None:
    told = base64.b64encode(f"{name}:{locked.keys['changes']}".encode()).decode()
    assert locked.client.get("/v1/documents", headers={"Authorization": f"Basic {told}"}).status_code == status


@pytest.mark.parametrize(
    ("host", "locked_up", "told"), [("0.0.0.0", False, 1), ("0.0.0.0", True, 0), ("127.0.0.1", False, 0)]
)
def test_a_service_that_is_open_to_a_network_says_so(tmp_path: Path, host: str, locked_up: bool, told: int) -> None:
    file, lines = KeyFile(tmp_path / "keys.json"), list[str]()
    if locked_up:
        file.add("Ana", changes=True)

    def no_engine() -> Any:
        raise StoreMissing("There is no index here.")

    with pytest.raises(StoreMissing):
        serve(no_engine, host, 0, keys=file, say=lines.append)
    assert sum("`quoth keys add NAME`" in line for line in lines) == told
