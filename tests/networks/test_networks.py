import keras
import numpy as np
import pytest

from semisup import networks
from semisup.networks import dense

SHAPES = [(6,), (1,), (8, 8, 1), (7, 5, 1), (9, 28, 3), (1, 1, 2), (13, 2, 4)]


@pytest.mark.parametrize("network", ["linear", "dense", "convolutional"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("code_size", [2, 300])
def test_the_decoder_returns_exactly_the_inputs_shape(network, shape, code_size):
    if network == "convolutional" and len(shape) == 1:
        pytest.skip("not an image")
    widths = {"linear": None, "dense": [5, 4], "convolutional": [3, 4, 5]}[network]
    encoder, decoder = networks.build(network, shape, widths, code_size)
    x = np.random.default_rng(0).uniform(size=(3, *shape)).astype("f4")
    code = networks.predict(encoder, x)
    assert code.shape == (3, code_size)
    reconstruction = networks.predict(decoder, code)
    assert reconstruction.shape == x.shape
    if network != "linear":
        assert reconstruction.min() >= 0
        assert reconstruction.max() <= 1


def test_the_decoder_mirrors_the_encoder():
    encoder, decoder = networks.build("dense", (20,), [16, 8], 3)
    down = [layer.units for layer in encoder.layers if isinstance(layer, keras.layers.Dense)]
    up = [layer.units for layer in decoder.layers if isinstance(layer, keras.layers.Dense)]
    assert down == [16, 8, 3]
    assert up == [8, 16, 20]


@pytest.mark.parametrize("network", ["linear", "dense", "convolutional"])
def test_only_stock_layers_so_that_safe_loading_works(network, tmp_path):
    for model in networks.build(network, (6, 5, 1), None, 4):
        model.save(tmp_path / "model.keras")
        loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
        x = np.random.default_rng(0).uniform(size=(2, *model.input_shape[1:])).astype("f4")
        np.testing.assert_array_equal(networks.predict(loaded, x), networks.predict(model, x))


def test_the_linear_network_is_linear():
    encoder, decoder = networks.build("linear", (6,), None, 3)
    a, b = np.random.default_rng(0).normal(size=(2, 1, 6)).astype("f4")
    for model, (u, v) in ((encoder, (a, b)), (decoder, (a[:, :3], b[:, :3]))):
        f = lambda x, model=model: networks.predict(model, x)  # noqa: E731
        np.testing.assert_allclose(f(u) + f(v) - f(np.zeros_like(u)), f(u + v), atol=1e-5)


def test_predict_batches_do_not_change_the_result(monkeypatch):
    encoder, _ = networks.build("dense", (6,), [4], 2)
    x = np.random.default_rng(0).uniform(size=(10, 6)).astype("f4")
    whole = networks.predict(encoder, x)
    monkeypatch.setattr(networks, "PREDICT_BATCH", 3)
    np.testing.assert_allclose(networks.predict(encoder, x), whole, atol=1e-6)


def test_a_convolution_with_as_many_filters_as_the_one_before_keeps_the_sides():
    encoder, decoder = networks.build("convolutional", (28, 28, 1), [4, 8, 8, 16], 3)
    sides = [layer.output.shape[1:] for layer in encoder.layers if isinstance(layer, keras.layers.Conv2D)]
    assert sides == [(14, 14, 4), (7, 7, 8), (7, 7, 8), (4, 4, 16)]
    assert decoder.output_shape == (None, 28, 28, 1)
    batch_norm, _ = networks.build("convolutional", (28, 28, 1), [4, 8], 3, batch_norm=True)
    assert sum(isinstance(layer, keras.layers.BatchNormalization) for layer in batch_norm.layers) == 2


@pytest.mark.parametrize("network", ["dense", "convolutional"])
@pytest.mark.parametrize("code_activation", [None, "relu"])
def test_batches_are_normalised_before_every_activation_of_the_encoder_alone(network, code_activation):
    x = np.random.default_rng(0).uniform(size=(40, 6, 5, 1)).astype("f4")
    encoder, decoder = networks.build(network, x.shape[1:], [4, 3], 2, code_activation=code_activation, batch_norm=True)
    assert not any(isinstance(layer, keras.layers.BatchNormalization) for layer in decoder.layers)
    activations = [layer for layer in encoder.layers if isinstance(layer, keras.layers.Activation)]
    assert len(activations) == (2 if code_activation is None else 3)
    before = keras.Model(encoder.input, [layer.input for layer in activations])
    for normalised in before(x, training=True):
        values = np.asarray(normalised).reshape(-1, normalised.shape[-1])
        np.testing.assert_allclose(values.mean(axis=0), 0, atol=1e-4)
        assert (values.std(axis=0) < 1.01).all()
    codes = networks.predict(encoder, x)
    np.testing.assert_allclose(networks.predict(encoder, x[:1]), codes[:1], atol=1e-6)


def test_a_dense_encoder_is_its_unrolled_layers():
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).uniform(size=(9, 6)).astype("f4")
    encoder, _ = networks.build("dense", (6,), [5, 4], 3, "gelu", "sigmoid", batch_norm=True)
    for variable in encoder.variables:
        variable.assign(variable + keras.random.uniform(variable.shape, -0.5, 0.5))
    h = x
    for layer in dense.unrolled(encoder):
        h = keras.activations.get(layer.activation)(layer.slope * (h @ layer.kernel) + layer.offset)
    np.testing.assert_allclose(h, networks.predict(encoder, x), atol=1e-5)


def test_many_inputs_get_what_a_few_get(monkeypatch):
    encoder, _ = networks.build("convolutional", (6, 5, 1), [4], 2, batch_norm=True)
    x = np.random.default_rng(0).uniform(size=(40, 6, 5, 1)).astype("f4")
    few = networks.predict(encoder, x)
    monkeypatch.setattr(networks, "COMPILED_ROWS", 30)
    monkeypatch.setattr(networks, "PREDICT_BATCH", 16)
    np.testing.assert_allclose(networks.predict(encoder, x), few, atol=1e-6)
