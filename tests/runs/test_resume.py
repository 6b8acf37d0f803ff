import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import mlflow
import numpy as np
import pytest
from mlflow import MlflowClient

from semisup.cli import run as command_line
from semisup.commands.inputs.pretrain import PretrainInputs
from semisup.commands.pretrain import pretrain, pretrained
from semisup.errors import InputError
from semisup.runs import log, read, resume, store
from semisup.settings import PretrainSettings
from semisup.training import checkpoints
from tests.conftest import write_npz

TIMES = ("train_seconds", "samples_per_second")


class KilledError(Exception):
    """Stands for the end of a process."""


def small(**changes):
    return PretrainSettings(**({"data": "a.npz", "widths": [8], "code_size": 3, "epochs": 4} | changes))


def runs():
    store.open_store()
    return mlflow.search_runs(experiment_names=["semisup"], output_format="list")


def assert_alike(run_id, other_id, models):
    """Two runs with the same metrics, histories and weights."""
    run, other = (MlflowClient().get_run(each) for each in (run_id, other_id))
    assert run.info.status == other.info.status == "FINISHED"
    without_times = ({k: v for k, v in each.data.metrics.items() if k not in TIMES} for each in (run, other))
    assert next(without_times) == next(without_times)
    history, other_history = (MlflowClient().get_metric_history(each, "loss") for each in (run_id, other_id))
    assert sorted((p.step, p.value) for p in history) == sorted((p.step, p.value) for p in other_history)
    for name in models:
        for a, b in zip(*(read.read_model(each, name).get_weights() for each in (run_id, other_id)), strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.fixture
def killed(workspace, monkeypatch, request):
    """The id of a run that died after its second epoch, and its settings."""
    write_npz(workspace / "a.npz")
    monkeypatch.setattr(checkpoints, "AT_END", 0.0)
    settings = small(**getattr(request, "param", {}))
    logged, calls = log.log_metrics, []

    def die(metrics, step=0):
        logged(metrics, step)
        calls.append(step)
        if calls[-1] == 2:
            raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr(log, "log_metrics", die)
        with pytest.raises(KilledError):
            pretrain(settings)
    (run,) = runs()
    return run.info.run_id, settings


@pytest.mark.parametrize(
    "killed",
    [{}, pytest.param({"batch_norm": True, "code_activation": "relu"}, marks=pytest.mark.slow)],
    indirect=True,
)
def test_a_run_that_was_killed_goes_on_in_the_same_run(killed, capsys):
    run_id, settings = killed
    finished = pretrain(settings).run_id
    assert command_line.main(["pretrain", "--resume", run_id]) == 0
    assert len(runs()) == 2
    assert_alike(run_id, finished, ["encoder", "decoder"])
    assert not resume.folder(run_id).exists()
    assert command_line.main(["pretrain", "--resume", run_id]) == 2
    assert f"resume: expected a run that has not finished, found {run_id}" in capsys.readouterr().err


@pytest.mark.slow
def test_a_comparison_goes_on_with_its_stage_one_by_itself(killed):
    from semisup.sources import load

    run_id, _ = killed
    assert pretrained(PretrainInputs(small(), load("a.npz"))) == run_id


def test_what_cannot_be_gone_on_with_is_refused_in_one_sentence(killed, capsys, monkeypatch):
    run_id, _ = killed

    def told(*arguments):
        assert command_line.main(list(arguments)) == 2
        return capsys.readouterr().err

    assert "resume: expected the id of a run in" in told("pretrain", "--resume", "nonsense")
    assert "resume: expected no other options beside it" in told("pretrain", "--resume", run_id, "--epochs", "9")
    assert f"resume: expected a run of finetune, found {run_id}, a run of pretrain" in told(
        "finetune", "--resume", run_id
    )
    with checkpoints.locked(resume.folder(run_id)):
        assert "which is under way" in told("pretrain", "--resume", run_id)
    write_npz(Path("a.npz"), rows=90)
    assert "data: expected a.npz as it was when run" in told("pretrain", "--resume", run_id)
    with sqlite3.connect("mlruns/mlflow.db") as database:
        database.execute("UPDATE tags SET value = '{' WHERE key = ?", (resume.STARTED,))
    database.close()
    assert f"its settings of run {run_id} cannot be read" in told("pretrain", "--resume", run_id)


def test_who_comes_second_to_a_run_leaves_it_alone(killed, monkeypatch):
    run_id, _ = killed
    monkeypatch.setattr(checkpoints, "left_behind", lambda folder: True)  # as it was when the second one looked
    MlflowClient().update_run(run_id, "RUNNING")
    with checkpoints.locked(resume.folder(run_id)):
        with pytest.raises(InputError, match="another process is at"):
            pretrain(PretrainSettings(resume=run_id))
        assert MlflowClient().get_run(run_id).info.status == "RUNNING"


def semisup(*arguments):
    return [sys.executable, "-m", "semisup", *map(str, arguments)]


def finished_after_kills(arguments, seconds, kills, seed):
    """Start a command, kill it at a random moment, go on, and so on; the run's id and how often it was killed."""
    moments, run_id, died = random.Random(seed), None, 0
    while True:
        command = semisup(arguments[0], "--resume", run_id) if run_id else semisup(*arguments)
        known = {run.info.run_id for run in runs()}
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        if died < kills:
            time.sleep(moments.uniform(0, seconds))
            process.send_signal(signal.SIGKILL)
            died += 1
        told = process.communicate()[0]
        new = [run.info.run_id for run in runs() if run.info.run_id not in known]
        run_id = run_id or (new[0] if new else None)
        if process.returncode == 0:
            return run_id, died
        assert process.returncode == -signal.SIGKILL, told
        if run_id and MlflowClient().get_run(run_id).info.status == "FINISHED":
            return run_id, died


STAGE_ONE = {
    "plain": [],
    "denoising": ["--objective", "denoising", "--corruption", "salt_and_pepper"],
    "sparse": ["--objective", "sparse"],
    "contractive": ["--objective", "contractive"],
    "variational": ["--objective", "variational"],
    "hashing": ["--objective", "hashing"],
}
STAGE_TWO = {
    "supervised": ["--augment", "[masking]", "--steps", "20000"],
    "self_training": ["--method", "self_training", "--steps", "3000"],
    "consistency": ["--method", "consistency", "--steps", "4000"],
}
KILLS = 20


@pytest.mark.slow
@pytest.mark.parametrize("name", [*STAGE_ONE, *STAGE_TWO])
def test_killed_at_twenty_random_moments_no_run_is_lost(workspace, name):
    write_npz(workspace / "a.npz", rows=2000)
    pretraining = ["pretrain", "--data", "a.npz", "--widths", "[8]", "--code_size", "3"]
    if name in STAGE_ONE:
        arguments, models = [*pretraining, "--epochs", "200", *STAGE_ONE[name]], ["encoder", "decoder"]
    else:
        subprocess.run(semisup(*pretraining, "--epochs", "5"), check=True, capture_output=True)
        stage_one = runs()[0].info.run_id
        arguments = ["finetune", "--run", stage_one, "--labels", "50", *STAGE_TWO[name]]
        models = ["encoder", "classifier"]
    start = time.monotonic()
    subprocess.run(semisup(*arguments), check=True, capture_output=True)
    seconds = time.monotonic() - start
    expected = runs()[0].info.run_id
    kills = chains = 0
    while kills < KILLS:
        run_id, died = finished_after_kills(arguments, seconds, min(5, KILLS - kills), seed=chains)
        kills, chains = kills + died, chains + 1
        assert_alike(run_id, expected, models)
    print(f"{name}: killed {kills} times in {chains} runs, each went on; none was lost ({seconds:.0f} s a run)")
    assert len(runs()) == chains + (2 if name in STAGE_TWO else 1)
