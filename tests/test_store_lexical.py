"""BM25 over token ids: agreement with a plain-Python oracle, in order and in score."""

import math
import random
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import EncoderError
from rag.store import lexical
from rag.store.lexical import LexicalIndex
from rag.store.rows import bag, counts_of, ids_of
from rag.types import Keys


class Oracle:
    """Robertson's formula as it stands in the books, with k1 1.2 and b 0.75."""

    def __init__(self) -> None:
        self.passages: dict[int, list[int]] = {}

    def idf(self, token: int) -> float:
        found = sum(token in tokens for tokens in self.passages.values())
        return math.log(1 + (len(self.passages) - found + 0.5) / (found + 0.5))

    def score(self, weights: dict[int, float], mean: float, tokens: list[int]) -> float:
        score = 0.0
        for token, weight in weights.items():
            often = tokens.count(token)
            score += weight * often * 2.2 / (often + 1.2 * (0.25 + 0.75 * len(tokens) / mean)) if often else 0
        return score

    def search(self, query: Sequence[int], k: int, allowed: Keys | None = None) -> list[tuple[int, float]]:
        weights = {token: self.idf(token) for token in sorted(set(query))}
        mean = sum(map(len, self.passages.values())) / max(1, len(self.passages))
        keys = self.passages.keys() if allowed is None else self.passages.keys() & set(allowed.tolist())
        scored = [(np.float32(self.score(weights, mean, self.passages[key])), key) for key in keys]
        return [(key, float(score)) for score, key in sorted(scored, key=lambda s: (-s[0], s[1])) if score > 0][:k]


