"""What a method has to offer."""

from typing import Any, Protocol

import keras
import numpy as np

from semisup.data.dataset import Dataset
from semisup.methods.pretrained import Pretrained
from semisup.settings.methods import Recipe
from semisup.system.progress import Report, silent


class Method(Protocol):
    """One way to train a classifier on a few labels and all inputs.

    Attributes:
        encoder: the encoder as it is after the last `fit`.
        classifier: (batch, *shape) to (batch, classes) probabilities, as it is after the last `fit`; a functional
            model of stock layers.
        decoder: the one that belongs to the encoder after the last `fit`; None for a scratch encoder that has none.
        history: figures of the last `fit`, one row a round: how many labels were trusted and the like; no test figure.
    """

    encoder: keras.Model
    classifier: keras.Model
    decoder: keras.Model | None
    history: list[dict[str, float]]

    def __init__(self, pretrained: Pretrained, dataset: Dataset, recipe: Recipe) -> None:
        """Prepare what all label draws share; no label of the dataset is read here or later."""

    def total_steps(self, labels: int) -> int:
        """Gradient steps of a `fit` on so many labels: what a progress bar counts to."""

    def inputs(self, x: np.ndarray) -> Any:
        """What `predict` takes for (n, ...) inputs; depends on no label, so it is computed once for all draws."""

    def fit(self, rows: np.ndarray, y: np.ndarray, init_seed: int, order_seed: int, report: Report = silent) -> None:
        """Train anew.

        Args:
            rows: (labels,) row numbers of the training inputs whose labels are known.
            y: (labels,) their classes.
            init_seed: seed of the initial weights and of dropout.
            order_seed: seed of the order of the batches and of their augmentation.
            report: called with (steps taken, their mean loss).
        """

    def predict(self, inputs: Any) -> np.ndarray:
        """(n, classes) probabilities of (n, ...) inputs as `inputs` gives them."""
