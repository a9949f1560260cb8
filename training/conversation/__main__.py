"""How follow-up questions are searched for: figures, and the fit of what tells them from a change of subject.

    python -m training.conversation DEV_FOLDER [--index FOLDER] [--fit]

Every conversation's last turn is searched for in three ways: alone, behind all earlier turns in one text, and as Quoth
does; what Quoth finds is also put in the order of its answers, by reading it. Printed are R@5, nDCG@5 and how often the
first document is right. `--fit` also fits the weights of `rag.conversation`, prints them, and gives the figures of each
conversation under weights fitted on others (five folds; the held-out part of our own conversations is never fitted on).
"""

import argparse
import tempfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from rag import conversation
from rag.assembly import create_engine, make_network, make_reader
from rag.config import Settings
from rag.conversation import Found
from rag.engine import READ, Engine, as_read
from rag.evaluation.measures import hit, ndcg, recall
from rag.logistic import Logistic
from rag.retriever import Retriever
from rag.store import Store
from rag.types import Hit, Query
from training.conversation.conversations import Conversation, conversations, corpora

Matrix: TypeAlias = NDArray[np.float64]

WAYS = ("alone", "concatenated", "ours", "ours, read")
FOLDS = 5
PENALTY = 1.0  # on squared weights of standardised features
DEPTH = 100  # passages searched
K = 5


@dataclass(frozen=True, slots=True)
class Read:
    """A conversation's last turn in its readings."""

    alone: Query
    behind: tuple[Query, ...]
    concatenated: Query
    features: tuple[float, ...]  # () for a first turn


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--index", type=Path, help="keep the indexes here for the next run")
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    with ExitStack() as stack:
        index = options.index or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        engines = opened(index, options.folder, stack)
        held = conversations(options.folder)
        reads = [read(engines[each.corpus], each) for each in held]
        shares = cross_fitted(held, reads) if options.fit else [shipped(each.features) for each in reads]
        report(
            held, [figures(engines[each.corpus], each, *rest) for each, *rest in zip(held, reads, shares, strict=True)]
        )


def opened(index: Path, folder: Path, stack: ExitStack) -> dict[str, Engine]:
    """One engine for each corpus, all with one encoder."""
    base = stack.enter_context(closing(create_engine(Settings(store=index / "none", reader="sentence"))))
    network = make_network(Settings(reader="bundled"))
    centring = base.retriever.centring
    engines = {}
    for name, documents in corpora(folder).items():
        store = Store.open_or_create(
            index / name,
            base.encoder.identity,
            base.splitter.fingerprint,
            centring.passage_vectors,
            centring.fingerprint,
        )
        stack.enter_context(closing(store))
        reader = make_reader(base.encoder, centring, store, network)
        engines[name] = replace(base, store=store, retriever=Retriever(store, centring), reader=reader)
        print(f"{name}: {sum(1 for _ in engines[name].add_many(documents))} documents", flush=True)
    return engines


# -- one conversation ---------------------------------------------------------


def read(engine: Engine, held: Conversation) -> Read:
    message, carried = conversation.alone(held.asked), conversation.carried(held.history, held.asked)
    if not carried:
        (alone,) = engine.queries([message])
        return Read(alone, (), alone, ())
    together = (conversation.behind(each, message) for each in carried)
    texts = [message, " ".join(held.turns), carried[-1], *together]
    alone, concatenated, before, *behind = engine.queries(texts)
    found = [Found(*engine.retriever.nearest(each)) for each in (alone, before, behind[-1])]
    return Read(alone, tuple(behind), concatenated, conversation.evidence(*found))


def shipped(features: Sequence[float]) -> float:
    return conversation.share(conversation.probability(features)) if features else 0.0


def figures(engine: Engine, held: Conversation, read: Read, share: float) -> Matrix:
    """(ways, 3): R@5, nDCG@5 and first right."""
    ours = replace(read.alone, behind=read.behind, share=share) if share else read.alone
    found = [engine.retriever.search(query, DEPTH) for query in (read.alone, read.concatenated, ours)]
    found.append(as_read(found[-1], engine.reader.read(ours, found[-1][:READ])))
    return np.array([_measures(hits, held.right) for hits in found])


