"""The tokens of texts that are met again and again, cut once."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import tokenizers
from numpy.typing import NDArray

from rag.encoders.artefact import Encoded

AT_ONCE = 4000  # texts: many threads cut them, and what the tokenizer makes of each takes ten times the memory kept


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens as arrays, a tenth of what lists of Python's integers take."""

    id_array: NDArray[np.int32]
    offset_array: NDArray[np.int32]  # (tokens, 2)

    @property
    def ids(self) -> list[int]:
        return list(self.id_array.tolist())

    @property
    def offsets(self) -> list[tuple[int, int]]:
        return [(start, end) for start, end in self.offset_array.tolist()]


class Remembering:
    """A tokenizer that has cut some texts already; any other it cuts when asked."""

    def __init__(self, tokenizer: tokenizers.Tokenizer, texts: Iterable[str]) -> None:
        self._tokenizer = tokenizer
        distinct = list(dict.fromkeys(texts))
        self._known = {
            text: Tokens(np.array(each.ids, np.int32), np.array(each.offsets, np.int32).reshape(-1, 2))
            for at in range(0, len(distinct), AT_ONCE)
            for some in [distinct[at : at + AT_ONCE]]
            for text, each in zip(some, tokenizer.encode_batch(some, add_special_tokens=False), strict=True)
        }

    def encode(self, text: str, *, add_special_tokens: bool) -> Encoded:
        known = None if add_special_tokens else self._known.get(text)
        return known or self._tokenizer.encode(text, add_special_tokens=add_special_tokens)
