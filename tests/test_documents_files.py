"""Finding files: all of them, once, in order, and none outside the folder."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.documents import find_files, load_file
from rag.errors import DocumentError


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")


def found(root: Path, *paths: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in find_files(paths or [root])]


def test_files_are_found_at_every_depth_sorted_whatever_their_ending(tmp_path: Path) -> None:
    make(tmp_path, "b.txt", "a/z.bin", "a/b/c.md", "README")
    assert found(tmp_path) == ["README", "a/b/c.md", "a/z.bin", "b.txt"]


def test_hidden_names_inside_folders_are_skipped_but_not_when_named(tmp_path: Path) -> None:
    make(tmp_path, ".hidden.txt", ".git/config", "seen.txt")
    assert found(tmp_path) == ["seen.txt"]
    assert found(tmp_path, tmp_path / ".hidden.txt", tmp_path / ".git") == [".git/config", ".hidden.txt"]


names = st.lists(st.sampled_from(["a.txt", "b.md", "s/a.txt", "s/t/c.pdf", "s/t/u/d.txt"]), unique=True, min_size=1)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(names, st.lists(st.sampled_from([".", "s", "s/t", "a.txt", "s/../s/a.txt"]), max_size=6), st.integers())
def test_each_file_is_listed_once_however_often_it_is_named(
    tmp_path: Path, files: list[str], asked: list[str], salt: int
) -> None:
    root = tmp_path / f"{hash((tuple(files), tuple(asked), salt))}"
    make(root, *files)
    listed = find_files([root, *(root / name for name in asked if (root / name).exists())])
    assert sorted(path.resolve() for path in listed) == sorted((root / name).resolve() for name in files)
    assert listed == sorted(listed)


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    make(tmp_path, "a.txt")
    with pytest.raises(DocumentError, match=r"missing: no such file or folder"):
        find_files([tmp_path, tmp_path / "missing"])


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    make(tmp_path, "secret/key.txt", "docs/a.txt")
    os.symlink(tmp_path / "secret", tmp_path / "docs" / "dir")
    os.symlink(tmp_path / "secret" / "key.txt", tmp_path / "docs" / "file.txt")
    os.symlink("/nonexistent", tmp_path / "docs" / "broken.txt")
    assert found(tmp_path / "docs") == ["a.txt"]


def test_links_within_the_folder_lead_to_each_file_once_by_its_real_name(tmp_path: Path) -> None:
    make(tmp_path, "z/a.txt")
    os.symlink(tmp_path / "z", tmp_path / "a")
    os.symlink(tmp_path / "z" / "a.txt", tmp_path / "a.txt")
    assert found(tmp_path) == ["z/a.txt"]


def test_what_office_keeps_beside_an_open_file_is_skipped(tmp_path: Path) -> None:
    make(tmp_path, "report.docx", "~$report.docx")
    assert found(tmp_path, tmp_path) == ["report.docx"]


def test_files_mounted_through_hidden_folders_are_found(tmp_path: Path) -> None:
    """Kubernetes mounts a volume as links into `..data`."""
    make(tmp_path, "..2024/a.txt")
    os.symlink("..2024", tmp_path / "..data")
    os.symlink("..data/a.txt", tmp_path / "a.txt")
    assert found(tmp_path) == ["a.txt"]


def test_loops_end(tmp_path: Path) -> None:
    make(tmp_path, "a/b.txt")
    os.symlink(tmp_path, tmp_path / "a" / "up")
    os.symlink("self", tmp_path / "self")
    assert found(tmp_path) == ["a/b.txt"]


def test_a_folder_that_cannot_be_listed_is_told_by_loading_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "locked/a.txt", "b.txt")
    listing = Path.iterdir

    def refuse(path: Path):  # type: ignore[no-untyped-def]
        if path.name == "locked":
            raise PermissionError(13, "Permission denied")
        return listing(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    listed = find_files([tmp_path])
    assert [path.name for path in listed] == ["b.txt", "locked"]
    with pytest.raises(DocumentError, match="folder"):
        load_file(listed[1])


def test_names_that_are_not_utf8_on_disk_are_loaded_with_a_sound_source(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    try:
        path.write_text("Some text.")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (listed,) = find_files([tmp_path])
    document = load_file(listed)
    assert document.source.encode().endswith("caf\ufffd.txt".encode())
    assert document.id == "caf\ufffd"
