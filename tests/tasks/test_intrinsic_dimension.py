import numpy as np
import pytest
from sklearn.datasets import make_swiss_roll

from semisup.tasks.intrinsic_dimension import estimates, maximum_likelihood, two_nn


def in_fifty_dimensions(points):
    """Rotated and shifted: (n, d) to (n, 50)."""
    rng = np.random.default_rng(5)
    basis = np.linalg.qr(rng.normal(size=(50, points.shape[1])))[0]
    return (points @ basis.T + rng.normal(size=50)).astype(np.float32)


def subspace(dimension):
    return np.random.default_rng(0).uniform(size=(2000, dimension))


def sphere(dimension):
    points = np.random.default_rng(1).normal(size=(2000, dimension + 1))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("points", "dimension"),
    [(subspace(1), 1), (subspace(2), 2), (subspace(5), 5), (sphere(2), 2), (sphere(5), 5)],
    ids=["line", "plane", "subspace of 5", "sphere", "sphere of 5"],
)
def test_the_dimension_is_that_of_the_manifold_and_not_of_the_space(points, dimension):
    for estimate in estimates(in_fifty_dimensions(points), 0).values():
        assert abs(estimate.value - dimension) < 0.12 * dimension
        assert estimate.low < estimate.value < estimate.high


def test_a_rolled_up_plane_has_two_dimensions():
    roll = make_swiss_roll(4000, random_state=0)[0]
    for estimate in estimates(in_fifty_dimensions(roll), 0).values():
        assert abs(estimate.value - 2) < 0.2


def test_neither_scale_nor_place_nor_repeated_rows_change_the_dimension():
    points = in_fifty_dimensions(subspace(3)[:500])
    found = estimates(points, 0)
    for other in (points * 1000, np.concatenate([points, points[:200]])):
        for name, estimate in estimates(other, 0).items():
            assert abs(estimate.value - found[name].value) < 0.02
    assert estimates(points + 100, 0)["two_nn"].value == pytest.approx(found["two_nn"].value, rel=0.02)


def test_intervals_shrink_with_more_points_and_the_same_seed_draws_the_same():
    few, many = (estimates(in_fifty_dimensions(subspace(2)[:n]), 0) for n in (200, 2000))
    for name in few:
        assert many[name].high - many[name].low < 0.6 * (few[name].high - few[name].low)
    assert estimates(in_fifty_dimensions(subspace(2)[:200]), 0) == few


def test_the_estimators_give_the_dimension_whose_law_the_distances_follow():
    rng = np.random.default_rng(3)
    for dimension in (1, 4, 12):
        radii = np.sort(rng.uniform(size=(20000, 20)) ** (1 / dimension), axis=1)  # evenly spread in a ball
        assert maximum_likelihood(radii) == pytest.approx(dimension, rel=0.03)
        assert two_nn(radii) == pytest.approx(dimension, rel=0.05)


def test_images_and_few_rows():
    rng = np.random.default_rng(4)
    images = rng.uniform(size=(30, 4, 4, 3)).astype(np.float32)
    assert estimates(images, 0) == estimates(images.reshape(30, -1), 0)
    assert estimates(images, 0)["maximum_likelihood"].neighbours == 6
    assert estimates(np.repeat(images[:9], 5, axis=0), 0) == {}
