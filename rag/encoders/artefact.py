"""A compiled model as a folder of the cache: `card.json` names it and the SHA-256 of every other file.

    encoder.onnx                          the layers (rag.encoders.graph)
    words.npy scales.npy positions.npy    the embeddings (rag.encoders.states)
    pieces.txt scores.npy                 XLM-R's subwords (rag.encoders.unigram), or
    tokenizer.json                        any other tokenizer, for the `tokenizers` library

A reader's folder has the graph and its heads, and shares the rest with the encoder that it was trained from.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from array import array
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, cast

import numpy as np

from rag.encoders.bundled import Progress
from rag.encoders.states import Embeddings, States, session
from rag.encoders.unigram import Unigram
from rag.encoders.weights import SHA256
from rag.errors import EncoderError, NotCompiled
from rag.hashing import file_sha256

FORMAT = 2  # raise when what is compiled changes
CARD = "card.json"
GRAPH = "encoder.onnx"


class Encoded(Protocol):
    """What `tokenizers` and `rag.encoders.unigram` make of a text."""

    @property
    def ids(self) -> list[int]: ...

    @property
    def offsets(self) -> list[tuple[int, int]]: ...


class Tokenizer(Protocol):
    def encode(self, text: str, *, add_special_tokens: bool) -> Encoded: ...


class Artefact:
    """A folder whose files are what its card says: each is checked before it is used.

    Sums are taken in the background, so that one file is loaded while the next is read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.card: dict[str, Any] = json.loads((folder / CARD).read_text(encoding="utf-8"))
        # The graph first, for it takes longest to load; then by size.
        names = sorted(self.card["files"], key=lambda name: (name != GRAPH, (folder / name).stat().st_size))
        beside = ThreadPoolExecutor(2, thread_name_prefix="quoth-sums")
        self._sums = {name: beside.submit(file_sha256, folder / name) for name in names}
        beside.shutdown(wait=False)

    def file(self, name: str) -> Path:
        """Raises EncoderError where it is not what was written."""
        found, expected = self._sums[name].result(), self.card["files"][name]
        if found != expected:
            raise EncoderError(
                f"{self.folder / name} has SHA-256 {found}, expected {expected}: "
                f"delete {self.folder}, and it is made anew"
            )
        return self.folder / name

    def states(self, base: "Artefact") -> States:
        """The graph, with the embeddings of `base`."""
        graph = session(self.file(GRAPH))  # first: the embeddings are the largest file to check
        return States(graph, base.embeddings)

    @cached_property
    def embeddings(self) -> Embeddings:
        words = np.load(self.file("words.npy"), mmap_mode="r")
        return Embeddings(words, np.load(self.file("scales.npy")), np.load(self.file("positions.npy")))

    @cached_property
    def tokenizer(self) -> Tokenizer:
        if "pieces.txt" not in self._sums:
            return whole_tokenizer(self.file("tokenizer.json"))
        pieces = self.file("pieces.txt").read_text(encoding="utf-8").split("\n")
        scores = array("d", np.load(self.file("scores.npy")).astype(np.float64).tobytes())
        return Unigram(pieces, scores, self.card["unknown"], self.card["special"])


_opened = cache(Artefact)  # encoder and reader share one
_making = Lock()  # ... and neither makes what the other is making


def whole_tokenizer(path: Path) -> Tokenizer:
    """A tokenizer.json without truncation and padding."""
    from tokenizers import Tokenizer as Whole

    tokenizer = Whole.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return cast(Tokenizer, tokenizer)


# -- where it stands ------------------------------------------------------------


def encoder_folder(cache_folder: Path, model: str) -> Path:
    """Where the compiled form of an encoder stands or would stand.

    A model's folder is known by its files' sizes and times; a name on the hub by itself.
    """
    return cache_folder / "compiled" / f"{_key(model)}-{FORMAT}"


def _key(model: str) -> str:
    if model == "bundled":
        return f"multilingual-e5-small-{SHA256[:12]}"
    told = [model]
    if Path(model).is_dir():
        root = Path(model).resolve()
        files = sorted(path for path in root.rglob("*") if path.is_file())
        told = [f"{path} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]
    name = "".join(each if each.isalnum() or each in "-_." else "-" for each in Path(model).name)
    return f"{name}-{hashlib.sha256(chr(10).join(told).encode()).hexdigest()[:12]}"


# -- made by a process of its own -------------------------------------------------


def made(folder: Path, module: str, arguments: list[str], progress: Progress) -> Artefact:
    """The artefact in `folder`, made first where it is not there: by `python -m module`, which takes torch with it.

    Raises NotCompiled for a model that cannot be compiled, EncoderError for one that cannot be loaded.
    """
    refusal = folder.with_suffix(".refused")
    with _making:
        if refusal.exists():
            raise NotCompiled(refusal.read_text(encoding="utf-8").strip())
        if not (folder / CARD).exists():
            _run([sys.executable, "-m", module, *arguments], refusal, progress)
        return _opened(folder)


def _run(command: list[str], refusal: Path, progress: Progress) -> None:
    """Follow a compiling process, which tells a JSON object a line: progress, a refusal or an error."""
    told: dict[str, Any] = {}
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8") as process,
    ):
        for line in process.stdout or ():
            told = json.loads(line) if line.startswith("{") else told
            if "progress" in told:
                progress(told["progress"], told["done"])
        code = process.wait()
        errors.seek(0)
        last = (errors.read().strip().splitlines() or ["it said nothing"])[-1]
    if "error" in told:
        raise EncoderError(told["error"])
    if "refused" in told:
        refusal.parent.mkdir(parents=True, exist_ok=True)
        refusal.write_text(told["refused"] + "\n", encoding="utf-8")
        raise NotCompiled(told["refused"])
    if code:
        raise NotCompiled(f"compiling it ended with code {code}: {last}")


def compiling(compile_model: Callable[[Progress], None]) -> None:
    """The other end of `_run`."""

    def tell(**told: object) -> None:
        print(json.dumps(told), flush=True)

    try:
        compile_model(lambda what, done: tell(progress=what, done=done))
    except NotCompiled as refusal:
        tell(refused=str(refusal))
    except EncoderError as error:
        tell(error=str(error))


def write_card(folder: Path, card: dict[str, Any]) -> None:
    """Last of the files: it names the others."""
    files = {path.name: file_sha256(path) for path in sorted(folder.iterdir())}
    text = json.dumps({"format": FORMAT, **card, "files": files}, indent=1)
    (folder / CARD).write_text(text + "\n", encoding="utf-8")
