"""Trains and scores cells, in any process and any order; what cells share is computed once a process."""

import time
from collections.abc import Callable, Iterable

import numpy as np
from threadpoolctl import threadpool_limits

from semisup import inputs, methods, metrics, store
from semisup.baselines import classifiers, pca
from semisup.comparison.cells import Cell
from semisup.data.label_draw import label_draw
from semisup.errors import InputError
from semisup.inputs import StageTwoInputs
from semisup.stage_one import StageOne

# Rows of x_train whose labels are known, and the two seeds (`init_seed`, `order_seed`), to probabilities of the test
# inputs.
Predict = Callable[[np.ndarray, int, int], np.ndarray]


class Scorer:
    """Trains and scores cells one after the other."""

    def __init__(self, given: Iterable[StageTwoInputs] = ()) -> None:
        """`given` are inputs that are read already."""
        self._given = {inputs.stage_one.run_id: inputs for inputs in given}
        self._stage_one: dict[str, StageOne] = {}
        self._features: dict[tuple[str, str], tuple[np.ndarray, np.ndarray]] = {}
        self._prepared: dict[str, Predict] = {}

    def __call__(self, cell: Cell) -> dict[str, float]:
        """The `test_*` metrics and `train_seconds` of a cell.

        Libraries get one thread each: the last bits of a sum depend on how many share it.
        """
        with threadpool_limits(1):
            settings, dataset = cell.settings, self._inputs(cell).dataset
            if cell.shared not in self._prepared:
                self._prepared[cell.shared] = self._method(cell) if cell.baseline is None else self._baseline(cell)
            rows = label_draw(dataset, settings.labels, settings.draw)
            start = time.perf_counter()
            probabilities = self._prepared[cell.shared](rows, settings.init_seed, settings.order_seed)
            seconds = time.perf_counter() - start
            return metrics.classification(dataset.y_test, probabilities) | {"train_seconds": seconds}

    def _inputs(self, cell: Cell) -> StageTwoInputs:
        run_id = cell.settings.run
        if run_id not in self._given:
            store.open_store()
            self._given[run_id] = inputs.for_stage_two(cell.settings)
        found = self._given[run_id]
        if found.dataset.digest != cell.data_digest:
            raise InputError(
                f"data: expected {found.dataset.name} as it was when the comparison started (digest "
                f"{cell.data_digest}), found {found.dataset.digest}"
            )
        return found

    def _stage_one_of(self, cell: Cell) -> StageOne:
        run_id = cell.settings.run
        if run_id not in self._stage_one:
            self._stage_one[run_id] = StageOne.read(run_id, self._inputs(cell).dataset)
        return self._stage_one[run_id]

    def _method(self, cell: Cell) -> Predict:
        dataset = self._inputs(cell).dataset
        method = methods.prepare(self._stage_one_of(cell), dataset, cell.settings)
        x_test = method.inputs(dataset.x_test)

        def predict(rows: np.ndarray, init_seed: int, order_seed: int) -> np.ndarray:
            method.fit(rows, dataset.y_train[rows], init_seed, order_seed)
            return method.predict(x_test)

        return predict

    def _baseline(self, cell: Cell) -> Predict:
        y_train = self._inputs(cell).dataset.y_train
        key = cell.settings.run, cell.features
        if key not in self._features:
            self._features[key] = self._features_of(cell)
        predict = classifiers.prepare(cell.classifier, *self._features[key])
        return lambda rows, init_seed, _: predict(rows, y_train[rows], init_seed)

    def _features_of(self, cell: Cell) -> tuple[np.ndarray, np.ndarray]:
        """What a baseline is given for training and test inputs."""
        dataset = self._inputs(cell).dataset
        if cell.features == "inputs":
            return dataset.x_train, dataset.x_test
        stage_one = self._stage_one_of(cell)
        if cell.features == "codes":
            return stage_one.train_codes("stage_one"), stage_one.encode(dataset.x_test, "stage_one")
        fitted = pca.fit(dataset.x_train, stage_one.encoder.output_shape[-1])
        return pca.encode(fitted, dataset.x_train), pca.encode(fitted, dataset.x_test)
