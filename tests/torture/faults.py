"""Failing or dying at the n-th writing call of this process, by a small library that stands before libc."""

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).with_name("faults.c")
FAIL, KILL = 1, 2


def stand_before_libc(seed: int) -> None:
    """Compiles the library and starts this program again with it. Needs a C compiler and Linux."""
    if "LD_PRELOAD" in os.environ:
        return
    library = Path(tempfile.mkdtemp(prefix="quoth-torture-")) / "faults.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
    environment = {**os.environ, "LD_PRELOAD": str(library), "OMP_NUM_THREADS": "1"}
    os.execve(sys.executable, [*sys.orig_argv, "--seed", str(seed)], environment)


def clean_up() -> None:
    shutil.rmtree(Path(os.environ["LD_PRELOAD"]).parent)


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(os.environ["LD_PRELOAD"])
    library.faults_seen.restype = ctypes.c_long
    library.faults_arm.argtypes = (ctypes.c_char_p, ctypes.c_long, ctypes.c_long)
    return library


def arm(folder: Path, at: int, act: int) -> None:
    """From now on the `at`-th writing call under the folder fails or is the last one."""
    _library().faults_arm(str(folder.resolve()).encode(), at, act)


def disarm() -> int:
    """How many such calls there were."""
    library = _library()
    seen = library.faults_seen()
    library.faults_arm(b"", 0, 0)
    return int(seen)
