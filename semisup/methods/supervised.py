"""The extended autoencoder: cross-entropy of a classifier head on the encoder, from the labelled inputs alone.

- frozen: the encoder stays as it is, byte for byte; the head is trained on codes that are computed once.
- finetuned: encoder and head are trained together.
- scratch: the same as finetuned from new random weights: what the labels achieve without stage one.
"""

import numpy as np

from semisup.data import Dataset
from semisup.methods.student import Student
from semisup.progress import Report, silent
from semisup.settings import FinetuneSettings
from semisup.stage_one import StageOne


class Supervised:
    """See `method.Method`."""

    STEPS = 300

    def __init__(self, stage_one: StageOne, dataset: Dataset, settings: FinetuneSettings) -> None:
        self._x, self._classes = dataset.x_train, dataset.classes
        self._student = Student(stage_one.encoder, dataset.x_train, dataset.classes, settings.steps, settings)
        self.encoder, self.classifier = self._student.encoder, self._student.classifier
        self.decoder = None if settings.encoder == "scratch" else stage_one.decoder
        self.history: list[dict[str, float]] = []

    def total_steps(self, labels: int) -> int:
        return self._student.steps

    def inputs(self, x: np.ndarray) -> np.ndarray:
        return self._student.inputs(x)

    def fit(self, rows: np.ndarray, y: np.ndarray, init_seed: int, order_seed: int, report: Report = silent) -> None:
        targets = np.eye(self._classes, dtype=np.float32)[y]  # (labels, classes)
        self._student.fit(self._student.inputs(self._x[rows]), targets, init_seed, order_seed, report, rows)

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        return self._student.predict(inputs)
