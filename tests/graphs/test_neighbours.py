import numpy as np
from scipy.spatial.distance import cdist

from semisup.graphs import neighbours


def test_they_are_the_nearest_others_nearest_first():
    codes = np.random.default_rng(0).normal(size=(60, 3)).astype("f4")
    found = neighbours.among(codes, 5)
    distances = cdist(codes, codes)
    np.fill_diagonal(distances, np.inf)
    np.testing.assert_array_equal(found.rows, np.argsort(distances, axis=1)[:, :5])
    np.testing.assert_allclose(found.distances, np.sort(distances, axis=1)[:, :5], atol=1e-3)


def test_rows_that_are_the_same_are_each_others_neighbours_and_never_their_own():
    codes = np.repeat(np.eye(3, dtype="f4"), 20, axis=0)
    found = neighbours.among(codes, 4)
    assert found.rows.shape == (60, 4)
    assert (found.rows != np.arange(60)[:, None]).all()
    assert (found.rows // 20 == np.arange(60)[:, None] // 20).all()
    assert np.isfinite(neighbours.weights(found)).all()
    assert (neighbours.adjacency(found).diagonal() == 0).all()


def test_there_are_no_more_neighbours_than_other_rows():
    assert neighbours.among(np.eye(4, dtype="f4"), 10).rows.shape == (4, 3)


def test_the_graph_is_symmetric_and_sparse_with_weights_that_fall_with_distance():
    codes = np.random.default_rng(0).normal(size=(500, 3)).astype("f4")
    found = neighbours.among(codes, 5)
    weights = neighbours.weights(found)
    assert (np.diff(weights, axis=1) <= 0).all()
    np.testing.assert_allclose(weights[:, -1], np.exp(-4), rtol=1e-5)
    graph = neighbours.adjacency(found)
    assert graph.nnz <= 2 * 500 * 5
    assert abs(graph - graph.T).max() < 1e-12
    i, j = 7, found.rows[7, 0]
    back = weights[j][found.rows[j] == i].sum()
    np.testing.assert_allclose(graph[i, j], (weights[7, 0] + back) / 2, rtol=1e-6)
