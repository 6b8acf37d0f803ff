import numpy as np
from scipy.spatial.distance import cdist

from semisup.graphs import neighbours


def test_they_are_the_nearest_others_nearest_first():
    codes = np.random.default_rng(0).normal(size=(60, 3)).astype("f4")
    found = neighbours.self_search(codes, 5)
    distances = cdist(codes, codes)
    np.fill_diagonal(distances, np.inf)
    np.testing.assert_array_equal(found.rows, np.argsort(distances, axis=1)[:, :5])
    np.testing.assert_allclose(found.distances, np.sort(distances, axis=1)[:, :5], atol=1e-3)


def test_among_very_many_nearly_all_are_found_the_same_each_time_and_never_their_own(monkeypatch):
    rng = np.random.default_rng(0)
    codes = (rng.normal(size=(40, 8))[rng.integers(40, size=3000)] + 0.3 * rng.normal(size=(3000, 8))).astype("f4")
    exact = neighbours.self_search(codes, 10)
    monkeypatch.setattr(neighbours, "EXACT_ROWS", 2999)
    found, again = (neighbours.self_search(codes, 10) for _ in range(2))
    recall = np.mean([len(np.intersect1d(*pair)) / 10 for pair in zip(found.rows, exact.rows, strict=True)])
    assert recall > 0.99
    np.testing.assert_array_equal(found.rows, again.rows)
    assert (found.rows != np.arange(3000)[:, None]).all()
    assert (np.diff(found.distances, axis=1) >= 0).all()


def test_very_many_codes_that_are_the_same_have_neighbours_too(monkeypatch):
    monkeypatch.setattr(neighbours, "EXACT_ROWS", 10)
    found = neighbours.self_search(np.repeat(np.eye(3, dtype="f4"), 200, axis=0), 5)
    assert found.rows.shape == (600, 5)
    assert found.rows.min() >= 0
    assert (found.rows != np.arange(600)[:, None]).all()


def test_rows_that_are_the_same_are_each_others_neighbours_and_never_their_own():
    codes = np.repeat(np.eye(3, dtype="f4"), 20, axis=0)
    found = neighbours.self_search(codes, 4)
    assert found.rows.shape == (60, 4)
    assert (found.rows != np.arange(60)[:, None]).all()
    assert (found.rows // 20 == np.arange(60)[:, None] // 20).all()
    assert np.isfinite(neighbours.weights(found)).all()
    assert (neighbours.adjacency(found).diagonal() == 0).all()


def test_there_are_no_more_neighbours_than_other_rows():
    assert neighbours.self_search(np.eye(4, dtype="f4"), 10).rows.shape == (4, 3)


def test_the_graph_is_symmetric_and_sparse_with_weights_that_fall_with_distance():
    codes = np.random.default_rng(0).normal(size=(500, 3)).astype("f4")
    found = neighbours.self_search(codes, 5)
    weights = neighbours.weights(found)
    assert (np.diff(weights, axis=1) <= 0).all()
    np.testing.assert_allclose(weights[:, -1], np.exp(-4), rtol=1e-5)
    graph = neighbours.adjacency(found)
    assert graph.nnz <= 2 * 500 * 5
    assert abs(graph - graph.T).max() < 1e-12
    i, j = 7, found.rows[7, 0]
    back = weights[j][found.rows[j] == i].sum()
    np.testing.assert_allclose(graph[i, j], (weights[7, 0] + back) / 2, rtol=1e-6)
