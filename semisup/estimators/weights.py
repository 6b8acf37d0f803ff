"""Weights of the labels, from `sample_weight` and `class_weight`."""

import numpy as np
from sklearn.utils.class_weight import compute_sample_weight

from semisup.errors import InputError
from semisup.settings.methods import METHODS

ClassWeight = dict | str | None


def label_weights(method: str, sample_weight: np.ndarray, classes: np.ndarray, class_weight: ClassWeight) -> np.ndarray:
    """Return (labels,) weights with a mean of 1; all of them are 1 if the method has no use for others.

    Args:
        method: the name of the method.
        sample_weight: (labels,) weights above 0.
        classes: (labels,) classes.
        class_weight: a weight for each class, 1 where it has none; or "balanced", which gives all classes the same sum
            of weights. It multiplies the others.

    Raises:
        ValueError: a class weight is not as expected, or the method cannot weight labels and some are to be.
    """
    weights = sample_weight * compute_sample_weight(class_weight, classes)
    if not (np.isfinite(weights).all() and weights.min() >= 0 and weights.max() > 0):
        raise InputError(f"class_weight: expected weights from 0 up, and one above 0, found {class_weight!r}")
    equal = weights.min() == weights.max()
    if not METHODS[method].weighted and not (equal and class_weight is None):
        name = "sample_weight" if class_weight is None else "class_weight"
        able = ", ".join(each for each, spec in METHODS.items() if spec.weighted)
        raise InputError(f"{name}: expected None, {method} cannot weight labels (these methods can: {able})")
    return np.ones(len(weights)) if equal else weights / weights.mean()
