import numpy as np
import pytest

from semisup.graphs import neighbours
from semisup.retrieval import ranking
from semisup.retrieval.hash_index import CANDIDATES, HashIndex


def coded(rows, bits, seed):
    """Bits that say something of real-valued codes, as a hasher's do."""
    codes = np.random.default_rng(seed).normal(size=(rows, 6)).astype(np.float32)
    return codes @ np.random.default_rng(99).normal(size=(6, bits)) > 0, codes


@pytest.mark.parametrize("bits", [8, 16, 24, 32, 64])
@pytest.mark.parametrize("rows", [60, 3000])
def test_candidates_are_enough_and_begin_with_the_bucket_of_the_query(bits, rows):
    items, queries = coded(rows, bits, 0), coded(50, bits, 1)
    queries[0][:25] = items[0][:25]  # buckets that are not empty
    index = HashIndex(bits)
    index.add(*items)
    exact = (items[0] != queries[0][:, None]).sum(axis=2)  # (50, rows)
    for enough in (1, 7, 50):
        distances, found = index.candidates(ranking.pack(queries[0]), enough)
        assert (found[:, :enough] >= 0).all()
        for of, mine, apart in zip(exact, found, distances, strict=True):
            known = mine[mine >= 0]
            np.testing.assert_array_equal(of[known], apart[mine >= 0])
            assert (np.diff(of[known]) >= 0).all()
            assert len(set(known)) == len(known)
            assert set(np.flatnonzero(of == 0)) <= set(known)


def test_an_empty_bucket_still_answers():
    items, codes = np.zeros((5, 32), bool), np.arange(10, dtype=np.float32).reshape(5, 2)
    index = HashIndex(32)
    index.add(items, codes)
    found = index.search(np.ones((1, 32), bool), np.zeros((1, 2), np.float32), 3)
    np.testing.assert_array_equal(found.items, [[0, 1, 2]])
    np.testing.assert_array_equal(found.bits, [[32, 32, 32]])


def test_answers_are_the_nearest_candidates_by_the_real_valued_code():
    items, queries = coded(CANDIDATES, 16, 0), coded(20, 16, 1)
    index = HashIndex(16)
    index.add(*items)
    found = index.search(*queries, 10)
    every = np.linalg.norm(items[1] - queries[1][:, None], axis=2)  # all are candidates
    np.testing.assert_array_equal(found.items, every.argsort(axis=1)[:, :10])
    np.testing.assert_allclose(found.distances, np.sort(every, axis=1)[:, :10], rtol=1e-4)
    np.testing.assert_array_equal(found.bits, (items[0][found.items] != queries[0][:, None]).sum(axis=2))


def test_more_candidates_find_more_of_the_nearest():
    items, queries = coded(20_000, 16, 0), coded(100, 16, 1)
    index = HashIndex(16)
    index.add(*items)
    exact = neighbours.search(queries[1], items[1], 10).rows
    recalls = []
    for candidates in (10, 100, 1000, 20_000):
        found = index.search(*queries, 10, candidates).items
        recalls.append(np.mean([np.isin(*pair).mean() for pair in zip(exact, found, strict=True)]))
    assert (np.diff(recalls) > 0.02).all()
    assert recalls[-1] == 1


def test_items_added_later_are_found_under_the_numbers_that_follow():
    first, second = coded(300, 16, 0), coded(200, 16, 1)
    index = HashIndex(16)
    index.add(*first)
    index.add(*second)
    assert len(index) == 500
    found = index.search(*second, 1)
    np.testing.assert_array_equal(found.items[:, 0], 300 + np.arange(200))
    np.testing.assert_allclose(found.distances, 0)


def test_more_answers_than_items_are_all_items():
    items = coded(4, 8, 0)
    index = HashIndex(8)
    index.add(*items)
    assert index.search(*coded(3, 8, 1), 10).items.shape == (3, 4)
