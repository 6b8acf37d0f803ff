import keras
import numpy as np
import pytest
from keras import ops

from semisup.objectives.corruption import corrupt

X = np.random.default_rng(0).uniform(0.2, 0.8, (400, 20, 10, 1)).astype("f4")


def corrupted(kind, strength, seed=3):
    return ops.convert_to_numpy(corrupt(ops.convert_to_tensor(X), kind, strength, keras.random.SeedGenerator(seed)))


def test_gaussian_noise_has_the_given_standard_deviation_and_no_mean():
    noise = corrupted("gaussian", 0.3) - X
    assert noise.std() == pytest.approx(0.3, rel=0.01)
    assert abs(noise.mean()) < 0.005


@pytest.mark.parametrize(("kind", "values"), [("masking", {0.0}), ("salt_and_pepper", {0.0, 1.0})])
def test_the_given_share_of_features_is_set(kind, values):
    found = corrupted(kind, 0.3)
    hit = found != X
    assert hit.mean() == pytest.approx(0.3, abs=0.01)
    assert set(np.unique(found[hit])) == values
    if kind == "salt_and_pepper":
        assert found[hit].mean() == pytest.approx(0.5, abs=0.02)


def test_swapped_features_come_from_the_same_feature_of_other_rows():
    found = corrupted("swap", 0.3)
    assert (found != X).mean() == pytest.approx(0.3, abs=0.01)
    for place in [(0, 0), (7, 3), (19, 9)]:
        assert set(found[:, *place, 0]) <= set(X[:, *place, 0])


def test_a_block_is_one_rectangle_of_the_given_share_anywhere_in_the_image():
    hit = corrupted("block", 0.25)[..., 0] == 0  # (400, 20, 10)
    np.testing.assert_array_equal(hit.sum((1, 2)), 50)
    for image in hit[:50]:
        rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
        assert (len(rows), len(columns)) == (10, 5)
        assert image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].all()
    assert hit.any(0).all()


def test_gamma_raises_each_input_to_a_power_of_its_own_within_the_strength():
    powers = np.log(corrupted("gamma", 0.5)) / np.log(X)  # (400, 20, 10, 1)
    np.testing.assert_allclose(powers, powers[:, :1, :1].repeat(20, 1).repeat(10, 2), rtol=1e-4)
    logs = np.log(powers[:, 0, 0, 0])
    assert -0.5 <= logs.min() < -0.45
    assert 0.45 < logs.max() <= 0.5
    assert abs(logs.mean()) < 0.05
    dark = ops.convert_to_numpy(corrupt(ops.zeros((5, 3)), "gamma", 1.0, keras.random.SeedGenerator(0)))
    np.testing.assert_array_equal(dark, np.zeros((5, 3)))


def test_nothing_is_lost_at_strength_0():
    for kind in ("gaussian", "masking", "salt_and_pepper", "swap", "block"):
        np.testing.assert_array_equal(corrupted(kind, 0.0), X)
    np.testing.assert_allclose(corrupted("gamma", 0.0), X, rtol=1e-6)
