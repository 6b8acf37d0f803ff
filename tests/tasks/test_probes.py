import numpy as np

from semisup.tasks import probes
from tests.conftest import blobs


def test_probes_find_classes_that_are_there_and_none_that_are_not():
    (x, y), (x_test, y_test) = blobs(300), blobs(300, seed=1)
    noise, noise_test = np.random.default_rng(0).normal(size=(2, 300, 6))
    for score in (probes.linear, probes.nearest_neighbour):
        assert score(x, y, x_test, y_test) > 0.95
        assert 0.2 < score(noise, y, noise_test, y_test) < 0.5


def test_the_linear_probe_is_linear_and_the_nearest_neighbour_is_not():
    x, x_test = np.random.default_rng(1).normal(size=(2, 1000, 2))
    y, y_test = (x.prod(axis=1) > 0).astype(int), (x_test.prod(axis=1) > 0).astype(int)
    assert probes.linear(x, y, x_test, y_test) < 0.65
    assert probes.nearest_neighbour(x, y, x_test, y_test) > 0.9


def test_the_scale_of_a_code_does_not_matter_to_the_linear_probe():
    (x, y), (x_test, y_test) = blobs(60), blobs(300, seed=1)
    scale = 10.0 ** np.arange(-3, 3)
    assert abs(probes.linear(x * scale, y, x_test * scale, y_test) - probes.linear(x, y, x_test, y_test)) < 0.01
