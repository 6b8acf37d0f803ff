import keras
import numpy as np
import pytest

from semisup.data.dataset import Arrays, build
from semisup.tasks import interpolation
from tests.conftest import blobs


def circle():
    """An encoder of points on the upper half of a circle to their angle, and its decoder."""
    point, angle = keras.Input((2,)), keras.Input((1,))
    code = keras.ops.arctan2(point[:, 1:] - 0.5, point[:, :1] - 0.5)
    decoded = 0.5 + 0.5 * keras.ops.concatenate([keras.ops.cos(angle), keras.ops.sin(angle)], axis=1)
    return keras.Model(point, code), keras.Model(angle, decoded)


def on_circle(angles):
    return (0.5 + 0.5 * np.column_stack([np.cos(angles), np.sin(angles)])).astype(np.float32)


def test_pairs_are_of_different_classes_and_no_row_is_in_two():
    y = np.arange(101) % 3
    found = interpolation.pairs(y, 200, 0)
    assert len(found) >= 48
    assert len(np.unique(found)) == found.size
    assert (y[found[:, 0]] != y[found[:, 1]]).all()
    assert len(interpolation.pairs(y, 7, 0)) == 7
    assert (interpolation.pairs(y, 7, 0) == interpolation.pairs(y, 7, 0)).all()
    assert (interpolation.pairs(y, 7, 0) != interpolation.pairs(y, 7, 1)).any()
    assert len(interpolation.pairs(np.array([0] * 9 + [1]), 5, 0)) == 1


def test_a_path_through_the_code_stays_on_the_data_where_one_through_pixels_leaves_it():
    train, starts, ends = (on_circle(np.linspace(*limits)) for limits in ((0, np.pi, 1000), (0, 1, 9), (2, 3, 9)))
    paths = interpolation.paths(*circle(), starts, ends)
    for path in paths:
        np.testing.assert_allclose(path[:, 0], starts, atol=1e-5)
        np.testing.assert_allclose(path[:, -1], ends, atol=1e-5)
    assert interpolation.distance(train, paths.code).max() < 0.002
    middle = interpolation.distance(train, paths.pixels)[:, interpolation.STEPS // 2]
    np.testing.assert_allclose(middle, 0.5 * (1 - np.cos(1)), atol=0.002)  # of the chord's middle to the circle
    np.testing.assert_allclose(paths.reconstructions, paths.pixels, atol=1e-5)


def test_the_judge_is_sure_of_inputs_like_those_it_has_seen_and_not_between_or_far_from_them():
    (x, y), (x_test, y_test) = blobs(600), blobs(90, seed=1)
    judge = interpolation.judge(build("blobs", Arrays(x, y, x_test, y_test)), 0)
    assert judge.score(x_test, y_test) > 0.95
    assert judge.predict_proba(x_test).max(axis=1).mean() > 0.9
    centres = np.stack([x[y == c].mean(axis=0) for c in range(3)])
    assert judge.predict_proba((centres + np.roll(centres, 1, axis=0)) / 2).max(axis=1).max() < 0.9
    assert judge.predict_proba(np.full((1, 6), 50.0)).max() < 0.7


def test_the_judge_knows_every_class_even_a_rare_one(monkeypatch):
    monkeypatch.setattr(interpolation, "JUDGE_ROWS", 10)
    x, _ = blobs(60)
    y = np.zeros(60, int)
    y[7] = 1
    assert interpolation.judge(build("rare", Arrays(x, y, x, y)), 0).classes_.tolist() == [0, 1]


def test_scores_are_those_of_single_points():
    x = np.random.default_rng(0).uniform(size=(4, interpolation.STEPS, 2, 2, 3)).astype(np.float32)
    train = np.random.default_rng(1).uniform(size=(20, 2, 2, 3)).astype(np.float32)
    nearest = np.linalg.norm((train - x[3, 5]).reshape(20, -1), axis=1).min()
    assert interpolation.distance(train, x)[3, 5] == pytest.approx(nearest, rel=1e-4)