def _measures(hits: Sequence[Hit], right: Iterable[str]) -> tuple[float, float, float]:
    grades = dict.fromkeys(right, 1)
    ranking = list(dict.fromkeys(each.document.id for each in hits))
    return recall(ranking, grades, K), ndcg(ranking, grades, K), hit(ranking, grades, 1)


def report(held: Sequence[Conversation], rows: Sequence[Matrix]) -> None:
    groups: dict[str, list[Matrix]] = defaultdict(list)
    for each, row in zip(held, rows, strict=True):
        groups[each.group].append(row)
        for larger in _larger(each):
            groups[larger].append(row)
    print(f"{'':44} {'n':>4}" + "".join(f" | {way:^20}" for way in WAYS))
    print(f"{'':44} {'':>4}" + " |   R@5 nDCG@5  first" * len(WAYS))
    for name, found in sorted(groups.items()):
        means = 100 * np.mean(found, axis=0)
        print(f"{name:44} {len(found):4}" + "".join(" | " + " ".join(f"{x:6.1f}" for x in way) for way in means))


def _larger(held: Conversation) -> Iterator[str]:
    kind, _, rest = held.group.partition(": ")
    if kind == "mtragun" and rest != "changed subjects":
        yield "mtragun: all turns"
    if kind.startswith("own"):
        yield f"own, both: {rest}"


# -- the fit ------------------------------------------------------------------


def cross_fitted(held: Sequence[Conversation], reads: Sequence[Read]) -> list[float]:
    """The share of each conversation under weights fitted on others; prints the weights fitted on all."""
    usable = [
        n
        for n, (each, read) in enumerate(zip(held, reads, strict=True))
        if each.goes_on is not None and not each.held_out and read.features  # () where a turn only repeats another
    ]
    weights = {fold_: fit(held, reads, [n for n in usable if _fold(held[n]) != fold_]) for fold_ in range(FOLDS)}
    everything = fit(held, reads, usable)
    *rounded, bias = (round(float(x), 2) for x in everything)
    print(f"_GOING_ON = {Logistic(tuple(rounded), bias)}")
    return [
        _share(everything if each.held_out else weights[_fold(each)], read.features)
        for each, read in zip(held, reads, strict=True)
    ]


def _fold(held: Conversation) -> int:
    return zlib.crc32(held.source.encode()) % FOLDS


def _share(weights: Matrix, features: Sequence[float]) -> float:
    if not features:
        return 0.0
    return conversation.share(float(_logistic(weights[:-1] @ np.array(features) + weights[-1])))


def fit(held: Sequence[Conversation], reads: Sequence[Read], chosen: Iterable[int]) -> Matrix:
    """Logistic regression by Newton's method; every group counts the same. (features + 1,): weights and bias."""
    rows = list(chosen)
    sizes = Counter(held[n].group for n in rows)
    x = np.array([reads[n].features for n in rows])
    y = np.array([float(bool(held[n].goes_on)) for n in rows])
    counts = np.array([100 / sizes[held[n].group] for n in rows])
    mean, deviation = x.mean(axis=0), x.std(axis=0)
    z = np.column_stack([(x - mean) / deviation, np.ones(len(x))])
    penalty = np.diag([PENALTY] * x.shape[1] + [0.0])
    found = np.zeros(z.shape[1])
    for _ in range(30):
        p = _logistic(z @ found)
        slope = z.T @ (counts * (p - y)) + penalty @ found
        found -= np.linalg.solve(z.T @ (z * (counts * p * (1 - p))[:, None]) + penalty, slope)
    plain = found[:-1] / deviation
    return np.append(plain, found[-1] - plain @ mean)


def _logistic(logit: Matrix) -> Matrix:
    return np.asarray(1 / (1 + np.exp(-logit)))


if __name__ == "__main__":
    main()
