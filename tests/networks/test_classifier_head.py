import keras
import numpy as np

from semisup import networks
from semisup.networks import classifier_head


def codes(rows=500):
    return (np.random.default_rng(0).normal(size=(rows, 3)) * [100, 1, 0] + [50, 0, 2]).astype("f4")


def test_outputs_are_probabilities_and_noise_is_off_at_inference():
    head = classifier_head.build(codes(), [8], noise=0.5, dropout=0.5, classes=4)
    first, again = networks.predict(head, codes()), networks.predict(head, codes())
    np.testing.assert_array_equal(first, again)
    np.testing.assert_allclose(first.sum(axis=1), 1, atol=1e-5)
    assert first.shape == (500, 4)
    trained = np.asarray(head(codes(), training=True))
    assert np.abs(trained - first).max() > 1e-3


def test_codes_are_standardised_whatever_their_scale_and_a_constant_one_does_no_harm():
    head = classifier_head.build(codes(), [8], noise=0.0, dropout=0.0, classes=4)
    standardised = keras.Model(head.input, head.get_layer("standardise").output)
    z = networks.predict(standardised, codes())
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(z.std(axis=0), [1, 1, 0], atol=1e-3)


def test_without_hidden_layers_it_is_multinomial_logistic_regression():
    head = classifier_head.build(codes(), [], noise=0.0, dropout=0.0, classes=4)

    assert [w.shape for w in head.trainable_weights] == [(3, 4), (4,)]
