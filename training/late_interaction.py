"""Learns how well words of a question are met by words of a sentence (`rag.readers.late_interaction`).

    python -m training.late_interaction DATA/train --ntrex NTREX_FOLDER --lexicon FILE [--steps 450]

Questions of the reader's training (`training.reader.mixture`), each with the sentence that answers it, others of its
passage, and those of the other questions of its batch; a fifth from parallel news, English ones half told in other
languages. Two linear maps of the encoder's states and the weight of each subword of a question are learned, so that
the sentence that answers is met best: a softmax over the sentences of the batch, and one over those of the passage.
The encoder is the one that searches, and stays as it is. FILE is the lexicon of `training.reader.train`, which is
counted if it is not there. Runs for ten minutes on two cores.
"""

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from rag.assembly import make_encoder
from rag.config import Settings
from rag.sentences import sentences
from rag.types import Encoder
from training.reader.data import LICENCES
from training.reader.mixture import Mixture
from training.reader.train import bundled_base, material_of

SIZE = 128
BATCH = 32  # questions
OTHERS = 4  # sentences of the passage
LONGEST = 400  # characters of a question or sentence
PARALLEL, SWITCHED = 0.2, 0.6  # as for the reader
TEMPERATURE = 0.05
RATE, WEIGHT_RATE = 3e-4, 3e-3
SAMPLE = 1000  # examples from which the maps begin, as the directions in which their states differ most
JUDGED = 600  # examples, for each line that is printed; judged before they are learned from


class Group(NamedTuple):
    """A question, the sentence that answers it, and others of its passage."""

    question: str
    right: str
    others: Sequence[str]


class Padded(NamedTuple):
    """States of texts, (texts, longest, dimension), and where they are."""

    states: Tensor
    mask: Tensor


class Maps(nn.Module):
    """What is learned. `states`: (n, dimension), a sample of what will be mapped."""

    def __init__(self, states: Tensor) -> None:
        super().__init__()
        dimension = states.shape[1]
        size = min(SIZE, dimension)
        self.question, self.sentence = nn.Linear(dimension, size), nn.Linear(dimension, size)
        self.weight = nn.Linear(dimension, 1, bias=False)
        mean = states.mean(0)
        directions = torch.linalg.svd(states - mean, full_matrices=False).Vh[:size]
        with torch.no_grad():
            for each in (self.question, self.sentence):
                each.weight.copy_(directions)
                each.bias.copy_(-directions @ mean)
            self.weight.weight.zero_()

    def forward(self, questions: Padded, told: Padded) -> Tensor:
        """(questions, sentences): the weighted mean of the best matches."""
        asked = nn.functional.normalize(self.question(questions.states), dim=-1)
        words = nn.functional.normalize(self.sentence(told.states), dim=-1)
        weights = self.weight(questions.states).squeeze(-1).masked_fill(~questions.mask, -torch.inf).softmax(-1)
        matches = torch.einsum("qwd,sed->qwse", asked, words).masked_fill(~told.mask, -torch.inf)
        return torch.einsum("qws,qw->qs", matches.amax(-1), weights)

    def arrays(self) -> dict[str, NDArray[np.float16]]:
        """By the names of `rag.readers.late_interaction.MAPS`."""
        tensors = {
            "question": self.question.weight,
            "question_bias": self.question.bias,
            "sentence": self.sentence.weight,
            "sentence_bias": self.sentence.bias,
            "weight": self.weight.weight[0],
        }
        return {name: each.detach().numpy().astype(np.float16) for name, each in tensors.items()}


