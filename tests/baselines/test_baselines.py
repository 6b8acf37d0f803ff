import numpy as np
import pytest
from sklearn.semi_supervised import LabelSpreading

from semisup import metrics
from semisup.baselines import classifiers, kernel_pca, pca
from semisup.settings.compare import CLASSIFIERS
from tests.conftest import blobs


def test_pca_is_better_than_any_other_projection_of_its_size():
    x = blobs(200)[0]
    fitted = pca.fit(x, 2)
    error = metrics.mean_squared_error(x, pca.reconstruct(fitted, x))
    rng = np.random.default_rng(0)
    for _ in range(20):
        basis = np.linalg.qr(rng.normal(size=(6, 2)))[0]
        projected = (x - x.mean(axis=0)) @ basis @ basis.T + x.mean(axis=0)
        assert error < metrics.mean_squared_error(x, projected)


def test_pca_keeps_image_shapes_and_steps_aside_where_it_is_exact():
    x = blobs(50, shape=(3, 4, 1))[0]
    assert pca.reconstruct(pca.fit(x, 5), x).shape == x.shape
    assert pca.fit(x, 12) is None
    np.testing.assert_array_equal(pca.encode(None, x), x.reshape(50, 12))


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_classifiers_predict_probabilities_of_images_too(name):
    x, y = blobs(200, shape=(3, 2, 1))
    x_test, y_test = blobs(60, shape=(3, 2, 1), seed=3)
    rows = np.arange(30)
    probabilities = classifiers.prepare(name, x, x_test)(rows, y[rows], 0)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)
    assert (probabilities.argmax(axis=1) == y_test).mean() > 0.9


def test_label_spreading_is_scikit_learns_with_the_graph_found_once():
    x, y = blobs(200)
    x = np.random.default_rng(0).normal(x, 0.2)
    x_test = np.random.default_rng(1).normal(blobs(60, seed=3)[0], 0.2)
    predict = classifiers.prepare("label_spreading", x, x_test)
    for rows in (np.arange(12), np.arange(40, 70)):
        given = np.full(200, -1)
        given[rows] = y[rows]
        expected = LabelSpreading(kernel="knn", n_neighbors=10).fit(x, given).predict_proba(x_test)
        np.testing.assert_allclose(predict(rows, y[rows], 0), expected, rtol=1e-6)


@pytest.mark.parametrize("name", CLASSIFIERS)
def test_two_classes_of_one_label_each_are_enough(name):
    x, y = blobs(100, classes=2)
    probabilities = classifiers.prepare(name, x, x)(np.array([0, 1]), y[:2], 0)
    assert probabilities.shape == (100, 2)
    assert (probabilities.argmax(axis=1) == y).mean() > 0.85


def test_the_largest_angle_is_that_of_the_basis_vector_that_leaves_the_subspace():
    x = np.random.default_rng(0).normal(size=(2000, 4)) * [4, 3, 0.1, 0.1]
    fitted = pca.fit(x, 2)
    out = np.array([0, 0, 1, 0]) - fitted.components_.T @ fitted.components_ @ [0, 0, 1, 0]
    out /= np.linalg.norm(out)
    tilted = np.cos(np.radians(30)) * fitted.components_[1] + np.sin(np.radians(30)) * out
    assert pca.largest_angle(fitted, fitted.components_[::-1] * 5) == pytest.approx(0, abs=1e-3)
    assert pca.largest_angle(fitted, np.stack([fitted.components_[0], tilted])) == pytest.approx(30, abs=1e-3)


def test_kernel_pca_follows_a_curve_that_pca_cannot():
    angle = np.random.default_rng(0).uniform(0, np.pi, 400)
    x = np.column_stack([np.cos(angle), np.sin(angle), 0 * angle]).reshape(400, 3, 1, 1)
    errors = [metrics.mean_squared_error(x, b.reconstruct(b.fit(x, 1), x)) for b in (pca, kernel_pca)]
    assert errors[1] < errors[0]
    assert kernel_pca.encode(kernel_pca.fit(x, 1), x).shape == (400, 1)
