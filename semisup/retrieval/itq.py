"""Iterative quantisation (Gong and Lazebnik 2011): rotate principal components so that their signs lose least."""

from typing import NamedTuple

import numpy as np
from scipy.stats import ortho_group

ROUNDS = 50


class Projection(NamedTuple):
    """A linear map to numbers with the bits as their signs: (x - mean) @ matrix.

    Attributes:
        mean: (features,).
        matrix: (features, bits).
    """

    mean: np.ndarray
    matrix: np.ndarray

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """Return the (n, bits) projections of (n, features) inputs. They are positive where the bit is 1."""
        return (x - self.mean) @ self.matrix


def fit(x: np.ndarray, bits: int, seed: int) -> Projection:
    """Find the principal components and rotate them.

    Args:
        x: (n, features) inputs, with at least as many features as bits.
        bits: number of bits.
        seed: seed of the first rotation.
    """
    mean = x.mean(axis=0)
    centred = (x - mean).astype(np.float64)
    _, vectors = np.linalg.eigh(centred.T @ centred)  # eigenvalues rise
    components = vectors[:, ::-1][:, :bits]  # (features, bits)
    projected = centred @ components
    rotation = np.atleast_2d(ortho_group(bits, seed).rvs()) if bits > 1 else np.ones((1, 1))
    for _ in range(ROUNDS):
        signs = np.where(projected @ rotation > 0, 1.0, -1.0)
        left, _, right = np.linalg.svd(projected.T @ signs)
        rotation = left @ right
    return Projection(mean, (components @ rotation).astype(np.float32))
