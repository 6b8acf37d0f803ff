import keras
import numpy as np

from semisup import metrics, networks
from semisup.objectives import plain


def test_the_loss_is_the_mean_squared_error_of_the_reconstruction_and_nothing_else():
    encoder, decoder = networks.build("dense", (6,), [5], 3)
    model = plain.training_model(encoder, decoder)
    x = np.random.default_rng(0).uniform(size=(7, 6)).astype("f4")
    reconstruction = networks.predict(decoder, networks.predict(encoder, x))
    np.testing.assert_allclose(model(x, training=True), reconstruction, atol=1e-6)
    loss = float(keras.losses.MeanSquaredError()(x, model(x, training=True)))
    np.testing.assert_allclose(loss, metrics.mean_squared_error(x, reconstruction), rtol=1e-5)
    assert model.losses == []


def test_training_it_trains_both_halves():
    encoder, decoder = networks.build("dense", (6,), [5], 3)
    model = plain.training_model(encoder, decoder)
    assert len(model.trainable_variables) == len(encoder.trainable_variables) + len(decoder.trainable_variables)
