"""Measures against other people's code, oracles written another way, and examples worked by hand."""

import math
from itertools import product

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from rag.evaluation import measures
from rag.evaluation.answer_text import exact_match, f1, normalise, words
from rag.evaluation.calibration import (
    auroc,
    auroc_interval,
    best_threshold,
    calibration_error,
    reliability,
    risk_coverage,
)
from rag.evaluation.intervals import bootstrap_macro, bootstrap_mean, paired_bootstrap, wilson

IDS = [f"d{number}" for number in range(12)]
rankings = st.lists(st.sampled_from(IDS), unique=True, min_size=1)
judgments = st.dictionaries(st.sampled_from(IDS), st.integers(-1, 3), min_size=1)
probabilities = st.floats(0, 1).map(lambda value: round(value, 2))  # rounded, so that ties happen
judged = st.lists(st.tuples(probabilities, st.booleans()), min_size=1, max_size=40)


# -- retrieval ---------------------------------------------------------------


@given(rankings, judgments)
def test_retrieval_measures_agree_with_trec_eval(ranking: list[str], grades: dict[str, int]) -> None:
    names = {"ndcg_cut.3,10", "recall.3,10", "map_cut.5", "map", "recip_rank", "success.3,10"}
    run = {"q": {name: float(len(ranking) - place) for place, name in enumerate(ranking)}}
    trec = pytrec_eval.RelevanceEvaluator({"q": grades}, names).evaluate(run)["q"]
    ours = {
        **{f"ndcg_cut_{k}": measures.ndcg(ranking, grades, k) for k in (3, 10)},
        **{f"recall_{k}": measures.recall(ranking, grades, k) for k in (3, 10)},
        **{f"success_{k}": measures.hit(ranking, grades, k) for k in (3, 10)},
        "map_cut_5": measures.average_precision(ranking, grades, 5),
        "map": measures.average_precision(ranking, grades),
        "recip_rank": measures.reciprocal_rank(ranking, grades, len(ranking)),
    }
    assert ours == pytest.approx({name: trec[name] for name in ours})


def test_a_relevant_id_past_k_does_not_count() -> None:
    assert measures.reciprocal_rank(["a", "b", "c"], {"c": 1}, 2) == measures.hit(["a", "b", "c"], {"c": 1}, 2) == 0
    assert measures.reciprocal_rank(["a", "b", "c"], {"c": 1}, 3) == pytest.approx(1 / 3)


def test_ndcg_by_hand() -> None:
    # Grades 1, 0, 3 in this order; the best order would be 3, 1.
    found = 1 / math.log2(2) + 3 / math.log2(4)
    assert measures.ndcg(["a", "x", "b"], {"a": 1, "b": 3}, 10) == pytest.approx(found / (3 + 1 / math.log2(3)))


def test_an_id_ranked_twice_is_an_error_and_not_a_better_score() -> None:
    with pytest.raises(ValueError, match="names an id twice"):
        measures.recall(["a", "a"], {"a": 1, "b": 1}, 2)


# -- answers as text ---------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  Norman's, 1066!", "normans 1066"),
        ("an A-team", "ateam"),
        ("the", ""),
        ("theatre and a cathedral", "theatre and cathedral"),
        ("«Élan»", "«élan»"),  # the official script strips ASCII punctuation only
        ("L'an 2000", "lan 2000"),
        ("the-cat", "thecat"),  # punctuation goes before articles do
    ],
)
def test_normalisation_is_that_of_the_official_script(text: str, normal: str) -> None:
    assert normalise(text) == normal


@pytest.mark.parametrize(
    ("gold", "guess", "exact", "overlap"),
    [
        (["Denmark, Iceland and Norway"], "denmark iceland and norway", 1, 1),
        (["in the 10th century", "10th century"], "10th century", 1, 1),
        (["10th and 11th centuries"], "the 10th", 0, 2 * 1 * 0.25 / 1.25),
        (["a b b c"], "b b b d", 0, 4 / 7),  # without the article, two of three words in two of four
        (["Rollo"], "", 0, 0),
        ([], "", 1, 1),
        ([], "Rollo", 0, 0),
        (["The"], "", 1, 1),  # nothing is left of the gold answer
        (["the", "Rollo"], "", 0, 0),  # an empty gold answer beside a full one does not count
        (["Rollo"], "the", 0, 0),
    ],
)
def test_answers_score_as_the_official_script_has_it(gold: list[str], guess: str, exact: float, overlap: float) -> None:
    assert exact_match(gold, guess) == exact
    assert f1(gold, guess) == pytest.approx(overlap)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("2001年9月11日", ["2001", "年", "9", "月", "11", "日"]),
        ("《红楼梦》。", ["红", "楼", "梦"]),
        ("Apple 公司", ["apple", "公", "司"]),
        ("東京タワー", list("東京タワー")),
        ("กรุงเทพ 2", [*"กรุงเทพ", "2"]),
        ("서울 특별시", ["서울", "특별시"]),  # Korean puts spaces between words
        ("Москва", ["москва"]),
    ],
)
def test_scripts_without_spaces_are_counted_by_character(text: str, tokens: list[str]) -> None:
    assert words(text) == tokens


