"""Principal component analysis: the best linear autoencoder."""

import numpy as np
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA, IncrementalPCA
from sklearn.utils import gen_batches

from semisup.data.memory_mapped import Inputs, Mapped, chunks, some

MOST_ROWS = 50_000  # of a mapped file, evenly spaced
ROWS_AT_ONCE = 512  # of these; more where the code is larger


def fit(x: Inputs, code_size: int) -> PCA | IncrementalPCA | None:
    """Fit to (n, ...) inputs, flattened; of a mapped file to at most 50,000, by blocks, which comes close to the
    exact result (Ross et al. 2008). None if the code is as large as the data, where PCA loses nothing."""
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
    """Codes (n, code_size) of (n, ...) inputs; without a fitted PCA the flattened inputs themselves."""
    flat = x.reshape(len(x), -1)
    if pca is None:
        return flat
    return (
        np.concatenate([pca.transform(part) for part in chunks(flat)])
        if isinstance(flat, Mapped)
        else pca.transform(flat)
    )


def largest_angle(pca: PCA | IncrementalPCA, basis: np.ndarray) -> float:
    """Largest principal angle, in degrees, between the principal subspace and the span of the rows of `basis`,
    (code_size, features); 0 if they are the same (Björck and Golub 1973)."""
    return float(np.degrees(subspace_angles(pca.components_.T, basis.T).max()))


def reconstruct(pca: PCA | IncrementalPCA, x: np.ndarray) -> np.ndarray:
    """(n, ...) inputs through the code and back, in the same shape."""
    return pca.inverse_transform(encode(pca, x)).reshape(x.shape)
