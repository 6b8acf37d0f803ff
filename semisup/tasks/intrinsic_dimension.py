"""Estimate the intrinsic dimension of data from distances to nearest neighbours.

The intrinsic dimension is how many numbers describe the data near a point. Both estimates assume that the neighbours of
a point are spread evenly over a ball in a flat space. Curvature, noise and, above all, a high dimension violate this:
with few points, dimensions above ten come out too low. The intervals cover only the random choice of points, not this
bias.
"""

from typing import NamedTuple

import numpy as np

from semisup.graphs import neighbours

NEIGHBOURS = 20  # for the maximum-likelihood estimate; with less than a hundred points, a fifth of them
LEAST_POINTS = 10  # different rows needed for an estimate
POINTS = 2000  # points, at most, at which the dimension is measured; all rows can be their neighbours
KEPT = 0.9  # fraction of the points that TwoNN fits; those with the largest ratios follow its law least
RESAMPLES = 500  # of the bootstrap
INTERVAL = (0.025, 0.975)  # quantiles of the resampled estimates


class Estimate(NamedTuple):
    """An estimate of the intrinsic dimension.

    Attributes:
        value: the estimate.
        low: lower end of its 95 % bootstrap interval.
        high: upper end of this interval.
        neighbours: how many neighbours of each point the estimate uses.
    """

    value: float
    low: float
    high: float
    neighbours: int


def estimates(x: np.ndarray, seed: int) -> dict[str, Estimate]:
    """Estimate the intrinsic dimension by `maximum_likelihood` and by `two_nn`.

    Args:
        x: (n, ...) inputs or codes. Equal rows count once.
        seed: seed of the points at which the dimension is measured, and of the bootstrap.

    Returns:
        The estimates by name; empty with fewer than ten different rows.
    """
    flat = x.reshape(len(x), -1)
    distinct = list({row.tobytes(): number for number, row in enumerate(flat)}.values())
    if len(distinct) < LEAST_POINTS:
        return {}
    rng = np.random.default_rng(seed)
    k = min(NEIGHBOURS, len(distinct) // 5)
    distances = _distances(flat[distinct], rng.permutation(len(distinct))[:POINTS], k)
    drawn = rng.integers(len(distances), size=(RESAMPLES, len(distances)))
    results = {}
    for name, estimator, used in (("maximum_likelihood", maximum_likelihood, k), ("two_nn", two_nn, 2)):
        resampled = [estimator(distances[rows]) for rows in drawn]
        results[name] = Estimate(estimator(distances), *map(float, np.quantile(resampled, INTERVAL)), used)
    return results


def maximum_likelihood(distances: np.ndarray) -> float:
    """Return the estimate of Levina and Bickel (2004), with inverses averaged over points (MacKay and Ghahramani 2005).

    Args:
        distances: (points, k) distances to the nearest neighbours, rising, above 0; k >= 2.
    """
    logs = np.log(distances[:, -1:] / distances[:, :-1])  # (points, k - 1)
    return float(1 / np.maximum(logs.mean(), np.finfo(float).tiny))


def two_nn(distances: np.ndarray) -> float:
    """Return the TwoNN estimate (Facco et al. 2017).

    The ratio of a point's distance to its second neighbour and that to its first has a distribution function F. The
    estimate is the slope of -log(1 - F) against the logarithm of the ratio, for a line through the origin.

    Args:
        distances: as for `maximum_likelihood`; only the first two columns are used.
    """
    logs = np.sort(np.log(distances[:, 1] / distances[:, 0]))
    survived = -np.log1p(-np.arange(1, len(logs) + 1) / (len(logs) + 1))
    kept = slice(int(KEPT * len(logs)))
    return float((logs[kept] @ survived[kept]) / np.maximum(logs[kept] @ logs[kept], np.finfo(float).tiny))


def _distances(x: np.ndarray, points: np.ndarray, k: int) -> np.ndarray:
    """Return the (points, k) rising distances of some rows to their nearest other rows, float64.

    They are computed again, since those of the search lose digits where neighbours are close and the origin is far.
    """
    x = x - x.mean(axis=0)
    rows = neighbours.search(x[points], x, k + 1).rows  # (points, k + 1), with the point itself
    exact = [np.linalg.norm(x[near].astype(float) - x[point], axis=1) for point, near in zip(points, rows, strict=True)]
    return np.maximum(np.sort(exact, axis=1)[:, 1:], np.finfo(float).tiny)
