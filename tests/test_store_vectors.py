"""The contract suite of rag.types.VectorIndex: agreement with an exact numpy oracle, in order and in score."""

import threading
from collections.abc import Callable
from functools import cache, partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import StoreDamaged
from rag.store import compressed
from rag.store.compressed import CompressedIndex
from rag.store.vectors import FlatIndex
from rag.types import Keys, VectorIndex, Vectors


class Oracle:
    """A dict and a dot product."""

    def __init__(self) -> None:
        self.rows: dict[int, Vectors] = {}

    def search(self, vector: Vectors, k: int, allowed: Keys | None = None) -> tuple[list[int], list[float]]:
        keys = self.rows if allowed is None else self.rows.keys() & set(allowed.tolist())
        scored = [(-np.float32(np.dot(self.rows[key].astype(np.float64), vector)), key) for key in keys]
        best = sorted(scored)[: max(k, 0)]
        return [key for _, key in best], [-float(score) for score, _ in best]

    def exact(self, keys: Keys) -> Vectors:
        width = len(next(iter(self.rows.values()))) if self.rows else 0
        return np.array([self.rows.get(key, np.zeros(width)) for key in keys.tolist()], np.float32).reshape(-1, width)


Index = FlatIndex | CompressedIndex
Make = Callable[[int, Oracle], Index]


@cache
def trained(dimension: int) -> bytes:
    sample = clustered(np.random.default_rng(1), 1000, dimension)
    return bytes(CompressedIndex.trained(sample, Oracle().exact).to_bytes())


def flat_index(dimension: int, oracle: Oracle) -> FlatIndex:
    return FlatIndex(dimension)


def compressed_index(dimension: int, oracle: Oracle) -> CompressedIndex:
    return CompressedIndex.from_bytes(trained(dimension), oracle.exact)


