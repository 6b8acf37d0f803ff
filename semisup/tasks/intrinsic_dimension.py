"""How many numbers the data need where one stands on them: estimates of the intrinsic dimension from distances to
nearest neighbours.

Both take the neighbours of a point to be spread evenly over a ball in a flat space. Curvature, noise and, above all, a
high dimension break that: with few points, dimensions above ten come out too low. The intervals tell of the points
that were drawn alone, and not of this bias.
"""

from typing import NamedTuple

import numpy as np

from semisup.graphs import neighbours

NEIGHBOURS = 20  # of the maximum-likelihood estimate; a fifth of the points where there are less than a hundred
LEAST_POINTS = 10
POINTS = 2000  # at which the dimension is measured; their neighbours are sought among all
KEPT = 0.9  # share of the points that TwoNN fits: those farthest from their second neighbour follow the law least
RESAMPLES = 500
INTERVAL = (0.025, 0.975)


class Estimate(NamedTuple):
    """An intrinsic dimension, its 95 % bootstrap interval, and how many neighbours of each point it is from."""

    value: float
    low: float
    high: float
    neighbours: int


def estimates(x: np.ndarray, seed: int) -> dict[str, Estimate]:
    """Those of (n, ...) inputs or codes: `maximum_likelihood` and `two_nn`; none with fewer than ten different rows.

    Args:
        x: rows that are the same count once.
        seed: of the points at which the dimension is measured, and of the bootstrap.
    """
    flat = x.reshape(len(x), -1)
    distinct = list({row.tobytes(): number for number, row in enumerate(flat)}.values())
    if len(distinct) < LEAST_POINTS:
        return {}
    rng = np.random.default_rng(seed)
    k = min(NEIGHBOURS, len(distinct) // 5)
    distances = _distances(flat[distinct], rng.permutation(len(distinct))[:POINTS], k)
    drawn = rng.integers(len(distances), size=(RESAMPLES, len(distances)))
    found = {}
    for name, estimator, used in (("maximum_likelihood", maximum_likelihood, k), ("two_nn", two_nn, 2)):
        resampled = [estimator(distances[rows]) for rows in drawn]
        found[name] = Estimate(estimator(distances), *map(float, np.quantile(resampled, INTERVAL)), used)
    return found


def maximum_likelihood(distances: np.ndarray) -> float:
    """Levina and Bickel's estimate (2004), the inverses averaged over the points (MacKay and Ghahramani 2005).

    Args:
        distances: (points, k) to the nearest neighbours, rising, above 0; k >= 2.
    """
    logs = np.log(distances[:, -1:] / distances[:, :-1])  # (points, k - 1)
    return float(1 / np.maximum(logs.mean(), np.finfo(float).tiny))


def two_nn(distances: np.ndarray) -> float:
    """TwoNN (Facco et al. 2017): the slope, through the origin, of -log(1 - F) against the logarithm of the ratio of
    the second neighbour's distance to the first's, whose distribution is F; arguments as above, the first two are used.
    """
    logs = np.sort(np.log(distances[:, 1] / distances[:, 0]))
    survived = -np.log1p(-np.arange(1, len(logs) + 1) / (len(logs) + 1))
    kept = slice(int(KEPT * len(logs)))
    return float((logs[kept] @ survived[kept]) / np.maximum(logs[kept] @ logs[kept], np.finfo(float).tiny))


def _distances(x: np.ndarray, points: np.ndarray, k: int) -> np.ndarray:
    """(points, k) rising distances to the nearest other rows, in double precision: those of the search lose digits
    where neighbours are close and the origin is far."""
    x = x - x.mean(axis=0)
    rows = neighbours.search(x[points], x, k + 1).rows  # (points, k + 1), the point itself among them
    exact = [np.linalg.norm(x[near].astype(float) - x[point], axis=1) for point, near in zip(points, rows, strict=True)]
    return np.maximum(np.sort(exact, axis=1)[:, 1:], np.finfo(float).tiny)
