import json

import numpy as np
import pytest

from semisup.data.scaling import Scaling, fit_scaling


def test_bytes_are_divided_by_255_whatever_their_range():
    x = np.array([[10, 20]], np.uint8)
    np.testing.assert_allclose(fit_scaling(x)(x), x / 255, rtol=1e-6)


def test_numbers_in_the_unit_interval_stay():
    x = np.array([[0.2, 0.4], [0.3, 0.9]])
    np.testing.assert_array_equal(fit_scaling(x)(x), x.astype("f4"))


def test_images_share_one_range():
    x = np.zeros((2, 2, 2, 1))
    x[1, 0, 0] = 4.0
    x[0, 1, 1] = -4.0
    assert fit_scaling(x)(x)[1].ravel().tolist() == [1, 0.5, 0.5, 0.5]


def test_vectors_are_scaled_by_column_and_a_constant_column_becomes_zero():
    x = np.array([[0.0, 7.0, 100.0], [10.0, 7.0, 300.0]])
    assert fit_scaling(x)(x).tolist() == [[0, 0, 0], [1, 0, 1]]


def test_values_outside_the_training_range_are_clipped():
    scaling = fit_scaling(np.array([[0.0], [10.0]]))
    assert scaling(np.array([[-5.0], [15.0]])).ravel().tolist() == [0, 1]


def test_large_offsets_keep_their_precision():
    seconds = np.array([[1.7e9], [1.7e9 + 20], [1.7e9 + 40]])
    np.testing.assert_allclose(fit_scaling(seconds)(seconds).ravel(), [0, 0.5, 1])


def test_it_survives_json():
    x = np.random.default_rng(0).normal(size=(9, 3))
    scaling = fit_scaling(x)
    again = Scaling.from_json(json.loads(json.dumps(scaling.to_json())))
    np.testing.assert_array_equal(again(x), scaling(x))


def test_channels_of_different_units_have_a_range_each():
    x = np.random.default_rng(0).uniform(size=(20, 4, 4, 2)) * [1, 1000]
    scaling = fit_scaling(x)
    assert scaling.rule == "each channel from its training range"
    assert np.ptp(scaling(x), axis=(0, 1, 2)).tolist() == [1, 1]
    np.testing.assert_allclose(scaling.back(scaling(x)), x, rtol=1e-4, atol=1e-3)
    alike = fit_scaling(x * [255, 0.3])
    assert alike.low.shape == ()  # colours share their range


def test_columns_of_a_series_have_a_range_each():
    x = np.random.default_rng(0).uniform(size=(20, 40, 3, 1)) * np.array([1, 10, 1000])[:, None]
    scaling = Scaling.from_json(json.loads(json.dumps(fit_scaling(x).to_json())))
    assert scaling.rule == "each column from its training range"
    assert np.ptp(scaling(x), axis=(0, 1, 3)).tolist() == [1, 1, 1]


@pytest.mark.parametrize("where", [(slice(None), 2, 3), (7,)], ids=["a hot pixel", "a bright image"])
def test_a_few_values_far_outside_do_not_crush_the_others(where):
    x = np.random.default_rng(0).uniform(0, 200, (150, 8, 8, 1))
    x[where] *= 1000
    scaling = fit_scaling(x)
    assert "a few values far outside are clipped" in scaling.rule
    assert 150 < scaling.high < 201
    vectors = np.random.default_rng(0).normal(size=(2000, 2))
    vectors[0, 1] = 1e5
    assert fit_scaling(vectors).high[1] < 5
    assert fit_scaling(vectors).high[0] == vectors[:, 0].max()


def test_what_most_images_have_is_not_far_outside():
    x = np.zeros((150, 8, 8, 1))
    x.reshape(150, -1)[np.arange(150), np.arange(150) % 64] = 99  # one pixel in each
    assert fit_scaling(x).high == 99
