"""Probes: simple classifiers that show how much of the class is in a fixed code (Alain and Bengio 2017)."""

from collections.abc import Callable

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

# A function from codes and classes of labelled inputs, and codes and classes of the test set, to the test accuracy.
Probe = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], float]


def linear(codes: np.ndarray, y: np.ndarray, codes_test: np.ndarray, y_test: np.ndarray) -> float:
    """Return the test accuracy of multinomial logistic regression on the standardised code.

    Args:
        codes: (n, code_size) codes of labelled inputs.
        y: (n,) classes of these inputs.
        codes_test: (m, code_size) codes of the test inputs.
        y_test: (m,) classes of the test inputs.
    """
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=2000, tol=1e-3)).fit(codes, y)
    return float(model.score(codes_test, y_test))


def nearest_neighbour(codes: np.ndarray, y: np.ndarray, codes_test: np.ndarray, y_test: np.ndarray) -> float:
    """Return the test accuracy of predicting the class of the nearest labelled code. Arguments as in `linear`.

    Distances are Euclidean.
    """
    return float(KNeighborsClassifier(1, algorithm="brute").fit(codes, y).score(codes_test, y_test))
