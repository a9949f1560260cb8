"""The reader's training: what is learnt is true, what is shipped is what was trained."""

import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice, pairwise
from pathlib import Path
from typing import Any
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
from rag.readers.reference import ReaderModel, apply_difference, load_encoder, read_windows
from training.reader import train
from training.reader.alignment import Aligner, pairs, phrases, words
from training.reader.compress import compressed, low_rank, mean_of
from training.reader.data import Answer, Question, QuestionSet, without_title
from training.reader.encoding import EDGES, Batch, Encoded, Example, answer_tokens, batches, collate, encode, window
from training.reader.feed import Feed
from training.reader.follow_ups import PRONOUNS, new_only, shortened
from training.reader.losses import Said, losses_of, missed, said_together
from training.reader.mixture import CONTRASTED, NEGATIVES, Mixture
from training.reader.negatives import Bm25, Held, asked_of_another, changed_context, entities, rest_of_context
from training.reader.networks import networks
from training.reader.parallel import ParallelNews, shared_words
from training.reader.plan import Plan
from training.reader.plot import plot, read_log
from training.reader.tokens import Remembering
from training.reader.topics import FRAMES, noun_phrases
from training.reader.weights import read_model

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


def small_bert(*, pooler: bool = False) -> Any:
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
        initializer_range=0.2,  # so that what a token attends to matters
    )
    return BertModel(config, add_pooling_layer=pooler).eval()


@pytest.fixture(scope="module")
def encoder() -> Any:
    return small_bert()


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the bundled model's."""
    folder: Path = tmp_path_factory.mktemp("base")
    small_bert(pooler=True).save_pretrained(folder)
    small_tokenizer().save(str(folder / "tokenizer.json"))
    return folder


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
    for batch in map(collate, batches([each for each in encoded if each], 2, random.Random(0))):
        assert batch.ids.shape[1] % 32 == 0
        for ids, mask, allowed in zip(batch.ids, batch.mask, batch.allowed, strict=True):
            assert bool(allowed[0])
            assert int(ids[int(mask.sum()) - 1]) == 2
            assert set(ids[allowed].tolist()[1:]).isdisjoint({0, 1, 2})


def test_a_remembered_text_has_the_tokens_that_the_tokenizer_gives_it(tokenizer: Tokenizer) -> None:
    remembering = Remembering(tokenizer, ["ab cd, ef", "", "ab cd, ef"])
    for text in ("ab cd, ef", "", "gh"):
        found, expected = (each.encode(text, add_special_tokens=False) for each in (remembering, tokenizer))
        assert (found.ids, found.offsets) == (expected.ids, expected.offsets)


# -- networks side by side -----------------------------------------------------


def random_said(seed: int) -> Said:
    """Of two examples of 32 tokens."""
    numbers = torch.Generator().manual_seed(seed)
    return Said(torch.randn(4, 32, generator=numbers), torch.randn(2, generator=numbers))


def asked(*places: int) -> Batch:
    """Examples whose answer is the token at that place; at 0 there is none."""
    return collate([Encoded([0, 5, 2, 2, 6, 7, 2], 4, (place, place), (place, place)) for place in places])


def test_alone_a_network_learns_from_the_answers() -> None:
    said, batch = random_said(1), asked(4, 0)
    spans, answerable = losses_of(said, batch, said_together([said, random_said(2)]), 0.0)
    cross_entropy = torch.nn.functional.cross_entropy(said.spans, torch.tensor([4, 0, 4, 0]))
    assert spans == pytest.approx(float(cross_entropy))
    assert answerable == pytest.approx(float(-said.answerable.mul(torch.tensor([1, -1])).sigmoid().log().mean()))


def test_wholly_together_networks_learn_nothing_from_the_answers_and_have_least_to_lose_when_they_agree() -> None:
    said, others = random_said(1), random_said(2)
    others.spans.requires_grad_()
    together = said_together([said, others])
    assert not together.spans.requires_grad  # no network learns for another
    losses = losses_of(said, asked(4, 0), together, 1.0)
    assert torch.equal(losses, losses_of(said, asked(0, 5), together, 1.0))
    agreed = Said(together.spans.log(), together.answerable.logit())
    assert bool((losses_of(agreed, asked(4, 0), together, 1.0) < losses).all())


