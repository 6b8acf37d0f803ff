import json
import signal
from pathlib import Path

import mlflow
import numpy as np
import pytest
from mlflow import MlflowClient

from semisup import networks, tracking
from semisup.data.dataset import Arrays, build
from semisup.errors import InputError
from tests.conftest import blobs


@pytest.fixture
def dataset():
    return build("blobs", Arrays(*blobs(60)))


def test_the_default_store_is_sqlite_in_the_current_directory(empty):
    tracking.open_store()
    assert (empty / "mlruns" / "mlflow.db").is_file()
    location = mlflow.get_experiment_by_name(tracking.EXPERIMENT).artifact_location
    assert location == (empty / "mlruns" / "artifacts").as_uri()


def test_the_tracking_uri_of_the_environment_is_respected(empty, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{empty}/elsewhere.db")
    tracking.open_store()
    assert (empty / "elsewhere.db").is_file()
    assert not (empty / "mlruns").exists()


def test_an_unwritable_store_is_refused_by_its_path(empty):
    Path("mlruns").write_text("a file where a folder should be")
    with pytest.raises(InputError, match="mlruns: expected a folder that can be written to"):
        tracking.open_store()


def test_a_damaged_store_is_refused_by_its_path(empty):
    Path("mlruns").mkdir()
    Path("mlruns/mlflow.db").write_text("not a database" * 100)
    with pytest.raises(InputError, match=r"mlflow.db: expected an MLflow store that can be opened"):
        tracking.open_store()


@pytest.mark.parametrize(
    ("error", "status"), [(KeyboardInterrupt, "KILLED"), (RuntimeError, "FAILED"), (None, "FINISHED")]
)
def test_a_run_ends_with_the_status_it_deserves(workspace, dataset, error, status):
    tracking.open_store()
    try:
        with tracking.run("a", {"stage": "pretrain"}, dataset) as run_id:
            if error:
                raise error
    except (KeyboardInterrupt, RuntimeError):
        pass
    assert MlflowClient().get_run(run_id).info.status == status


def test_every_run_has_every_parameter_and_no_other(workspace, dataset):
    tracking.open_store()
    with tracking.run("a", {"stage": "pretrain", "code_size": 3}, dataset) as run_id:
        pass
    found = MlflowClient().get_run(run_id).data.params
    assert tuple(sorted(found)) == tuple(sorted(tracking.PARAMETERS))
    assert found["code_size"] == "3"
    assert found["draw"] == "none"
    with pytest.raises(ValueError, match="not every run has"), tracking.run("b", {"colour": 1}, dataset):
        pass


def test_unknown_and_unfit_runs_are_refused(in_trained, dataset):
    with pytest.raises(InputError, match="expected the id of a run in .*, found 'nonsense'"):
        tracking.read_stage_one("nonsense")
    with tracking.run("a", {"stage": "compare"}, dataset) as other:
        pass
    with pytest.raises(InputError, match=f"expected the id of a stage-one run .*, found {other}, a compare run"):
        tracking.read_stage_one(other)
    with pytest.raises(RuntimeError), tracking.run("a", {"stage": "pretrain"}, dataset) as failed:
        raise RuntimeError
    with pytest.raises(InputError, match=f"found {failed}, which is FAILED"):
        tracking.read_stage_one(failed)


def test_an_empty_store_says_how_to_start(workspace):
    tracking.open_store()
    with pytest.raises(InputError, match="no finished stage-one run .* start with: python -m semisup pretrain"):
        tracking.read_stage_one()


def test_the_latest_stage_one_run_is_the_default(in_trained):
    found = tracking.read_stage_one()
    assert found.run_id == in_trained.run_id
    for a, b in zip(found.encoder.get_weights(), in_trained.encoder.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_logged_text_and_json_are_read_back(workspace, dataset):
    tracking.open_store()
    with tracking.run("a", {"stage": "pretrain"}, dataset) as run_id:
        tracking.log_text("ä\n", "a.txt")
        tracking.log_json({"a": [1]}, "a.json")
    assert mlflow.artifacts.load_text(f"runs:/{run_id}/a.txt") == "ä\n"
    assert json.loads(mlflow.artifacts.load_text(f"runs:/{run_id}/a.json")) == {"a": [1]}


def test_ctrl_c_while_a_model_is_written_waits_until_it_is_whole(workspace, dataset, monkeypatch):
    encoder, decoder = networks.build("dense", (6,), [4], 2)
    real = mlflow.tensorflow.log_model

    def interrupted(*arguments, **options):
        signal.raise_signal(signal.SIGINT)
        return real(*arguments, **options)

    monkeypatch.setattr(mlflow.tensorflow, "log_model", interrupted)
    tracking.open_store()
    with pytest.raises(KeyboardInterrupt), tracking.run("a", {"stage": "pretrain"}, dataset) as run_id:
        tracking.log_models(encoder=encoder, decoder=decoder)
    run = MlflowClient().get_run(run_id)
    assert run.info.status == "KILLED"
    models = MlflowClient().search_logged_models([run.info.experiment_id])
    assert [str(model.status) for model in models] == ["READY", "READY"]


def test_errors_do_not_show_the_password_of_a_tracking_uri(workspace, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://user:secret@127.0.0.1:9")
    with pytest.raises(InputError, match="^MLFLOW_TRACKING_URI: expected an MLflow store that can be opened") as error:
        tracking.open_store()
    assert "secret" not in str(error.value)
