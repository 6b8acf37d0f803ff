import subprocess
import sys

import mlflow
import pytest

from semisup.cli import run as command_line
from semisup.commands.finetune import finetune
from semisup.commands.pretrain import pretrain
from semisup.commands.reproduce import Reproduction, reproduce
from semisup.settings import FinetuneSettings, PretrainSettings, ReproduceSettings
from semisup.settings.objectives import OBJECTIVES
from tests.conftest import write_npz


@pytest.fixture
def run(workspace):
    write_npz(workspace / "a.npz")
    settings = PretrainSettings(data="a.npz", objective="denoising", widths=[8], code_size=3, epochs=3, init_seed=5)
    return pretrain(settings).run_id


def test_runs_of_both_stages_are_reproduced_to_the_last_bit(run, capsys):
    two = finetune(FinetuneSettings(labels=30, steps=20, draw=3, augment=["masking"])).run_id
    latest = pretrain(PretrainSettings(data="a.npz", widths=[8], code_size=3, epochs=1))
    result = reproduce(ReproduceSettings(run=two))
    assert result.same
    assert result.new_run_id not in (two, latest.run_id)
    assert {"test_accuracy", "test_log_loss", "test_mse"} <= set(result.metrics)
    assert mlflow.get_run(result.new_run_id).data.params["pretrain_run"] == run
    assert command_line.main(["reproduce", "--run", run]) == 0
    assert "reproduced, to the last bit" in capsys.readouterr().out


def again(run_id):
    """Whether a run that is done again in a process of its own, as a user would, is the same to the last bit."""
    command = [sys.executable, "-m", "semisup", "reproduce", "--run", run_id]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return "reproduced, to the last bit" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("network", ["dense", "convolutional"])
@pytest.mark.parametrize("objective", list(OBJECTIVES))
def test_every_objective_is_reproduced(workspace, objective, network):
    write_npz(workspace / "a.npz", shape=(8, 8))
    settings = {"data": "a.npz", "network": network, "widths": [8], "code_size": 3, "epochs": 3, "objective": objective}
    assert again(pretrain(PretrainSettings(**settings)).run_id)


STAGE_TWO = {
    "frozen": {"dropout": 0.5},
    "finetuned": {"encoder": "finetuned", "augment": ["affine", "cutout"]},
    "scratch": {"encoder": "scratch", "augment": ["affine"]},
    "joint": {"method": "joint", "augment": ["shift"]},
    "graph": {"method": "graph"},
    "self_training": {"method": "self_training", "augment": ["affine"]},
    "consistency": {"method": "consistency", "augment": ["affine"]},
    "ladder": {"method": "ladder"},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", STAGE_TWO)
def test_every_method_is_reproduced(workspace, name):
    write_npz(workspace / "a.npz", shape=(8, 8))
    network = {} if name == "ladder" else {"network": "convolutional"}
    pretrain(PretrainSettings(data="a.npz", widths=[8], code_size=3, epochs=3, **network))
    steps = {} if name == "graph" else {"steps": 40}
    assert again(finetune(FinetuneSettings(labels=30, **steps, **STAGE_TWO[name])).run_id)


@pytest.mark.slow
def test_what_differs_is_said_and_other_data_are_refused(run, workspace, capsys):
    mlflow.tracking.MlflowClient().log_metric(run, "test_mse", 0.25)
    assert command_line.main(["reproduce", "--run", run]) == 1
    told = capsys.readouterr().out
    assert "not reproduced" in told
    assert "0.25" in told
    write_npz(workspace / "a.npz", rows=90)
    assert command_line.main(["reproduce", "--run", run]) == 2
    assert "data: expected a.npz as it was when run" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("metrics", "weights", "same"),
    [
        ({"a": (1.0, 1.0)}, {"encoder": 0.0}, True),
        ({"a": (1.0, 1.0 + 1e-15)}, {"encoder": 0.0}, False),
        ({"a": (1.0, float("nan"))}, {"encoder": 0.0}, False),
        ({"a": (1.0, 1.0)}, {"encoder": 1e-9}, False),
        ({"a": (1.0, 1.0)}, {"encoder": float("inf")}, False),
    ],
)
def test_the_same_means_to_the_last_bit(metrics, weights, same):
    assert Reproduction("a", "b", metrics, weights, {}).same == same