@pytest.fixture(params=[flat_index, compressed_index])
def make(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Of few vectors the compressed index looks at all: then it must agree with the oracle as the exact one does."""
    monkeypatch.setattr(compressed, "LOOKED_THROUGH", compressed.LISTS)
    return request.param


def filled(make: Make, keys: Keys, vectors: Vectors) -> tuple[Index, Oracle]:
    oracle = Oracle()
    index = make(vectors.shape[1], oracle)
    index.add(keys, vectors)
    oracle.rows.update(zip(keys.tolist(), vectors, strict=True))
    return index, oracle


def agree(
    index: VectorIndex, oracle: Oracle, vector: Vectors, k: int, allowed: Keys | None = None, *, exact: bool = True
) -> None:
    keys, scores = index.search(vector, k, allowed)
    want_keys, want_scores = oracle.search(vector, k, allowed)
    assert (keys.dtype, scores.dtype) == (np.int64, np.float32)
    np.testing.assert_allclose(scores, want_scores, rtol=1e-5, atol=1e-5)
    if exact:
        assert keys.tolist() == want_keys


def unit(rng: np.random.Generator, count: int, dimension: int = 24) -> Vectors:
    vectors = rng.standard_normal((count, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def test_it_agrees_with_the_oracle_in_order_and_score(make: Make, rng: np.random.Generator) -> None:
    index, oracle = filled(make, rng.permutation(500).astype(np.int64), unit(rng, 500))
    for query in unit(rng, 20):
        for k in (1, 10, 500):
            agree(index, oracle, query, k)


def test_an_unnormalised_query_gives_plain_inner_products(make: Make, rng: np.random.Generator) -> None:
    index, oracle = filled(make, np.arange(200), unit(rng, 200))
    for length in (1e-3, 7.0, 1e4):
        query = (unit(rng, 1)[0] * length).astype(np.float32)
        keys, scores = index.search(query, 5)
        want_keys, want_scores = oracle.search(query, 5)
        assert keys.tolist() == want_keys
        np.testing.assert_allclose(scores, want_scores, rtol=1e-5)


def test_equal_vectors_come_by_the_smaller_key_wherever_their_rows_are(make: Make, rng: np.random.Generator) -> None:
    few = unit(rng, 3)
    index, oracle = filled(make, rng.permutation(300).astype(np.int64), few[rng.integers(0, 3, 300)])
    for k in (1, 7, 90, 130, 299):
        for query in few:
            agree(index, oracle, query, k)


def test_more_than_there_are_gives_all_and_never_an_invented_key(make: Make, rng: np.random.Generator) -> None:
    index, oracle = filled(make, np.array([9, 4, 7]), unit(rng, 3))
    for k in (3, 4, 1000):
        agree(index, oracle, unit(rng, 1)[0], k)


@pytest.mark.parametrize("k", [0, -1])
def test_none_asked_for_is_none_found(make: Make, rng: np.random.Generator, k: int) -> None:
    index, _ = filled(make, np.arange(5), unit(rng, 5))
    keys, scores = index.search(unit(rng, 1)[0], k)
    assert (len(keys), len(scores)) == (0, 0)


def test_an_empty_index_finds_nothing(make: Make, rng: np.random.Generator) -> None:
    index = make(24, Oracle())
    assert len(index) == 0
    agree(index, Oracle(), unit(rng, 1)[0], 5)
    agree(index, Oracle(), unit(rng, 1)[0], 5, np.array([1, 2]))
    index.remove(np.array([1]))
    index.add(np.empty(0, np.int64), np.empty((0, 24), np.float32))
    assert len(index) == 0
    assert (index.vectors(np.array([3, 4])) == np.zeros((2, 24))).all()


def test_one_vector_is_found(make: Make, rng: np.random.Generator) -> None:
    vectors = unit(rng, 1)
    index, oracle = filled(make, np.array([2**62]), vectors)
    agree(index, oracle, vectors[0], 3)


def test_removed_vectors_leave_no_hole(make: Make, rng: np.random.Generator) -> None:
    index, oracle = filled(make, np.arange(400), unit(rng, 400))
    for gone in np.array_split(rng.permutation(400), 12):
        index.remove(np.append(gone, 12_345))
        for key in gone.tolist():
            del oracle.rows[key]
        assert len(index) == len(oracle.rows)
        for k in (1, 10, 400):
            agree(index, oracle, unit(rng, 1)[0], k)


def test_only_allowed_keys_are_found_and_k_of_them(make: Make, rng: np.random.Generator) -> None:
    index, oracle = filled(make, np.arange(0, 1000, 2), unit(rng, 500))
    for count in (0, 1, 3, 50, 400):
        allowed = rng.choice(1000, count, replace=False).astype(np.int64)
        agree(index, oracle, unit(rng, 1)[0], 20, allowed)


def test_a_key_given_twice_is_refused_and_one_removed_may_come_again(make: Make, rng: np.random.Generator) -> None:
    index, oracle = filled(make, np.arange(10), unit(rng, 10))
    for keys in ([3, 30], [40, 40]):
        with pytest.raises(ValueError, match="once"):
            index.add(np.array(keys), unit(rng, 2))
    again = unit(rng, 1)
    index.remove(np.array([3]))
    index.add(np.array([3]), again)
    oracle.rows[3] = again[0]
    agree(index, oracle, again[0], 10)


def test_vectors_of_the_wrong_length_or_not_finite_are_refused(make: Make, rng: np.random.Generator) -> None:
    index = make(24, Oracle())
    for vectors in (unit(rng, 2, 23), unit(rng, 3), np.full((2, 24), np.nan, np.float32)):
        with pytest.raises(ValueError, match="want finite"):
            index.add(np.arange(2), vectors)
    with pytest.raises(ValueError, match="not finite"):
        index.search(np.full(24, np.inf, np.float32), 1)


def test_vectors_are_given_back_in_the_order_asked(make: Make, rng: np.random.Generator) -> None:
    vectors = unit(rng, 5)
    index, _ = filled(make, np.array([5, 1, 4, 2, 3]), vectors)
    index.remove(np.array([4]))
    got = index.vectors(np.array([3, 4, 5, 99]))
    np.testing.assert_array_equal(got, [vectors[4], np.zeros(24), vectors[0], np.zeros(24)])


def test_saved_and_loaded_it_gives_the_same_answers(make: Make, rng: np.random.Generator, tmp_path) -> None:
    index, oracle = filled(make, np.arange(100, 0, -1), unit(rng, 100))
    index.remove(np.array([7, 8]))
    del oracle.rows[7], oracle.rows[8]
    index.save(str(tmp_path / "index"))
    load = partial(CompressedIndex.load, exact=oracle.exact) if isinstance(index, CompressedIndex) else FlatIndex.load
    loaded = load(str(tmp_path / "index"))
    for query in unit(rng, 5):
        agree(loaded, oracle, query, 20)
    loaded.add(np.array([7]), unit(rng, 1))
    assert (len(loaded), len(index)) == (99, 98)
    with pytest.raises(ValueError, match="once"):
        loaded.add(np.array([6]), unit(rng, 1))


def test_an_empty_index_can_be_saved_and_loaded() -> None:
    for loaded in (FlatIndex.from_bytes(bytes(FlatIndex(24).to_bytes())), compressed_index(24, Oracle())):
        assert (len(loaded), loaded.dimension) == (0, 24)


def test_bytes_that_are_no_index_or_another_kind_are_refused(rng: np.random.Generator) -> None:
    import faiss

    flat = faiss.IndexFlatIP(24)
    distances = faiss.index_factory(24, "IDMap,Flat", faiss.METRIC_L2)
    for data in (b"", b"nonsense" * 9, bytes(faiss.serialize_index(flat)), bytes(faiss.serialize_index(distances))):
        with pytest.raises(StoreDamaged):
            FlatIndex.from_bytes(data)
        with pytest.raises(StoreDamaged):
            CompressedIndex.from_bytes(data, Oracle().exact)
    with pytest.raises(StoreDamaged, match="IVFPQFastScan"):
        CompressedIndex.from_bytes(bytes(FlatIndex(24).to_bytes()), Oracle().exact)
    with pytest.raises(StoreDamaged, match="IndexFlat"):
        FlatIndex.from_bytes(trained(24))


def clustered(rng: np.random.Generator, count: int, dimension: int = 48) -> Vectors:
    centres = unit(np.random.default_rng(5), 50, dimension)
    vectors = centres[rng.integers(0, 50, count)] + 0.12 * rng.standard_normal((count, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_of_many_vectors_the_compressed_index_finds_nearly_all_of_the_nearest(rng: np.random.Generator) -> None:
    """Some lists are not looked through, so this is the one place where the two may differ."""
    vectors = clustered(rng, 8000)
    index, oracle = filled(compressed_index, np.arange(8000), vectors)
    found = 0
    for query in clustered(rng, 50):
        keys, scores = index.search(query, 10)
        np.testing.assert_allclose(scores, vectors[keys] @ query, atol=1e-5)
        assert len(keys) == 10
        found += len({*keys.tolist()} & {*oracle.search(query, 10)[0]})
    assert found >= 0.98 * 500


def test_among_few_allowed_ones_the_compressed_index_looks_through_every_list(rng: np.random.Generator) -> None:
    index, oracle = filled(compressed_index, np.arange(8000), clustered(rng, 8000))
    for count in (1, 15, 150, 3000):
        allowed = rng.choice(8000, count, replace=False).astype(np.int64)
        agree(index, oracle, clustered(rng, 1)[0], 10, allowed)


def test_searches_beside_adding_and_removing_see_whole_rows(make: Make, rng: np.random.Generator) -> None:
    """Every vector is its key's, so a score that does not belong to its key would show."""
    pool = unit(rng, 2000)
    index, oracle = filled(make, np.arange(200), pool[:200])
    oracle.rows.update(enumerate(pool))
    wrong: list[object] = []
    done = threading.Event()

    def ask(seed: int) -> None:
        queries = unit(np.random.default_rng(seed), 50)
        while not done.is_set():
            for query in queries:
                keys, scores = index.search(query, 10)
                if len(keys) != 10 or not np.allclose(pool[keys] @ query, scores, atol=1e-5):
                    wrong.append((keys, scores))

    askers = [threading.Thread(target=ask, args=(seed,)) for seed in range(2)]
    for thread in askers:
        thread.start()
    for first in range(200, 2000, 20):
        index.add(np.arange(first, first + 20), pool[first : first + 20])
        index.remove(np.arange(first - 180, first - 160))
    done.set()
    for thread in askers:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("make", [flat_index, compressed_index])
@settings(max_examples=40)
@given(data=st.data())
def test_any_sequence_of_changes_agrees_with_the_oracle(make: Make, data: st.DataObject) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    pool = np.round(rng.standard_normal((6, 4)) * 2).astype(np.float32) / 2  # few values: many exact ties
    oracle = Oracle()
    index = make(4, oracle)
    for _ in range(data.draw(st.integers(1, 8))):
        keys = np.array(data.draw(st.lists(st.integers(0, 30), unique=True, max_size=12)), dtype=np.int64)
        if data.draw(st.booleans()):
            keys = np.array([key for key in keys.tolist() if key not in oracle.rows], dtype=np.int64)
            rows = pool[rng.integers(0, 6, len(keys))]
            index.add(keys, rows)
            oracle.rows.update(zip(keys.tolist(), rows, strict=True))
        else:
            index.remove(keys)
            for key in keys.tolist():
                oracle.rows.pop(key, None)
        agree(index, oracle, pool[0], 7)
        agree(index, oracle, pool[1] * 3, 3, keys)