def test_characters_are_matched_whatever_the_spaces_and_marks_around_them() -> None:
    assert exact_match(["北京大学"], "「北京 大学」") == 1
    assert f1(["北京大学"], "北京") == pytest.approx(2 / 3)


@given(st.lists(st.text(alphabet="ab 年月.,the"), max_size=3), st.text(alphabet="ab 年月.,the"))
def test_overlap_agrees_with_matching_words_one_by_one(gold: list[str], guess: str) -> None:
    def matched(expected: list[str], found: list[str]) -> float:
        left, common = list(expected), 0
        for word in found:
            if word in left:
                left.remove(word)
                common += 1
        if not expected or not found:
            return float(expected == found)
        return 2 * common / (len(expected) + len(found))  # the harmonic mean, rearranged

    kept = [words(each) for each in gold if words(each)] or [[]]
    assert f1(gold, guess) == pytest.approx(max(matched(each, words(guess)) for each in kept))
    assert exact_match(gold, guess) == float(words(guess) in kept)
    assert exact_match(gold, guess) <= f1(gold, guess) <= 1


@given(st.text(), st.text())
def test_overlap_does_not_ask_which_text_is_the_gold_one(one: str, other: str) -> None:
    assert f1([one], other) == pytest.approx(f1([other], one))
    assert f1([one], one) == 1


# -- confidence --------------------------------------------------------------


@given(st.lists(probabilities, min_size=1, max_size=20), st.lists(probabilities, min_size=1, max_size=20))
def test_auroc_agrees_with_comparing_every_pair(positive: list[float], negative: list[float]) -> None:
    wins = sum((yes > no) + (yes == no) / 2 for yes, no in product(positive, negative))
    assert auroc(positive, negative) == pytest.approx(wins / (len(positive) * len(negative)))


def test_auroc_needs_both_kinds() -> None:
    with pytest.raises(ValueError, match="0 negatives"):
        auroc([0.5], [])


def test_the_interval_of_an_auroc_by_hand() -> None:
    # Hanley & McNeil (1982): area 0.8, 50 + 50 cases, standard error 0.0447.
    found = auroc_interval(0.8, 50, 50)
    q1, q2 = 0.8 / 1.2, 2 * 0.64 / 1.8
    error = math.sqrt((0.16 + 49 * (q1 - 0.64) + 49 * (q2 - 0.64)) / 2500)
    assert (found.low, found.high) == pytest.approx((0.8 - 1.96 * error, 0.8 + 1.96 * error), abs=1e-4)


@given(judged)
def test_calibration_error_agrees_with_sorting_into_bins_by_hand(rows: list[tuple[float, bool]]) -> None:
    total = 0.0
    for number in range(10):
        members = [row for row in rows if min(int(row[0] * 10), 9) == number]
        total += abs(sum(sure for sure, _ in members) - sum(right for _, right in members))
    found = calibration_error([sure for sure, _ in rows], [right for _, right in rows])
    assert found == pytest.approx(total / len(rows))


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.integers(1, 4)), min_size=1, max_size=30))
def test_a_question_of_weight_three_counts_like_three_questions(rows: list[tuple[float, bool, int]]) -> None:
    weighed = calibration_error(*map(list, zip(*rows, strict=True)))
    copies = [(sure, right) for sure, right, weight in rows for _ in range(weight)]
    assert weighed == pytest.approx(calibration_error(*map(list, zip(*copies, strict=True))))


def test_full_confidence_falls_into_the_last_bin_and_empty_bins_are_left_out() -> None:
    found = reliability([1.0, 0.95, 0.0], [True, False, False])
    assert [(each.low, each.high, each.n, each.accuracy) for each in found] == [(0, 0.1, 1, 0), (0.9, 1, 2, 0.5)]


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan])
def test_a_confidence_that_is_no_probability_is_an_error(value: float) -> None:
    with pytest.raises(ValueError, match="expected 0 to 1"):
        reliability([value], [True])


@given(judged)
def test_a_risk_point_is_what_answering_from_its_threshold_would_bring(rows: list[tuple[float, bool]]) -> None:
    points = risk_coverage([sure for sure, _ in rows], [right for _, right in rows])
    assert [point.threshold for point in points] == sorted({sure for sure, _ in rows}, reverse=True)
    assert points[-1].coverage == 1
    for point in points:
        answered = [right for sure, right in rows if sure >= point.threshold]
        assert point.coverage == pytest.approx(len(answered) / len(rows))
        assert point.risk == pytest.approx(answered.count(False) / len(answered))


