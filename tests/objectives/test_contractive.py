import keras
import numpy as np
import pytest
import tensorflow as tf

from semisup import networks
from semisup.commands.pretrain import pretrain
from semisup.objectives import contractive
from semisup.settings import PretrainSettings

X = np.random.default_rng(0).uniform(size=(40, 5, 4, 1)).astype("f4")


def by_autodiff(encoder):
    """(n,) squared Frobenius norms from full Jacobians."""
    with tf.GradientTape() as tape:
        x = tf.constant(X)
        tape.watch(x)
        code = encoder(x)
    jacobian = tape.batch_jacobian(code, x).numpy()  # (n, code_size, 5, 4, 1)
    return np.square(jacobian).reshape(len(X), -1).sum(axis=1)


def encoder_of(network, widths):
    keras.utils.set_random_seed(1)
    encoder, _ = networks.build(network, X.shape[1:], widths, 6, "relu", "sigmoid")
    return encoder


def test_the_norm_of_one_sigmoid_layer_is_exact():
    encoder = encoder_of("dense", [])
    assert contractive.is_one_sigmoid_layer(encoder)
    norm = contractive.squared_norm_of_sigmoid_layer(encoder(X), encoder.get_layer("code").kernel)
    np.testing.assert_allclose(norm, by_autodiff(encoder), rtol=1e-4)


@pytest.mark.parametrize(("network", "widths"), [("dense", [9, 8]), ("convolutional", [3, 4])])
def test_the_norm_of_deeper_encoders_is_estimated_without_bias(network, widths):
    encoder = encoder_of(network, widths)
    assert not contractive.is_one_sigmoid_layer(encoder)
    exact = by_autodiff(encoder)
    seed = keras.random.SeedGenerator(0)
    estimate = tf.function(lambda: contractive.estimated_squared_norm(encoder, tf.constant(X), seed)[1])
    draws = [estimate().numpy() for _ in range(400)]
    error = np.std(draws, axis=0) / np.sqrt(len(draws))
    assert (np.abs(np.mean(draws, axis=0) - exact) < 5 * error + 1e-6).all()
    np.testing.assert_allclose(np.mean(draws), exact.mean(), rtol=0.02)


def test_the_reported_norms_are_exact():
    encoder = encoder_of("convolutional", [3, 4])
    np.testing.assert_allclose(contractive.jacobian_norms(encoder, X), np.sqrt(by_autodiff(encoder)), rtol=1e-4)


@pytest.mark.slow
def test_at_equal_reconstruction_the_code_changes_less_than_a_plain_one(workspace):
    """Both with one hidden layer of 64 units; the plain one is stopped when it reconstructs as well."""
    contracted = pretrain(PretrainSettings(objective="contractive", widths=[64], epochs=60, penalty_weight=0.1)).metrics
    plain = [pretrain(PretrainSettings(widths=[64], epochs=epochs)).metrics for epochs in (10, 20)]
    assert plain[0]["test_mse"] > contracted["test_mse"] > plain[1]["test_mse"]
    least = min(run["test_relative_jacobian_norm"] for run in plain)
    assert contracted["test_relative_jacobian_norm"] < 0.9 * least
