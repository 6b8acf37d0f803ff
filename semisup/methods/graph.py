"""Labels spread over the nearest-neighbour graph of all training inputs' codes; no gradient step is taken.

Of several stage-one runs the graphs are averaged. New inputs take the classes of their nearest training inputs,
weighted by closeness.
"""

import keras
import numpy as np
from keras import layers, ops
from scipy import sparse

from semisup.data.dataset import Dataset
from semisup.graphs import neighbours, spreading
from semisup.graphs.neighbours import SHARPNESS, Neighbours
from semisup.methods.pretrained import Pretrained
from semisup.settings.methods import GraphOptions, GraphRunOptions, Recipe
from semisup.system.progress import Report, silent


def spread(
    graph: sparse.csr_matrix,
    codes: np.ndarray,
    rows: np.ndarray,
    y: np.ndarray,
    classes: int,
    options: GraphOptions,
) -> tuple[np.ndarray, int]:
    """Spread labels over a graph of codes as the options say.

    Args:
        graph: (n, n) weights.
        codes: (n, code_size) what it was built on: a component without a label gets the class of the nearest labelled
            code.
        rows: (labels,) labelled rows.
        y: (labels,) their classes.
        classes: how many.
        options: `spreading`, `class_sizes` and `size_tolerance` of them.

    Returns:
        (n, classes) shares of the classes, and how many rows no label reached.
    """
    if options.spreading == "label_spreading":
        shares = spreading.label_spreading(graph, rows, y, classes)
    else:
        sizes = np.asarray(options.class_sizes or [1 / classes] * classes)
        slack = options.size_tolerance
        assigned = spreading.poisson_with_class_sizes(graph, rows, y, sizes * (1 - slack), sizes * (1 + slack))
        shares = spreading.smoothed_classes(graph, assigned, classes)
    unreached = np.flatnonzero(spreading.unreached(graph, rows))
    if len(unreached):
        nearest = neighbours.search(codes[unreached], codes[rows], 1).rows[:, 0]
        shares[unreached] = np.eye(classes)[y[nearest]]
    shares[rows] = np.eye(classes)[y]
    return shares, len(unreached)


class Graph:
    """See `method.Method`; `adjacency` is the graph, (n, n) sparse, the mean of those of the runs, and `shares` after a
    `fit` are the (n, classes) classes of the training inputs."""

    def __init__(self, pretrained: Pretrained, dataset: Dataset, recipe: Recipe) -> None:
        self._options, self._classes = recipe[GraphOptions], dataset.classes
        self._runs = [pretrained, *pretrained.further(recipe[GraphRunOptions].graph_runs)]
        codes, k = self._options.graph_codes, self._options.neighbours
        self._codes = [run.train_codes(codes) for run in self._runs]  # (n, code_size) each
        graphs = [neighbours.adjacency(run.train_neighbours(codes, k)) for run in self._runs]
        self.adjacency = sum(graphs) / len(graphs)
        self.encoder, self.decoder = pretrained.encoder, pretrained.decoder
        self.shares = np.full((len(dataset.x_train), dataset.classes), 1 / dataset.classes)
        self.history: list[dict[str, float]] = []

    def total_steps(self, labels: int) -> int:
        return 0

    def inputs(self, x: np.ndarray) -> list[Neighbours]:
        """The nearest training inputs of (n, ...) inputs, by the codes of each run."""
        return [
            neighbours.search(run.encode(x, self._options.graph_codes), codes, self._options.neighbours)
            for run, codes in zip(self._runs, self._codes, strict=True)
        ]

    def fit(self, rows: np.ndarray, y: np.ndarray, init_seed: int, order_seed: int, report: Report = silent) -> None:
        self.shares, unreached = spread(self.adjacency, self._codes[0], rows, y, self._classes, self._options)
        self.history = [{"confidence": float(self.shares.max(axis=1).mean()), "unreached": float(unreached)}]

    def predict(self, inputs: list[Neighbours]) -> np.ndarray:
        return np.mean([self._shares_of(found) for found in inputs], axis=0)

    def _shares_of(self, found: Neighbours) -> np.ndarray:
        weight = neighbours.weights(found)[..., None]  # (n, k, 1)
        return (weight * self.shares[found.rows]).sum(axis=1) / weight.sum(axis=1)

    @property
    def classifier(self) -> keras.Model:
        """The same as a functional model that holds the training inputs' codes and classes as weights."""
        each = [self._classifier_of(run, codes) for run, codes in zip(self._runs, self._codes, strict=True)]
        if len(each) == 1:
            return each[0]
        inputs = keras.Input(self.encoder.input_shape[1:])
        for number, model in enumerate(each):
            model.name = f"run_{number}"
        return keras.Model(inputs, layers.average([model(inputs) for model in each]), name="classifier")

    def _classifier_of(self, run: Pretrained, codes: np.ndarray) -> keras.Model:
        encoder = self._network_of(run)
        code = encoder.output
        products = layers.Dense(len(codes), name="squares_less_products")  # |c|² - 2 z·c for every training code c
        squares = products(code)  # (batch, n)
        products.set_weights([-2 * codes.T, np.square(codes).sum(axis=1)])
        nearest, rows = ops.top_k(-squares, min(self._options.neighbours, len(codes)))  # (batch, k)
        distance = ops.maximum(ops.sum(ops.square(code), axis=1, keepdims=True) - nearest, 0)
        weight = ops.exp(-SHARPNESS * distance / ops.maximum(distance[:, -1:], 1e-30))
        table = layers.Embedding(len(codes), self._classes, name="classes_of_training_inputs")
        shares = table(rows)  # (batch, k, classes)
        table.set_weights([self.shares])
        summed = ops.sum(weight[..., None] * shares, axis=1)
        return keras.Model(encoder.input, summed / ops.sum(weight, axis=1, keepdims=True), name="classifier")

    def _network_of(self, run: Pretrained) -> keras.Model:
        if self._options.graph_codes == "inputs":
            inputs = keras.Input(self.encoder.input_shape[1:])
            return keras.Model(inputs, layers.Flatten()(inputs))
        return run.encoder if self._options.graph_codes == "stage_one" else run.random


METHOD = Graph
