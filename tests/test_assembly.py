"""Settings to an engine: what is loaded beside what."""

import time
from pathlib import Path
from typing import Any

import pytest
from fake_encoder import FakeEncoder

import rag.assembly
import rag.readers.reference
from rag.config import Settings


def test_models_in_torch_are_loaded_one_after_the_other(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """transformers fails on a name now and then where two threads make it import at once."""
    loading: list[str] = []

    def slow(name: str, made: Any) -> Any:
        def load(*_args: Any) -> Any:
            loading.append(name)
            time.sleep(0.05)
            loading.append(name)
            return made

        return load

    monkeypatch.setattr(rag.assembly.SentenceTransformerEncoder, "made", slow("encoder", FakeEncoder()))
    monkeypatch.setattr(rag.readers.reference.TorchNetwork, "shipped", slow("reader", object()))
    rag.assembly.create_engine(Settings(encoder="torch", store=tmp_path)).close()
    assert sorted(loading) == ["encoder", "encoder", "reader", "reader"]
    assert loading[0] == loading[1]
