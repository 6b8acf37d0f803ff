"""Kernel principal component analysis with a Gaussian kernel (Schölkopf et al. 1998) and learned pre-images (Bakır et
al. 2004): the autoencoder of kernel methods. Its cost grows with the cube of the rows, so it sees a subsample."""

import numpy as np
from sklearn.decomposition import KernelPCA

ROWS = 2000


def fit(x: np.ndarray, code_size: int) -> KernelPCA:
    """Fit to up to 2,000 evenly spaced ones of (n, ...) inputs, flattened; the kernel's width is the default,
    1 / features."""
    flat = x.reshape(len(x), -1)
    sample = flat[:: -(-len(flat) // ROWS)].astype(np.float64)
    size = min(code_size, len(sample) - 1)
    return KernelPCA(size, kernel="rbf", fit_inverse_transform=True, alpha=1e-3, random_state=0).fit(sample)


def encode(fitted: KernelPCA, x: np.ndarray) -> np.ndarray:
    """Codes (n, code_size) of (n, ...) inputs."""
    return fitted.transform(x.reshape(len(x), -1))


def reconstruct(fitted: KernelPCA, x: np.ndarray) -> np.ndarray:
    """(n, ...) inputs through the code and back, in the same shape."""
    return fitted.inverse_transform(encode(fitted, x)).reshape(x.shape)
