"""What networks lose: against the answers, and against what several of them say together.

Networks that learn side by side and from each other come out better than each would alone (deep mutual learning, Zhang
et al. 2018): where one is unsure, the mean of all tells it more than the one right answer does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from rag.readers.reference import ReaderModel
from training.reader.encoding import Batch


@dataclass(frozen=True, slots=True)
class Said:
    """What a network says of n examples, as logits; what several say together, as probabilities."""

    spans: Tensor  # (2n, length): where the answers start, then where they end
    answerable: Tensor  # (n,)


def said_by(model: ReaderModel, batch: Batch) -> Said:
    """Logits, whatever arithmetic the network has them from, in fp32."""
    starts, ends, answerable = model(batch.ids, batch.mask, batch.allowed)
    return Said(torch.cat([starts, ends]).float(), answerable.float())


@torch.no_grad()
def said_together(said: Sequence[Said]) -> Said:
    """The mean of the probabilities that each gives; none learns by changing it."""
    return Said(
        torch.stack([each.spans for each in said]).softmax(-1).mean(0),
        torch.stack([each.answerable for each in said]).sigmoid().mean(0),
    )


def losses_of(said: Said, batch: Batch, together: Said, share: float) -> Tensor:
    """(start and end, answerability): `share` of each against what is said together, the rest against the answers."""
    right = torch.cat([batch.starts, batch.ends])
    truth = (~batch.starts[:, 0]).float()
    spans = torch.lerp(missed(said.spans, right).mean(), nn.functional.cross_entropy(said.spans, together.spans), share)
    target = torch.lerp(truth, together.answerable, share)
    return torch.stack([spans, nn.functional.binary_cross_entropy_with_logits(said.answerable, target)])


def missed(logits: Tensor, right: Tensor) -> Tensor:
    """-log of the probability that all right places have together; cross entropy where there is one. (n,)"""
    return logits.logsumexp(-1) - logits.masked_fill(~right, -torch.inf).logsumexp(-1)
