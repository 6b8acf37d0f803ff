import keras
import numpy as np
import pytest

from semisup.methods import weighted_loss

Y = np.array([0, 1, 1])
PREDICTIONS = np.array([[0.5, 0.5], [0.8, 0.2], [0.1, 0.9]], np.float32)
LOSSES = -np.log([0.5, 0.2, 0.9])  # of each input


def test_each_input_counts_by_its_weight():
    loss = weighted_loss.cross_entropy()
    plain = weighted_loss.targets(Y, 2)
    assert plain.tolist() == [[1, 0], [0, 1], [0, 1]]
    assert float(loss(plain, PREDICTIONS)) == pytest.approx(LOSSES.mean(), rel=1e-5)
    weights = np.array([0.0, 2.0, 1.0])
    found = float(loss(weighted_loss.targets(Y, 2, weights), PREDICTIONS))
    assert found == pytest.approx((weights * LOSSES).sum() / 3, rel=1e-5)


def test_the_gradient_of_a_softmax_is_weighted_too_and_so_are_smoothed_labels():
    logits = keras.Variable(np.log(PREDICTIONS))
    loss, weights = weighted_loss.cross_entropy(0.2), np.array([0.0, 2.0, 1.0])
    import tensorflow as tf

    with tf.GradientTape() as tape:
        value = loss(weighted_loss.targets(Y, 2, weights), keras.ops.softmax(logits))
    smoothed = 0.8 * np.eye(2)[Y] + 0.1
    expected = weights[:, None] * (PREDICTIONS - smoothed) / 3
    np.testing.assert_allclose(tape.gradient(value, logits.value), expected, atol=1e-6)
