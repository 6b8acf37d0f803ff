"""What `fit` reads from its labels, and what it says of the training rows."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_consistent_length, validate_data

from semisup.data.dataset import UNLABELLED, Dataset
from semisup.errors import InputError
from semisup.methods import Method
from semisup.model_selection.labels import read_labels


def class_numbers(
    estimator: BaseEstimator, X: ArrayLike, y: ArrayLike | None, sample_weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the (classes,) sorted classes; and the (n,) class numbers, -1 where a row is unlabelled.

    A row whose (n,) `sample_weight` is 0 counts as unlabelled.

    Raises:
        ValueError: there are no labels, they are no classes, or there are fewer than two classes.
    """
    if y is None:
        validate_data(estimator, X, y, reset=False, skip_check_array=True)  # raises as scikit-learn does
    known, values = read_labels(y)
    check_consistent_length(X, known)
    values = values[sample_weight[known] > 0]
    known = known & (sample_weight > 0)
    if len(values):
        check_classification_targets(values)
    classes, labels = np.unique(values, return_inverse=True)
    if len(classes) < 2:
        raise InputError(
            f"y: expected labels of at least 2 classes besides -1 (unlabelled), found {len(classes)} class"
        )
    numbers = np.full(len(known), UNLABELLED)
    numbers[known] = labels
    return classes, numbers


def distributions(method: Method, data: Dataset) -> np.ndarray:
    """Return (n, classes) float64 probabilities of the training rows; a labelled row has 1 at its class."""
    found = getattr(method, "probabilities", None)
    if found is None:
        found = method.predict(method.inputs(data.x_train))
    known = data.y_train != UNLABELLED
    result = np.array(found, np.float64)
    result[known] = np.eye(data.classes)[data.y_train[known]]
    return result
