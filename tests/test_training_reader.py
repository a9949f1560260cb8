"""The reader's training: what is learnt is true, what is shipped is what was trained."""

import random
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, pre_tokenizers
from tokenizers.models import Unigram

from rag.folding import fold
from rag.readers.findings import Finding
from rag.readers.pairs import LIMIT, Asked, Logits, Window, question_ids, read
from rag.readers.reference import ReaderModel, apply_difference, read_windows
from training.reader.alignment import pairs, phrases, words
from training.reader.compress import compressed, low_rank, mean_of
from training.reader.data import Answer, Question, QuestionSet, without_title
from training.reader.encoding import EDGES, Example, answer_tokens, batches, encode, window
from training.reader.follow_ups import PRONOUNS, new_only, shortened
from training.reader.mixture import NEGATIVES, Mixture
from training.reader.negatives import Bm25, Held, asked_of_another, changed_context, entities, rest_of_context
from training.reader.parallel import ParallelNews, shared_words
from training.reader.plot import plot, read_log
from training.reader.topics import FRAMES, noun_phrases
from training.reader.train import missed

LETTERS = "abcdefghijklmnopqrstuvwxyz.,"
PIECES = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -4.0)]
PIECES += [(letter, -4.0) for letter in LETTERS] + [(f"▁{a}{b}", -5.0) for a in LETTERS for b in LETTERS]

seeds = st.integers(0, 10**6)
texts = st.lists(st.text(LETTERS, min_size=1, max_size=9), min_size=1, max_size=40).map(" ".join)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return small_tokenizer()


def small_tokenizer() -> Tokenizer:
    """As the bundled one works, with letters and pairs of letters for pieces."""
    made = Tokenizer(Unigram(PIECES, unk_id=3, byte_fallback=False))
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    return made


TOKENIZER = small_tokenizer()


@pytest.fixture(scope="module")
def encoder() -> object:
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(PIECES),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=400,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=1,
    )
    return BertModel(config, add_pooling_layer=False).eval()


# -- answers and windows -----------------------------------------------------


