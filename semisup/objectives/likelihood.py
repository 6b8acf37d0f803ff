"""The likelihood of inputs given their codes, and bounds on the likelihood of inputs. A variational autoencoder is
trained and evaluated by them. All values are in nats per input.
"""

import math

import keras
import numpy as np
from keras import ops

from semisup.system import progress
from semisup.training.distributed import global_batch

IMPORTANCE_SAMPLES = 500  # K of the importance-weighted bound
NUMBERS_AT_ONCE = 16_000_000  # most numbers in an array of reconstructions: 64 MB


def binarise(x: keras.KerasTensor, seed: keras.random.SeedGenerator) -> keras.KerasTensor:
    """Draw 0/1 features, (batch, ...) float32; the (batch, ...) values of `x` in [0, 1] are their probabilities."""
    return ops.cast(global_batch.draw(keras.random.uniform, ops.shape(x), seed=seed) < x, "float32")


def kl_from_prior(mean: keras.KerasTensor, log_variance: keras.KerasTensor) -> keras.KerasTensor:
    """Return the (batch,) KL(N(mean, variance) ‖ N(0, I)) of diagonal Gaussians; both inputs are (batch, code_size)."""
    return ops.sum(ops.square(mean) + ops.exp(log_variance) - log_variance - 1, axis=1) / 2


class Likelihood(keras.layers.Layer):
    """Adds the negative log-likelihood of a target given its reconstruction to the loss; returns the reconstruction.

    - `bernoulli`: the features are 0 or 1, and the reconstruction is the probability of 1.
    - `gaussian`: the reconstruction is the mean of the features. All features have the same standard deviation, which
      is trained with the other weights (Rybkin et al. 2021).
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
        """Return the (batch,) log-densities of (batch, ...) targets given (batch, ...) reconstructions."""
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
    """Estimate two lower bounds on the mean log-likelihood of inputs. The importance-weighted bound is the tighter one.

    Args:
        posterior: (batch, *shape) [and (batch, classes)] to the mean and the log-variance of the code.
        decoder: (batch, code_size [+ classes]) to (batch, *shape).
        likelihood: of an input given its reconstruction.
        x: (n, *shape); for the likelihood `bernoulli` 0 or 1.
        class_vectors: (n, classes) further inputs of posterior and decoder; None if they take none.
        seed: of the codes that are drawn.
        samples: K, how many codes are drawn for each input.

    Returns:
        `test_elbo`, the evidence lower bound; its two parts, `test_log_likelihood` of the inputs given their codes and
        `test_kl` (elbo = log-likelihood - KL); and `test_iwae_K`, the importance-weighted bound (Burda et al. 2016,
        equation 8).
    """
    source = keras.random.SeedGenerator(seed)
    at_once = max(1, NUMBERS_AT_ONCE // (samples * math.prod(x.shape[1:])))
    log_likelihoods, divergences, importance_weighted = [], [], []
    for start in progress.steps("bounds", range(0, len(x), at_once)):
        rows = x[start : start + at_once]
        vectors = None if class_vectors is None else class_vectors[start : start + at_once]
        mean, log_variance = posterior(rows if vectors is None else [rows, vectors], training=False)  # (b, code_size)
        noise = keras.random.normal((samples, *mean.shape), seed=source)  # (samples, b, code_size)
        code = mean + ops.exp(log_variance / 2) * noise
        decoder_inputs = ops.reshape(code, (-1, code.shape[-1]))  # (samples * b, code_size)
        if vectors is not None:
            decoder_inputs = ops.concatenate([decoder_inputs, ops.tile(vectors, (samples, 1))], axis=1)
        repeated = ops.tile(rows, (samples, *[1] * (len(rows.shape) - 1)))
        density = likelihood.log_density(repeated, decoder(decoder_inputs, training=False))
        density = ops.reshape(density, (samples, -1))  # log p(x | z), (samples, b)
        # log p(z) - log q(z | x [, class]); the constants cancel
        ratio = ops.sum(ops.square(noise) + log_variance - ops.square(code), axis=2) / 2
        importance_weighted.append(ops.logsumexp(density + ratio, axis=0) - math.log(samples))
        log_likelihoods.append(ops.mean(density, axis=0))
        divergences.append(kl_from_prior(mean, log_variance))
    values = {
        "test_log_likelihood": log_likelihoods,
        "test_kl": divergences,
        f"test_iwae_{samples}": importance_weighted,
    }
    metrics = {
        name: float(np.mean(np.concatenate([ops.convert_to_numpy(part) for part in parts]), dtype=np.float64))
        for name, parts in values.items()
    }
    return metrics | {"test_elbo": metrics["test_log_likelihood"] - metrics["test_kl"]}
