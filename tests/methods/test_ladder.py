import keras
import numpy as np
import pytest

from semisup import networks
from semisup.data.dataset import Arrays, build
from semisup.methods import ladder, prepare
from semisup.methods.pretrained import Pretrained
from semisup.settings import FinetuneSettings
from tests.conftest import blobs


@pytest.fixture(scope="module")
def dataset():
    return build("blobs", Arrays(*blobs(300), *blobs(90, seed=2)))


@pytest.mark.parametrize(("code_activation", "batch_norm"), [(None, False), ("sigmoid", False), ("relu", True)])
def test_it_starts_as_stage_ones_encoder(dataset, code_activation, batch_norm):
    keras.utils.set_random_seed(1)
    halves = networks.build("dense", (6,), [8, 5], 4, "gelu", code_activation, batch_norm)
    for variable in halves[0].variables:
        if len(variable.shape) == 1:
            variable.assign(variable + keras.random.uniform(variable.shape, -0.5, 0.5))
    trained = prepare(Pretrained(*halves, dataset), dataset, FinetuneSettings(method="ladder").recipe)
    expected = networks.predict(halves[0], dataset.x_test)
    np.testing.assert_allclose(networks.predict(trained.encoder, dataset.x_test), expected, atol=1e-3)


def test_a_new_encoder_of_another_shape_keeps_its_activations(dataset):
    stage_one = Pretrained(*networks.build("dense", (6,), [8], 4), dataset)
    settings = FinetuneSettings(method="ladder", encoder="scratch", network="dense", widths=[7, 5], code_size=3)
    encoder = prepare(stage_one, dataset, settings.recipe).encoder
    layers = [layer for layer in encoder.layers if isinstance(layer, keras.layers.Dense)]
    assert [layer.units for layer in layers] == [7, 5, 3]
    activations = [layer for layer in encoder.layers if isinstance(layer, keras.layers.Activation)]
    assert [layer.activation.__name__ for layer in activations] == ["relu", "relu", "linear"]


def test_at_first_the_combinator_passes_on_what_comes_up():
    noisy = np.random.default_rng(0).normal(size=(20, 3)).astype("f4")
    weights = ladder.combinator((10, 3), "float32")
    np.testing.assert_allclose(ladder.denoised(weights, noisy, np.zeros((20, 3), "f4")), noisy, atol=1e-6)


def test_the_combinator_can_be_the_best_guess_of_a_gaussian():
    """Activity N(2, 1) with noise of variance 0.25: the best guess is 0.8 noisy + 0.4."""
    weights = np.zeros((10, 1), "f4")
    weights[4], weights[9] = 2.0, 0.8
    noisy = np.array([[0.0], [1.0], [3.0]], "f4")
    np.testing.assert_allclose(ladder.denoised(weights, noisy, np.ones((3, 1), "f4")), 0.8 * noisy + 0.4, atol=1e-6)


def test_noise_is_in_training_only_and_the_costs_are_of_the_unlabelled():
    network = ladder.LadderNetwork([6, 5, 3], ["relu", "softmax"])
    x = blobs(40)[0]
    quiet = [network([x, x[:10]], training=False) for _ in range(2)]
    np.testing.assert_array_equal(*quiet)
    assert not network.losses
    loud = [np.array(network([x, x[:10]], training=True)) for _ in range(2)]
    assert loud[0].shape == (40, 3)
    assert (loud[0] != loud[1]).any()
    assert float(network.losses[0]) > 0


@pytest.mark.slow
def test_training_removes_noise_from_the_inputs(dataset):
    """Better than passing the noisy inputs on, whose cost is the variance of the noise times the cost's weight."""
    keras.utils.set_random_seed(1)
    stage_one = Pretrained(*networks.build("dense", (6,), [32], 8), dataset)
    settings = FinetuneSettings(method="ladder", steps=600, learning_rate=1e-2)
    trained = prepare(stage_one, dataset, settings.recipe)
    trained.fit(np.arange(30), dataset.y_train[:30], 0, 0)
    network = trained._network
    noisy, probabilities = network.up(dataset.x_train, ladder.NOISE)
    message = ladder.normalised(probabilities)
    for depth in reversed(range(len(noisy))):
        guess = ladder.denoised(network.combinators[depth], noisy[depth], message)
        if depth:
            message = ladder.normalised(guess @ network.downs[depth - 1])
    assert np.mean(np.square(guess - dataset.x_train)) < 0.5 * ladder.NOISE**2
