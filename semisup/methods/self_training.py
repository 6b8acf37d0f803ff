"""Self-training: labels that are trusted train a classifier, which labels all training inputs anew, in rounds (Scudder
1965, Lee 2013).

The first labels come from the graph of stage one's codes, or from a classifier trained on the true labels alone; in
each class the most confident share of them is trusted, so that no class crowds out another. Later rounds train on all
inputs, each by its share of the classes (Hinton et al. 2015): what is unsure counts as unsure, and the hardest inputs
have their say. Where the first labels came from the graph, the later ones do too, from the neighbours in stage one's
codes and in those that the classifier has learned: there the true labels have their say again, and classes that the
first graph mixed up, and the classifier with it, come apart (on MNIST with one label a class, from 69 to 97 % right
where it went worst). The true labels are always trusted.
"""

import numpy as np

from semisup import networks
from semisup.data.dataset import Dataset
from semisup.graphs import neighbours
from semisup.methods.graph import Graph, spread
from semisup.methods.network_classifier import NetworkClassifier
from semisup.methods.pretrained import Pretrained
from semisup.settings.methods import FirstLabelOptions, GraphOptions, Recipe, RoundOptions, StepOptions
from semisup.system.progress import Report, silent

LATER_STEPS = 1.5  # a round takes so many times the steps of the one before
TRUSTED = 0.8  # fraction of each class whose first labels are trusted


class SelfTraining:
    """See `method.Method`."""

    def __init__(self, pretrained: Pretrained, dataset: Dataset, recipe: Recipe) -> None:
        self._x, self._classes, self._recipe = dataset.x_train, dataset.classes, recipe
        self._graph = None if recipe[FirstLabelOptions].start == "labels" else Graph(pretrained, dataset, recipe)
        first = recipe[StepOptions].steps
        self._steps = [round(first * LATER_STEPS**r) for r in range(recipe[RoundOptions].rounds)]
        self._networks = {
            steps: NetworkClassifier(pretrained.encoder, dataset.x_train, dataset.classes, recipe.with_steps(steps))
            for steps in self._steps
        }
        self._network = self._networks[self._steps[-1]]
        self._inputs = self._network.inputs(dataset.x_train)
        self.encoder, self.classifier = self._network.encoder, self._network.classifier
        self.decoder = None if recipe.encoder == "scratch" else pretrained.decoder
        self.history: list[dict[str, float]] = []

    def total_steps(self, labels: int) -> int:
        return sum(self._steps) + (0 if self._graph else self._steps[0])

    def inputs(self, x: np.ndarray) -> np.ndarray:
        return self._network.inputs(x)

    def fit(self, rows: np.ndarray, y: np.ndarray, init_seed: int, order_seed: int, report: Report = silent) -> None:
        truth = np.eye(self._classes, dtype=np.float32)[y]  # (labels, classes)
        if self._graph is not None:
            self._graph.fit(rows, y, init_seed, order_seed)
            shares = self._graph.shares
        else:
            first = self._networks[self._steps[0]]
            first.fit(self._inputs[rows], truth, init_seed, order_seed, report, rows)
            shares = first.predict(self._inputs)
        self.history = []
        for number, steps in enumerate(self._steps):
            if number == 0:
                chosen = most_confident(shares, TRUSTED)
                targets = np.eye(self._classes, dtype=np.float32)[shares.argmax(axis=1)]  # (n, classes)
            else:
                shares = self._labelled_anew(self._networks[self._steps[number - 1]], rows, y)
                chosen, targets = np.ones(len(shares), bool), shares.astype(np.float32)
            chosen[rows], targets[rows] = True, truth
            among = np.flatnonzero(chosen)
            self._networks[steps].fit(self._inputs[chosen], targets[chosen], init_seed, order_seed, report, among)
            self.history.append({"trusted": float(chosen.mean()), "confidence": float(shares.max(axis=1).mean())})

    def _labelled_anew(self, student: NetworkClassifier, rows: np.ndarray, y: np.ndarray) -> np.ndarray:
        """(n, classes) shares of the classes: what the student says, times what the true labels say, spread over the
        neighbours in stage one's codes and in its own, which are compared by their directions; the former alone where
        nothing is left of the product."""
        shares = student.predict(self._inputs)
        if self._graph is None or self._recipe.encoder == "frozen":
            return shares
        codes = networks.predict(student.encoder, self._x)  # (n, code_size)
        codes /= np.maximum(np.linalg.norm(codes, axis=1, keepdims=True), 1e-12)
        options = self._recipe[GraphOptions]
        learned = neighbours.adjacency(neighbours.self_search(codes, options.neighbours))
        graph = self._graph.adjacency + learned
        both = shares * spread(graph, codes, rows, y, self._classes, options)[0]
        agreed = both.sum(axis=1, keepdims=True)
        return np.divide(both, agreed, out=shares.astype(both.dtype), where=agreed > 0)

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        return self._network.predict(inputs)


def most_confident(shares: np.ndarray, keep: float) -> np.ndarray:
    """(n,) bool: of each class the share `keep` of the rows predicted as it that are the most confident, at least one
    row, from (n, classes) probabilities."""
    predicted, confidence = shares.argmax(axis=1), shares.max(axis=1)
    chosen = np.zeros(len(shares), bool)
    for c in range(shares.shape[1]):
        rows = np.flatnonzero(predicted == c)
        order = rows[np.argsort(-confidence[rows], kind="stable")]
        chosen[order[: max(round(keep * len(rows)), 1)]] = True
    return chosen


METHOD = SelfTraining
