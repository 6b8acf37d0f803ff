import keras
import numpy as np
import pytest

from semisup import networks
from semisup.networks import test_time_shifts


def test_it_is_the_mean_over_an_image_and_itself_shifted_a_pixel_along_each_diagonal():
    image = keras.Input((5, 6, 2))
    itself = keras.Model(image, keras.layers.Reshape((5, 6, 2))(image))
    x = np.random.default_rng(0).uniform(size=(3, 5, 6, 2)).astype("f4")
    wide = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    copies = [wide[:, down : down + 5, across : across + 6] for down in (0, 2) for across in (0, 2)]
    np.testing.assert_allclose(networks.predict(test_time_shifts.averaged(itself), x), (x + sum(copies)) / 5, atol=1e-6)


def test_a_large_image_is_shifted_by_a_28th_of_its_sides():
    image = keras.Input((84, 56, 1))
    x = np.zeros((1, 84, 56, 1), "f4")
    x[0, 40, 30] = 1
    found = networks.predict(test_time_shifts.averaged(keras.Model(image, keras.layers.ReLU()(image))), x)[0, ..., 0]
    assert {tuple(place) for place in np.argwhere(found)} == {(40, 30), (37, 28), (37, 32), (43, 28), (43, 32)}


@pytest.mark.parametrize("network", ["dense", "convolutional"])
def test_it_shares_the_weights_and_can_be_kept_in_a_file(network, tmp_path):
    encoder, _ = networks.build(network, (8, 8, 1), [4], 3)
    mean = test_time_shifts.averaged(encoder)
    encoder.set_weights([weight + 0.1 for weight in encoder.get_weights()])
    x = np.random.default_rng(0).uniform(size=(2, 8, 8, 1)).astype("f4")
    mean.save(tmp_path / "mean.keras")
    loaded = keras.saving.load_model(tmp_path / "mean.keras", safe_mode=True)
    np.testing.assert_array_equal(networks.predict(loaded, x), networks.predict(mean, x))
    assert len(mean.weights) == len(encoder.weights)
    black = np.zeros_like(x)
    np.testing.assert_allclose(networks.predict(mean, black), networks.predict(encoder, black), atol=1e-6)
