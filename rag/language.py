"""Which language a text is written in: for sentence breaks and vector centring, never to filter."""

import hashlib
import shutil
from collections.abc import Collection
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import numpy as np

from rag.building import building

UNKNOWN = "und"

# The languages the bundled encoder was trained on (XLM-R, Conneau et al. 2020, table 6), as the identifier names them:
# a guess among its other classes would only ever be a short text's accident.
LANGUAGES = (
    "af am ar as az be bg bn br bs ca cs cy da de el en eo es et eu fa fi fr fy ga gd gl gu ha he hi hr hu hy id is it "
    "ja jv ka kk km kn ko ku ky la lo lt lv mg mk ml mn mr ms my ne nl no or pa pl ps pt ro ru sa sd si sk sl so sq sr "
    "su sv sw ta te th tl tr ug uk ur uz vi xh yi zh"
).split()

_EXPECTED = 8.0  # x the belief in an expected language (benchmarks.languages)
_TABLES = ("nb_ptc", "nb_pc", "nb_classes", "tk_nextmove", "tk_row", "tk_output")


_loading = Lock()
_loaded: list[Any] = []


def prepare(cache: Path) -> None:
    """Begin to load what `identify` needs, beside what else is to be done first.

    Its tables are unpacked into the cache once: unpacking takes 0.7 s of CPU, and mapped from disk they take up no more
    memory than is looked at.
    """
    Thread(target=_identifier, args=(cache,), daemon=True).start()


def _identifier(cache: Path | None = None) -> Any:
    with _loading:
        if not _loaded:
            _loaded.append(_packed() if cache is None else _unpacked(cache))
        return _loaded[0]


def _packed() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in LANGUAGES if code in set(identifier.labels)])
    return identifier


def _unpacked(cache: Path) -> Any:
    told = f"{version('py3langid')} {' '.join(LANGUAGES)}"
    folder = cache / "compiled" / f"language-{hashlib.sha256(told.encode()).hexdigest()[:12]}"
    if folder.exists():
        with suppress(OSError, ValueError, EOFError):  # damaged: made anew
            return _mapped(folder)
        shutil.rmtree(folder, ignore_errors=True)
    identifier = _packed()
    with suppress(OSError):  # a cache that cannot be written: unpacked at each start then
        _unpack(identifier, folder)
    return identifier


def _mapped(folder: Path) -> Any:
    from py3langid.langid import LanguageIdentifier

    tables = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in _TABLES}
    return LanguageIdentifier(
        tables["nb_ptc"],
        np.array(tables["nb_pc"]),
        tables["nb_classes"].tolist(),
        memoryview(tables["tk_nextmove"]),
        tables["tk_output"].tolist(),
        norm_probs=True,
        tk_row=tables["tk_row"].tolist(),
    )


def _unpack(identifier: Any, folder: Path) -> None:
    with building(folder) as unfinished:
        for name in _TABLES:
            np.save(unfinished / f"{name}.npy", np.asarray(getattr(identifier, name)))


def identify(text: str, *, least: float = 0.5) -> str:
    """ISO 639-1 code of a text, or "und" where there is no letter or the best guess is below `least`."""
    code, belief = guess(text)
    return code if belief >= least else UNKNOWN


def guess(text: str, expected: Collection[str] = ()) -> tuple[str, float]:
    """ISO 639-1 code of the likeliest language of a text and the belief in it, in [0, 1]; "und" without a letter.

    `expected`: languages that are likelier than others before a letter is read.
    """
    weighed = {code: belief * (_EXPECTED if code in expected else 1.0) for code, belief in beliefs(text).items()}
    if not weighed:
        return UNKNOWN, 1.0
    likeliest = max(weighed, key=lambda code: weighed[code])
    return likeliest, weighed[likeliest] / sum(weighed.values())


def beliefs(text: str) -> dict[str, float]:
    """Of each language that can be told, in [0, 1]; {} without a letter."""
    sample = text[:4000]
    if not any(character.isalpha() for character in sample):
        return {}
    return {str(code): float(belief) for code, belief in _identifier().rank(sample)}
