"""How near a sample of drawn inputs is to a sample of real ones, by their features."""

import faiss
import numpy as np

from semisup.graphs import neighbours

NEIGHBOURS = 3  # as Kynkäänniemi et al. 2019
AT_ONCE = 1000  # rows of a distance matrix


def frechet_distance(real: np.ndarray, drawn: np.ndarray) -> float:
    """Squared Fréchet distance between the Gaussians with the samples' means and covariances (Dowson and Landau 1982,
    Heusel et al. 2017), of (n, d) and (m, d) features: 0 if they are the same.

    The trace of (S T)^½ is the sum of the singular values of S^½ T^½: nothing complex, nothing squared twice.
    """
    real, drawn = real.astype(np.float64), drawn.astype(np.float64)
    difference = real.mean(axis=0) - drawn.mean(axis=0)
    covariances = [np.atleast_2d(np.cov(sample, rowvar=False, bias=True)) for sample in (real, drawn)]  # (d, d) each
    roots = [_root(covariance) for covariance in covariances]
    common = np.linalg.svd(roots[0] @ roots[1], compute_uv=False).sum()
    distance = difference @ difference + sum(map(np.trace, covariances)) - 2 * common
    return float(max(distance, 0))  # rounding takes it below 0


def _root(covariance: np.ndarray) -> np.ndarray:
    """Symmetric square root of a (d, d) positive semidefinite matrix."""
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T


def precision_and_recall(real: np.ndarray, drawn: np.ndarray) -> tuple[float, float]:
    """Share of drawn inputs that lie among the real ones, and of real ones that lie among the drawn (Kynkäänniemi et
    al. 2019): within the distance of some row to its third nearest neighbour in its own sample. (n, d) and (m, d)
    features, n and m at least 2; the two shares are comparable if n = m."""
    return _share_within(drawn, real), _share_within(real, drawn)


def _share_within(queries: np.ndarray, sample: np.ndarray) -> float:
    centre = sample.mean(axis=0)  # distances are differences of squares: small ones round less
    queries, sample = (np.ascontiguousarray(rows - centre, dtype=np.float32) for rows in (queries, sample))
    radii = neighbours.self_search(sample, NEIGHBOURS).distances[:, -1]  # (n,)
    within = [
        (faiss.pairwise_distances(queries[start : start + AT_ONCE], sample) <= np.square(radii)).any(axis=1)
        for start in range(0, len(queries), AT_ONCE)
    ]
    return float(np.concatenate(within).mean())


def class_shift(real: np.ndarray, drawn: np.ndarray) -> float:
    """Total variation between the shares of the classes that a classifier finds in two samples, (n, classes) and
    (m, classes) probabilities: 0 if it finds the same, 1 if it finds none of one's in the other."""
    shares = [np.bincount(p.argmax(axis=1), minlength=p.shape[1]) / len(p) for p in (real, drawn)]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)
