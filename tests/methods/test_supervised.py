import keras
import numpy as np
import pytest

from semisup import networks
from semisup.finetune import weights_digest
from semisup.methods.supervised import SupervisedMethod
from semisup.settings import StageTwoSettings
from tests.conftest import blobs

SETTINGS = StageTwoSettings(head_widths=[16], noise=0.0, dropout=0.1, steps=100, learning_rate=1e-2)


@pytest.fixture(scope="module")
def encoder():
    keras.utils.set_random_seed(5)
    return networks.build("dense", (6,), [8], 4)[0]


def method(encoder, mode, settings=SETTINGS):
    return SupervisedMethod(encoder, blobs(300)[0], mode, 3, settings)


@pytest.mark.parametrize("mode", ["frozen", "finetuned", "scratch"])
def test_it_learns_and_the_classifier_is_what_was_scored(encoder, mode):
    supervised = method(encoder, mode)
    x, y = blobs(60)
    x_test, y_test = blobs(90, seed=2)
    supervised.fit(supervised.inputs(x), y, init_seed=0, order_seed=0)
    probabilities = supervised.predict(supervised.inputs(x_test))
    assert (probabilities.argmax(axis=1) == y_test).mean() > 0.8
    np.testing.assert_allclose(networks.predict(supervised.classifier, x_test), probabilities, atol=1e-6)


def test_frozen_is_frozen_and_the_others_are_not(encoder):
    x, y = blobs(60)
    before = weights_digest(encoder)
    for mode, changed in (("frozen", False), ("finetuned", True), ("scratch", True)):
        supervised = method(encoder, mode)
        supervised.fit(supervised.inputs(x), y, 0, 0)
        assert (weights_digest(supervised.encoder) != before) == changed
    assert weights_digest(encoder) == before, "stage one's own encoder is never touched"


def test_finetuned_starts_from_stage_one_and_scratch_does_not(encoder):
    assert weights_digest(method(encoder, "finetuned").encoder) == weights_digest(encoder)
    assert weights_digest(method(encoder, "scratch").encoder) != weights_digest(encoder)


@pytest.mark.parametrize("mode", ["frozen", "finetuned", "scratch"])
def test_a_fit_depends_on_its_seeds_and_not_on_the_fits_before(encoder, mode):
    x, y = blobs(40)
    first, second = method(encoder, mode), method(encoder, mode)
    inputs = first.inputs(x)
    first.fit(inputs, y, 3, 4)
    expected = first.predict(inputs)
    second.fit(inputs[:7], y[:7], 1, 2)
    second.fit(inputs, y, 3, 4)
    np.testing.assert_array_equal(second.predict(inputs), expected)
    second.fit(inputs, y, 3, 5)
    assert (second.predict(inputs) != expected).any(), "the order of the data matters"
    second.fit(inputs, y, 4, 4)
    assert (second.predict(inputs) != expected).any(), "the initialisation matters"


@pytest.mark.parametrize("mode", ["frozen", "finetuned", "scratch"])
def test_the_head_standardises_the_codes_of_the_encoder_it_starts_from(encoder, mode):
    """Also where a scratch encoder is not the one that the graph was compiled with."""
    supervised = method(encoder, mode, StageTwoSettings(head_widths=[4], steps=1, learning_rate=1e-9))
    x, y = blobs(300)
    for seed in (0, 3):
        supervised.fit(supervised.inputs(x), y, seed, 0)
        standardise = supervised.classifier.get_layer("classifier").get_layer("standardise")
        mean, variance = standardise.get_weights()
        codes = networks.predict(supervised.encoder, x)
        np.testing.assert_allclose(mean, codes.mean(axis=0), atol=1e-5)
        np.testing.assert_allclose(variance, codes.var(axis=0), atol=1e-5)


def test_one_label_a_class_works(encoder):
    x, y = blobs(3)
    supervised = method(encoder, "finetuned")
    supervised.fit(x, y, 0, 0)
    assert np.isfinite(supervised.predict(x)).all()


def test_augmentation_changes_training_on_images():
    images = blobs(30, shape=(8, 8, 1))
    encoder, _ = networks.build("convolutional", (8, 8, 1), [4], 3)
    found = []
    for augment in (False, True):
        settings = StageTwoSettings(head_widths=[], steps=10, augment=augment)
        supervised = SupervisedMethod(encoder, images[0], "finetuned", 3, settings)
        supervised.fit(*images, 0, 0)
        found.append(supervised.predict(images[0]))
    assert (found[0] != found[1]).any()
