import numpy as np
import pytest

from semisup.retrieval import ranking
from semisup.retrieval.hash_index import LEAST_SHORTLIST, HashIndex


def coded(rows, bits, seed):
    """Bits that say something of real-valued codes, as a hasher's do."""
    codes = np.random.default_rng(seed).normal(size=(rows, 6)).astype(np.float32)
    return codes @ np.random.default_rng(99).normal(size=(6, bits)) > 0, codes


@pytest.mark.parametrize("bits", [8, 16, 24, 32, 64])
def test_the_nearest_by_bits_are_exact_however_many_are_asked_for(bits):
    items, queries = coded(3000, bits, 0), coded(50, bits, 1)
    index = HashIndex(bits)
    index.add(*items)
    exact = np.sort(ranking.hamming(ranking.pack(queries[0]), ranking.pack(items[0])), axis=1)
    for count in (1, 7, 300):
        distances, found = index.nearest_bits(queries[0], count)
        np.testing.assert_array_equal(distances, exact[:, :count])
        np.testing.assert_array_equal(distances, (items[0][found] != queries[0][:, None]).sum(axis=2))


def test_an_empty_bucket_still_answers():
    items, codes = np.zeros((5, 32), bool), np.arange(10, dtype=np.float32).reshape(5, 2)
    index = HashIndex(32)
    index.add(items, codes)
    found = index.search(np.ones((1, 32), bool), np.zeros((1, 2), np.float32), 3)
    np.testing.assert_array_equal(found.items, [[0, 1, 2]])
    np.testing.assert_array_equal(found.bits, [[32, 32, 32]])


def test_answers_are_ranked_by_the_real_valued_code_and_the_exact_bucket_is_never_missed():
    items, queries = coded(LEAST_SHORTLIST // 2, 16, 0), coded(20, 16, 1)
    index = HashIndex(16)
    index.add(*items)
    found = index.search(queries[0], queries[1], 10)
    every = np.linalg.norm(items[1] - queries[1][:, None], axis=2)  # all are in the shortlist
    np.testing.assert_array_equal(found.items, every.argsort(axis=1)[:, :10])
    np.testing.assert_allclose(found.distances, np.sort(every, axis=1)[:, :10], rtol=1e-5)


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
