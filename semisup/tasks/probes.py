"""Probes: how much of the class simple classifiers find in a fixed code (Alain and Bengio 2017)."""

from collections.abc import Callable

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

# (codes, classes) of labelled inputs and of the test set to test accuracy.
Probe = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], float]


def linear(codes: np.ndarray, y: np.ndarray, codes_test: np.ndarray, y_test: np.ndarray) -> float:
    """Test accuracy of multinomial logistic regression on the standardised code.

    Args:
        codes: (n, code_size) of labelled inputs.
        y: (n,) their classes.
        codes_test: (m, code_size).
        y_test: (m,) classes.
    """
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000, tol=1e-3)).fit(codes, y)
    return float(model.score(codes_test, y_test))


def nearest_neighbour(codes: np.ndarray, y: np.ndarray, codes_test: np.ndarray, y_test: np.ndarray) -> float:
    """Test accuracy of the class of the nearest labelled code in Euclidean distance; arguments as in `linear`."""
    return float(KNeighborsClassifier(1, algorithm="brute").fit(codes, y).score(codes_test, y_test))
