"""The service under load: one client, eight at once, five times what it can answer, and how soon it is itself again.

    python -m benchmarks.load [--seconds 15] [--json out.json]

Indexes the seeds into a temporary folder. One and eight clients each ask again when they have their answer; then
questions come at five times the better of the two rates, whoever is still waiting. The clients share the machine.
"""

import argparse
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from benchmarks.ask import QUESTIONS, ask_served, indexed_seeds, resident_mb, served

CLIENTS = 8
TIMES = 5  # what is asked in the storm, of what can be answered
WORKERS = 256  # questions in flight at most
BACK = 2.0  # a question that takes no longer than so many times one client's median: recovered


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    seconds: float


def ask(address: str, number: int) -> Reply:
    begun = time.perf_counter()
    try:
        ask_served(address, QUESTIONS[number % len(QUESTIONS)])
        status = 200
    except urllib.error.HTTPError as refusal:
        status = refusal.code
    return Reply(status, time.perf_counter() - begun)


def health(address: str) -> Reply:
    begun = time.perf_counter()
    with urllib.request.urlopen(f"{address}/healthz", timeout=60) as response:
        return Reply(response.status, time.perf_counter() - begun)


def clients(address: str, count: int, seconds: float) -> list[Reply]:
    """Each asks again as soon as it has its answer."""
    until = time.perf_counter() + seconds

    def client(number: int) -> list[Reply]:
        replies: list[Reply] = []
        while time.perf_counter() < until:
            replies.append(ask(address, number + len(replies)))
        return replies

    with ThreadPoolExecutor(count) as pool:
        return [reply for replies in pool.map(client, range(count)) for reply in replies]


def storm(address: str, rate: float, seconds: float) -> tuple[list[Reply], list[Reply]]:
    """Questions at this rate, whatever becomes of them; and a look at the service's health five times a second."""
    with ThreadPoolExecutor(WORKERS) as pool, ThreadPoolExecutor(1) as doctor:
        replies = _at_rate(pool, lambda number: ask(address, number), rate, seconds)
        looks = _at_rate(doctor, lambda number: health(address), 5.0, seconds)
        return [each.result() for each in replies], [each.result() for each in looks]


def _at_rate(
    pool: ThreadPoolExecutor, call: Callable[[int], Reply], rate: float, seconds: float
) -> list[Future[Reply]]:
    begun = time.perf_counter()

    def in_turn(number: int) -> Reply:
        time.sleep(max(0.0, begun + number / rate - time.perf_counter()))
        return call(number)

    return [pool.submit(in_turn, number) for number in range(int(rate * seconds))]


def recovery(address: str, usual: float) -> float:
    """Seconds until a question takes no longer than usual."""
    begun = time.perf_counter()
    while True:
        reply = ask(address, 0)
        if reply.status == 200 and reply.seconds <= BACK * usual:
            return time.perf_counter() - begun - reply.seconds


def measure(store: Path, seconds: float) -> dict[str, float]:
    with served("compiled", store) as (process, address, _):
        for number in range(len(QUESTIONS)):
            ask(address, number)
        alone = clients(address, 1, seconds)
        usual = median(reply.seconds for reply in alone)
        together = clients(address, CLIENTS, seconds)
        before = resident_mb(process)
        peak = max(len(_answered(alone)), len(_answered(together))) / seconds
        replies, looks = storm(address, TIMES * peak, seconds)
        back = recovery(address, usual)
        after = resident_mb(process)
    refused = [reply for reply in replies if reply.status != 200]
    return {
        "one_client_per_s": round(len(_answered(alone)) / seconds, 2),
        "one_client_p50_ms": _milliseconds(alone, 50),
        "eight_clients_per_s": round(len(_answered(together)) / seconds, 2),
        "eight_clients_p95_ms": _milliseconds(together, 95),
        "storm_asked_per_s": round(len(replies) / seconds, 2),
        "storm_answered_per_s": round(len(_answered(replies)) / seconds, 2),
        "storm_refused": len(refused),
        "refusal_p50_ms": _milliseconds(refused, 50),
        "refusal_p95_ms": _milliseconds(refused, 95),
        "health_p95_ms": _milliseconds(looks, 95),
        "recovered_s": round(back, 2),
        "resident_before_mb": round(before),
        "resident_after_mb": round(after),
    }


def _answered(replies: list[Reply]) -> list[Reply]:
    return [reply for reply in replies if reply.status == 200]


def _milliseconds(replies: list[Reply], percent: int) -> float:
    return round(1000 * quantiles([reply.seconds for reply in replies], n=100)[percent - 1], 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=15.0, help="of each of the three")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with indexed_seeds() as store:
        figures = measure(store, options.seconds)
    for name, value in figures.items():
        print(f"{name:22}{value:>10}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
