"""The interface of a method."""

from typing import Any, Protocol

import keras
import numpy as np

from semisup.data.dataset import Dataset
from semisup.methods.pretrained import Pretrained
from semisup.settings.recipe import Recipe
from semisup.system.progress import Report, silent


class Method(Protocol):
    """One way to train a classifier on a few labels and all inputs.

    Attributes:
        encoder: the encoder after the last `fit`, (batch, *shape) to (batch, code_size).
        classifier: the classifier after the last `fit`, (batch, *shape) to (batch, classes) probabilities; a functional
            model of stock layers.
        decoder: the decoder that belongs to the encoder after the last `fit`; None for an encoder trained from scratch
            without one.
        history: metrics of the last `fit`, one dictionary for each round, such as the fraction of trusted labels. None
            of them uses the test set.

    A method that gives the training inputs classes without a network (graph) has them in `probabilities`, (n, classes).
    """

    encoder: keras.Model
    classifier: keras.Model
    decoder: keras.Model | None
    history: list[dict[str, float]]

    def __init__(self, pretrained: Pretrained, dataset: Dataset, recipe: Recipe) -> None:
        """Prepare what all label draws have in common.

        No method reads the labels of the dataset, neither here nor later: `fit` gets the labels of the draw.
        """

    def total_steps(self, labels: int) -> int:
        """Return the number of gradient steps of a `fit` on `labels` labels: the total of its progress bar."""

    def inputs(self, x: np.ndarray) -> Any:
        """Convert (n, ...) inputs to what `predict` takes.

        The result depends on no label, so it is computed once for all draws.
        """

    def fit(self, rows: np.ndarray, y: np.ndarray, init_seed: int, order_seed: int, report: Report = silent) -> None:
        """Train from the start; nothing is left of an earlier `fit`.

        Args:
            rows: (labels,) row numbers of the training inputs whose labels are known.
            y: (labels,) their classes.
            init_seed: seed of the initial weights and of dropout.
            order_seed: seed of the order of the batches and of their augmentation.
            report: called after every few steps with (number of steps, their mean loss).

        A method whose `MethodSpec` is `weighted` also takes `weights`: (labels,) by which to multiply the losses of the
        labelled inputs, None for equal ones.
        """

    def predict(self, inputs: Any) -> np.ndarray:
        """Return (n, classes) probabilities; `inputs` is what the method `inputs` returned for n inputs."""
