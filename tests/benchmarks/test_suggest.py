"""What suggested labels are worth beside random ones, from 20 labels to 100 in steps of 20.

    python -m pytest -m benchmark -s tests/benchmarks/test_suggest.py

MNIST (prepared data are needed), all 60,000 training images, stage one by `configs/pretrain/mnist-graph.yaml`. The arms
start from the same stratified draw of 20; one goes on with what `suggest` says, the other with as many random rows.
Accuracy on the official test images of labels spread over the graph of the codes, and of logistic regression on them.
"""

from pathlib import Path

import numpy as np
import pytest
import yaml
from rich.console import Console
from rich.table import Table
from sklearn.linear_model import LogisticRegression

from semisup import sources
from semisup.commands.pretrain import pretrain
from semisup.data.dataset import Dataset
from semisup.data.label_draw import label_draw
from semisup.graphs import acquisition, neighbours, spreading
from semisup.methods.pretrained import Pretrained
from semisup.metrics import statistics
from semisup.runs.store import open_store
from semisup.settings import PretrainSettings
from tests.sources.test_tfds import PREPARED

CONFIG = Path(__file__).parents[2] / "configs" / "pretrain" / "mnist-graph.yaml"
STEP, STEPS, DRAWS = 20, 4, 10
NEIGHBOURS = 10


@pytest.mark.benchmark
@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(not (PREPARED / "mnist").is_dir(), reason="no prepared MNIST")
def test_suggested_labels_beside_random_ones(workspace):
    settings = PretrainSettings(data_dir=str(PREPARED), **yaml.safe_load(CONFIG.read_text()))
    measure(pretrain(settings).run_id, sources.load(settings.data, settings.data_dir), DRAWS)


def measure(run_id: str, dataset: Dataset, draws: int) -> None:
    """Print the table of a stage-one run, anew after every draw."""
    open_store()
    judge = Judge(Pretrained.read(run_id, dataset), dataset)
    found = []
    for draw in range(draws):
        first = label_draw(dataset, STEP, draw)
        found.append([judge.course(first, draw, by) for by in (judge.suggested, judge.at_random)])
        show(100 * np.array(found))  # (draws, 2 arms, steps, 2 classifiers)


class Judge:
    """The two arms and the two classifiers that they are judged by, on the codes of a stage-one run."""

    def __init__(self, stage_one: Pretrained, dataset: Dataset) -> None:
        self.y, self.y_test, self.classes = dataset.y_train, dataset.y_test, dataset.classes
        self.codes = stage_one.train_codes("stage_one")
        self.test_codes = stage_one.encode(dataset.x_test, "stage_one")
        self.graph = neighbours.adjacency(stage_one.train_neighbours("stage_one", NEIGHBOURS))
        self.near = neighbours.search(self.test_codes, self.codes, NEIGHBOURS)

    def course(self, rows, draw, choose):
        """(steps, 2) accuracies as labels are added."""
        accuracies = []
        for step in range(STEPS + 1):
            shares = spreading.label_spreading(self.graph, rows, self.y[rows], self.classes)
            said = (neighbours.weights(self.near)[..., None] * shares[self.near.rows]).sum(axis=1).argmax(axis=1)
            mean, scale = self.codes.mean(axis=0), self.codes.std(axis=0)
            linear = LogisticRegression(max_iter=1000).fit((self.codes[rows] - mean) / scale, self.y[rows])
            linear_said = linear.predict((self.test_codes - mean) / scale)
            accuracies.append([(each == self.y_test).mean() for each in (said, linear_said)])
            if step < STEPS:
                rows = np.concatenate([rows, choose(shares, rows, draw)])
        return accuracies

    def suggested(self, shares, rows, draw):
        pool = np.setdiff1d(np.arange(len(self.y)), rows)
        return acquisition.choose(self.codes, self.graph, shares, rows, pool, STEP, draw).rows

    def at_random(self, shares, rows, draw):
        pool = np.setdiff1d(np.arange(len(self.y)), rows)
        return np.random.default_rng((draw, len(rows))).choice(pool, STEP, replace=False)


def show(accuracy: np.ndarray) -> None:
    """(draws, 2 arms, steps, 2 classifiers) in %."""
    for place, classifier in enumerate(("label spreading", "logistic regression on the codes")):
        table = Table(title=f"{classifier}: test accuracy in %, mean ± s.d. over {len(accuracy)} draws")
        for column in ("labels", "suggested", "random", "difference (95 % interval)", "won", "worst draws"):
            table.add_column(column, justify="right")
        for step in range(STEPS + 1):
            suggested, at_random = accuracy[:, 0, step, place], accuracy[:, 1, step, place]
            difference = statistics.paired(suggested, at_random, STEP * (step + 1) / 60000)
            arms = [
                f"{arm.mean():.2f} ± {arm.std(ddof=1) if len(arm) > 1 else 0:.2f}" for arm in (suggested, at_random)
            ]
            value, low, high = difference.interval
            worst = f"{suggested.min():.1f}, {at_random.min():.1f}"
            between = f"{value:+.2f} ({low:+.2f} to {high:+.2f})"
            table.add_row(str(STEP * (step + 1)), *arms, between, f"{100 * difference.won:.0f} %", worst)
        Console(width=110).print(table)
