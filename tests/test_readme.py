"""The README's code is run."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import build_app
from api.state import State, opened
from rag.engine import Engine

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.mark.model
def test_the_python_of_the_readme_runs(seeds_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_STORE", str(seeds_store))
    (block,) = blocks("python")
    exec(compile(block, "README.md", "exec"), {})


@pytest.mark.model
def test_the_http_of_the_readme_is_answered(seeds_engine: Engine) -> None:
    (block,) = blocks("http")
    head, body = block.strip().split("\n\n", 1)
    method, path = head.splitlines()[0].split()[:2]
    client = TestClient(build_app(State(engine=opened(seeds_engine), version="test")), base_url="http://localhost")
    answer = client.request(method, path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200
    assert answer.json()["status"] == "answered"


def test_every_link_of_the_readme_leads_somewhere() -> None:
    root = Path(__file__).parent.parent
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("http") or (root / target).exists(), target
