import itertools

import keras
import numpy as np
import pytest

from semisup import networks
from semisup.commands.pretrain import pretrain
from semisup.objectives import hashing
from semisup.settings import PretrainSettings


def test_fair_independent_bits_are_balanced_and_others_are_not():
    every = np.array(list(itertools.product([0, 1], repeat=4)), "f4")
    assert float(hashing.imbalance(every)) == pytest.approx(0, abs=1e-6)
    constant, twins = every.copy(), every.copy()
    constant[:, 0] = 1
    twins[:, 0] = every[:, 1]
    assert float(hashing.imbalance(constant)) == pytest.approx(1)
    assert float(hashing.imbalance(twins)) == pytest.approx(1)


def test_bit_entropy_is_one_for_fair_bits_and_none_for_constant_ones():
    bits = np.array([[0, 0, 0], [1, 0, 0], [0, 0, 0], [1, 0, 1]], bool)
    np.testing.assert_allclose(hashing.bit_entropy(bits), [1, 0, 0.8113], atol=1e-4)


def test_the_noise_is_behind_batch_normalisation():
    settings = PretrainSettings(objective="hashing", batch_norm=True, bit_noise=1.0)
    keras.utils.set_random_seed(0)
    encoder, decoder = networks.build("dense", (6,), [8], 4, code_activation="sigmoid", batch_norm=True)
    for variable in encoder.variables:
        variable.assign(variable + keras.random.uniform(variable.shape, 0, 0.5))
    x = np.random.default_rng(0).uniform(size=(9, 6)).astype("f4")
    expected = networks.predict(decoder, networks.predict(encoder, x))
    model = hashing.training_model(encoder, decoder, *settings.objective_options)
    np.testing.assert_allclose(networks.predict(model, x), expected, atol=1e-6)


@pytest.mark.slow
def test_noise_makes_rounding_lose_little(workspace):
    def loss_by_rounding(bit_noise):
        settings = PretrainSettings(objective="hashing", code_size=10, bit_noise=bit_noise, epochs=20, widths=[64])
        metrics = pretrain(settings).metrics
        assert metrics["train_bit_entropy_least"] > 0.9
        return metrics["test_mse_rounded"] / metrics["test_mse"]

    assert loss_by_rounding(4.0) < 1.2 < loss_by_rounding(0.0)
