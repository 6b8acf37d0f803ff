"""scikit-learn's classifiers with its default settings, but for what is said here; the semi-supervised ones also get
the inputs without a label."""

import warnings
from collections.abc import Callable

import numpy as np
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.semi_supervised import LabelSpreading, SelfTrainingClassifier
from sklearn.svm import SVC

from semisup.graphs import neighbours

UNLABELLED = -1  # scikit-learn's own mark
NEIGHBOURS = 10
LARGEST_LEAF = 20  # of boosted trees, scikit-learn's default, with which fewer than 40 rows are never split

# (labels,) rows that are labelled, (labels,) their classes and a seed, to (m, C) probabilities.
Predict = Callable[[np.ndarray, np.ndarray, int], np.ndarray]


def prepare(name: str, x: np.ndarray, x_test: np.ndarray) -> Predict:
    """What a classifier's label draws share is computed here, once.

    Args:
        name: `logistic_regression`, `svm` (Gaussian kernel; probabilities by Platt's method are not asked for: the
            softmax of its scores stands in for them), `nearest_neighbours` (of the labelled rows, as many as labels a
            class, at most 10), `gradient_boosting` (of trees whose leaves hold a tenth of the labelled rows, at most
            20), `self_training` (logistic regression, labels trusted from a probability of 0.75) or `label_spreading`
            (graph of 10 nearest neighbours).
        x: (n, ...) all training inputs or codes, flattened here.
        x_test: (m, ...) to predict.

    Returns:
        A function of the labelled rows, their classes (every class 0..C-1 occurs) and the seed of what the classifier
        draws; it fits and returns (m, C) probabilities of `x_test`.
    """
    flat, flat_test = x.reshape(len(x), -1), x_test.reshape(len(x_test), -1)
    if name == "label_spreading":
        return _label_spreading(flat, flat_test)
    fit = {
        "logistic_regression": _logistic_regression,
        "nearest_neighbours": _nearest_neighbours,
        "gradient_boosting": _gradient_boosting,
        "self_training": _self_training,
        "svm": _svm,
    }[name]
    return lambda rows, y, seed: fit(flat, rows, y, flat_test, seed)


def _logistic_regression(x: np.ndarray, rows: np.ndarray, y: np.ndarray, x_test: np.ndarray, seed: int) -> np.ndarray:
    return LogisticRegression(max_iter=1000).fit(x[rows], y).predict_proba(x_test)


def _nearest_neighbours(x: np.ndarray, rows: np.ndarray, y: np.ndarray, x_test: np.ndarray, seed: int) -> np.ndarray:
    k = max(min(NEIGHBOURS, np.bincount(y).min()), 1)
    return KNeighborsClassifier(k, algorithm="brute").fit(x[rows], y).predict_proba(x_test)


def _gradient_boosting(x: np.ndarray, rows: np.ndarray, y: np.ndarray, x_test: np.ndarray, seed: int) -> np.ndarray:
    leaf = min(LARGEST_LEAF, -(-len(rows) // 10))
    model = HistGradientBoostingClassifier(min_samples_leaf=leaf, random_state=seed).fit(x[rows], y)
    return model.predict_proba(x_test)


def _svm(x: np.ndarray, rows: np.ndarray, y: np.ndarray, x_test: np.ndarray, seed: int) -> np.ndarray:
    model = SVC(decision_function_shape="ovr", random_state=seed).fit(x[rows], y)
    scores = model.decision_function(x_test)
    scores = np.column_stack([-scores, scores]) if scores.ndim == 1 else scores
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)


def _self_training(x: np.ndarray, rows: np.ndarray, y: np.ndarray, x_test: np.ndarray, seed: int) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it did not converge
        model = SelfTrainingClassifier(LogisticRegression(max_iter=1000)).fit(x, _given(x, rows, y))
        return model.predict_proba(x_test)


def _label_spreading(x: np.ndarray, x_test: np.ndarray) -> Predict:
    """scikit-learn's with its graph of nearest neighbours, which it would search anew for every draw."""
    among, of_test = (_indicators(neighbours.search(some, x, NEIGHBOURS).rows, len(x)) for some in (x, x_test))

    def predict(rows: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it did not converge, or that a row has no labelled neighbour
            model = LabelSpreading(kernel=lambda *_: among).fit(x, _given(x, rows, y))
            model.kernel = lambda *_: of_test.T
            probabilities = model.predict_proba(x_test)
        return np.nan_to_num(probabilities, nan=1 / probabilities.shape[1])

    return predict


def _indicators(rows: np.ndarray, n: int) -> sparse.csr_matrix:
    """(m, n) with a 1 where a row of (m, k) names a column."""
    m, k = rows.shape
    return sparse.csr_matrix((np.ones(m * k), rows.ravel(), np.arange(0, m * k + 1, k)), shape=(m, n))


def _given(x: np.ndarray, rows: np.ndarray, y: np.ndarray) -> np.ndarray:
    given = np.full(len(x), UNLABELLED)
    given[rows] = y
    return given
