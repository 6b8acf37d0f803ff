"""Hashing: a code of bits. Noise before the sigmoid makes values between 0 and 1 unreliable, so training drives them to
the ends (Salakhutdinov and Hinton 2009); a penalty keeps every bit balanced and the bits uncorrelated, so that the
buckets are used."""

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
    """Sigmoid of its (batch, code_size) input, in training with Gaussian noise before it, and the balance penalty."""

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
    """How far (batch, code_size) bits in (0, 1) are from fair and uncorrelated ones: sum of squares of the second
    moments of 2 bit - 1, and of their means; 0 at best."""
    signs = 2 * bits - 1
    size = bits.shape[1]
    moments = ops.matmul(ops.transpose(signs), signs) / ops.cast(ops.shape(bits)[0], "float32")  # (size, size)
    moments, mean = global_batch.mean(moments), global_batch.mean(ops.mean(signs, axis=0))
    across = ops.sum(ops.square(moments * (1 - ops.eye(size)))) / 2  # each pair once
    return across + ops.sum(ops.square(mean))


def training_model(encoder: keras.Model, decoder: keras.Model, bits: BitOptions) -> keras.Model:
    """The autoencoder with noise before the layer "code_activation"."""
    weight = BALANCE / math.prod(encoder.input_shape[1:])
    noisy = NoisyBits(bits.bit_noise, weight)(encoder.get_layer("code_activation").input)
    return keras.Model(encoder.input, decoder(noisy), name="autoencoder")


def evaluate(
    model: keras.Model, encoder: keras.Model, decoder: keras.Model, dataset: Dataset, options: BitOptions
) -> Evaluation:
    """What rounding loses, and how well bits and buckets are used: entropies in bits over the training inputs."""
    bits_test = np.round(networks.predict(encoder, dataset.x_test))
    rounded = networks.predict(decoder, bits_test)
    bits = networks.predict(encoder, dataset.x_train) > 0.5  # (n, code_size)
    entropy = bit_entropy(bits)
    found = {
        "test_mse_rounded": metrics.mean_squared_error(dataset.x_test, rounded),
        "train_bit_entropy": float(entropy.mean()),
        "train_bit_entropy_least": float(entropy.min()),
        "train_buckets_used": float(len(np.unique(np.packbits(bits, axis=1), axis=0))),
    }
    return Evaluation(found)


def bit_entropy(bits: np.ndarray) -> np.ndarray:
    """(code_size,) entropies, 0 to 1 bit each, of (n, code_size) bits."""
    ones = bits.mean(axis=0)
    share = np.clip(np.stack([ones, 1 - ones]), 1e-12, 1)
    return -(share * np.log2(share)).sum(axis=0)


OBJECTIVE = Objective(
    training_model,
    code_activation=lambda network, bits: "sigmoid",
    evaluate=evaluate,
    batch_statistics=lambda bits: True,
)
