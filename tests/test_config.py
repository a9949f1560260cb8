"""Settings: one field, one variable, one sentence."""

from pathlib import Path

import pytest

from rag.config import Settings, variables
from rag.errors import SettingsError


def test_a_misspelt_variable_is_an_error_that_names_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_STROE", "elsewhere")
    with pytest.raises(SettingsError, match="did you mean QUOTH_STORE"):
        Settings.load()


def test_a_misspelt_variable_in_the_env_file_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("QUOTH_PROT=9000\nOTHER=1\n")
    with pytest.raises(SettingsError, match="did you mean QUOTH_PORT"):
        Settings.load()


def test_a_bad_value_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUOTH_PORT", "many")
    with pytest.raises(SettingsError, match="QUOTH_PORT='many'"):
        Settings.load()


def test_the_command_line_wins_over_the_environment_and_that_over_the_env_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("QUOTH_PORT=1\nQUOTH_HOST=a\nQUOTH_STORE=file\n")
    monkeypatch.setenv("QUOTH_PORT", "2")
    monkeypatch.setenv("QUOTH_HOST", "b")
    settings = Settings.load(port=3)
    assert (settings.port, settings.host, settings.store) == (3, "b", Path("file"))


def test_every_setting_has_a_sentence() -> None:
    assert all(sentence.endswith(".") for sentence in variables().values())


def test_every_setting_stands_in_the_readme() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    assert [name for name in variables() if name not in readme] == []
