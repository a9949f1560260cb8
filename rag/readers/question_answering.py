"""Any extractive question-answering model of transformers behind the `Network` socket: QUOTH_READER=NAME or FOLDER.

Its scores stand in the places of our own network's, for which the confidence was fitted: the order of the sentences
holds for any such model, the probability only as far as its scores are alike. Models that were trained with questions
without an answer (SQuAD 2.0) say "no answer here" at their first token; others never do.
"""

from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any

import torch
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from rag.encoders.sentence_transformer import quiet
from rag.errors import EncoderError
from rag.readers.findings import Finding
from rag.readers.pairs import QUESTION_TOKENS, Asked, Logits, Window, best_findings
from rag.readers.reference import padded

_BATCH = 8  # windows
_LIMIT = 384  # tokens of question and passage together, as most such models were trained


class QuestionAnsweringNetwork:
    """A model with start and end logits, and its own tokenizer."""

    answers_the_last = False

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._model = model.eval()
        self._tokenizer = tokenizer
        self._limit = min(_LIMIT, tokenizer.model_max_length)
        self._lock = Lock()  # torch's own threads already use every core

    @classmethod
    def named(cls, name: str) -> "QuestionAnsweringNetwork":
        """By its name at the hub or its folder. Raises EncoderError."""
        quiet()
        try:
            tokenizer = AutoTokenizer.from_pretrained(name)
            model, report = AutoModelForQuestionAnswering.from_pretrained(
                name, dtype=torch.float32, output_loading_info=True
            )
        except (OSError, ValueError) as error:
            reason = (str(error).splitlines() or [repr(error)])[0]
            raise EncoderError(
                f"QUOTH_READER={name} cannot be loaded ({reason}): "
                "give 'bundled', 'sentence', or the name or folder of a transformers question-answering model"
            ) from error
        if missing := ", ".join(sorted(report["missing_keys"])):
            raise EncoderError(f"QUOTH_READER={name} is no question-answering model: it lacks {missing}")
        if not tokenizer.is_fast:
            raise EncoderError(f"QUOTH_READER={name} has a tokenizer that does not say where its tokens stand")
        return cls(model, tokenizer)

    def find(
        self, question: str, texts: Sequence[str], stretches: Sequence[Sequence[tuple[int, int]]]
    ) -> list[list[Finding | None]]:
        asked = Asked.of_each(question, texts, stretches)
        shortened = self._shortened(question)
        windows = [each for place, one in enumerate(asked) for each in self._windows(place, shortened, one.text)]
        with self._lock:
            return best_findings(self._read_windows, windows, asked)

    def _shortened(self, question: str) -> str:
        """The last QUESTION_TOKENS of it, which ask: the passage needs the room."""
        tokens = self._tokenizer(question, add_special_tokens=False, return_offsets_mapping=True)
        offsets = tokens["offset_mapping"][-QUESTION_TOKENS:]
        return question[offsets[0][0] :] if offsets else question

    def _windows(self, place: int, question: str, text: str) -> Iterator[Window]:
        made = self._tokenizer(
            question,
            text,
            truncation="only_second",
            max_length=self._limit,
            stride=self._limit // 4,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
        )
        for number, ids in enumerate(made["input_ids"]):
            parts = made.sequence_ids(number)
            if 1 not in parts:  # a text without tokens
                continue
            context_at = parts.index(1)
            context = made["offset_mapping"][number][context_at : context_at + parts.count(1)]
            yield Window.of(place, ids, context_at, context)

    def _read_windows(self, windows: Sequence[Window]) -> Iterator[Logits]:
        for at in range(0, len(windows), _BATCH):
            yield from self._read_batch(windows[at : at + _BATCH])

    @torch.inference_mode()
    def _read_batch(self, windows: Sequence[Window]) -> Iterator[Logits]:
        ids = padded(windows, self._tokenizer.pad_token_id or 0)
        given = {"attention_mask": torch.zeros_like(ids), "token_type_ids": torch.zeros_like(ids)}
        for row, each in enumerate(windows):
            given["attention_mask"][row, : len(each.ids)] = 1
            given["token_type_ids"][row, each.context_at : len(each.ids)] = 1
        if "token_type_ids" not in self._tokenizer.model_input_names:
            del given["token_type_ids"]
        found = self._model(input_ids=ids, **given)
        starts, ends = found.start_logits.double().numpy(), found.end_logits.double().numpy()
        for row, each in enumerate(windows):
            inside = starts[row, each.context], ends[row, each.context]
            # Such models have no logit of their own for "the text answers": how far the best span stands out says it.
            answerable = float(inside[0].max() + inside[1].max() - starts[row, 0] - ends[row, 0])
            yield Logits(*inside, starts[row, 0], ends[row, 0], answerable)
