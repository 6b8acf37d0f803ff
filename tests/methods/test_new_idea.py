"""A method is a file and a row: this file is one, and adds its row at run time."""

from dataclasses import dataclass
from typing import ClassVar

import keras
import mlflow
import numpy as np
import pytest

import semisup
from semisup import networks
from semisup.runs.parameters import PARAMETERS
from semisup.settings import checks
from semisup.settings.methods import METHODS, MethodSpec
from semisup.settings.options import Options
from semisup.system.progress import silent


@dataclass(frozen=True, kw_only=True)
class CentreOptions(Options):
    """How centres classify.

    Args:
        sharpness: of the probabilities.
    """

    title: ClassVar[str] = "Centres"

    sharpness: float = 10.0

    def check(self) -> None:
        checks.positive(self, "sharpness")


class Centres:
    """The class of the nearest mean code of the labelled inputs."""

    def __init__(self, pretrained, dataset, recipe):
        self._x, self._classes, self._sharpness = dataset.x_train, dataset.classes, recipe[CentreOptions].sharpness
        self.encoder, self.decoder, self.history = pretrained.encoder, pretrained.decoder, []
        inputs = keras.Input(self.encoder.input_shape[1:])
        self._head = keras.layers.Dense(dataset.classes, activation="softmax")
        self.classifier = keras.Model(inputs, self._head(self.encoder(inputs)))

    def total_steps(self, labels):
        return 0

    def inputs(self, x):
        return x

    def fit(self, rows, y, init_seed, order_seed, report=silent):
        codes = networks.predict(self.encoder, self._x[rows])
        centres = np.stack([codes[y == c].mean(axis=0) for c in range(self._classes)])  # (classes, code_size)
        self._head.set_weights([2 * self._sharpness * centres.T, -self._sharpness * np.square(centres).sum(axis=1)])

    def predict(self, inputs):
        return networks.predict(self.classifier, inputs)


METHOD = Centres


@dataclass(frozen=True, kw_only=True)
class Settings(semisup.FinetuneSettings, CentreOptions):
    """Those of finetune, with the new group."""


@pytest.fixture
def row(monkeypatch):
    monkeypatch.setitem(METHODS, "centres", MethodSpec(("frozen",), (CentreOptions,), module=__name__))
    monkeypatch.setitem(PARAMETERS, "sharpness", float)


def test_it_is_trained_logged_and_checked(row, in_trained):
    result = semisup.finetune(Settings(method="centres", sharpness=5.0, labels=30))
    run = mlflow.get_run(result.run_id)
    assert result.metrics["test_accuracy"] > 0.9
    assert (run.data.params["method"], run.data.params["encoder"]) == ("centres", "frozen")
    assert run.data.params["sharpness"] == "5.0"
    with pytest.raises(semisup.InputError, match=r"sharpness: expected a number above 0, found -1"):
        Settings(method="centres", sharpness=-1)
    with pytest.raises(semisup.InputError, match=r"rounds: expected none, centres with a frozen encoder has no use"):
        Settings(method="centres", rounds=2)


def test_a_comparison_has_it_beside_the_others(row, in_trained, monkeypatch):
    monkeypatch.setattr(semisup.FinetuneSettings, "sharpness", 10.0, raising=False)
    grid = {"centres": {"method": "centres"}, "graph": {"method": "graph"}}
    result = semisup.compare(
        semisup.CompareSettings(methods=grid, baselines=["svm"], budgets=[6], draws=2, processes=1)
    )
    assert set(result.cells["method"]) == {"centres", "graph", "svm"}
    assert result.cells.groupby("method")["test_accuracy"].mean()["centres"] > 0.9
