"""`make torture`: what the store promises, put to the test for minutes. Prints its seed; `--seed N` repeats a run."""

import argparse
import atexit
import random
from time import perf_counter

from torture import crashes, crowds, disks, faults

ORDEALS = {
    "kills": crashes.kills,
    "failures": crashes.failures,
    "full disk": disks.full_disk,
    "read-only": disks.read_only_disk,
    "damage": disks.damage,
    "readers": crowds.readers,
    "churn": crowds.churn,
    "growth": crowds.growth,
}


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("ordeals", nargs="*", default=list(ORDEALS), metavar="ORDEAL", help=", ".join(ORDEALS))
    wanted.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    asked = wanted.parse_args()
    faults.stand_before_libc(asked.seed)
    print(f"seed {asked.seed}", flush=True)
    atexit.register(faults.clean_up)
    for name in asked.ordeals:
        begun = perf_counter()
        print(f"{name:<10} {ORDEALS[name](asked.seed)} ({perf_counter() - begun:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
