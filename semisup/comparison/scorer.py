"""Train and score cells, in any process and any order.

What several cells need, such as codes and graphs, is computed once per process.
"""

import time
from collections.abc import Callable, Mapping

import numpy as np
from threadpoolctl import threadpool_limits

from semisup import methods, metrics
from semisup.baselines import classifiers, pca
from semisup.comparison.cells import Cell, Source
from semisup.data.dataset import Dataset
from semisup.data.label_draw import label_draw
from semisup.errors import InputError
from semisup.methods.pretrained import Pretrained
from semisup.runs import store
from semisup.runs.dataset import of_run
from semisup.runs.find import find_stage_one

# Maps rows of `x_train` whose labels are known, `init_seed` and `order_seed` to probabilities of the test inputs.
Predict = Callable[[np.ndarray, int, int], np.ndarray]


class Scorer:
    """Trains and scores cells one after the other."""

    def __init__(self, datasets: Mapping[Source, Dataset] | None = None) -> None:
        """Start without any results. `datasets` are the datasets that have been read already."""
        self._datasets = dict(datasets or {})
        self._pretrained: dict[Source, Pretrained] = {}
        self._features: dict[tuple[Source, str], tuple[np.ndarray, np.ndarray]] = {}
        self._prepared: dict[str, Predict] = {}

    def __call__(self, cell: Cell) -> dict[str, float]:
        """Return the `test_*` metrics and `train_seconds` of a cell.

        Libraries get one thread each, because the last bits of a sum depend on the number of threads.
        """
        with threadpool_limits(1):
            dataset = self._dataset(cell.source)
            if cell.shared not in self._prepared:
                self._prepared[cell.shared] = self._baseline(cell) if cell.recipe is None else self._method(cell)
            rows = label_draw(dataset, cell.labels, cell.draw)
            start = time.perf_counter()
            probabilities = self._prepared[cell.shared](rows, cell.seeds.init_seed, cell.seeds.order_seed)
            seconds = time.perf_counter() - start
            return metrics.classification(dataset.y_test, probabilities) | {"train_seconds": seconds}

    def _dataset(self, source: Source) -> Dataset:
        if source not in self._datasets:
            store.open_store()
            self._datasets[source] = of_run(source.data, source.data_dir, find_stage_one(source.run))
        dataset = self._datasets[source]
        if dataset.digest != source.digest:
            raise InputError(
                f"data: expected {dataset.name} as it was when the comparison started (digest {source.digest}), found "
                f"{dataset.digest}"
            )
        return dataset

    def _pretrained_of(self, source: Source) -> Pretrained:
        if source not in self._pretrained:
            self._pretrained[source] = Pretrained.read(source.run, self._dataset(source))
        return self._pretrained[source]

    def _method(self, cell: Cell) -> Predict:
        """Prepare a method: return a function that trains it and predicts."""
        dataset = self._dataset(cell.source)
        method = methods.prepare(self._pretrained_of(cell.source), dataset, cell.recipe)
        x_test = method.inputs(dataset.x_test)

        def predict(rows: np.ndarray, init_seed: int, order_seed: int) -> np.ndarray:
            method.fit(rows, dataset.y_train[rows], init_seed, order_seed)
            return method.predict(x_test)

        return predict

    def _baseline(self, cell: Cell) -> Predict:
        """Prepare a baseline: return a function that trains it and predicts."""
        y_train = self._dataset(cell.source).y_train
        key = cell.source, cell.features
        if key not in self._features:
            self._features[key] = self._features_of(cell)
        predict = classifiers.prepare(cell.classifier, *self._features[key])
        return lambda rows, init_seed, _: predict(rows, y_train[rows], init_seed)

    def _features_of(self, cell: Cell) -> tuple[np.ndarray, np.ndarray]:
        """Return the features of the training inputs and of the test inputs that a baseline works on."""
        dataset = self._dataset(cell.source)
        if cell.features == "inputs":
            return dataset.x_train, dataset.x_test
        pretrained = self._pretrained_of(cell.source)
        if cell.features == "codes":
            return pretrained.train_codes("stage_one"), pretrained.encode(dataset.x_test, "stage_one")
        fitted = pca.fit(dataset.x_train, pretrained.encoder.output_shape[-1])
        return pca.encode(fitted, dataset.x_train), pca.encode(fitted, dataset.x_test)
