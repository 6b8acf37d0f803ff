"""What every objective promises, whatever its name."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

from semisup import networks
from semisup.objectives import objective_of
from semisup.objectives.objective import Objective
from semisup.settings import PretrainSettings
from semisup.settings.objectives import OBJECTIVES, STRENGTHS
from semisup.training.trainer import Trainer

VARIANTS = [
    {"objective": "plain"},
    *({"objective": "denoising", "corruption": kind} for kind in ("gaussian", "masking", "salt_and_pepper", "swap")),
    {"objective": "denoising", "corruption": "block"},
    {"objective": "denoising", "corruption": "gamma"},
    {"objective": "sparse", "sparsity": "l1"},
    {"objective": "sparse", "sparsity": "kl"},
    {"objective": "contractive"},
    {"objective": "variational", "likelihood": "bernoulli"},
    {"objective": "variational", "likelihood": "gaussian"},
    {"objective": "variational", "likelihood": "gaussian", "corruption": "gamma"},
    {"objective": "hashing"},
]
NETWORKS = {"linear": [], "dense": [9], "convolutional": [3, 4]}
SHAPE = (6, 5, 1)


def built(variant, network):
    """Settings, encoder, decoder and training model; skips what the network cannot carry."""
    widths = NETWORKS[network] or None
    objective = objective_of(variant["objective"])
    if network == "linear" and (bounded := set(variant.values()) & {"contractive", "hashing", "kl", "bernoulli"}):
        pytest.skip(f"linear networks refuse {bounded}")
    settings = PretrainSettings(network=network, widths=widths, code_size=4, **variant)
    keras.utils.set_random_seed(0)
    code_activation = objective.code_activation(network, *settings.objective_options)
    encoder, decoder = networks.build(network, SHAPE, widths, 4, "relu", code_activation)
    return settings, encoder, decoder, objective.training_model(encoder, decoder, *settings.objective_options)


def images(rows):
    centres = np.random.default_rng(1).uniform(size=(4, *SHAPE))
    return centres[np.arange(rows) % 4].astype("float32")


def slow_but_the_first(variants):
    """All but the first variant of each objective are slow."""
    seen = set()
    for variant in variants:
        yield pytest.param(variant, marks=[pytest.mark.slow] if variant["objective"] in seen else [])
        seen.add(variant["objective"])


def words(variant):
    return " ".join(variant.values())


every = pytest.mark.parametrize("variant", VARIANTS, ids=words)
one_each = pytest.mark.parametrize("variant", list(slow_but_the_first(VARIANTS)), ids=words)
network = pytest.mark.parametrize("network", NETWORKS)
dense = pytest.mark.parametrize(
    "network", [pytest.param(name, marks=[] if name == "dense" else [pytest.mark.slow]) for name in NETWORKS]
)


@every
@network
def test_at_inference_the_training_model_is_the_decoder_after_the_encoder(variant, network):
    _, encoder, decoder, model = built(variant, network)
    x = images(5)
    expected = networks.predict(decoder, networks.predict(encoder, x))
    np.testing.assert_allclose(networks.predict(model, x), expected, atol=1e-6)


@one_each
@dense
def test_encoder_and_decoder_hold_no_noise_and_load_without_this_package(variant, network, tmp_path):
    _, encoder, decoder, _ = built(variant, network)
    x = images(5)
    for model, inputs in ((encoder, x), (decoder, networks.predict(encoder, x))):
        np.testing.assert_array_equal(model(inputs, training=True), model(inputs, training=False))
        assert not any(hasattr(layer, "seed_generator") for layer in model._flatten_layers())
        model.save(tmp_path / "model.keras")
        loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
        np.testing.assert_array_equal(networks.predict(loaded, inputs), networks.predict(model, inputs))


@one_each
@dense
def test_training_lowers_the_loss_and_changes_both_halves(variant, network):
    settings, encoder, decoder, model = built(variant, network)
    before = [half.get_weights() for half in (encoder, decoder)]
    loss = keras.losses.MeanSquaredError() if objective_of(settings.objective).mean_squared_error else None
    trainer = Trainer(model, loss, keras.optimizers.Adam(3e-3))
    x = images(64)
    batches = iter(tf.data.Dataset.from_tensors((x, x)).repeat())
    first = trainer.run(batches, 5)
    trainer.run(batches, 100)
    assert trainer.run(batches, 20) < first
    for half, weights in zip((encoder, decoder), before, strict=True):
        assert all((a != b).any() for a, b in zip(half.get_weights(), weights, strict=True))


WEIGHTS = {"sparse": "penalty_weight", "contractive": "penalty_weight", "variational": "beta", "hashing": "bit_noise"}


def test_every_objective_that_settings_allow_exists_and_has_its_default_weight():
    field = {f.name: f for f in dataclasses.fields(PretrainSettings)}["objective"]
    assert set(field.type.__args__) == set(OBJECTIVES)
    for name in OBJECTIVES:
        assert isinstance(objective_of(name), Objective)
        settings = PretrainSettings(objective=name)
        assert (settings.strength is None) == (name != "denoising")
        assert name in ("plain", "denoising") or getattr(settings, WEIGHTS[name]) > 0


def test_every_corruption_has_its_default_strength():
    field = {f.name: f for f in dataclasses.fields(PretrainSettings)}["corruption"]
    assert set(field.type.__args__[0].__args__) == set(STRENGTHS)
    for corruption, strength in STRENGTHS.items():
        for options in ({"objective": "denoising"}, {"objective": "variational", "likelihood": "gaussian"}):
            assert PretrainSettings(**options, corruption=corruption).strength == strength > 0
