"""Supervised: train a classifier head on the encoder with the cross-entropy of the labelled inputs alone.

- frozen: the encoder stays as it is, byte for byte. The head is trained on codes that are computed once.
- finetuned: encoder and head are trained together.
- scratch: as finetuned, from new random weights. This shows what the labels achieve without stage one.
"""

import numpy as np

from semisup.data.dataset import Dataset
from semisup.methods import weighted_loss
from semisup.methods.network_classifier import NetworkClassifier
from semisup.methods.pretrained import Pretrained
from semisup.settings.recipe import Recipe
from semisup.system.progress import Report, silent


class Supervised:
    """The method `supervised`; see `method.Method`."""

    def __init__(self, pretrained: Pretrained, dataset: Dataset, recipe: Recipe) -> None:
        self._x, self._classes = dataset.x_train, dataset.classes
        self._network = NetworkClassifier(pretrained.encoder, dataset.x_train, dataset.classes, recipe)
        self.encoder, self.classifier = self._network.encoder, self._network.classifier
        self.decoder = None if recipe.encoder == "scratch" else pretrained.decoder
        self.history: list[dict[str, float]] = []

    def total_steps(self, labels: int) -> int:
        return self._network.steps

    def inputs(self, x: np.ndarray) -> np.ndarray:
        return self._network.inputs(x)

    def fit(
        self,
        rows: np.ndarray,
        y: np.ndarray,
        init_seed: int,
        order_seed: int,
        report: Report = silent,
        weights: np.ndarray | None = None,
    ) -> None:
        targets = weighted_loss.targets(y, self._classes, weights)
        self._network.fit(self._network.inputs(self._x[rows]), targets, init_seed, order_seed, report, rows)

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        return self._network.predict(inputs)


METHOD = Supervised