def test_what_is_learned_together_is_mixed_with_the_answers() -> None:
    said, batch = random_said(1), asked(4, 0)
    together = said_together([said, random_said(2)])
    answers, mixed, agreed = (losses_of(said, batch, together, share) for share in (0.0, 0.25, 1.0))
    assert torch.allclose(mixed, 0.75 * answers + 0.25 * agreed)


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


@given(seeds)
def test_turned_questions_are_those_of_the_set_and_those_with_an_answer_have_it_still(seed: int) -> None:
    own = toy_set()
    mixture = Mixture([own, toy_set("sw")], TOKENIZER, seed=seed, positive=0.0, contrasts=1.0)
    drawn = [example for example in mixture.pool(0, 30) if example.kind in CONTRASTED]
    assert drawn
    for example in drawn:
        assert example.answer is None or example.context[slice(*example.answer)].startswith("19")
        assert example.question not in {each.text for each in own.questions} or example.context not in own.contexts


def entity(question: str) -> str:
    start, end, _ = entities(question)[-1]
    return question[start:end]


def test_a_pool_depends_on_its_number_alone() -> None:
    def pool(number: int) -> list[Example]:
        return Mixture([toy_set(), toy_set("sw")], TOKENIZER, seed=5).pool(number, 30)

    assert pool(3) == pool(3)
    assert pool(3) != pool(4)
    assert sum(NEGATIVES.values()) == pytest.approx(1.0)


def toy_feed() -> Feed:
    return Feed(Mixture([toy_set(), toy_set("sw")], TOKENIZER, seed=3), TOKENIZER, Plan(batch=2, seed=3))


def test_workers_make_the_pools_that_one_process_makes_and_count_what_is_in_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "false")  # as it will be set
    feed = toy_feed()
    with feed.pools(1) as pools:
        expected = list(islice(pools, 3))
    assert expected[0] != expected[1]
    assert feed.made.total() == 3 * 32 * 2  # each by its kind and its set
    for workers in (1, 2):
        again = toy_feed()
        with again.pools(1, workers) as pools:
            assert list(islice(pools, 3)) == expected
        assert (again.made, again.dropped) == (feed.made, feed.dropped)


def test_what_fails_in_a_worker_fails_in_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "false")
    monkeypatch.setattr(Mixture, "pool", lambda *_: 1 / 0)
    with toy_feed().pools(0, 1) as pools, pytest.raises(ZeroDivisionError):
        next(pools)


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
    drawn = [ParallelNews(tmp_path).draw(random.Random(seed)) for seed in range(800)]
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


def test_texts_read_many_at_once_have_the_words_that_each_has_alone(base: Path, tokenizer: Tokenizer) -> None:
    texts = ["ab cd", "ef gh, ij kl mn " * 9, "ab", "kl ef cd"]
    alone, together = Aligner(base, tokenizer), Aligner(base, tokenizer)
    together.remember(texts[:3], torch.device("cpu"))
    for text in texts:
        expected, found = alone.words(text), together.words(text)
        assert found.spans == expected.spans
        assert torch.allclose(found.states, expected.states, atol=0.03)  # bf16
        assert together.pairs(text, texts[1]) == alone.pairs(text, texts[1])


def test_what_is_remembered_is_not_read_again(
    base: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    aligner = Aligner(base, tokenizer)
    aligner.remember(["ab cd", "cd ab"], torch.device("cpu"))
    monkeypatch.setattr(aligner, "_encoder", None)
    assert aligner.pairs("ab cd", "ab cd") == [("ab", "ab"), ("cd", "cd")]


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
    mean = mean_of([{"a": torch.tensor([1.0, 2.0])}, {"a": torch.tensor([3.0, 0.0])}], {})
    assert {name: value.tolist() for name, value in mean.items()} == {"a": [2.0, 1.0]}


def test_a_layer_that_one_checkpoint_left_as_it_was_counts_as_it_was() -> None:
    one, other = {"a": torch.tensor([1.0])}, {"a": torch.tensor([3.0]), "b": torch.tensor([8.0])}
    mean = mean_of([one, other], {"a": torch.tensor([0.0]), "b": torch.tensor([2.0])})
    assert {name: value.tolist() for name, value in mean.items()} == {"a": [2.0], "b": [5.0]}


# -- a run ----------------------------------------------------------------------


def write_set(folder: Path, questions: QuestionSet) -> None:
    paragraphs = [
        {
            "context": questions.contexts[each.context],
            "qas": [{"id": each.id, "question": each.text, "answers": [{"answer_start": at.start, "text": told}]}],
        }
        for each in questions.questions
        for at, told in zip(each.answers, questions.answer_texts(each), strict=True)
    ]
    (folder / f"{questions.name}.json").write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}))


