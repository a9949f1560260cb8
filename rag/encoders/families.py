"""What the families of models that can be compiled differ by, beside their weights."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

# The position of the first token. The embeddings of those before it are never used.
FIRST_POSITION = {"bert": 0, "mpnet": 2, "roberta": 2, "xlm-roberta": 2}
FARTHEST = 128  # tokens; MPNet's attention tells no greater distances apart (transformers' relative_position_bucket)
_OF_MPNET = {
    "attention.attn.q": "attention.self.query",
    "attention.attn.k": "attention.self.key",
    "attention.attn.v": "attention.self.value",
    "attention.attn.o": "attention.output.dense",
    "attention.LayerNorm": "attention.output.LayerNorm",
}


def name_in_bert(name: str) -> str:
    """A module or parameter as transformers' BertModel names it."""
    for theirs, ours in _OF_MPNET.items():
        name = name.replace(theirs, ours)
    return name


def scores_of_distances(transformer: Any) -> NDArray[np.float32] | None:
    """What MPNet's attention adds for tokens -FARTHEST to FARTHEST away: (heads, 2 * FARTHEST + 1). None for others."""
    if transformer.config.model_type != "mpnet":
        return None
    row = transformer.embeddings.word_embeddings.weight.new_zeros(1, 2 * FARTHEST + 1, 1)
    scores = transformer.encoder.compute_position_bias(row)[0, :, FARTHEST]
    return np.asarray(scores.detach().float().numpy(), np.float32)
