"""Settings: one field = one QUOTH_* variable = one sentence. A misspelt variable is an error, not a default."""

import difflib
import os
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from rag.errors import SettingsError

PREFIX = "QUOTH_"


def _user_cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "quoth"


class Settings(BaseSettings):
    """Read from the environment and, below it, from `.env`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore")

    store: Path = Field(Path("vectorstore"), description="The index folder.")
    model: str = Field(
        "bundled", min_length=1, description="The encoder: 'bundled', or a sentence-transformers name or folder."
    )
    encoder: Literal["compiled", "torch"] = Field(
        "compiled",
        description="What runs the models: 'compiled' for this machine on first use, or 'torch', slower and larger.",
    )
    reader: str = Field(
        "bundled",
        min_length=1,
        description="What chooses the quotation: 'bundled', a trained network, 'sentence', the encoder alone, "
        "or the name or folder of a transformers question-answering model.",
    )
    cache: Path = Field(default_factory=_user_cache, description="Where models made ready for use are kept.")
    ocr: str = Field(
        "auto",
        min_length=1,
        description="What reads pages that are pictures: 'auto', Tesseract in the languages it has, if it is there; "
        "some of them, as 'rus+eng'; or 'off'.",
    )
    host: str = Field("127.0.0.1", description="The address the service listens on.")
    port: int = Field(8000, ge=0, le=65535, description="The port the service listens on; 0 takes a free one.")
    allowed_hosts: str = Field(
        "",
        description="Further Host names the service answers to, comma-separated; '*' for any.",
    )
    passages: int = Field(5, ge=1, le=50, description="How many nearest passages an answer shows.")
    per_document: int = Field(
        5, ge=0, description="Passages of one document that come before those of others; 0: as many as there are."
    )
    min_confidence: float = Field(
        0.35, ge=0.0, le=1.0, description="Below this confidence the answer is 'not found'; 0 always quotes something."
    )

    @classmethod
    def load(cls, **overrides: object) -> "Settings":
        """Settings from the environment; `overrides` (those not None) win. Raises SettingsError."""
        _refuse_unknown()
        try:
            return cls(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
        except ValidationError as error:
            first = error.errors()[0]
            name = PREFIX + str(first["loc"][0]).upper()
            raise SettingsError(f"{name}={first['input']!r}: {first['msg'].lower()}") from error


def variables() -> dict[str, str]:
    """QUOTH_* name -> its sentence."""
    return {PREFIX + name.upper(): field.description or "" for name, field in Settings.model_fields.items()}


def _refuse_unknown() -> None:
    from dotenv import dotenv_values

    known = variables()
    for name in sorted({*os.environ, *dotenv_values(".env", encoding="utf-8")}):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            close = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f"did you mean {close[0]}?" if close else "'quoth config' lists those there are"
            raise SettingsError(f"{name} is no setting of Quoth; {hint}")
