"""A program that uses MLflow itself calls a command: what the command leaves behind."""

import os
import subprocess
import sys
from pathlib import Path

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.utils import autologging_utils

import semisup
from semisup.data.dataset import Arrays, build
from semisup.errors import InputError
from semisup.runs import caller, find, log, store
from tests.conftest import blobs


def state():
    active = mlflow.active_run()
    variables = {name: value for name, value in os.environ.items() if name.startswith("MLFLOW_")}
    return (
        mlflow.get_tracking_uri(),
        mlflow.tracking.fluent._active_experiment_id,
        active and active.info.run_id,
        variables,
    )


@pytest.fixture
def elsewhere(workspace, monkeypatch):
    """The caller's store, with an experiment that is active; afterwards nothing is."""
    (workspace / "mlruns" / "mlflow.db").rename(workspace / "own.db")
    mlflow.set_tracking_uri(f"sqlite:///{workspace}/own.db")
    yield mlflow.set_experiment("mine").experiment_id
    mlflow.set_tracking_uri(None)
    mlflow.tracking.fluent._active_experiment_id = None
    os.environ.pop("MLFLOW_EXPERIMENT_ID", None)


@pytest.mark.parametrize("error", [None, RuntimeError])
def test_a_run_within_the_callers_is_its_child_and_the_caller_keeps_what_it_had(elsewhere, error):
    dataset = build("blobs", Arrays(*blobs(60)))
    with mlflow.start_run() as parent:
        before = state()
        try:
            with caller.kept():
                store.open_store()
                with log.run("a", {"stage": "pretrain"}, dataset) as run_id:
                    if error:
                        raise error
        except RuntimeError:
            assert error
        assert state() == before
        mlflow.log_metric("own", 1)
        if not error:
            with caller.kept():
                assert find.find_stage_one().run_id == run_id, "found in the caller's experiment"
    run = MlflowClient().get_run(run_id)
    assert run.info.experiment_id == elsewhere
    assert run.info.status == ("FAILED" if error else "FINISHED")
    assert run.data.tags["mlflow.parentRunId"] == parent.info.run_id
    assert MlflowClient().get_run(parent.info.run_id).data.metrics == {"own": 1}


def test_an_experiment_that_the_caller_has_set_is_used_without_a_run_too(elsewhere):
    before = state()
    with caller.kept():
        store.open_store()
        with log.run("a", {"stage": "pretrain"}, build("blobs", Arrays(*blobs(60)))) as run_id:
            pass
    assert state() == before
    assert MlflowClient().get_run(run_id).info.experiment_id == elsewhere
    assert not Path("mlruns/mlflow.db").exists()


def test_a_command_leaves_a_caller_without_mlflow_as_it_was(workspace, monkeypatch):
    mlflow.set_tracking_uri(None)
    before = state()
    with pytest.raises(InputError, match="no finished stage-one run"):
        semisup.suggest(semisup.SuggestSettings())
    assert state() == before


def test_autologging_is_off_inside_and_as_before_outside():
    with caller.kept():
        assert autologging_utils._AUTOLOGGING_GLOBALLY_DISABLED
        with caller.kept():
            pass
        assert autologging_utils._AUTOLOGGING_GLOBALLY_DISABLED, "nested"
    assert not autologging_utils._AUTOLOGGING_GLOBALLY_DISABLED


SCRIPT = """
import mlflow
mlflow.autolog(); mlflow.sklearn.autolog(); mlflow.tensorflow.autolog()
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
import semisup

mlflow.set_tracking_uri("sqlite:///own.db")
mlflow.set_experiment("mine")
with mlflow.start_run() as parent:
    small = dict(epochs=1, widths=[4], code_size=2)
    semisup.pretrain(semisup.PretrainSettings(data="digits", **small))
    semisup.finetune(semisup.FinetuneSettings(labels=20, steps=3))
    methods = {"graph": {"method": "graph"}}
    settings = semisup.CompareSettings(budgets=[20], draws=2, processes=1, methods=methods, baselines=["svm"])
    cells = len(semisup.compare(settings).cells)
    X = pd.DataFrame({"a": np.arange(60.0), "b": ["x", "y", None] * 20})
    classifier = semisup.SemiSupervisedClassifier(semisup.AutoencoderTransformer(**small), method="graph")
    classifier.fit(X, np.arange(60) % 2).predict(X)
    runs = mlflow.search_runs(search_all_experiments=True, output_format="list")
    ours = [run for run in runs if run.info.run_id != parent.info.run_id]
    children = [run for run in ours if run.data.tags["mlflow.parentRunId"] == parent.info.run_id]
    assert len(children) == 3 and len(ours) == 3 + cells == 7, [run.data.tags["mlflow.runName"] for run in ours]
    assert {run.info.experiment_id for run in runs} == {parent.info.experiment_id}
    assert not mlflow.get_run(parent.info.run_id).data.params
    LogisticRegression().fit(np.arange(9.0)[:, None], np.arange(9) % 2)
    assert "C" in mlflow.get_run(parent.info.run_id).data.params, "autologging is on again"
"""


@pytest.mark.slow
def test_autologging_adds_nothing_to_commands_and_estimators(empty):
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT], capture_output=True, text=True, env=environment
    )
    assert ended.returncode == 0, ended.stderr
    assert not Path("mlruns/mlflow.db").exists()
