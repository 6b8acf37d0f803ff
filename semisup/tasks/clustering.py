"""Score how well clusters of a code match the classes."""

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
    """Return the test accuracy of a clustering with as many clusters as classes.

    Each cluster is named after one class, so that as many labelled training rows as possible are right (Kuhn 1955).

    Args:
        clusterer: a new clusterer, not fitted yet.
        codes: (n, code_size) codes of all training inputs.
        y: (n,) classes, -1 where unlabelled. They only name the clusters.
        codes_test: (m, code_size) codes of the test inputs.
        y_test: (m,) classes of the test inputs.
        classes: number of classes.
    """
    scale = codes.std(axis=0).mean() or 1.0  # the mixture's smallest variance is an absolute number
    clusters = clusterer.fit_predict(codes / scale)
    known = y >= 0
    counts = confusion_matrix(y[known], clusters[known], labels=np.arange(classes))  # class by cluster
    matched_classes, matched_clusters = linear_sum_assignment(-counts)
    class_of = np.empty(classes, int)  # (clusters,)
    class_of[matched_clusters] = matched_classes
    return float((class_of[clusterer.predict(codes_test / scale)] == y_test).mean())
