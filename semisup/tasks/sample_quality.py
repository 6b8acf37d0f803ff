"""Score how near a sample of drawn inputs is to a sample of real inputs, by their features."""

import faiss
import numpy as np

from semisup.graphs import neighbours

NEIGHBOURS = 3  # as in Kynkäänniemi et al. 2019
AT_ONCE = 1000  # rows of a distance matrix in memory


def frechet_distance(real: np.ndarray, drawn: np.ndarray) -> float:
    """Return the squared Fréchet distance between two Gaussians with the means and covariances of the samples.

    (Dowson and Landau 1982; Heusel et al. 2017.) It is 0 if the samples are the same.

    Args:
        real: (n, d) features of real inputs.
        drawn: (m, d) features of drawn inputs.
    """
    real, drawn = real.astype(np.float64), drawn.astype(np.float64)
    difference = real.mean(axis=0) - drawn.mean(axis=0)
    covariances = [np.atleast_2d(np.cov(sample, rowvar=False, bias=True)) for sample in (real, drawn)]  # (d, d) each
    roots = [_root(covariance) for covariance in covariances]
    # the trace of (S T)^½ is the sum of the singular values of S^½ T^½: nothing complex, nothing squared twice
    common = np.linalg.svd(roots[0] @ roots[1], compute_uv=False).sum()
    distance = difference @ difference + sum(map(np.trace, covariances)) - 2 * common
    return float(max(distance, 0))  # rounding can make it negative


def _root(covariance: np.ndarray) -> np.ndarray:
    """Return the symmetric square root of a (d, d) positive semidefinite matrix."""
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T


def precision_and_recall(real: np.ndarray, drawn: np.ndarray) -> tuple[float, float]:
    """Return precision and recall of drawn inputs (Kynkäänniemi et al. 2019).

    Precision is the fraction of drawn inputs that lie within the real sample. Recall is the fraction of real inputs
    that lie within the drawn sample. An input lies within a sample if it is at most as far from some row of the sample
    as the third nearest neighbour of this row in the sample.

    Args:
        real: (n, d) features of real inputs, n >= 2.
        drawn: (m, d) features of drawn inputs, m >= 2. Precision and recall are comparable if n = m.
    """
    return _fraction_within(drawn, real), _fraction_within(real, drawn)


def _fraction_within(queries: np.ndarray, sample: np.ndarray) -> float:
    """Return the fraction of queries that lie within a sample, see `precision_and_recall`."""
    centre = sample.mean(axis=0)  # distances are differences of squares: small squares round less
    queries, sample = (np.ascontiguousarray(rows - centre, dtype=np.float32) for rows in (queries, sample))
    radii = neighbours.self_search(sample, NEIGHBOURS).distances[:, -1]  # (n,)
    within = [
        (faiss.pairwise_distances(queries[start : start + AT_ONCE], sample) <= np.square(radii)).any(axis=1)
        for start in range(0, len(queries), AT_ONCE)
    ]
    return float(np.concatenate(within).mean())


def class_shift(real: np.ndarray, drawn: np.ndarray) -> float:
    """Return the total variation between the frequencies of the classes that a classifier finds in two samples.

    It is 0 if the frequencies are the same, and 1 if no class is found in both samples.

    Args:
        real: (n, classes) probabilities for real inputs.
        drawn: (m, classes) probabilities for drawn inputs.
    """
    frequencies = [np.bincount(p.argmax(axis=1), minlength=p.shape[1]) / len(p) for p in (real, drawn)]
    return float(np.abs(frequencies[0] - frequencies[1]).sum() / 2)
