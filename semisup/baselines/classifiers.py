"""scikit-learn's classifiers with its default settings, but for what is said here; the semi-supervised ones also get
the inputs without a label."""

import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.semi_supervised import LabelSpreading, SelfTrainingClassifier
from sklearn.svm import SVC

UNLABELLED = -1  # scikit-learn's own mark
NEIGHBOURS = 10


def predict(name: str, x: np.ndarray, rows: np.ndarray, y: np.ndarray, x_test: np.ndarray, seed: int = 0) -> np.ndarray:
    """Fit and predict.

    Args:
        name: `logistic_regression`, `svm` (Gaussian kernel; probabilities by Platt's method are not asked for: the
            softmax of its scores stands in for them), `nearest_neighbours` (of the labelled rows, as many as labels a
            class, at most 10), `self_training` (logistic regression, labels trusted from a probability of 0.75) or
            `label_spreading` (graph of 10 nearest neighbours).
        x: (n, ...) all training inputs or codes, flattened here.
        rows: (labels,) which of them are labelled.
        y: (labels,) their classes; every class 0..C-1 occurs.
        x_test: (m, ...) to predict.
        seed: of what a classifier draws.

    Returns:
        (m, C) probabilities.
    """
    flat, flat_test = x.reshape(len(x), -1), x_test.reshape(len(x_test), -1)
    if name in ("self_training", "label_spreading"):
        given = np.full(len(flat), UNLABELLED)
        given[rows] = y
        return _semi_supervised(name, flat, given, flat_test)
    if name == "logistic_regression":
        return LogisticRegression(max_iter=1000).fit(flat[rows], y).predict_proba(flat_test)
    if name == "nearest_neighbours":
        k = max(min(NEIGHBOURS, np.bincount(y).min()), 1)
        return KNeighborsClassifier(k, algorithm="brute").fit(flat[rows], y).predict_proba(flat_test)
    model = SVC(decision_function_shape="ovr", random_state=seed).fit(flat[rows], y)
    scores = model.decision_function(flat_test)
    scores = np.column_stack([-scores, scores]) if scores.ndim == 1 else scores
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def _semi_supervised(name: str, x: np.ndarray, given: np.ndarray, x_test: np.ndarray) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it did not converge, or that a row has no labelled neighbour
        if name == "self_training":
            model = SelfTrainingClassifier(LogisticRegression(max_iter=1000)).fit(x, given)
        else:
            model = LabelSpreading(kernel="knn", n_neighbors=NEIGHBOURS, n_jobs=-1).fit(x, given)
        probabilities = model.predict_proba(x_test)
    return np.nan_to_num(probabilities, nan=1 / probabilities.shape[1])
