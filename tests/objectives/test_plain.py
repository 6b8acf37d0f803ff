import keras
import numpy as np
import pytest

from semisup import metrics, networks
from semisup.commands.pretrain import pretrain
from semisup.objectives import plain
from semisup.settings import PretrainSettings
from semisup.settings.objectives import CodeOptions


def test_the_loss_is_the_mean_squared_error_of_the_reconstruction_and_nothing_else():
    encoder, decoder = networks.build("dense", (6,), [5], 3)
    model = plain.training_model(encoder, decoder, CodeOptions())
    x = np.random.default_rng(0).uniform(size=(7, 6)).astype("f4")
    reconstruction = networks.predict(decoder, networks.predict(encoder, x))
    np.testing.assert_allclose(model(x, training=True), reconstruction, atol=1e-6)
    loss = float(keras.losses.MeanSquaredError()(x, model(x, training=True)))
    np.testing.assert_allclose(loss, metrics.mean_squared_error(x, reconstruction), rtol=1e-5)
    assert model.losses == []


@pytest.mark.parametrize("code_size", [4, pytest.param(10, marks=pytest.mark.slow)])
def test_the_linear_network_spans_the_principal_subspace_of_the_digits(workspace, code_size):
    settings = PretrainSettings(network="linear", code_size=code_size, epochs=40, batch_size=32, learning_rate=2e-2)
    result = pretrain(settings)
    assert result.metrics["test_mse_ratio_to_pca"] == pytest.approx(1, abs=0.01)
    assert result.metrics["degrees_to_pca"] < 3
