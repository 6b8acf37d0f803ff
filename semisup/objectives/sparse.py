"""Sparse: penalise the code so that few of its units are active for any one input.

- `l1`: the code is rectified; the penalty is the sum of its absolute values (Goodfellow et al. 2016, section 14.2.1).
- `kl`: the code has a sigmoid; the penalty is the Kullback-Leibler divergence of each unit's mean activation in the
  batch from a small target (Ng 2011, CS294A lecture notes).
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

ACTIVE = 0.1  # an activation above this fraction of the largest one of all units counts as active
NEAR_DEAD = 0.01  # a unit counts as near-dead up to this fraction of the largest standard deviation of all units
SHOWN = 64  # most units in the figure


class SparsityPenalty(keras.layers.Layer):
    """Returns its input, a code, and adds the penalty on it to the loss."""

    def __init__(self, kind: str, weight: float, target: float) -> None:
        super().__init__(name="sparsity_penalty")
        self.kind, self.weight, self.target = kind, weight, target

    def call(self, code: keras.KerasTensor) -> keras.KerasTensor:
        penalty = l1(code) if self.kind == "l1" else kl_divergence(code, self.target)
        self.add_loss(self.weight * penalty)
        return code


def l1(code: keras.KerasTensor) -> keras.KerasTensor:
    """Return the mean over the batch of the sum of absolute values of a (batch, code_size) code."""
    return ops.mean(ops.sum(ops.abs(code), axis=1))


def kl_divergence(code: keras.KerasTensor, target: float) -> keras.KerasTensor:
    """Return the sum over the units of KL(target ‖ mean activation) between Bernoulli variables, in nats.

    Args:
        code: (batch, code_size) in (0, 1).
        target: wanted mean activation, in (0, 1).
    """
    mean = ops.clip(global_batch.mean(ops.mean(code, axis=0)), 1e-6, 1 - 1e-6)  # (code_size,)
    return ops.sum(target * ops.log(target / mean) + (1 - target) * ops.log((1 - target) / (1 - mean)))


def code_activation(network: str, penalty: PenaltyOptions, sparsity: SparsityOptions) -> str | None:
    """Return a sigmoid for `kl`; for `l1` a rectifier, so that units can be off (none in the linear network)."""
    if sparsity.sparsity == "kl":
        return "sigmoid"
    return None if network == "linear" else "relu"


def training_model(
    encoder: keras.Model, decoder: keras.Model, penalty: PenaltyOptions, sparsity: SparsityOptions
) -> keras.Model:
    """Return the plain autoencoder with the penalty on the code.

    The sources sum the squared error over the features. Here it is the mean, so the penalty is divided by the number of
    features too.
    """
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
    """Measure the mean activation, the fraction of active activations and of near-dead units, on the test inputs."""
    codes = networks.predict(encoder, dataset.x_test)  # (m, code_size)
    deviation = codes.std(axis=0)
    metrics = {
        "test_mean_activation": float(codes.mean()),
        "test_share_active": float((np.abs(codes) > ACTIVE * np.abs(codes).max()).mean()),
        "test_share_near_dead": float((deviation <= NEAR_DEAD * deviation.max()).mean()),
    }
    return Evaluation(metrics, {"features.png": plots.features(features(decoder, codes)[:SHOWN])})


def features(decoder: keras.Model, codes: np.ndarray) -> np.ndarray:
    """Return what each unit of the code adds to the reconstruction, (code_size, *shape).

    This is the decoder's output with the unit at the 99th percentile of its activation and all others at 0, minus the
    output with all units at 0.

    Args:
        decoder: (batch, code_size) to (batch, *shape).
        codes: (n, code_size).
    """
    units = np.diag(np.percentile(codes, 99, axis=0)).astype("float32")  # (code_size, code_size)
    return networks.predict(decoder, units) - networks.predict(decoder, np.zeros_like(units[:1]))


OBJECTIVE = Objective(
    training_model,
    code_activation,
    evaluate=evaluate,
    batch_statistics=lambda penalty, sparsity: sparsity.sparsity == "kl",
)
