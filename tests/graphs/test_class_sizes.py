import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from semisup.graphs import class_sizes


def shares(scores, price):
    return np.bincount((scores - price).argmax(axis=1), minlength=scores.shape[1]) / len(scores)


def test_the_assignment_is_the_best_one_of_those_sizes():
    scores = np.random.default_rng(0).normal(size=(60, 3)) + np.array([1.0, 0, 0])
    wanted = np.array([0.5, 0.3, 0.2])
    price = class_sizes.prices(scores, wanted, wanted)
    assert shares(scores, price) == pytest.approx(wanted)
    seats = np.repeat(np.arange(3), [30, 18, 12])
    rows, columns = linear_sum_assignment(-scores[:, seats])
    assert scores[np.arange(60), (scores - price).argmax(axis=1)].sum() == pytest.approx(
        scores[rows, seats[columns]].sum()
    )


def test_within_the_bounds_nothing_is_changed_and_outside_they_are_met():
    scores = np.random.default_rng(0).normal(size=(3000, 4)) + np.array([2.0, 0, 0, -2.0])
    free = shares(scores, 0)
    assert not class_sizes.prices(scores, free * 0.9, free * 1.1).any()
    found = shares(scores, class_sizes.prices(scores, np.full(4, 0.2), np.full(4, 0.3)))
    assert (found >= 0.199).all()
    assert (found <= 0.301).all()
    assert found[0] == pytest.approx(0.3, abs=0.01)
    assert found[3] == pytest.approx(0.2, abs=0.002)


def test_equal_scores_are_no_trouble():
    price = class_sizes.prices(np.zeros((30, 3)), np.full(3, 1 / 3), np.full(3, 1 / 3))
    assert np.isfinite(price).all()
