"""Classifiers of scikit-learn with default settings, except where `prepare` says otherwise.

Semi-supervised ones also see the unlabelled inputs.
"""

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

UNLABELLED = -1  # as scikit-learn marks them
NEIGHBOURS = 10
LARGEST_LEAF = 20  # rows in a leaf of boosted trees; scikit-learn's default, which never splits fewer than 40 rows

# Maps (labels,) row numbers of the labelled inputs, (labels,) their classes and a seed to (m, C) probabilities.
Predict = Callable[[np.ndarray, np.ndarray, int], np.ndarray]


def prepare(name: str, x: np.ndarray, x_test: np.ndarray) -> Predict:
    """Prepare a classifier. Compute once what is the same for all label draws.

    Args:
        name: one of

            - `logistic_regression`;
            - `svm`, with a Gaussian kernel. Its probabilities are the softmax of its scores, not from Platt's method;
            - `nearest_neighbours`, with as many neighbours as the rarest class has labels, at most 10;
            - `gradient_boosting`, whose trees have leaves with a tenth of the labelled rows, at most 20;
            - `self_training` of logistic regression, which accepts predicted labels from a probability of 0.75;
            - `label_spreading`, on a graph of 10 nearest neighbours.
        x: (n, ...) all training inputs or codes, flattened here.
        x_test: (m, ...) inputs to predict.

    Returns:
        A function that fits the classifier and returns (m, C) probabilities of `x_test`. Its arguments are the labelled
        rows, their classes (every class 0..C-1 occurs) and the random seed of the classifier.
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
        warnings.simplefilter("ignore")  # it may not converge
        model = SelfTrainingClassifier(LogisticRegression(max_iter=1000)).fit(x, _all_labels(x, rows, y))
        return model.predict_proba(x_test)


def _label_spreading(x: np.ndarray, x_test: np.ndarray) -> Predict:
    """Search the graph of nearest neighbours once. scikit-learn would search it again for every draw."""
    graph, test_graph = (_indicators(neighbours.search(q, x, NEIGHBOURS).rows, len(x)) for q in (x, x_test))

    def predict(rows: np.ndarray, y: np.ndarray, seed: int) -> np.ndarray:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it may not converge, or a row may have no labelled neighbour
            model = LabelSpreading(kernel=lambda *_: graph).fit(x, _all_labels(x, rows, y))
            model.kernel = lambda *_: test_graph.T
            probabilities = model.predict_proba(x_test)
        return np.nan_to_num(probabilities, nan=1 / probabilities.shape[1])

    return predict


def _indicators(rows: np.ndarray, n: int) -> sparse.csr_matrix:
    """Turn (m, k) neighbours into an (m, n) sparse matrix: 1 if column j is among the neighbours of row i, else 0."""
    m, k = rows.shape
    return sparse.csr_matrix((np.ones(m * k), rows.ravel(), np.arange(0, m * k + 1, k)), shape=(m, n))


def _all_labels(x: np.ndarray, rows: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return (n,) the classes of the labelled rows, and UNLABELLED for all others."""
    labels = np.full(len(x), UNLABELLED)
    labels[rows] = y
    return labels