@pytest.fixture
def run_main(base: Path, news_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """The command with some options, for a step; returns the folder that it wrote to."""
    sets, out = tmp_path / "sets", tmp_path / "out"
    for folder in (sets, out):
        folder.mkdir()
    for language in ("en", "sw"):
        write_set(sets, toy_set(language))
    (out / "lexicon.json").write_text(json.dumps({"az": {"news": {"xəbər": 1}}}))
    monkeypatch.setattr(train, "bundled_base", lambda: base)
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "false")

    def run(*options: str) -> Path:
        given = ["train", str(sets), "--ntrex", str(news_folder), "--out", str(out), "--device", "cpu", *options]
        monkeypatch.setattr("sys.argv", [*given, "--batch", "2", "--minutes", "1e-6", "--frozen", "1"])
        train.main()
        return out

    return run


def test_several_networks_learn_together_when_their_time_alone_is_over(base: Path) -> None:
    plan, cpu = Plan(minutes=1.0, together=0.5, alone=0.5), torch.device("cpu")
    for count, seconds, share in ((1, 60.0, 0.0), (2, 29.0, 0.0), (2, 30.0, 0.5)):
        run = train.Training(networks(base, ["encoder"] * count, plan, cpu), plan, cpu)
        run.seconds = seconds
        assert run.together() == share


def test_a_run_of_several_networks_leaves_the_weights_of_each(base: Path, run_main: Callable[..., Path]) -> None:
    options = ["--begin-with", "encoder"] * 2 + ["--together", "0.5", "--alone", "0", "--dropout", "0.1"]
    out = run_main(*options, "--workers", "1")
    one, other = (read_model(base, out / f"network-{number}.pt").state_dict() for number in (1, 2))
    moved = {name for name, value in one.items() if not torch.equal(value, other[name])}
    assert {"span.weight", "encoder.encoder.layer.1.output.dense.weight"} <= moved
    assert not any("embeddings" in name or "layer.0" in name for name in moved)
    with pytest.raises(ValueError, match="too many values"):
        read_model(base, out / "checkpoint.pt")
    assert json.loads((out / "run.json").read_text())["begin_with"] == ["encoder", "encoder"]


def test_a_run_that_is_over_stays_as_it_was_and_another_begins_with_its_weights(
    base: Path, run_main: Callable[..., Path]
) -> None:
    out = run_main()
    written = read_model(base, out / "checkpoint.pt").state_dict()
    run_main()
    again = read_model(base, out / "checkpoint.pt").state_dict()
    assert json.loads((out / "run.json").read_text())["steps"] == 1
    assert all(torch.equal(value, again[name]) for name, value in written.items())
    weights = (out / "checkpoint.pt").rename(out / "before.pt")
    run_main("--begin-with", str(weights), "--rate", "0", "--head-rate", "0")
    still = read_model(base, out / "network-1.pt").state_dict()
    assert all(torch.equal(value, still[name]) for name, value in written.items())


def test_a_layer_that_stays_as_it_is_stays_as_an_earlier_run_left_it(
    base: Path, run_main: Callable[..., Path], tmp_path: Path
) -> None:
    model = ReaderModel(load_encoder(base))
    name = "encoder.encoder.layer.0.output.dense.weight"  # of the layer that run_main leaves as it is
    trained = dict(model.named_parameters())[name].detach() + 1.0
    torch.save({"model": {name: trained}}, tmp_path / "earlier.pt")
    out = run_main("--begin-with", str(tmp_path / "earlier.pt"))
    assert torch.equal(read_model(base, out / "network-1.pt").state_dict()[name], trained)


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
