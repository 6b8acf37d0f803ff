"""Contractive: penalise the encoder's Jacobian, so that the code changes little with the input (Rifai et al. 2011).

The penalty is the squared Frobenius norm. For an encoder of one sigmoid layer it is exact, by a closed form. For deeper
encoders it is estimated without bias from one random projection per input (Hutchinson 1989). Rifai et al. tie the
decoder's weights to the encoder's. Here they are free, so a smaller code lowers the penalty a little.
"""

import math

import keras
import numpy as np
import tensorflow as tf

from semisup.objectives.objective import Objective
from semisup.settings.objectives import PenaltyOptions
from semisup.training.distributed import global_batch


class Contraction(keras.layers.Layer):
    """Encodes its input and adds the penalty on the encoder's Jacobian at this input to the loss, in training."""

    def __init__(self, encoder: keras.Model, weight: float) -> None:
        super().__init__(name="contraction")
        self.encoder, self.weight = encoder, weight
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        if not training:
            return self.encoder(inputs)
        if is_one_sigmoid_layer(self.encoder):
            code = self.encoder(inputs)
            norm = squared_norm_of_sigmoid_layer(code, self.encoder.get_layer("code").kernel)
        else:
            code, norm = estimated_squared_norm(self.encoder, inputs, self.seed_generator)
        self.add_loss(self.weight * tf.reduce_mean(norm))
        return code


def is_one_sigmoid_layer(encoder: keras.Model) -> bool:
    """Return whether "code" is the only layer with weights and "code_activation" is the last layer."""
    trained = [layer.name for layer in encoder.layers if layer.weights]
    return trained == ["code"] and encoder.layers[-1].name == "code_activation"


def squared_norm_of_sigmoid_layer(code: tf.Tensor, kernel: tf.Tensor) -> tf.Tensor:
    """Return the (batch,) squared Frobenius norms of the Jacobian of sigmoid(x W + b).

    Args:
        code: (batch, code_size) values of sigmoid(x W + b).
        kernel: W, (features, code_size).
    """
    return tf.linalg.matvec(tf.square(code * (1 - code)), tf.reduce_sum(tf.square(kernel), axis=0))


def estimated_squared_norm(
    encoder: keras.Model, inputs: tf.Tensor, seed: keras.random.SeedGenerator
) -> tuple[tf.Tensor, tf.Tensor]:
    """Encode inputs and estimate the squared Frobenius norm of the Jacobian J of the encoder.

    The unbiased estimate is the squared norm of Jᵀv for one vector v of random signs.

    Returns:
        The (batch, code_size) code, and the (batch,) estimates.
    """
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        code = encoder(inputs)
        shape = (tf.shape(code)[0], code.shape[1])
        signs = tf.sign(global_batch.draw(keras.random.uniform, shape, minval=-1.0, maxval=1.0, seed=seed))
        projection = tf.reduce_sum(code * signs)
    gradient = tape.gradient(projection, inputs)  # (batch, *shape)
    return code, tf.reduce_sum(tf.reshape(tf.square(gradient), (tf.shape(inputs)[0], -1)), axis=1)


def jacobian_norms(encoder: keras.Model, x: np.ndarray) -> np.ndarray:
    """Return the (n,) exact Frobenius norms of the Jacobian at (n, ...) inputs, by one backward pass per code unit."""
    inputs = tf.constant(x)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(inputs)
        units = tf.unstack(encoder(inputs, training=False), axis=1)
    squares = np.zeros(len(x))
    for unit in units:
        gradient = tape.gradient(unit, inputs).numpy()
        squares += np.square(gradient).reshape(len(x), -1).sum(axis=1)
    return np.sqrt(squares)


def training_model(encoder: keras.Model, decoder: keras.Model, penalty: PenaltyOptions) -> keras.Model:
    """Return the plain autoencoder with the penalty.

    The mean squared error is the sum over the features divided by their number; the penalty is divided by it too.
    """
    inputs = keras.Input(encoder.input_shape[1:])
    weight = penalty.penalty_weight / math.prod(encoder.input_shape[1:])
    return keras.Model(inputs, decoder(Contraction(encoder, weight)(inputs)), name="autoencoder")


OBJECTIVE = Objective(training_model, code_activation=lambda network, penalty: "sigmoid")
