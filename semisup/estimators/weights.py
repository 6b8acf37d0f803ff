"""Weights of the labels, from `sample_weight` and `class_weight`."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import _check_sample_weight

from semisup.errors import InputError
from semisup.settings.methods import METHODS

ClassWeight = dict | str | None


def label_weights(
    rows: np.ndarray, classes: np.ndarray, sample_weight: ArrayLike | None, class_weight: ClassWeight, n: int
) -> np.ndarray | None:
    """Return (labels,) weights with a mean of 1; None if all are equal.

    Args:
        rows: (labels,) numbers of the labelled rows.
        classes: (labels,) classes of those rows.
        sample_weight: (n,) weights, not below 0; those of unlabelled rows are not used. None stands for 1.
        class_weight: a weight for each class, 1 where it has none; or "balanced", which gives all classes the same sum
            of weights. It multiplies the others.
        n: number of rows, labelled or not.

    Raises:
        ValueError: they are not as expected, or no label has a weight above 0.
    """
    weights = _check_sample_weight(sample_weight, np.empty(n), dtype=np.float64, ensure_non_negative=True)[rows]
    weights = weights * compute_sample_weight(class_weight, classes)
    if not (np.isfinite(weights).all() and weights.min() >= 0 and weights.max() > 0):
        raise InputError("sample_weight, class_weight: expected weights from 0 up, and one above 0 for a labelled row")
    return None if weights.min() == weights.max() else weights / weights.mean()


def check_use(method: str, weights: np.ndarray | None, class_weight: ClassWeight) -> None:
    """Raise InputError if labels have weights that the method has no use for."""
    if METHODS[method].weighted or (weights is None and class_weight is None):
        return
    name = "sample_weight" if class_weight is None else "class_weight"
    able = ", ".join(each for each, spec in METHODS.items() if spec.weighted)
    raise InputError(f"{name}: expected None, {method} cannot weight labels (these methods can: {able})")
