"""A few labelled anomalies of one kind beside normal rows (Deep SAD's first scenario, Ruff et al. 2020).

Kinds that were never seen must still stand out, so what the anomalies say is added to a score that needs none, and can
raise it only.
"""

import numpy as np

from semisup.graphs import neighbours
from semisup.tasks.one_class import OneClass, logarithm, standardised

SHARE = 0.01  # of the training rows, normal ones and labelled anomalies together


def count(normal: int) -> int:
    """How many labelled anomalies there are beside so many normal rows, at least 1."""
    return max(1, round(normal * SHARE / (1 - SHARE)))


def margin(normal: OneClass, x: np.ndarray, inputs: np.ndarray, anomalies: np.ndarray) -> np.ndarray:
    """How much nearer rows are to a labelled anomaly than to normal rows: the logarithm of the ratio of the distances,
    in standard deviations of the fitted rows' from their mean, and 0 below it.

    Args:
        normal: fitted to the normal rows.
        x: (m, ...) rows to score.
        inputs: (m,) their view of that name.
        anomalies: (a, ...), a >= 1.

    Returns:
        (m,) float64, to be added to a score.
    """
    known = anomalies.reshape(len(anomalies), -1)
    fitted = normal.own["inputs"] - _nearest(normal.inputs, known)
    return np.maximum(standardised(inputs - _nearest(x.reshape(len(x), -1), known), fitted), 0)


def _nearest(rows: np.ndarray, known: np.ndarray) -> np.ndarray:
    return logarithm(neighbours.search(rows, known, 1).distances[:, 0])
