"""A question from a cold process, and over HTTP: time, start-up and memory, compiled against QUOTH_ENCODER=torch.

    python -m benchmarks.ask [--rounds 5] [--questions 40] [--way compiled] [--json out.json]

Indexes the seeds into a temporary folder. The first round of each way warms the disk's cache and is not counted.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parent.parent
QUOTH = [sys.executable, "-c", "from api.command import main; main()"]
QUESTIONS = (
    "Who led the Chinese delegation that met the Speaker of the Azerbaijani Parliament?",
    "С кем встретилась спикер парламента?",
    "When did the meeting take place?",
    "О чём говорили на встрече?",
    "What did the President say about green energy?",
    "Which countries signed the agreement?",
    "Кто возглавлял делегацию Китая?",
    "How many people took part in the event?",
)


def environment(way: str, store: Path) -> Mapping[str, str]:
    return {**os.environ, "QUOTH_ENCODER": way, "QUOTH_STORE": str(store)}


@contextmanager
def indexed_seeds() -> Iterator[Path]:
    """A store of their own."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        command = [*QUOTH, "add", "seeds"]
        subprocess.run(command, env=environment("compiled", store), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        yield store


def ask_cold(way: str, store: Path) -> float:
    """Seconds from a new process to its printed answer."""
    begun = time.perf_counter()
    subprocess.run(
        [*QUOTH, "ask", QUESTIONS[0]], env=environment(way, store), cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - begun


@contextmanager
def served(way: str, store: Path) -> Iterator[tuple[int, str, float]]:
    """Process id, address, and seconds until /readyz says yes."""
    begun = time.perf_counter()
    command = [*QUOTH, "serve", "--port", "0"]
    with subprocess.Popen(
        command, env=environment(way, store), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            address = (process.stdout or sys.stdin).readline().rpartition(" ")[2].strip()
            while not _ready(address):
                time.sleep(0.01)
            yield process.pid, address, time.perf_counter() - begun
        finally:
            process.terminate()


def _ready(address: str) -> bool:
    try:
        return bool(urllib.request.urlopen(f"{address}/readyz", timeout=5).status == 200)
    except OSError:
        return False


def ask_served(address: str, question: str) -> float:
    request = urllib.request.Request(
        f"{address}/v1/ask", json.dumps({"question": question}).encode(), {"Content-Type": "application/json"}
    )
    begun = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as response:
        response.read()
    return time.perf_counter() - begun


def resident_mb(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def measure(way: str, store: Path, rounds: int, questions: int) -> dict[str, float]:
    cold = [ask_cold(way, store) for _ in range(rounds + 1)][1:]
    ready: list[float] = []
    for _ in range(rounds):
        with served(way, store) as (process, address, seconds):
            ready.append(seconds)
    with served(way, store) as (process, address, seconds):
        first = [ask_served(address, question) for question in QUESTIONS]  # their sentences are encoded now
        asked = [ask_served(address, QUESTIONS[place % len(QUESTIONS)]) for place in range(questions)]
        resident = resident_mb(process)
    return {
        "cold_ask_s": round(median(cold), 2),
        "ready_s": round(median(ready), 2),
        "http_first_ms": round(1000 * median(first)),
        "http_p50_ms": round(1000 * median(asked)),
        "http_p95_ms": round(1000 * quantiles(asked, n=20)[-1]),
        "resident_mb": round(resident),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--questions", type=int, default=40)
    parser.add_argument("--way", action="append", choices=["compiled", "torch"])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    figures = {}
    with indexed_seeds() as store:
        for way in options.way or ["compiled", "torch"]:
            figures[way] = measure(way, store, options.rounds, options.questions)
    names = next(iter(figures.values()))
    print(f"{'':16}", *(f"{way:>10}" for way in figures))
    for name in names:
        print(f"{name:16}", *(f"{figures[way][name]:>10}" for way in figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
