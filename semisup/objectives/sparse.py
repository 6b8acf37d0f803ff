"""Sparse: few units of the code are active for any one input.

- `l1`: a rectified code, with its absolute values as the penalty (Goodfellow et al. 2016, section 14.2.1);
- `kl`: a sigmoid code, with the Kullback-Leibler divergence of each unit's mean activation in the batch from a small
  target as the penalty (Ng 2011, CS294A lecture notes).
"""

import math

import keras
import numpy as np
from keras import ops

from semisup import networks, plots
from semisup.data.dataset import Dataset
from semisup.objectives.objective import Evaluation, Objective
from semisup.settings.objectives import PenaltyOptions, SparsityOptions
from semisup.training.distributed import global_batch

ACTIVE = 0.1  # of the largest activation of any unit
NEAR_DEAD = 0.01  # standard deviation of a unit over the test inputs, relative to the liveliest unit's
SHOWN = 64


class SparsityPenalty(keras.layers.Layer):
    """Passes a code on and adds the penalty on it."""

    def __init__(self, kind: str, weight: float, target: float) -> None:
        super().__init__(name="sparsity_penalty")
        self.kind, self.weight, self.target = kind, weight, target

    def call(self, code: keras.KerasTensor) -> keras.KerasTensor:
        penalty = l1(code) if self.kind == "l1" else kl_divergence(code, self.target)
        self.add_loss(self.weight * penalty)
        return code


def l1(code: keras.KerasTensor) -> keras.KerasTensor:
    """Sum of absolute values of a (batch, code_size) code, mean over the batch."""
    return ops.mean(ops.sum(ops.abs(code), axis=1))


def kl_divergence(code: keras.KerasTensor, target: float) -> keras.KerasTensor:
    """Sum over the units of KL(target ‖ mean activation), of Bernoulli variables; nats.

    Args:
        code: (batch, code_size) in (0, 1).
        target: wanted mean activation, in (0, 1).
    """
    mean = ops.clip(global_batch.mean(ops.mean(code, axis=0)), 1e-6, 1 - 1e-6)  # (code_size,)
    return ops.sum(target * ops.log(target / mean) + (1 - target) * ops.log((1 - target) / (1 - mean)))


def code_activation(network: str, penalty: PenaltyOptions, sparsity: SparsityOptions) -> str | None:
    """Sigmoid for the KL form; for L1 a rectifier, so that units can be off, but in the linear network."""
    if sparsity.sparsity == "kl":
        return "sigmoid"
    return None if network == "linear" else "relu"


def training_model(
    encoder: keras.Model, decoder: keras.Model, penalty: PenaltyOptions, sparsity: SparsityOptions
) -> keras.Model:
    """The plain autoencoder with the penalty on the code; both scaled as if the squared error were summed over the
    features, as in the sources."""
    weight = penalty.penalty_weight / math.prod(encoder.input_shape[1:])
    penalised = SparsityPenalty(sparsity.sparsity, weight, sparsity.target)(encoder.output)
    return keras.Model(encoder.input, decoder(penalised), name="autoencoder")


def evaluate(
    model: keras.Model,
    encoder: keras.Model,
    decoder: keras.Model,
    dataset: Dataset,
    penalty: PenaltyOptions,
    sparsity: SparsityOptions,
) -> Evaluation:
    """Mean activation, the share of activations that are not small, and the share of units that hardly change."""
    codes = networks.predict(encoder, dataset.x_test)  # (m, code_size)
    deviation = codes.std(axis=0)
    found = {
        "test_mean_activation": float(codes.mean()),
        "test_share_active": float((np.abs(codes) > ACTIVE * np.abs(codes).max()).mean()),
        "test_share_near_dead": float((deviation <= NEAR_DEAD * deviation.max()).mean()),
    }
    return Evaluation(found, {"features.png": plots.features(features(decoder, codes)[:SHOWN])})


def features(decoder: keras.Model, codes: np.ndarray) -> np.ndarray:
    """What each unit draws: (code_size, *shape), the decoder's output with this unit at the 99th percentile of its
    activation and all others at 0, less the output with all at 0."""
    units = np.diag(np.percentile(codes, 99, axis=0)).astype("float32")  # (code_size, code_size)
    return networks.predict(decoder, units) - networks.predict(decoder, np.zeros_like(units[:1]))


OBJECTIVE = Objective(
    training_model,
    code_activation,
    evaluate=evaluate,
    batch_statistics=lambda penalty, sparsity: sparsity.sparsity == "kl",
)
