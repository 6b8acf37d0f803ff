"""What a method has to offer."""

from typing import Any, Protocol

import keras
import numpy as np

from semisup.data import Dataset
from semisup.progress import Report, silent
from semisup.settings import FinetuneSettings
from semisup.stage_one import StageOne


class Method(Protocol):
    """One way to train a classifier on a few labels and all inputs.

    Attributes:
        STEPS: gradient steps of one `fit` (of one round) where the settings leave it to the method; 0 if it takes none.
        encoder: the encoder as it is after the last `fit`.
        classifier: (batch, *shape) to (batch, classes) probabilities, as it is after the last `fit`; a functional
            model of stock layers.
        decoder: the one that belongs to the encoder after the last `fit`; None for a scratch encoder that has none.
        history: figures of the last `fit`, one row a round: how many labels were trusted and the like; no test figure.
    """

    STEPS: int
    encoder: keras.Model
    classifier: keras.Model
    decoder: keras.Model | None
    history: list[dict[str, float]]

    def __init__(self, stage_one: StageOne, dataset: Dataset, settings: FinetuneSettings) -> None:
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
