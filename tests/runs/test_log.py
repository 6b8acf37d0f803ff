import json
import signal

import mlflow
import numpy as np
import pytest
from mlflow import MlflowClient

from semisup import networks
from semisup.data.dataset import Arrays, build
from semisup.errors import InputError
from semisup.runs import log, parameters, read, store
from tests.conftest import blobs


@pytest.fixture
def dataset():
    return build("blobs", Arrays(*blobs(60)))


@pytest.mark.parametrize(
    ("error", "status"), [(KeyboardInterrupt, "KILLED"), (RuntimeError, "FAILED"), (None, "FINISHED")]
)
def test_a_run_ends_with_the_status_it_deserves(workspace, dataset, error, status):
    store.open_store()
    try:
        with log.run("a", {"stage": "pretrain"}, dataset) as run_id:
            if error:
                raise error
    except (KeyboardInterrupt, RuntimeError):
        pass
    assert MlflowClient().get_run(run_id).info.status == status


def test_every_run_has_every_parameter_and_no_other(workspace, dataset):
    store.open_store()
    with log.run("a", {"stage": "pretrain", "code_size": 3}, dataset) as run_id:
        pass
    found = MlflowClient().get_run(run_id).data.params
    assert tuple(sorted(found)) == tuple(sorted(parameters.PARAMETERS))
    assert found["code_size"] == "3"
    assert found["draw"] == "none"
    with pytest.raises(ValueError, match="not every run has"), log.run("b", {"colour": 1}, dataset):
        pass


def test_logged_text_and_json_are_read_back(workspace, dataset):
    store.open_store()
    with log.run("a", {"stage": "pretrain"}, dataset) as run_id:
        log.log_text("ä\n", "a.txt")
        log.log_json({"a": [1]}, "a.json")
    assert mlflow.artifacts.load_text(f"runs:/{run_id}/a.txt") == "ä\n"
    assert json.loads(mlflow.artifacts.load_text(f"runs:/{run_id}/a.json")) == {"a": [1]}


def test_a_model_is_read_back_with_its_weights_and_refused_if_missing(in_trained):
    found = read.read_model(in_trained.run_id, "encoder")
    for a, b in zip(found.get_weights(), in_trained.encoder.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    with pytest.raises(InputError, match=f"run: classifier of run {in_trained.run_id} cannot be read"):
        read.read_model(in_trained.run_id, "classifier")


def test_ctrl_c_while_a_model_is_written_waits_until_it_is_whole(workspace, dataset, monkeypatch):
    encoder, decoder = networks.build("dense", (6,), [4], 2)
    real = mlflow.tensorflow.log_model

    def interrupted(*arguments, **options):
        signal.raise_signal(signal.SIGINT)
        return real(*arguments, **options)

    monkeypatch.setattr(mlflow.tensorflow, "log_model", interrupted)
    store.open_store()
    with pytest.raises(KeyboardInterrupt), log.run("a", {"stage": "pretrain"}, dataset) as run_id:
        log.log_models(encoder=encoder, decoder=decoder)
    run = MlflowClient().get_run(run_id)
    assert run.info.status == "KILLED"
    models = MlflowClient().search_logged_models([run.info.experiment_id])
    assert [str(model.status) for model in models] == ["READY", "READY"]
