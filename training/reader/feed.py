"""Batches from the mixture, pool after pool: made when they are asked for, or ahead of that by worker processes."""

import os
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, islice
from multiprocessing import get_context
from multiprocessing.pool import ApplyResult

import tokenizers
import torch

from rag.encoders.artefact import Tokenizer
from training.reader.encoding import Encoded, batches, encode
from training.reader.mixture import Mixture
from training.reader.plan import Plan
from training.reader.tokens import Remembering

POOL = 16  # batches that are cut from one draw of examples: more would sort better by length, fewer mix better
AHEAD = 2  # pools for each worker: one that it makes, one that waits
PATIENCE = 900.0  # seconds: a worker that the system has killed would never answer


@dataclass(frozen=True, slots=True)
class Pool:
    """What one draw of examples came to."""

    batches: list[list[Encoded]]
    made: Counter[str]  # examples by kind and by set
    dropped: int  # examples whose answer does not align with tokens


class Feed:
    """The batches of a run, and a count of the examples that were drawn for them."""

    def __init__(self, mixture: Mixture, tokenizer: tokenizers.Tokenizer, plan: Plan) -> None:
        self._mixture = mixture
        self._tokenizer = tokenizer
        self._plan = plan
        self.made: Counter[str] = Counter()
        self.dropped = 0

    @contextmanager
    def pools(self, first: int, workers: int = 0) -> Iterator[Iterator[list[list[Encoded]]]]:
        """The batches of pool `first` and of all after it, in their order and the same for any number of workers."""
        if not workers:
            yield map(self._counted, map(self._pool, count(first)))
            return
        # Made before there are workers, so that they share it.
        self._mixture.prepare()
        remembering = Remembering(self._tokenizer, self._mixture.contexts())
        with forked(lambda number: self._pool(number, remembering), count(first), workers) as made:
            yield map(self._counted, made)

    def _pool(self, number: int, tokenizer: Tokenizer | None = None) -> Pool:
        rng = random.Random(f"{self._plan.seed} {number} windows")
        drawn = self._mixture.pool(number, POOL * self._plan.batch)
        encoded = [encode(tokenizer or self._tokenizer, each, self._plan.limit, rng) for each in drawn]
        kept = [each for each in encoded if each is not None]
        made = Counter(name for each in drawn for name in (each.kind, each.origin))
        return Pool(batches(kept, self._plan.batch, rng), made, len(drawn) - len(kept))

    def _counted(self, pool: Pool) -> list[list[Encoded]]:
        self.made += pool.made
        self.dropped += pool.dropped
        return pool.batches


# -- workers -------------------------------------------------------------------

_make: list[Callable[[int], Pool]] = []  # of a worker: one, which it was forked with and so need not be pickled


@contextmanager
def forked(make: Callable[[int], Pool], numbers: Iterator[int], workers: int) -> Iterator[Iterator[Pool]]:
    """What `make` makes of endless numbers, in their order; the workers end with the block."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # its threads do not survive a fork, of which it would warn
    with get_context("fork").Pool(workers, _begin, (make,)) as processes:
        asked = (processes.apply_async(_made, (number,)) for number in numbers)
        waiting = deque(islice(asked, AHEAD * workers))
        waiting[0].wait(PATIENCE)  # so that the clock of the training does not count how they began
        yield _in_turn(waiting, asked)


def _in_turn(waiting: deque[ApplyResult[Pool]], asked: Iterator[ApplyResult[Pool]]) -> Iterator[Pool]:
    for following in asked:
        waiting.append(following)
        yield waiting.popleft().get(PATIENCE)


def _begin(make: Callable[[int], Pool]) -> None:
    torch.set_num_threads(1)  # there are as many workers as cores; and OpenMP's threads do not survive a fork
    _make.append(make)


def _made(number: int) -> Pool:
    return _make[0](number)