class States:
    """The encoder's, of the texts of a batch."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def questions(self, groups: Sequence[Group]) -> list[NDArray[np.float32]]:
        return [each.states for each in self._encoder.read_queries([each.question for each in groups])]

    def sentences(self, groups: Sequence[Group]) -> list[NDArray[np.float32]]:
        """Group by group, the right one first."""
        texts = [text for each in groups for text in (each.right, *each.others)]
        return [each.states for each in self._encoder.read_passages(texts)]


def groups_of(mixture: Mixture, languages: dict[str, str], rng: random.Random) -> Iterator[Group]:
    """Endless. `languages`: of the passages, by the name of their set."""
    number = 0
    while True:
        for each in mixture.pool(number, 256):
            spans = sentences(each.context, languages.get(each.origin, "en"))
            texts = [each.context[start:end][:LONGEST] for start, end in spans]
            start, end = each.answer or (-1, -1)
            holding = [place for place, span in enumerate(spans) if span[0] <= start and end <= span[1]]
            if len(holding) == 1:
                right = texts.pop(holding[0])
                yield Group(each.question[:LONGEST], right, rng.sample(texts, min(OTHERS, len(texts))))
        number += 1


def padded(states: Sequence[NDArray[np.float32]]) -> Padded:
    tensors = [torch.from_numpy(np.ascontiguousarray(each)) for each in states]
    lengths = torch.tensor([max(1, len(each)) for each in tensors])  # a lone mark may have none but the prefix's
    together = pad_sequence(tensors, batch_first=True)
    return Padded(together, torch.arange(together.shape[1]) < lengths[:, None])


def loss_of(scores: Tensor, groups: Sequence[Group]) -> tuple[Tensor, int]:
    """(of the right sentences among all of the batch and among those of their passages, how many come first there)."""
    sizes = torch.tensor([1 + len(each.others) for each in groups])
    ends = sizes.cumsum(0)
    first, place = ends - sizes, torch.arange(int(ends[-1]))
    own = (first[:, None] <= place) & (place < ends[:, None])
    within = scores.masked_fill(~own, -torch.inf)
    loss = nn.functional.cross_entropy(scores / TEMPERATURE, first)
    loss = loss + nn.functional.cross_entropy(within / TEMPERATURE, first)
    return loss, int((within.argmax(1) == first).sum())


def learned(groups: Iterator[Group], states: States, steps: int) -> Maps:
    sample = [next(groups) for _ in range(SAMPLE)]
    maps = Maps(torch.from_numpy(np.concatenate([*states.questions(sample), *states.sentences(sample)])))
    matrices = [*maps.question.parameters(), *maps.sentence.parameters()]
    optimiser = torch.optim.AdamW([{"params": matrices}, {"params": maps.weight.parameters()}], weight_decay=0.01)
    lost, right, judged = 0.0, 0, 0
    for step in range(steps):
        batch = [next(groups) for _ in range(BATCH)]
        scores = maps(padded(states.questions(batch)), padded(states.sentences(batch)))
        loss, first = loss_of(scores, batch)
        loss.backward()
        for group, rate in zip(optimiser.param_groups, (RATE, WEIGHT_RATE), strict=True):
            group["lr"] = rate * (1 - step / steps)
        optimiser.step()
        optimiser.zero_grad()
        lost, right, judged = lost + loss.item(), right + first, judged + BATCH
        if judged >= JUDGED or step == steps - 1:
            print(f"step {step + 1}: loss {lost * BATCH / judged:.3f}, right first {right / judged:.3f}", flush=True)
            lost, right, judged = 0.0, 0, 0
    return maps


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the train folder, with its cross/")
    parser.add_argument("--ntrex", type=Path, required=True, help="parallel news in many languages")
    parser.add_argument("--lexicon", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=450)
    parser.add_argument("--seed", type=int, default=77)
    parser.add_argument("--out", type=Path, default=Path("rag/data/late_interaction.npz"))
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    material = material_of(options.folder, options.ntrex, options.lexicon, bundled_base(), torch.device("cpu"))
    tokenizer, sets, news, lexicon = material
    mixture = Mixture(sets, tokenizer, (news, PARALLEL), (lexicon, SWITCHED), seed=options.seed, positive=1.0)
    groups = groups_of(mixture, {each.name: each.language for each in sets}, random.Random(options.seed))
    encoder = make_encoder(Settings())
    maps = learned(groups, States(encoder), options.steps)
    provenance = {
        "made": date.today().isoformat(),
        "weights_hash": encoder.identity.weights_hash,
        "steps": options.steps,
        "seed": options.seed,
        "data": LICENCES,
    }
    np.savez_compressed(options.out, **maps.arrays(), provenance=json.dumps(provenance, sort_keys=True))
    print(f"{options.out}: {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
