"""How far clusters of a code are classes."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.metrics import confusion_matrix
from sklearn.mixture import GaussianMixture

Clusterer = Callable[[int, int], KMeans | GaussianMixture]  # (classes, seed)

CLUSTERERS: dict[str, Clusterer] = {
    "k_means": lambda classes, seed: KMeans(classes, n_init=10, random_state=seed),
    "gaussian_mixture": lambda classes, seed: GaussianMixture(classes, random_state=seed, reg_covar=1e-4, max_iter=300),
}


def accuracy(
    clusterer: KMeans | GaussianMixture,
    codes: np.ndarray,
    y: np.ndarray,
    codes_test: np.ndarray,
    y_test: np.ndarray,
    classes: int,
) -> float:
    """Fit as many clusters as classes, name each after one class so that most labelled training rows are right
    (Kuhn 1955), and score the test rows.

    Args:
        clusterer: a new one.
        codes: (n, code_size) of all training inputs.
        y: (n,) classes, -1 where unlabelled; they only name the clusters.
        codes_test: (m, code_size).
        y_test: (m,) classes.
        classes: how many.
    """
    scale = codes.std(axis=0).mean() or 1.0  # the mixture's least variance is absolute
    found = clusterer.fit_predict(codes / scale)
    known = y >= 0
    counts = confusion_matrix(y[known], found[known], labels=np.arange(classes))  # class by cluster
    of_class, of_cluster = linear_sum_assignment(-counts)
    named = np.empty(classes, int)
    named[of_cluster] = of_class
    return float((named[clusterer.predict(codes_test / scale)] == y_test).mean())
