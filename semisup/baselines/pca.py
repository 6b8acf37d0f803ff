"""Principal component analysis: the best linear autoencoder."""

import numpy as np
from scipy.linalg import subspace_angles
from sklearn.decomposition import PCA


def fit(x: np.ndarray, code_size: int) -> PCA | None:
    """Fit to (n, ...) inputs, flattened. None if the code is as large as the data, where PCA loses nothing."""
    flat = x.reshape(len(x), -1)
    if code_size >= min(flat.shape):
        return None
    return PCA(code_size, random_state=0).fit(flat)


def encode(pca: PCA | None, x: np.ndarray) -> np.ndarray:
    """Codes (n, code_size) of (n, ...) inputs; without a fitted PCA the flattened inputs themselves."""
    flat = x.reshape(len(x), -1)
    return flat if pca is None else pca.transform(flat)


def largest_angle(pca: PCA, basis: np.ndarray) -> float:
    """Largest principal angle, in degrees, between the principal subspace and the span of the rows of `basis`,
    (code_size, features); 0 if they are the same (Björck and Golub 1973)."""
    return float(np.degrees(subspace_angles(pca.components_.T, basis.T).max()))


def reconstruct(pca: PCA, x: np.ndarray) -> np.ndarray:
    """(n, ...) inputs through the code and back, in the same shape."""
    return pca.inverse_transform(encode(pca, x)).reshape(x.shape)
