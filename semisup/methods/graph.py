"""Graph: spread the labels over the nearest-neighbour graph of the codes of all training inputs, without training.

The graphs of several stage-one runs are averaged. A new input gets the mean class probabilities of its nearest training
inputs, weighted by closeness.
"""

import keras
import numpy as np
from keras import layers, ops
from scipy import sparse

from semisup.data.dataset import Dataset
from semisup.graphs import neighbours, spreading
from semisup.graphs.neighbours import SHARPNESS, Neighbours
from semisup.methods.pretrained import Pretrained
from semisup.settings.methods import GraphOptions, GraphRunOptions
from semisup.settings.recipe import Recipe
from semisup.system.progress import Report, silent


def spread(
    graph: sparse.csr_matrix,
    codes: np.ndarray,
    rows: np.ndarray,
    y: np.ndarray,
    classes: int,
    options: GraphOptions,
) -> tuple[np.ndarray, int]:
    """Spread labels over a graph of codes.

    A row in a component of the graph that has no label gets the class of the nearest labelled code.

    Args:
        graph: (n, n) symmetric weights.
        codes: (n, code_size) codes that the graph was built on.
        rows: (labels,) row numbers of the labelled codes.
        y: (labels,) their classes.
        classes: number of classes.
        options: `spreading`, `class_sizes` and `size_tolerance` are used.

    Returns:
        (n, classes) probabilities, and the number of rows that no label reached.
    """
    if options.spreading == "label_spreading":
        probabilities = spreading.label_spreading(graph, rows, y, classes)
    else:
        sizes = np.asarray(options.class_sizes or [1 / classes] * classes)
        tolerance = options.size_tolerance
        least, most = sizes * (1 - tolerance), sizes * (1 + tolerance)
        assigned = spreading.poisson_with_class_sizes(graph, rows, y, least, most)
        probabilities = spreading.smoothed_classes(graph, assigned, classes)
    unreached = np.flatnonzero(spreading.unreached(graph, rows))
    if len(unreached):
        nearest = neighbours.search(codes[unreached], codes[rows], 1).rows[:, 0]
        probabilities[unreached] = np.eye(classes)[y[nearest]]
    probabilities[rows] = np.eye(classes)[y]
    return probabilities, len(unreached)


class Graph:
    """The method `graph`; see `method.Method`.

    Attributes:
        adjacency: (n, n) sparse symmetric weights of the graph of the training inputs, averaged over the runs.
        probabilities: (n, classes) class probabilities of the training inputs after the last `fit`; uniform before.
    """

    def __init__(self, pretrained: Pretrained, dataset: Dataset, recipe: Recipe) -> None:
        self._options, self._classes = recipe[GraphOptions], dataset.classes
        self._runs = [pretrained, *pretrained.further(recipe[GraphRunOptions].graph_runs)]
        codes, k = self._options.graph_codes, self._options.neighbours
        self._codes = [run.train_codes(codes) for run in self._runs]  # each (n, code_size)
        graphs = [neighbours.adjacency(run.train_neighbours(codes, k)) for run in self._runs]
        self.adjacency = sum(graphs) / len(graphs)
        self.encoder, self.decoder = pretrained.encoder, pretrained.decoder
        self.probabilities = np.full((len(dataset.x_train), dataset.classes), 1 / dataset.classes)
        self.history: list[dict[str, float]] = []

    def total_steps(self, labels: int) -> int:
        return 0

    def inputs(self, x: np.ndarray) -> list[Neighbours]:
        """Return the nearest training inputs of (n, ...) inputs, one `Neighbours` for each run, by that run's codes."""
        return [
            neighbours.search(run.encode(x, self._options.graph_codes), codes, self._options.neighbours)
            for run, codes in zip(self._runs, self._codes, strict=True)
        ]

    def fit(self, rows: np.ndarray, y: np.ndarray, init_seed: int, order_seed: int, report: Report = silent) -> None:
        self.probabilities, unreached = spread(self.adjacency, self._codes[0], rows, y, self._classes, self._options)
        self.history = [{"confidence": float(self.probabilities.max(axis=1).mean()), "unreached": float(unreached)}]

    def predict(self, inputs: list[Neighbours]) -> np.ndarray:
        return np.mean([self._mean_over(nearest) for nearest in inputs], axis=0)

    def _mean_over(self, nearest: Neighbours) -> np.ndarray:
        """Return the (n, classes) weighted mean of the probabilities of each row's nearest training inputs."""
        weight = neighbours.weights(nearest)[..., None]  # (n, k, 1)
        return (weight * self.probabilities[nearest.rows]).sum(axis=1) / weight.sum(axis=1)

    @property
    def classifier(self) -> keras.Model:
        """A functional model that computes what `predict` does, from inputs to (batch, classes) probabilities.

        Its weights hold the codes and the class probabilities of all training inputs.
        """
        models = [self._classifier_of(run, codes) for run, codes in zip(self._runs, self._codes, strict=True)]
        if len(models) == 1:
            return models[0]
        inputs = keras.Input(self.encoder.input_shape[1:])
        for number, model in enumerate(models):
            model.name = f"run_{number}"
        return keras.Model(inputs, layers.average([model(inputs) for model in models]), name="classifier")

    def _classifier_of(self, run: Pretrained, codes: np.ndarray) -> keras.Model:
        """Return the classifier of one run. It finds the nearest training codes c of a code z by |c|² - 2 z·c."""
        encoder = self._network_of(run)
        code = encoder.output
        products = layers.Dense(len(codes), name="squares_less_products")
        squares = products(code)  # (batch, n)
        products.set_weights([-2 * codes.T, np.square(codes).sum(axis=1)])
        negated, rows = ops.top_k(-squares, min(self._options.neighbours, len(codes)))  # (batch, k)
        distance = ops.maximum(ops.sum(ops.square(code), axis=1, keepdims=True) - negated, 0)  # squared
        weight = ops.exp(-SHARPNESS * distance / ops.maximum(distance[:, -1:], 1e-30))
        table = layers.Embedding(len(codes), self._classes, name="classes_of_training_inputs")
        probabilities = table(rows)  # (batch, k, classes)
        table.set_weights([self.probabilities])
        summed = ops.sum(weight[..., None] * probabilities, axis=1)
        return keras.Model(encoder.input, summed / ops.sum(weight, axis=1, keepdims=True), name="classifier")

    def _network_of(self, run: Pretrained) -> keras.Model:
        """Return the network that computes a run's codes, as `Pretrained.encode` does."""
        if self._options.graph_codes == "inputs":
            inputs = keras.Input(self.encoder.input_shape[1:])
            return keras.Model(inputs, layers.Flatten()(inputs))
        return run.encoder if self._options.graph_codes == "stage_one" else run.random


METHOD = Graph
