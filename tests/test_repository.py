"""What stands at the top level is what was promised."""

import hashlib
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

SEEDS = {
    "000_472490f172de18a0.txt": "5116b80c0f1eaad0c8fad221e211c941e0b053926b2bc5d11baeae37ca2cbdc6",
    "001_7f1a23c7e0fec255.txt": "c3cd2f2b8ce9426fc8b84f4f75c651b61aa3779bbda4c0a63e6add12391a6dd0",
    "002_547d810f9bdc8041.txt": "5a5a545efa58c34aaaece3f5471386db2dd4967e1193ad96f13bf2c4db5918b7",
    "003_9015abd635de7cc3.txt": "2265a39985a29e8cc215ac2d39ff3373ab82a41d3cd4e75a66b01d2662c8717c",
    "004_712bc9a3be833d92.txt": "83beb8e86bb90867036acbfde172f97d2845d83131c8acd8750b1a6ec3e6b680",
}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def tracked() -> list[str]:
    listing = subprocess.run(["git", "ls-files"], capture_output=True, text=True, cwd=ROOT, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    return listing.stdout.splitlines()


@pytest.mark.parametrize(("name", "digest"), SEEDS.items())
def test_the_seeds_are_as_they_were_given(name: str, digest: str) -> None:
    assert hashlib.sha256((ROOT / "seeds" / name).read_bytes()).hexdigest() == digest


def test_every_direct_dependency_is_pinned_exactly_in_one_place() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    named = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    pins = dict(line.split("==") for line in read("constraints.txt").splitlines() if "==" in line)
    pinned = {re.sub(r"[-_.]+", "-", name).lower() for name in pins}
    assert {re.sub(r"[-_.]+", "-", name.split("==")[0]).lower() for name in named} <= pinned
    assert [name for name in named if "==" in name and name not in (f"{key}=={pins[key]}" for key in pins)] == []
    assert pins["torch"] == "2.13.0"


def test_the_index_folder_is_kept_and_its_contents_are_not() -> None:
    assert [name for name in tracked() if name.startswith("vectorstore/")] == ["vectorstore/.gitkeep"]


def test_no_registry_and_no_path_of_a_machine_stands_in_the_repository() -> None:
    words = re.compile(rb"pypi\.org|registry\.npmjs|deb\.debian\.org|/root/|/work/")
    own = Path(__file__).name
    found = [name for name in tracked() if not name.endswith(own) and words.search((ROOT / name).read_bytes())]
    assert found == []


def test_the_dockerfile_runs_as_a_user_of_its_own_and_tells_its_health() -> None:
    lines = read("Dockerfile").splitlines()
    stages = [line for line in lines if line.startswith("FROM ")]
    last = lines[lines.index(stages[-1]) :]
    assert len(stages) == 2
    assert any(line.startswith("USER ") and line != "USER root" for line in last)
    assert any(line.startswith("HEALTHCHECK ") for line in last)
    assert not any(re.search(r"https?://(?!127\.0\.0\.1)", line) for line in lines)


def test_everything_that_the_dockerfile_copies_is_there() -> None:
    for sources in re.findall(r"^COPY (?!--from)(.+) \S+$", read("Dockerfile"), re.MULTILINE):
        for source in sources.split():
            assert (ROOT / source).exists(), source


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len(read("README.md").encode()) <= 6_500
