"""Small estimators and data."""

from sklearn.frozen import FrozenEstimator

from semisup import SemiSupervisedClassifier
from semisup.data.dataset import UNLABELLED
from tests.conftest import blobs

SMALL = {"widths": (8,), "code_size": 4, "epochs": 10, "batch_size": 16, "random_state": 0}
STAGE_TWO = {"head_widths": (16,), "noise": 0.0, "dropout": 0.1, "steps": 80, "rounds": 2, "learning_rate": 1e-2}


def few_labels(rows=150, labels=30, **options):
    x, y = blobs(rows, **options)
    y[labels:] = UNLABELLED
    return 10 * x - 3, y


def of(fitted, **options):
    options = {"method": "graph", "random_state": 0} | options
    return SemiSupervisedClassifier(FrozenEstimator(fitted), **options)
