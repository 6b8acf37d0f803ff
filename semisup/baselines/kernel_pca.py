"""Kernel principal component analysis with a Gaussian kernel (Schölkopf et al. 1998) and learned pre-images (Bakır et
al. 2004).

It is the autoencoder of kernel methods. Its cost grows with the cube of the rows, so it is fitted to a subsample.
"""

import numpy as np
from sklearn.decomposition import KernelPCA

ROWS = 2000


def fit(x: np.ndarray, code_size: int) -> KernelPCA:
    """Fit to at most 2,000 evenly spaced rows of the (n, ...) inputs, flattened.

    The kernel is exp(-gamma |x - y|²) with the default gamma, 1 / features.
    """
    flat = x.reshape(len(x), -1)
    sample = flat[:: -(-len(flat) // ROWS)].astype(np.float64)
    size = min(code_size, len(sample) - 1)
    return KernelPCA(size, kernel="rbf", fit_inverse_transform=True, alpha=1e-3, random_state=0).fit(sample)


def encode(fitted: KernelPCA, x: np.ndarray) -> np.ndarray:
    """Return the (n, code_size) codes of (n, ...) inputs."""
    return fitted.transform(x.reshape(len(x), -1))


def reconstruct(fitted: KernelPCA, x: np.ndarray) -> np.ndarray:
    """Reconstruct (n, ...) inputs from their codes, in the same shape."""
    return fitted.inverse_transform(encode(fitted, x)).reshape(x.shape)