@given(st.lists(st.tuples(st.integers(0, 2**24 - 1), st.sampled_from([1, 2, 255, 256, 257, 600])), max_size=6))
def test_a_bag_holds_every_token_as_often_as_it_occurs(runs: list[tuple[int, int]]) -> None:
    ids = [token for token, often in runs for _ in range(often)]
    held = bag(ids)
    assert Counter(np.repeat(ids_of(held), counts_of(held)).tolist()) == Counter(ids)
    assert len(held) <= sum(-(-often // 256) for often in Counter(ids).values())


@pytest.mark.parametrize("token", [-1, 2**24])
def test_what_is_no_subword_is_refused(token: int) -> None:
    with pytest.raises(EncoderError, match="token ids"):
        bag([5, token])


class Pair:
    """The index and the oracle, changed together."""

    def __init__(self) -> None:
        self.index, self.oracle = LexicalIndex(), Oracle()

    def add(self, passages: dict[int, list[int]]) -> None:
        self.index.add(np.array(list(passages), dtype=np.int64), list(map(bag, passages.values())))
        self.oracle.passages.update(passages)

    def remove(self, keys: Sequence[int]) -> None:
        self.index.remove(np.array(keys, dtype=np.int64))
        for key in keys:
            self.oracle.passages.pop(key, None)

    def agree(self, query: Sequence[int], k: int, allowed: Keys | None = None) -> None:
        keys, scores = self.index.search(query, k, allowed)
        want = self.oracle.search(query, k, allowed)
        assert keys.tolist() == [key for key, _ in want]
        np.testing.assert_allclose(scores, [score for _, score in want], rtol=1e-5)


def some_passages(seed: int, keys: Sequence[int], words: int = 300) -> dict[int, list[int]]:
    draw = random.Random(seed)
    return {key: [int(draw.paretovariate(0.6)) % words for _ in range(draw.randint(1, 220))] for key in keys}


@pytest.fixture
def pair() -> Pair:
    made = Pair()
    made.add(some_passages(1, range(1, 401)))
    return made


def test_it_agrees_with_the_oracle_in_order_and_score(pair: Pair) -> None:
    for seed in range(5):
        query = random.Random(seed).sample(range(300), 8)
        for k in (1, 10, 400):
            pair.agree(query, k)


def test_in_a_large_index_common_tokens_choose_no_candidates_but_count(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexical, "LARGE", 0)
    passages = pair.oracle.passages
    shares = {token: sum(token in held for held in passages.values()) / len(passages) for token in range(300)}
    rare = [token for token in range(300) if 0 < shares[token] <= lexical.COMMON]
    common = [token for token in range(300) if shares[token] > lexical.COMMON]
    for seed in range(20):
        draw = random.Random(seed)
        few, many = draw.sample(rare, 3), draw.sample(common, 4)
        pair.agree(few, 10)
        pair.agree(many, 10)  # else there would be none
        keys, scores = pair.index.search([*few, *many], 10)
        exact = dict(pair.oracle.search([*few, *many], 400))
        assert scores == pytest.approx([exact[key] for key in keys.tolist()], rel=1e-5)
        assert scores.tolist() == sorted(scores.tolist(), reverse=True)
        assert all(set(few) & set(passages[key]) for key in keys.tolist())


def test_a_token_that_the_question_repeats_counts_once(pair: Pair) -> None:
    once, twice = pair.index.search([5, 7], 10), pair.index.search([5, 7, 5, 5], 10)
    np.testing.assert_array_equal(once[0], twice[0])
    np.testing.assert_array_equal(once[1], twice[1])


def test_only_allowed_keys_are_found_and_k_of_them(pair: Pair) -> None:
    for count in (0, 1, 20, 300):
        allowed = np.array(random.Random(count).sample(range(500), count), dtype=np.int64)
        pair.agree([1, 2, 3, 4, 5], 15, allowed)


def test_many_allowed_keys_are_filtered_another_way_with_the_same_hits(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexical, "SCORED_ALL", 0)
    test_only_allowed_keys_are_found_and_k_of_them(pair)


def test_removed_passages_are_neither_found_nor_counted(pair: Pair) -> None:
    for first in range(1, 400, 57):
        pair.remove([*range(first, first + 40), 9999])
        pair.agree([1, 2, 3, 50, 70], 30)
        assert len(pair.index) == len(pair.oracle.passages)


def test_passages_added_later_change_every_score_as_if_they_had_always_been_there(pair: Pair) -> None:
    for first in range(1000, 1100, 25):
        pair.add(some_passages(first, range(first, first + 25)))
        pair.agree([1, 2, 3, 50, 70], 30)


def test_equal_passages_come_by_the_smaller_key() -> None:
    pair = Pair()
    pair.add({key: [1, 2, 3] for key in range(200, 0, -1)})
    for k in (1, 5, 199):
        pair.agree([1], k)


def test_rounded_field_lengths_do_not_lose_a_hit() -> None:
    """Tantivy takes 96 to 103 tokens for 96: the shortest of them is the best, wherever it stands."""
    pair = Pair()
    pair.add({key: [1, *range(10, 9 + length)] for key, length in enumerate(range(103, 40, -1), start=1)})
    for k in (1, 2, 9):
        pair.agree([1], k)


def test_scores_of_given_keys_are_those_of_the_search(pair: Pair) -> None:
    query = [1, 9, 40, 299]
    keys, scores = pair.index.search(query, 400)
    np.testing.assert_array_equal(pair.index.score(query, keys[::-1]), scores[::-1])
    np.testing.assert_array_equal(pair.index.score(query, np.array([9999, keys[0]])), [0, scores[0]])
    assert pair.index.score([], keys[:2]).tolist() == [0, 0]


def test_idf_is_the_oracles(pair: Pair) -> None:
    pair.remove(list(range(1, 50)))
    weights = pair.index.idf([0, 1, 2, 77, 123_456])
    assert weights == pytest.approx({token: pair.oracle.idf(token) for token in (0, 1, 2, 77, 123_456)})


@pytest.mark.parametrize(
    "ask",
    [
        lambda index: index.search([], 5),
        lambda index: index.search([123_456], 5),
        lambda index: index.search([1], 0),
        lambda index: index.search([1], 5, np.empty(0, np.int64)),
        lambda index: LexicalIndex().search([1], 5),
    ],
    ids=["no tokens", "an unknown token", "none asked for", "none allowed", "an empty index"],
)
def test_nothing_to_find_is_nothing_found(pair: Pair, ask: Callable[[LexicalIndex], tuple[Keys, Keys]]) -> None:
    keys, scores = ask(pair.index)
    assert (keys.tolist(), scores.tolist()) == ([], [])


def test_a_passage_without_tokens_is_counted_and_never_found() -> None:
    pair = Pair()
    pair.add({1: [], 2: [5, 6], 3: []})
    pair.agree([5], 5)
    pair.remove([1])
    pair.agree([5], 5)
    assert pair.index.score([5], np.array([3])).tolist() == [0]


@settings(max_examples=15)
@given(
    steps=st.lists(
        st.tuples(st.booleans(), st.dictionaries(st.integers(1, 30), st.lists(st.integers(0, 9), max_size=12))),
        min_size=1,
        max_size=6,
    ),
    query=st.lists(st.integers(0, 11), min_size=1, max_size=5),
)
def test_any_sequence_of_changes_agrees_with_the_oracle(
    steps: list[tuple[bool, dict[int, list[int]]]], query: list[int]
) -> None:
    pair = Pair()
    for adding, passages in steps:
        if adding:
            pair.add({key: ids for key, ids in passages.items() if key not in pair.oracle.passages})
        else:
            pair.remove(list(passages))
        if pair.oracle.passages:
            pair.agree(query, 6)
