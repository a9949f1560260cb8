"""A question from a cold process, and over HTTP: time, start-up and memory, against two peers in the same run.

    python -m benchmarks.ask [--rounds 5] [--questions 40] [--way compiled] [--json out.json]

`compiled` is the product, `torch` the same with QUOTH_ENCODER=torch, `plain` what most tutorials build of the same
libraries and model, cold only (`benchmarks.plain`). Each indexes the seeds into a temporary folder, anew each round.
The first round warms the disk's cache and is not counted.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parent.parent
WAYS = ("compiled", "torch", "plain")
QUOTH = [sys.executable, "-c", "from api.command import main; main()"]
PLAIN = [sys.executable, "-m", "benchmarks.plain"]
SEEDS = [str(each) for each in sorted((ROOT / "seeds").iterdir())]
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
    return {**os.environ, "QUOTH_ENCODER": "torch" if way == "plain" else way, "QUOTH_STORE": str(store)}


@contextmanager
def indexed_seeds() -> Iterator[Path]:
    """A store of their own."""
    with tempfile.TemporaryDirectory() as folder:
        seconds_of("compiled", Path(folder), "add", *SEEDS)
        yield Path(folder)


def seconds_of(way: str, store: Path, verb: str, *arguments: str) -> float:
    """From a new process to its end: `add` makes a store of the arguments, `ask` prints what is found there."""
    command = [*PLAIN, verb, str(store)] if way == "plain" else [*QUOTH, verb]
    begun = time.perf_counter()
    subprocess.run([*command, *arguments], env=environment(way, store), cwd=ROOT, check=True, capture_output=True)
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


def cold(ways: Sequence[str], rounds: int) -> dict[str, dict[str, float]]:
    """Each way once a round, one after the other, so that a slow minute is every way's."""
    seconds: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for _ in range(rounds + 1):
        for way in ways:
            with tempfile.TemporaryDirectory() as folder:
                added = seconds_of(way, Path(folder), "add", *SEEDS)
                seconds[way].append((added, seconds_of(way, Path(folder), "ask", QUESTIONS[0])))
    return {
        way: {
            "cold_add_s": round(median(added for added, _ in each[1:]), 2),
            "cold_ask_s": round(median(asked for _, asked in each[1:]), 2),
        }
        for way, each in seconds.items()
    }


def measure(way: str, store: Path, rounds: int, questions: int) -> dict[str, float]:
    """Of the service."""
    ready: list[float] = []
    for _ in range(rounds):
        with served(way, store) as (process, address, seconds):
            ready.append(seconds)
    with served(way, store) as (process, address, seconds):
        first = [ask_served(address, question) for question in QUESTIONS]  # their sentences are encoded now
        asked = [ask_served(address, QUESTIONS[place % len(QUESTIONS)]) for place in range(questions)]
        resident = resident_mb(process)
    return {
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
    parser.add_argument("--way", action="append", choices=WAYS)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    ways = options.way or WAYS
    figures = cold(ways, options.rounds)
    with indexed_seeds() as store:
        for way in ways:
            if way != "plain":
                figures[way] |= measure(way, store, options.rounds, options.questions)
    print(f"{'':16}", *(f"{way:>10}" for way in figures))
    for name in max(figures.values(), key=len):
        print(f"{name:16}", *(f"{figures[way].get(name, ''):>10}" for way in figures))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
