import numpy as np
import pytest
from scipy import sparse

from semisup.graphs import neighbours, spreading


@pytest.fixture(scope="module")
def moons():
    """Two interleaved half circles, two classes: what a graph can tell apart and a line cannot."""
    rng = np.random.default_rng(0)
    angle = rng.uniform(0, np.pi, 600)
    y = np.arange(600) % 2
    x = np.column_stack([np.cos(angle) * (1 - 2 * y) + y, np.sin(angle) * (1 - 2 * y) + 0.5 * y])
    codes = (x + rng.normal(0, 0.08, x.shape)).astype("f4")
    return codes, y, neighbours.adjacency(neighbours.self_search(codes, 10))


def test_label_spreading_is_its_closed_form(moons):
    _, y, graph = moons
    rows = np.arange(6)
    found = spreading.label_spreading(graph, rows, y[rows], 2)
    scale = np.diag(1 / np.sqrt(np.asarray(graph.sum(axis=1)).ravel()))
    source = np.zeros((600, 2))
    source[rows, y[rows]] = 1
    expected = np.linalg.solve(np.eye(600) - spreading.ALPHA * scale @ graph.toarray() @ scale, source)
    np.testing.assert_allclose(found, expected / expected.sum(axis=1, keepdims=True), atol=0.02)
    assert (found.argmax(axis=1) == expected.argmax(axis=1)).mean() > 0.97
    assert (found.argmax(axis=1) == y).mean() > 0.95


def test_poisson_learning_solves_the_poisson_equation(moons):
    _, y, graph = moons
    rows = np.arange(5)  # classes 0 1 0 1 0
    u = spreading.poisson(graph, rows, y[rows], 2)
    laplacian = np.diag(np.asarray(graph.sum(axis=1)).ravel()) - graph.toarray()
    source = np.zeros((600, 2))
    source[rows] = np.eye(2)[y[rows]] - [0.6, 0.4]
    np.testing.assert_allclose(laplacian @ u, source, atol=1e-3)
    assert (u.argmax(axis=1) == y).mean() > 0.9


def test_class_sizes_are_kept_and_help_with_one_label_a_class(moons):
    _, y, graph = moons
    half = np.full(2, 0.5)
    for rows in ([0, 1], [10, 33], [52, 77]):
        found = spreading.poisson_with_class_sizes(graph, np.array(rows), y[rows], half, half)
        assert (found == 0).mean() == pytest.approx(0.5, abs=0.005)
        assert (found == y).mean() > 0.95


def test_a_component_without_a_label_is_found_and_harms_nobody():
    block = np.ones((5, 5)) - np.eye(5)
    graph = sparse.csr_matrix(sparse.block_diag([block, block, block]))
    rows, y = np.array([0, 5]), np.array([0, 1])
    np.testing.assert_array_equal(spreading.unreached(graph, rows), np.arange(15) >= 10)
    for found in (
        spreading.label_spreading(graph, rows, y, 2),
        spreading.poisson(graph, rows, y, 2),
        np.eye(2)[spreading.poisson_with_class_sizes(graph, rows, y, np.full(2, 0.3), np.full(2, 0.7))],
    ):
        assert np.isfinite(found).all()
        np.testing.assert_array_equal(found[:10].argmax(axis=1), [0] * 5 + [1] * 5)


def test_agreement_is_where_random_walks_end():
    graph = sparse.csr_matrix(np.array([[0, 1, 3.0], [1, 0, 0], [3, 0, 0]]))
    np.testing.assert_allclose(spreading.smoothed_classes(graph, np.array([0, 1, 0]), 2, steps=1)[0], [0.75, 0.25])
    two = spreading.smoothed_classes(graph, np.array([0, 1, 0]), 2, steps=2)
    np.testing.assert_allclose(two, [[1, 0], [0.75, 0.25], [0.75, 0.25]])


def test_it_agrees_with_graphlearning(moons):
    graphlearning = pytest.importorskip("graphlearning", exc_type=ImportError)
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    graph = neighbours.adjacency(neighbours.self_search((x / 16).astype("f4"), 10))
    rows = np.concatenate([np.flatnonzero(y == c)[:2] for c in range(10)])
    equal = np.full(10, 0.1)
    ours = spreading.poisson_with_class_sizes(graph, rows, y[rows], equal, equal)
    theirs = graphlearning.ssl.poisson_mbo(graph, class_priors=equal).fit_predict(rows, y[rows])
    plain = graphlearning.ssl.poisson(graph).fit_predict(rows, y[rows])
    assert (spreading.poisson(graph, rows, y[rows], 10).argmax(axis=1) == plain).mean() > 0.98
    assert (ours == theirs).mean() > 0.97
    assert (ours == y).mean() > (theirs == y).mean() - 0.01