@given(st.lists(st.tuples(probabilities, probabilities, st.sampled_from([0.0, 1.0])), min_size=1, max_size=20))
def test_no_threshold_brings_more_than_the_best(rows: list[tuple[float, float, float]]) -> None:
    def score(threshold: float | None) -> float:
        least = math.inf if threshold is None else threshold
        return sum(said if sure >= least else unsaid for sure, said, unsaid in rows) / len(rows)

    found = best_threshold(*zip(*rows, strict=True))
    assert found.score == pytest.approx(score(found.threshold))
    assert found.score >= max(score(sure) for sure in [None, *(row[0] for row in rows)]) - 1e-9


# -- intervals ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (8, 10, 0.4901625, 0.9433178),
        (0, 10, 0.0, 0.2775328),
        (10, 10, 0.7224672, 1.0),
        (50, 100, 0.4038315, 0.5961685),
        (0, 0, 0.0, 1.0),
    ],
)
def test_wilson_intervals_are_the_published_ones(successes: int, n: int, low: float, high: float) -> None:
    found = wilson(successes, n)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-6)


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_a_wilson_bound_is_where_the_score_test_just_rejects(case: tuple[int, int]) -> None:
    successes, n = case
    found = wilson(successes, n)
    assert 0 <= found.low <= successes / n <= found.high <= 1
    for bound in {found.low, found.high} - {0.0, 1.0}:
        assert abs(successes / n - bound) / math.sqrt(bound * (1 - bound) / n) == pytest.approx(1.959964, rel=1e-4)


def test_more_successes_than_trials_are_an_error() -> None:
    with pytest.raises(ValueError, match="3 successes of 2"):
        wilson(3, 2)


def test_a_bootstrap_interval_is_near_the_normal_one_and_the_same_for_the_same_seed() -> None:
    values = [(number * 37 % 101) / 100 for number in range(101)]  # 0, 0.01 ... 1, shuffled
    mean = 0.5
    half = 1.96 * math.sqrt(sum((value - mean) ** 2 for value in values) / 101 / 101)
    found = bootstrap_mean(values)
    assert (found.low, found.high) == pytest.approx((mean - half, mean + half), abs=0.006)
    assert bootstrap_mean(values) == found != bootstrap_mean(values, seed=1)


def test_equal_values_leave_no_doubt() -> None:
    found = bootstrap_mean([0.25] * 7)
    assert (found.low, found.high) == (0.25, 0.25)


def test_a_macro_interval_covers_the_average_of_the_groups_and_not_of_the_values() -> None:
    found = bootstrap_macro([[1.0] * 1000, [0.0, 0.0]])
    assert (found.low, found.high) == (0.5, 0.5)


def test_nothing_cannot_be_resampled() -> None:
    with pytest.raises(ValueError, match="no values"):
        bootstrap_mean([])


class TestPairedBootstrap:
    def test_the_same_run_twice_differs_in_nothing(self) -> None:
        found = paired_bootstrap([0.1, 0.9, 0.4], [0.1, 0.9, 0.4])
        assert (found.difference, found.interval.low, found.interval.high, found.p_value) == (0, 0, 0, 1)

    def test_a_small_steady_gain_is_seen_through_large_spread(self) -> None:
        first = [(number * 37 % 101) / 101 for number in range(101)]
        found = paired_bootstrap(first, [value + 0.01 + 0.001 * (number % 2) for number, value in enumerate(first)])
        assert 0.01 <= found.interval.low <= found.difference <= found.interval.high <= 0.011
        assert found.p_value == pytest.approx(2 / 10_001)  # no resample on the other side, two-sided

    def test_pairing_wrongly_would_hide_that_gain(self) -> None:
        first = [(number * 37 % 101) / 101 for number in range(101)]
        found = paired_bootstrap(first, [value + 0.01 for value in reversed(first)])
        assert found.interval.low < 0 < found.interval.high
        assert found.p_value > 0.05

    def test_turning_the_runs_round_turns_the_difference_round(self) -> None:
        first, second = [0.0, 1.0, 0.0, 0.5, 1.0], [1.0, 1.0, 0.5, 0.5, 0.0]
        one, other = paired_bootstrap(first, second), paired_bootstrap(second, first)
        assert one.difference == pytest.approx(-other.difference)
        assert one.interval.low == pytest.approx(-other.interval.high)
        assert one.p_value == pytest.approx(other.p_value)

    def test_unpaired_values_are_an_error(self) -> None:
        with pytest.raises(ValueError, match="1 values against 2"):
            paired_bootstrap([1.0], [1.0, 0.0])
