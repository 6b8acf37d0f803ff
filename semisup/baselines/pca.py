"""Principal component analysis: the best linear autoencoder."""

import numpy as np
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA, IncrementalPCA
from sklearn.utils import gen_batches

from semisup.data.memory_mapped import Inputs, Mapped, chunks, some

MOST_ROWS = 50_000  # rows of a memory-mapped file to fit to, evenly spaced
ROWS_AT_ONCE = 512  # rows in a block; a large code needs more


def fit(x: Inputs, code_size: int) -> PCA | IncrementalPCA | None:
    """Fit to (n, ...) inputs, flattened.

    A memory-mapped file is fitted in blocks, with at most 50,000 rows. The result is close to the exact one (Ross et
    al. 2008).

    Returns:
        The fitted PCA; None if the code is as large as the data, since PCA would then lose nothing.
    """
    flat = x.reshape(len(x), -1)
    if code_size >= min(flat.shape):
        return None
    if not isinstance(flat, Mapped):
        return PCA(code_size, random_state=0).fit(flat)
    flat = some(flat, np.arange(0, len(flat), -(-len(flat) // MOST_ROWS)))
    fitted = IncrementalPCA(code_size)
    for part in gen_batches(len(flat), max(ROWS_AT_ONCE, 2 * code_size), min_batch_size=code_size):
        fitted.partial_fit(flat[part])
    return fitted


def encode(pca: PCA | IncrementalPCA | None, x: Inputs) -> np.ndarray:
    """Return the (n, code_size) codes of (n, ...) inputs; if `pca` is None, the flattened inputs."""
    flat = x.reshape(len(x), -1)
    if pca is None:
        return flat
    return (
        np.concatenate([pca.transform(part) for part in chunks(flat)])
        if isinstance(flat, Mapped)
        else pca.transform(flat)
    )


def largest_angle(pca: PCA | IncrementalPCA, basis: np.ndarray) -> float:
    """Return the largest principal angle between the principal subspace and another one (Björck and Golub 1973).

    Args:
        pca: the fitted PCA.
        basis: (code_size, features); its rows span the other subspace.

    Returns:
        Degrees; 0 if the subspaces are the same.
    """
    return float(np.degrees(subspace_angles(pca.components_.T, basis.T).max()))


def reconstruct(pca: PCA | IncrementalPCA, x: np.ndarray) -> np.ndarray:
    """Reconstruct (n, ...) inputs from their codes, in the same shape."""
    return pca.inverse_transform(encode(pca, x)).reshape(x.shape)
