import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from semisup.retrieval import ranking


def random_bits(rows, bits, seed):
    return np.random.default_rng(seed).random((rows, bits)) < 0.5


def test_without_ties_it_is_average_precision():
    rng = np.random.default_rng(0)
    relevant = rng.random(50) < 0.3
    found = ranking.average_precision(np.ones(50), relevant.astype(float))
    assert found == pytest.approx(average_precision_score(relevant, -np.arange(50)))


def test_ties_count_with_their_mean_over_all_orders():
    rng = np.random.default_rng(1)
    groups = np.repeat([0, 1, 2, 3], [5, 1, 9, 6])
    relevant = rng.random(len(groups)) < 0.4
    items, hits = np.bincount(groups).astype(float), np.bincount(groups, weights=relevant)
    orders = [np.lexsort((rng.random(len(groups)), groups)) for _ in range(1500)]
    scores = [average_precision_score(relevant[order], -np.arange(len(order))) for order in orders]
    assert ranking.average_precision(items, hits) == pytest.approx(np.mean(scores), abs=0.012)
    at_eight = [relevant[order[:8]].mean() for order in orders]
    assert ranking.precision(items, hits, 8) == pytest.approx(np.mean(at_eight), abs=0.015)


def test_codes_that_are_the_class_rank_perfectly_and_random_ones_as_chance():
    y, y_queries = np.arange(400) % 4, np.arange(40) % 4
    by_class = random_bits(4, 16, 0)
    perfect = ranking.score(by_class[y], y, by_class[y_queries], y_queries, 100)
    assert perfect == pytest.approx((1, 1))
    chance = ranking.score(random_bits(400, 16, 1), y, random_bits(40, 16, 2), y_queries, 100)
    assert chance.average_precision == pytest.approx(0.25, abs=0.03)
    assert chance.precision == pytest.approx(0.25, abs=0.03)


def test_queries_of_a_class_that_no_item_has_are_left_out():
    bits, y = random_bits(20, 8, 0), np.zeros(20, int)
    assert ranking.score(bits, y, bits[:4], np.array([0, 0, 1, 1]), 5) == pytest.approx((1, 1))


def test_hamming_distances_count_bits():
    a, b = random_bits(7, 24, 0), random_bits(11, 24, 1)
    found = ranking.hamming(ranking.pack(a), ranking.pack(b))
    np.testing.assert_array_equal(found, (a[:, None] != b[None]).sum(axis=2))
