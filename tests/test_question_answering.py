"""QUOTH_READER=FOLDER: any question-answering model of transformers reads as it would by itself."""

import math
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, pre_tokenizers, processors
from tokenizers.models import WordLevel
from transformers import BertConfig, BertForQuestionAnswering, BertModel, PreTrainedTokenizerFast

from rag.assembly import make_network
from rag.config import Settings
from rag.errors import EncoderError
from rag.readers.pairs import ANSWER_TOKENS, BREVITY
from rag.readers.question_answering import QuestionAnsweringNetwork

WORDS = [f"w{n}" for n in range(40)]
TEXT = " ".join(WORDS[n * 7 % 40] for n in range(50))
QUESTION = "w3 w9 w27"


def made_tokenizer() -> PreTrainedTokenizerFast:
    names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS]
    words = Tokenizer(WordLevel({word: number for number, word in enumerate(names)}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return PreTrainedTokenizerFast(
        tokenizer_object=words,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=96,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )


@pytest.fixture(scope="module")
def config() -> BertConfig:
    return BertConfig(
        vocab_size=44,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=1.0,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, config: BertConfig) -> Path:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("model")
    BertForQuestionAnswering(config).save_pretrained(path)
    made_tokenizer().save_pretrained(path)
    return path


@pytest.fixture(scope="module")
def network(folder: Path) -> Any:
    found = make_network(Settings(reader=str(folder)))
    assert isinstance(found, QuestionAnsweringNetwork)
    return found


def best_span(folder: Path, question: str, text: str) -> tuple[int, int, float]:
    """By trying every span on the model's own logits."""
    model, tokenizer = BertForQuestionAnswering.from_pretrained(folder).eval(), made_tokenizer()
    given = tokenizer(question, text, return_offsets_mapping=True, return_tensors="pt")
    parts, offsets = given.sequence_ids(0), given.pop("offset_mapping")[0].tolist()
    with torch.inference_mode():
        found = model(**given)
    starts, ends = found.start_logits[0].tolist(), found.end_logits[0].tolist()
    places = [place for place, part in enumerate(parts) if part == 1]
    spans = [(a, b) for a, b in combinations_with_replacement(places, 2) if b - a < ANSWER_TOKENS]
    scores = {(first, last): starts[first] + ends[last] for first, last in spans}
    first, last = max(spans, key=lambda span: scores[span] - BREVITY * math.log(span[1] - span[0] + 1))
    return offsets[first][0], offsets[last][1], max(scores.values()) - starts[0] - ends[0]


@pytest.mark.parametrize("question", [QUESTION, "w1", "w39 w38 w37 w36 w35"])
def test_it_finds_the_span_that_scores_highest_for_its_length(network: Any, folder: Path, question: str) -> None:
    ((found,),) = network.find(question, [TEXT], [[(0, len(TEXT))]])
    start, end, score = best_span(folder, question, TEXT)
    assert (found.start, found.end) == (start, end)
    assert found.minus_null == pytest.approx(score, abs=1e-4)


def test_a_text_is_read_the_same_whatever_it_is_read_with(network: Any) -> None:
    texts = [TEXT, TEXT[:40], "", " ".join([TEXT] * 5)]
    together = network.find(QUESTION, texts, [[(0, len(text))] for text in texts])
    for text, ours in zip(texts, together, strict=True):
        ((alone,),) = network.find(QUESTION, [text], [[(0, len(text))]])
        assert (alone is None) == (ours[0] is None) == (not text)
        if alone is not None:
            assert (ours[0].start, ours[0].end) == (alone.start, alone.end)


def test_an_answer_lies_in_its_stretch_also_behind_the_first_window(network: Any) -> None:
    text = " ".join([TEXT] * 5)
    for stretch in ((0, 20), (600, 700), (len(text) - 30, len(text))):
        ((found,),) = network.find(QUESTION, [text], [[stretch]])
        assert stretch[0] <= found.start < found.end <= stretch[1]


def test_a_question_longer_than_the_model_reads_is_cut(network: Any) -> None:
    ((found,),) = network.find(" ".join(WORDS * 10), [TEXT], [[(0, len(TEXT))]])
    assert found is not None


def test_a_model_without_the_heads_is_refused(tmp_path: Path, config: BertConfig) -> None:
    BertModel(config).save_pretrained(tmp_path)
    made_tokenizer().save_pretrained(tmp_path)
    with pytest.raises(EncoderError, match=r"no question-answering model: it lacks qa_outputs"):
        make_network(Settings(reader=str(tmp_path)))


def test_a_name_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"QUOTH_READER=.*cannot be loaded .*'bundled', 'sentence'"):
        make_network(Settings(reader=str(tmp_path / "nowhere")))
