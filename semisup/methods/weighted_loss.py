"""Cross-entropy in which labelled inputs can have weights."""

from collections.abc import Callable

import keras
import numpy as np


def targets(y: np.ndarray, classes: int, weights: np.ndarray | None = None) -> np.ndarray:
    """Return one-hot targets of (labels,) classes: (labels, classes) float32.

    If there are (labels,) weights, they are one more column, where `cross_entropy` finds them.
    """
    one_hot = np.eye(classes, dtype=np.float32)[y]
    return one_hot if weights is None else np.column_stack([one_hot, weights.astype(np.float32)])


def cross_entropy(label_smoothing: float = 0.0) -> Callable[[keras.KerasTensor, keras.KerasTensor], keras.KerasTensor]:
    """Return a loss: the mean cross-entropy of a batch, each input's multiplied by its weight if the targets have them.

    Args:
        label_smoothing: fraction of each target that is spread evenly over the classes.
    """
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=label_smoothing)

    def weighted(targets: keras.KerasTensor, predictions: keras.KerasTensor) -> keras.KerasTensor:
        classes = predictions.shape[-1]
        if targets.shape[-1] == classes:
            return loss(targets, predictions)
        return loss(targets[:, :classes], predictions, sample_weight=targets[:, classes])

    return weighted
