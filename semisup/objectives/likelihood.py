"""Likelihoods of inputs given codes, and bounds on the likelihood of inputs: what a variational autoencoder is judged
by. All in nats per input."""

import math

import keras
import numpy as np
from keras import ops

from semisup.system import progress
from semisup.training.distributed import global_batch

IMPORTANCE_SAMPLES = 500  # K of the importance-weighted bound
NUMBERS_AT_ONCE = 16_000_000  # in one array of reconstructions: 64 MB


def binarise(x: keras.KerasTensor, seed: keras.random.SeedGenerator) -> keras.KerasTensor:
    """0/1 features drawn with the (batch, ...) values in [0, 1] as their probabilities."""
    return ops.cast(global_batch.draw(keras.random.uniform, ops.shape(x), seed=seed) < x, "float32")


def kl_from_prior(mean: keras.KerasTensor, log_variance: keras.KerasTensor) -> keras.KerasTensor:
    """(batch,) KL(N(mean, variance) ‖ N(0, I)) of (batch, code_size) diagonal Gaussians."""
    return ops.sum(ops.square(mean) + ops.exp(log_variance) - log_variance - 1, axis=1) / 2


class Likelihood(keras.layers.Layer):
    """Adds the negative log-likelihood of a target given its reconstruction, and passes the reconstruction on.

    - `bernoulli`: features 0/1, the reconstruction is their probability;
    - `gaussian`: the reconstruction is their mean; one standard deviation for all, trained with the rest
      (Rybkin et al. 2021).
    """

    def __init__(self, kind: str) -> None:
        super().__init__(name="likelihood")
        self.kind = kind
        if kind == "gaussian":
            self.log_deviation = self.add_weight((), initializer=keras.initializers.Constant(-1.0))

    def call(self, inputs: list[keras.KerasTensor], training: bool = False) -> keras.KerasTensor:
        target, reconstruction = inputs
        if training:
            self.add_loss(-ops.mean(self.log_density(target, reconstruction)))
        return reconstruction

    def log_density(self, target: keras.KerasTensor, reconstruction: keras.KerasTensor) -> keras.KerasTensor:
        """(batch,) log-densities of (batch, ...) targets."""
        if self.kind == "bernoulli":
            p = ops.clip(reconstruction, 1e-7, 1 - 1e-7)
            density = ops.log(ops.where(target > 0.5, p, 1 - p))
        else:
            scaled = (target - reconstruction) * ops.exp(-self.log_deviation)
            density = -ops.square(scaled) / 2 - self.log_deviation - math.log(2 * math.pi) / 2
        return ops.sum(ops.reshape(density, (ops.shape(density)[0], -1)), axis=1)


def bounds(
    posterior: keras.Model,
    decoder: keras.Model,
    likelihood: Likelihood,
    x: keras.KerasTensor,
    class_vectors: keras.KerasTensor | None,
    seed: int,
    samples: int = IMPORTANCE_SAMPLES,
) -> dict[str, float]:
    """Two bounds on the mean log-likelihood of inputs, of which the second is the tighter.

    Args:
        posterior: (batch, *shape) [and (batch, classes)] to the mean and the log-variance of the code.
        decoder: (batch, code_size [+ classes]) to (batch, *shape).
        likelihood: of an input given its reconstruction.
        x: (n, *shape), as the likelihood wants them.
        class_vectors: (n, classes), given to posterior and decoder; None if they take none.
        seed: of the codes that are drawn.
        samples: K, the codes drawn for each input.

    Returns:
        `test_elbo` and its parts, `test_log_likelihood` of the reconstruction and `test_kl` (elbo = the former less
        the latter), and `test_iwae_K`, the importance-weighted bound (Burda et al. 2016, equation 8).
    """
    source = keras.random.SeedGenerator(seed)
    at_once = max(1, NUMBERS_AT_ONCE // (samples * math.prod(x.shape[1:])))
    reconstructed, divergence, weighted = [], [], []
    for start in progress.steps("bounds", range(0, len(x), at_once)):
        rows = x[start : start + at_once]
        told = None if class_vectors is None else class_vectors[start : start + at_once]
        mean, log_variance = posterior(rows if told is None else [rows, told], training=False)  # (b, code_size) each
        noise = keras.random.normal((samples, *mean.shape), seed=source)  # (samples, b, code_size)
        code = mean + ops.exp(log_variance / 2) * noise
        given = ops.reshape(code, (-1, code.shape[-1]))
        if told is not None:
            given = ops.concatenate([given, ops.tile(told, (samples, 1))], axis=1)
        repeated = ops.tile(rows, (samples, *[1] * (len(rows.shape) - 1)))
        density = likelihood.log_density(repeated, decoder(given, training=False))
        density = ops.reshape(density, (samples, -1))  # log p(x | z), (samples, b)
        # log p(z) - log q(z | x [, class]); the constants cancel
        ratio = ops.sum(ops.square(noise) + log_variance - ops.square(code), axis=2) / 2
        weighted.append(ops.logsumexp(density + ratio, axis=0) - math.log(samples))
        reconstructed.append(ops.mean(density, axis=0))
        divergence.append(kl_from_prior(mean, log_variance))
    mean_of = {
        "test_log_likelihood": reconstructed,
        "test_kl": divergence,
        f"test_iwae_{samples}": weighted,
    }
    figures = {
        name: float(np.mean(np.concatenate([ops.convert_to_numpy(part) for part in parts]), dtype=np.float64))
        for name, parts in mean_of.items()
    }
    return figures | {"test_elbo": figures["test_log_likelihood"] - figures["test_kl"]}
