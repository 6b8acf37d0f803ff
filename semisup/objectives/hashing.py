"""Hashing: a code of bits.

Noise before the sigmoid makes values between 0 and 1 unreliable, so training drives the code to 0 and 1 (Salakhutdinov
and Hinton 2009). A penalty keeps each bit balanced and the bits uncorrelated, so that many hash buckets are used.
"""

import math

import keras
import numpy as np
from keras import ops

from semisup import metrics, networks
from semisup.data.dataset import Dataset
from semisup.objectives.objective import Evaluation, Objective
from semisup.settings.objectives import BitOptions
from semisup.training.distributed import global_batch

BALANCE = 3.0  # weight of the penalty against squared error


class NoisyBits(keras.layers.Layer):
    """Sigmoid of a (batch, code_size) input. In training, noise comes before it and the balance penalty is added."""

    def __init__(self, noise: float, weight: float) -> None:
        super().__init__(name="noisy_bits")
        self.noise, self.weight = noise, weight
        self.seed_generator = keras.random.SeedGenerator()

    def call(self, logits: keras.KerasTensor, training: bool = False) -> keras.KerasTensor:
        if not training:
            return ops.sigmoid(logits)
        self.add_loss(self.weight * imbalance(ops.sigmoid(logits)))
        noise = global_batch.draw(keras.random.normal, ops.shape(logits), seed=self.seed_generator)
        return ops.sigmoid(logits + self.noise * noise)


def imbalance(bits: keras.KerasTensor) -> keras.KerasTensor:
    """Return how far bits are from balanced and uncorrelated, at least 0.

    With signs = 2 bits - 1, this is the sum over all pairs of bits of the squared mean of the product of their signs,
    plus the sum over all bits of the squared mean of their sign.

    Args:
        bits: (batch, code_size) in (0, 1).
    """
    signs = 2 * bits - 1
    size = bits.shape[1]
    moments = ops.matmul(ops.transpose(signs), signs) / ops.cast(ops.shape(bits)[0], "float32")  # (size, size)
    moments, mean = global_batch.mean(moments), global_batch.mean(ops.mean(signs, axis=0))
    pairs = ops.sum(ops.square(moments * (1 - ops.eye(size)))) / 2  # each pair once
    return pairs + ops.sum(ops.square(mean))


def training_model(encoder: keras.Model, decoder: keras.Model, bits: BitOptions) -> keras.Model:
    """Return the autoencoder with noise before its layer "code_activation", and with the penalty."""
    weight = BALANCE / math.prod(encoder.input_shape[1:])
    noisy = NoisyBits(bits.bit_noise, weight)(encoder.get_layer("code_activation").input)
    return keras.Model(encoder.input, decoder(noisy), name="autoencoder")


def evaluate(
    model: keras.Model, encoder: keras.Model, decoder: keras.Model, dataset: Dataset, options: BitOptions
) -> Evaluation:
    """Measure the mean squared error on the test inputs after rounding the code, and how the bits are used.

    The entropies of the bits (in bits) and the number of different codes (used buckets) are those of the training
    inputs.
    """
    bits_test = np.round(networks.predict(encoder, dataset.x_test))
    rounded = networks.predict(decoder, bits_test)
    bits = networks.predict(encoder, dataset.x_train) > 0.5  # (n, code_size)
    entropy = bit_entropy(bits)
    bit_metrics = {
        "test_mse_rounded": metrics.mean_squared_error(dataset.x_test, rounded),
        "train_bit_entropy": float(entropy.mean()),
        "train_bit_entropy_least": float(entropy.min()),
        "train_buckets_used": float(len(np.unique(np.packbits(bits, axis=1), axis=0))),
    }
    return Evaluation(bit_metrics)


def bit_entropy(bits: np.ndarray) -> np.ndarray:
    """Return the (code_size,) entropies, each 0 to 1 bit, of (n, code_size) bool bits."""
    ones = bits.mean(axis=0)
    probabilities = np.clip(np.stack([ones, 1 - ones]), 1e-12, 1)  # (2, code_size)
    return -(probabilities * np.log2(probabilities)).sum(axis=0)


OBJECTIVE = Objective(
    training_model,
    code_activation=lambda network, bits: "sigmoid",
    evaluate=evaluate,
    batch_statistics=lambda bits: True,
)
