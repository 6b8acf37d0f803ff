"""An objective is a file and a row: this file is one, and adds its row at run time."""

import keras
import mlflow
import pytest
from keras import ops

import semisup
from semisup.objectives.objective import Evaluation, Objective
from semisup.runs import store
from semisup.settings.objectives import OBJECTIVES, ObjectiveSpec, PenaltyOptions

from ..conftest import write_npz


class Shrinking(keras.layers.Layer):
    """Adds the mean square of a code."""

    def __init__(self, weight):
        super().__init__()
        self.weight = weight

    def call(self, code):
        self.add_loss(self.weight * ops.mean(ops.square(code)))
        return code


def training_model(encoder, decoder, penalty):
    return keras.Model(encoder.input, decoder(Shrinking(penalty.penalty_weight)(encoder.output)))


def evaluate(model, encoder, decoder, dataset, penalty):
    return Evaluation({"test_code_size": float(ops.mean(ops.square(encoder(dataset.x_test))))})


OBJECTIVE = Objective(training_model, evaluate=evaluate)


def test_it_is_trained_logged_and_built_on(workspace, monkeypatch):
    monkeypatch.setitem(OBJECTIVES, "shrinking", ObjectiveSpec((PenaltyOptions,), module=__name__))
    data = str(write_npz(workspace / "a.npz"))
    small = {"data": data, "widths": [8], "code_size": 3, "epochs": 10, "batch_size": 16}
    weak, strong = (
        semisup.pretrain(semisup.PretrainSettings(objective="shrinking", penalty_weight=weight, **small))
        for weight in (0.0, 100.0)
    )
    assert strong.metrics["test_code_size"] < weak.metrics["test_code_size"] / 2
    client = mlflow.MlflowClient(store.uri())
    parameters = client.get_run(strong.run_id).data.params
    assert (parameters["objective"], parameters["penalty_weight"], parameters["beta"]) == ("shrinking", "100.0", "none")
    result = semisup.finetune(semisup.FinetuneSettings(run=weak.run_id, labels=12, encoder="frozen", steps=20))
    assert client.get_run(result.run_id).data.params["objective"] == "shrinking"
    with pytest.raises(semisup.InputError, match=r"beta: expected none, the shrinking objective has no use for it"):
        semisup.PretrainSettings(objective="shrinking", beta=2.0)
