"""Use a few labelled anomalies of one kind besides normal rows (Deep SAD's first scenario, Ruff et al. 2020).

Kinds of anomalies that were never seen must still stand out. So the margin by labelled anomalies is added to a score
that needs no labels, and it is never negative.
"""

import numpy as np

from semisup.graphs import neighbours
from semisup.tasks.one_class import OneClass, logarithm, standardised

SHARE = 0.01  # fraction of labelled anomalies among the training rows, normal and anomalous


def count(normal: int) -> int:
    """Return the number of labelled anomalies for a number of normal rows, at least 1."""
    return max(1, round(normal * SHARE / (1 - SHARE)))


def margin(normal: OneClass, x: np.ndarray, inputs: np.ndarray, anomalies: np.ndarray) -> np.ndarray:
    """Return how much nearer rows are to a labelled anomaly than to normal rows.

    This is the logarithm of the ratio of the two distances, standardised by the mean and standard deviation of the
    fitted rows. Negative values become 0.

    Args:
        normal: a `OneClass` fitted to the normal rows.
        x: (m, ...) rows to score.
        inputs: (m,) view `inputs` of these rows, see `one_class.views`.
        anomalies: (a, ...) labelled anomalies, a >= 1.

    Returns:
        (m,) float64, to be added to a score.
    """
    known = anomalies.reshape(len(anomalies), -1)
    fitted = normal.own["inputs"] - _nearest(normal.inputs, known)
    return np.maximum(standardised(inputs - _nearest(x.reshape(len(x), -1), known), fitted), 0)


def _nearest(rows: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the (m,) logarithms of the distances of (m, features) rows to the nearest of (a, features) anomalies."""
    return logarithm(neighbours.search(rows, known, 1).distances[:, 0])
