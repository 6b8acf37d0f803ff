import keras
import numpy as np
import pytest

from semisup import networks
from semisup.methods.network_classifier import NetworkClassifier
from semisup.networks import weights_digest
from semisup.settings import FinetuneSettings
from tests.conftest import blobs

SETTINGS = {"head_widths": [16], "noise": 0.0, "dropout": 0.1, "steps": 30, "learning_rate": 1e-2}


@pytest.fixture(scope="module")
def encoder():
    keras.utils.set_random_seed(5)
    return networks.build("dense", (6,), [8], 4)[0]


def classifier(encoder, mode, **changes):
    settings = FinetuneSettings(encoder=mode, **(SETTINGS | changes))
    return NetworkClassifier(encoder, blobs(300)[0], 3, settings.recipe)


def test_finetuned_starts_from_stage_one_and_scratch_does_not(encoder):
    assert weights_digest(classifier(encoder, "finetuned").encoder) == weights_digest(encoder)
    assert weights_digest(classifier(encoder, "scratch").encoder) != weights_digest(encoder)


@pytest.mark.parametrize(
    "mode", ["scratch", *(pytest.param(m, marks=pytest.mark.slow) for m in ("frozen", "finetuned"))]
)
def test_the_head_standardises_the_codes_of_the_encoder_it_starts_from(encoder, mode):
    """Also where a scratch encoder is not the one that the graph was compiled with."""
    trained = classifier(encoder, mode, steps=1, learning_rate=1e-9, head_widths=[4])
    x, y = blobs(300)
    for seed in (0, 3):
        trained.fit(trained.inputs(x), np.eye(3, dtype="float32")[y], seed, 0)
        standardise = trained.classifier.get_layer("classifier").get_layer("standardise")
        mean, variance = standardise.get_weights()
        codes = networks.predict(trained.encoder, x)
        np.testing.assert_allclose(mean, codes.mean(axis=0), atol=1e-5)
        np.testing.assert_allclose(variance, codes.var(axis=0), atol=1e-5)


def test_a_new_encoder_with_batch_normalisation_is_standardised_as_it_trains():
    """Its moments mean nothing before."""
    keras.utils.set_random_seed(5)
    normalised, _ = networks.build("dense", (6,), [8], 4, "relu", "relu", batch_norm=True)
    trained = classifier(normalised, "scratch")
    fresh, whole = trained.fresh(3)
    mean, variance = whole.get_layer("classifier").get_layer("standardise").get_weights()
    codes = np.asarray(fresh(blobs(300)[0], training=True))
    np.testing.assert_allclose(mean, codes.mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(variance, codes.var(axis=0), atol=1e-5)


def moved(encoder, trained):
    """How far each dense layer of the encoder is from stage one's, relative to its size."""
    pairs = zip(trained.encoder.layers, encoder.layers, strict=True)
    return [np.abs(a.kernel - b.kernel).mean() / np.abs(b.kernel).mean() for a, b in pairs if a.weights]


@pytest.mark.slow
def test_the_encoder_can_have_a_smaller_learning_rate(encoder):
    x, y = blobs(60)
    found = {}
    for rate in (1.0, 0.1, 0.0):
        trained = classifier(encoder, "finetuned", encoder_rate=rate)
        trained.fit(x, np.eye(3, dtype="float32")[y], 0, 0)
        found[rate] = moved(encoder, trained)
    assert found[0.0] == [0, 0]
    assert all(0 < slow < 0.4 * fast for slow, fast in zip(found[0.1], found[1.0], strict=True))