@given(texts, st.data())
def test_the_tokens_of_an_answer_spell_the_answer(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    offsets = TOKENIZER.encode(text, add_special_tokens=False).offsets
    place = answer_tokens(offsets, text, (start, end))
    if place is not None:
        spelled = text[offsets[place[0]][0] : offsets[place[1]][1]]
        assert spelled.strip(EDGES) == text[start:end].strip(EDGES)


@given(texts, st.data(), seeds)
def test_the_window_of_an_example_holds_its_answer(text: str, data: st.DataObject, seed: int) -> None:
    words = text.split()
    number = data.draw(st.integers(0, len(words) - 1))
    start = len(" ".join(words[:number])) + (number > 0)
    answer = (start, start + len(words[number]))
    made = encode(TOKENIZER, Example("abc", text, answer, "", "positive"), 40, random.Random(seed))
    assert made is not None
    assert len(made.ids) <= 40
    expected = TOKENIZER.encode(words[number], add_special_tokens=False).ids
    assert made.ids[made.starts[0] : made.ends[1] + 1] == expected
    assert made.starts[0] == made.starts[1]
    assert made.ends[0] == made.ends[1]
    assert made.context_at <= made.starts[0]


@given(st.integers(0, 300), st.integers(1, 100), seeds)
def test_a_window_fills_its_room(length: int, room: int, seed: int) -> None:
    low, high = window(length, room, None, random.Random(seed))
    assert 0 <= low <= high <= length
    assert high - low == min(length, room)


def test_an_answer_inside_a_token_is_left_out(tokenizer: Tokenizer) -> None:
    assert encode(tokenizer, Example("q", "zz abc", (4, 5), "", "positive"), 40, random.Random(0)) is None


def test_inside_a_sentence_every_token_may_begin_or_end_the_answer(tokenizer: Tokenizer) -> None:
    made = encode(tokenizer, Example("q", "zz. ab cd. ef", (4, 10), "", "sentence"), 40, random.Random(0))
    assert made is not None
    assert made.starts == made.ends
    spelled = "".join(tokenizer.id_to_token(each) for each in made.ids[made.starts[0] : made.starts[1] + 1])
    assert spelled.replace("▁", " ").strip(EDGES) == "ab cd"


def test_the_loss_counts_every_right_place_and_is_cross_entropy_for_one() -> None:
    logits = torch.tensor([[0.0, 1.0, 2.0]])
    one = missed(logits, torch.tensor([[False, True, False]]))
    assert torch.allclose(one, torch.nn.functional.cross_entropy(logits, torch.tensor([1]), reduction="none"))
    assert torch.allclose(missed(logits, torch.ones(1, 3, dtype=torch.bool)), torch.zeros(1))


def test_batches_are_padded_to_multiples_and_allow_only_the_context(tokenizer: Tokenizer) -> None:
    examples = [Example("ab", "cd ef " * n, None, "", "random") for n in (1, 9, 3, 12)]
    encoded = [encode(tokenizer, each, 64, random.Random(0)) for each in examples]
    for batch in batches([each for each in encoded if each], 2, random.Random(0)):
        assert batch.ids.shape[1] % 32 == 0
        for ids, mask, allowed in zip(batch.ids, batch.mask, batch.allowed, strict=True):
            assert bool(allowed[0])
            assert int(ids[int(mask.sum()) - 1]) == 2
            assert set(ids[allowed].tolist()[1:]).isdisjoint({0, 1, 2})


def test_a_title_before_the_context_is_cut_and_counted() -> None:
    assert without_title("東京 [SEP] 東京は都市。") == ("東京は都市。", 9)
    assert without_title("no title") == ("no title", 0)


# -- negatives ---------------------------------------------------------------


def toy_set(language: str = "en", source: str = "tydiqa") -> QuestionSet:
    towns = "Alba Bern Cork Dresden Essen Fano Graz Hull Ivrea Jena Kyiv Lyon".split()
    facts = [(town, str(1900 + n)) for n, town in enumerate(towns)]
    contexts = tuple(
        f"{city} lies far from every other town of the country. It was founded in {year} by settlers. "
        f"Many of its people live from fishing and trade with the islands, as they have always done."
        for city, year in facts
    )
    questions = tuple(
        Question(f"{n}", f"When was {city} founded?", n, (Answer(place, place + 4),))
        for n, (city, year) in enumerate(facts)
        for place in [contexts[n].index(year)]
    )
    return QuestionSet(f"{source}.{language}", source, language, contexts, questions)


@given(seeds)
def test_negatives_never_hold_the_answer(seed: int) -> None:
    own = toy_set()
    mixture = Mixture([own, toy_set("sw")], TOKENIZER, seed=seed)
    answers = {question.text: own.answer_texts(question) for question in own.questions}
    for example in mixture.pool(0, 40):
        if example.answer is not None:
            assert example.context[slice(*example.answer)] in answers[example.question]
        elif example.kind in ("changed", "moved"):
            assert fold(entity(example.question)) not in fold(example.context)
        else:
            assert not Held.of(answers[example.question]).in_text(example.context)


def entity(question: str) -> str:
    start, end, _ = entities(question)[-1]
    return question[start:end]


def test_a_pool_depends_on_its_number_alone() -> None:
    def pool(number: int) -> list[Example]:
        return Mixture([toy_set(), toy_set("sw")], TOKENIZER, seed=5).pool(number, 30)

    assert pool(3) == pool(3)
    assert pool(3) != pool(4)
    assert sum(NEGATIVES.values()) == pytest.approx(1.0)


def pairs_set() -> QuestionSet:
    """Two questions to a passage."""
    own = toy_set()
    of_settlers = (
        Question(
            f"{each.id}s", f"Who founded {own.contexts[each.context].split()[0]}?", each.context, (Answer(at, at + 8),)
        )
        for each in own.questions
        for at in [own.contexts[each.context].index("settlers")]
    )
    return replace(own, questions=(*own.questions, *of_settlers))


@given(seeds)
def test_what_a_follow_up_asks_decides_its_answer_not_what_was_asked_before(seed: int) -> None:
    own = pairs_set()
    answers = {each.text: own.answer_texts(each) for each in own.questions}
    for example in Mixture([own, toy_set("sw")], TOKENIZER, seed=seed, follow_ups=1.0).pool(0, 40):
        assert example.kind.endswith(" follow-up")
        *_, earlier, asked = example.question.split("? ")
        told = example.context[slice(*example.answer)] if example.answer else None
        if asked in answers:
            assert told in (None, *answers[asked])
        elif told:  # what it is about was asked for before, or it is all that is new
            asks = asked if asked.startswith(("When", "Who")) else earlier
            assert told.isdigit() == asks.startswith("When")


def test_a_follow_up_leaves_out_what_was_said_before() -> None:
    def asked(question: str, earlier: str, language: str = "xx") -> str:
        return shortened(question, earlier, language, random.Random(0))

    assert asked("When did Anna Berg win?", "Who is Anna Berg?") == "When did win?"
    assert asked("When did Anna Berg win?", "Who is Anna Berg?", "en") in {
        "When did win?",
        *(f"When did {each} win?" for each in PRONOUNS["en"].split("|")),
    }
    assert asked("In wessen Haus wohnte Annas Bruder?", "Wer ist Anna?") == "In wessen Haus wohnte Annas Bruder?"
    assert asked("那座桥是谁建的？", "那座桥有多长？", "xx") == "是谁建的？"
    assert asked("When did Anna win?", "Who is Peter?") == "When did Anna win?"


def test_a_follow_up_may_ask_for_what_is_new_only() -> None:
    assert new_only("When did Anna win?", ["When did Peter lose?"], "sv", random.Random(0)) == (
        "When did Peter win?",
        "Anna?",
    )
    assert new_only("Who won?", ["When did Peter lose?"], "en", random.Random(0)) is None


def test_the_rest_of_a_passage_is_what_stands_beside_the_answering_sentence() -> None:
    context = toy_set().contexts[0]
    rest = rest_of_context(context, ["1900"], random.Random(0))
    assert rest is not None
    assert rest in context
    assert "1900" not in rest


def test_a_asked_of_another_asks_about_what_the_passage_lacks() -> None:
    changed = asked_of_another("When did Anna win?", "Anna won in 1990.", ["When did Peter lose?"], random.Random(0))
    assert changed == "When did Peter win?"
    assert asked_of_another("When did Anna win?", "Nobody won.", ["Did Peter lose?"], random.Random(0)) is None


def test_countries_are_names_where_a_script_has_no_capitals() -> None:
    given = ("哈萨克斯坦总统访问了哪里？", "哈萨克斯坦总统访问了北京。", ["法国在哪里？"], random.Random(0))
    assert asked_of_another(*given, "zh") == "法国总统访问了哪里？"
    assert asked_of_another(*given) is None


def test_the_search_ranks_by_rare_tokens() -> None:
    assert Bm25([[1, 2, 3], [1, 1, 4], [5, 6, 1]]).best([1, 4, 9], 1) == [1]


# -- parallel news ------------------------------------------------------------


@pytest.fixture
def news_folder(tmp_path: Path) -> Path:
    english = [f"Sentence {n} of the news says so in {2000 + n}." for n in range(8)]
    azeri = [f"{2000 + n}: xəbərin cümləsi budur." for n in range(8)]
    for code, lines in {"eng": english, "aze-Latn": azeri, "dzo": azeri}.items():
        (tmp_path / f"newstest2019-ref.{code}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "DOCUMENT_IDS.tsv").write_text("a\n" * 4 + "b\n" * 4, encoding="utf-8")
    return tmp_path


@pytest.fixture
def news(news_folder: Path) -> ParallelNews:
    return ParallelNews(news_folder)


@given(seed=seeds)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_piece_of_news_is_answered_by_its_own_sentence_or_number(news: ParallelNews, seed: int) -> None:
    example = news.draw(random.Random(seed))
    years = set(re.findall(r"20\d\d", example.context))
    assert years <= {"2000", "2001", "2002", "2003"} or years <= {"2004", "2005", "2006", "2007"}
    if example.kind == "absent":
        assert example.answer is None
        assert years.isdisjoint(re.findall(r"20\d\d", example.question))
        return
    if example.kind == "changed":
        assert example.answer is None
        assert not set(re.findall(r"\d+", example.question)) <= set(re.findall(r"\d+", example.context))
        return
    assert example.answer is not None
    found = example.context[slice(*example.answer)]
    if example.kind == "word":
        assert found in years
        assert "…" in example.question
        assert found not in example.question
    else:
        assert found.endswith(".")
        assert len(re.findall(r"20\d\d", found)) == 1


def test_news_in_languages_unknown_to_the_encoder_is_left_out(news: ParallelNews) -> None:
    assert news.languages == ["az", "en"]


def test_the_sentences_of_chinese_are_not_the_cantonese_ones(news_folder: Path) -> None:
    english = (news_folder / "newstest2019-ref.eng.txt").read_text(encoding="utf-8")
    for code, mark in {"yue": "佢", "zho-CN": "他", "zho-TW": "她"}.items():
        (news_folder / f"newstest2019-ref.{code}.txt").write_text(english.replace("Sentence", mark), encoding="utf-8")
    assert all(sentence.startswith("他") for sentence in ParallelNews(news_folder).sentences("zh"))


def test_a_number_or_name_is_shared_where_both_sides_have_it_once() -> None:
    assert shared_words("It cost 5 in 1990", "1990 ildə Bakı") == ["1990"]
    assert shared_words("Warren and 6", "6 und Warren") == ["6"]
    assert shared_words("There spoke Elizabeth Warren.", "Elizabeth Warren danışdı.") == ["Elizabeth Warren"]
    assert shared_words("12 men", "12 12") == []


def test_a_phrase_is_taken_out_of_the_question_and_its_translation_is_the_answer(news_folder: Path) -> None:
    def known(one: str, other: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        return [
            (here.span(), there.span())
            for here in re.finditer("the news|xəbərin", one)
            for there in re.finditer("the news|xəbərin", other)
        ]

    aligned = ParallelNews(news_folder, known)
    drawn = [aligned.draw(random.Random(seed)) for seed in range(300)]
    told = [each for each in drawn if each.kind == "phrase"]
    assert len(told) > 10
    for each in told:
        assert each.answer is not None
        asked, answer = ("the news", "xəbərin") if "Sentence" not in each.context else ("xəbərin", "the news")
        assert each.context[slice(*each.answer)] == answer
        assert asked not in each.question


TOPICS = "bridges gardens schools rivers towers markets castles harbours".split()


def test_a_topic_is_answered_by_the_sentence_that_speaks_of_it_and_another_by_none(tmp_path: Path) -> None:
    lines = [f"They spoke of {topic}, and went home." for topic in TOPICS]
    (tmp_path / "newstest2019-ref.eng.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "DOCUMENT_IDS.tsv").write_text("a\n" * 4 + "b\n" * 4, encoding="utf-8")
    drawn = [ParallelNews(tmp_path).draw(random.Random(seed)) for seed in range(200)]
    asked = [(each, set(TOPICS) & set(re.findall(r"\w+", each.question))) for each in drawn]
    told = [(each, topics.pop()) for each, topics in asked if each.kind == "topic"]
    others = [(each, topics) for each, topics in asked if each.kind == "changed"]
    assert len(told) > 20
    assert len(others) > 10
    for each, topic in told:
        assert each.answer is not None
        assert topic in each.context[slice(*each.answer)]
    for each, topics in others:
        assert each.answer is None
        assert not any(topic in each.context for topic in topics)


def test_every_language_has_frames_with_one_place_for_the_topic() -> None:
    assert all(frame.count("{}") == 1 for frames in FRAMES.values() for frame in frames.split("|"))
    english = "They asked about the bridge, for years of heavy rain and the Town Council said no."
    assert [english[slice(*each)] for each in noun_phrases(english)] == [
        "bridge",
        "years",
        "heavy rain",
        "Town Council",
    ]


def test_words_are_pieces_that_touch_and_signs_that_stand_alone() -> None:
    text = "Bakı-da 12 çox 北京市!"
    offsets = [(0, 2), (2, 4), (4, 5), (5, 7), (7, 8), (8, 10), (10, 14), (14, 16), (16, 17), (17, 18), (18, 19)]
    spans, members = words(text, offsets)
    assert [text[start:end] for start, end in spans] == ["Bakı", "-", "da", "12", "çox", "北", "京", "市", "!"]
    assert [offsets[first][0] for first, _ in members] == [0, 4, 5, 8, 10, 14, 16, 17, 18]
    assert members[0] == (0, 2)


def test_words_are_a_pair_when_each_is_the_others_nearest() -> None:
    one, other = torch.tensor([[1.0, 0.0], [0.1, 0.99], [0.0, -1.0]]), torch.tensor([[0.0, 1.0], [1.0, 0.0]])
    assert pairs(one, other) == [(0, 1), (1, 0)]


def test_a_phrase_is_filled_by_nothing_but_its_translation() -> None:
    one, other = [(0, 1), (2, 3), (4, 5)], [(0, 10), (11, 20), (21, 30), (31, 40)]
    found = phrases([(0, 1), (1, 0), (2, 3)], one, other)
    assert ((0, 3), (0, 20)) in found  # two words that change places
    assert ((2, 5), (0, 40)) not in found  # the first word's translation stands between
    assert ((4, 5), (31, 40)) in found
    assert ((0, 5), (0, 40)) in found


# -- compression -------------------------------------------------------------


def test_at_full_rank_compression_loses_nothing_but_fp16(encoder: object) -> None:
    torch.manual_seed(1)
    model, again = ReaderModel(encoder), ReaderModel(encoder)
    base = {name: value.detach().clone() for name, value in model.named_parameters() if name.startswith("encoder")}
    tuned = {
        name: value.detach() + 0.01 * torch.randn_like(value)
        for name, value in model.named_parameters()
        if "layer" in name or not name.startswith("encoder")
    }
    apply_difference(again, compressed(base, tuned, 32))
    found = dict(again.named_parameters())
    for name, value in tuned.items():
        assert torch.allclose(found[name], value, atol=3e-4), name
    again.load_state_dict(base, strict=False)  # the encoder is shared by the tests


def test_low_rank_is_exact_for_a_matrix_of_that_rank() -> None:
    torch.manual_seed(2)
    matrix = torch.randn(20, 3) @ torch.randn(3, 30)
    up, down = low_rank(matrix, 3)
    assert torch.allclose(up @ down, matrix, atol=1e-4)


# -- reading -----------------------------------------------------------------


def whole(model: ReaderModel, tokenizer: Tokenizer, pairs: Sequence[tuple[str, str]]) -> list[Finding | None]:
    return [
        found
        for (found,) in read(
            partial(read_windows, model), tokenizer, [Asked(q, text, [(0, len(text))]) for q, text in pairs]
        )
    ]


def test_a_finding_is_a_slice_of_the_passage_and_there_is_one_where_there_are_words(
    encoder: object, tokenizer: Tokenizer
) -> None:
    passages = ["ab cd, ef", "x", "", "gh " * 300]
    for passage, found in zip(
        passages, whole(ReaderModel(encoder), tokenizer, [("q", p) for p in passages]), strict=True
    ):
        assert (found is None) == (passage == "")
        assert found is None or 0 <= found.start < found.end <= len(passage)


@given(st.integers(1, 70), st.integers(1, 900))
def test_a_long_text_is_read_in_windows_that_the_network_is_used_to(asked: int, told: int) -> None:
    seen: list[Window] = []

    def read_windows(windows: Sequence[Window]) -> list[Logits]:
        seen.extend(windows)
        return [Logits(np.zeros(len(each.offsets)), np.zeros(len(each.offsets)), 0.0, 0.0, 0.0) for each in windows]

    read(read_windows, TOKENIZER, [Asked("ab " * asked, "cd " * told, [(0, 3 * told)])])
    seen.sort(key=lambda each: int(each.offsets[0, 0]))
    assert all(len(each.ids) <= LIMIT for each in seen)
    assert {int(at) for each in seen for at in each.offsets[:, 0]} >= {3 * word for word in range(told)}
    for one, following in pairwise(seen):
        shared = np.isin(one.offsets[:, 0], following.offsets[:, 0]).mean()
        assert shared == pytest.approx(0.5, abs=0.02)


def test_no_stretch_has_a_better_answer_than_the_whole(encoder: object, tokenizer: Tokenizer) -> None:
    model, text = ReaderModel(encoder), "ab cd ef gh ij kl mn"
    ((every, *parts),) = read(
        partial(read_windows, model), tokenizer, [Asked("q", text, [(0, 20), (0, 5), (6, 11), (12, 20)])]
    )
    assert every is not None
    found = [part for part in parts if part is not None]
    assert len(found) == 3
    assert all(part.minus_null <= every.minus_null and part.mass < every.mass for part in found)


def test_reading_one_pair_does_not_depend_on_the_batch(encoder: object, tokenizer: Tokenizer) -> None:
    model = ReaderModel(encoder)
    pairs = [("ab cd", "ef gh ij " * n) for n in (1, 7, 30)]
    for pair, expected in zip(pairs, whole(model, tokenizer, pairs), strict=True):
        (alone,) = whole(model, tokenizer, [pair])
        assert alone is not None
        assert expected is not None
        assert alone.answerable == pytest.approx(expected.answerable, abs=0.03)  # bf16


def test_a_long_question_leaves_room_for_the_passage(tokenizer: Tokenizer) -> None:
    assert len(question_ids(tokenizer, "ab " * 500)) == 64


def test_of_a_long_question_the_end_is_read_which_asks(tokenizer: Tokenizer) -> None:
    prefix, asked = question_ids(tokenizer, "")[:-1], question_ids(tokenizer, "who is it?")
    read_ids = question_ids(tokenizer, "ab " * 500 + "who is it?")
    assert read_ids[: len(prefix)] == prefix
    assert read_ids[-5:] == asked[-5:]


def test_the_mean_of_checkpoints_is_taken_parameter_by_parameter() -> None:
    mean = mean_of([{"a": torch.tensor([1.0, 2.0])}, {"a": torch.tensor([3.0, 0.0])}])
    assert {name: value.tolist() for name, value in mean.items()} == {"a": [2.0, 1.0]}


# -- the log ------------------------------------------------------------------


def test_of_a_step_that_was_logged_twice_the_later_counts(tmp_path: Path) -> None:
    rows = ["1,16,9,1.0,2.0,0.7", "2,32,18,1.0,1.8,0.6", "2,32,20,0.9,1.6,0.5", "3,48,30,0.8,1.4,0.4"]
    log = tmp_path / "log.csv"
    log.write_text("\n".join(["step,examples,seconds,rate,span_loss,answerable_loss", *rows]))
    assert read_log(log)["span_loss"] == [2.0, 1.6, 1.4]
    picture = ElementTree.fromstring(plot(read_log(log)))
    assert len([each for each in picture.iter() if each.tag.endswith("polyline")]) == 3


def test_a_passage_told_of_another_name_still_holds_the_answer() -> None:
    context = "Anna won in 1990. Anna was glad."
    changed = changed_context("When did Anna win?", context, ["When did Peter lose?"], ["1990"], random.Random(0))
    assert changed == "Peter won in 1990. Peter was glad."
    assert changed_context("When did Anna win?", context, ["When did Peter lose?"], ["Anna"], random.Random(0)) is None
