"""The tracking server stopped amid a training, and started again."""

import itertools
import json
import os
import signal
import subprocess
import sys
import time

import mlflow
import pytest
from mlflow import MlflowClient

from semisup.commands.pretrain import pretrain
from semisup.errors import InputError
from semisup.runs import log, metric_queue, read, resume, store
from semisup.settings import PretrainSettings
from tests.conftest import free_port, wait_until_healthy, write_npz

EPOCHS = 400
PACE = 0.03  # seconds an epoch takes at least, so that the server is away for hundreds of them


class Server:
    """An MLflow server on loopback that can be taken away and brought back."""

    def __init__(self, folder):
        self.port, self.folder = free_port(), folder
        self.start()
        wait_until_healthy(self.port)

    def start(self):
        command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(self.port)]
        command += ["--workers", "1", "--backend-store-uri", f"sqlite:///{self.folder}/mlruns/mlflow.db"]
        self.process = subprocess.Popen(
            [*command, "--artifacts-destination", str(self.folder / "artifacts")],
            env=os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_TRACKING_URI": ""},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def signal(self, number):
        os.killpg(self.process.pid, number)
        if number == signal.SIGKILL:
            self.process.wait()


@pytest.fixture
def server(workspace, monkeypatch):
    write_npz(workspace / "a.npz")
    server = Server(workspace)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{server.port}")
    monkeypatch.setitem(store.BRIEFLY, "MLFLOW_HTTP_REQUEST_TIMEOUT", "2")  # so that points are sent twice
    yield server
    if server.process.poll() is None:
        server.signal(signal.SIGCONT)
        server.signal(signal.SIGKILL)
    mlflow.set_tracking_uri(None)


@pytest.fixture
def at(monkeypatch):
    """A function that has something done after an epoch, and slows all of them down."""
    done = {}
    logged = log.log_metrics

    def log_metrics(metrics, step=0):
        logged(metrics, step)
        time.sleep(PACE if step else 0)
        done.pop(step, lambda: None)()

    monkeypatch.setattr(log, "log_metrics", log_metrics)
    return done.__setitem__


def settings(**changes):
    return PretrainSettings(data="a.npz", widths=[8], code_size=3, epochs=EPOCHS, **changes)


def the_run():
    (run,) = mlflow.search_runs(experiment_names=["semisup"], output_format="list")
    return run


def losses(run_id):
    return sorted(MlflowClient().get_metric_history(run_id, "loss"), key=lambda point: point.step)


def assert_whole(run_id):
    """Every epoch once, in the order of time, and none waited for the server."""
    found = losses(run_id)
    assert [point.step for point in found] == list(range(1, EPOCHS + 1))
    gaps = [b.timestamp - a.timestamp for a, b in itertools.pairwise(found)]
    assert min(gaps) >= 0
    assert max(gaps) < 2000  # milliseconds
    return max(gaps)


@pytest.mark.slow
@pytest.mark.parametrize(("away", "back"), [("SIGKILL", "started again"), ("SIGSTOP", "SIGCONT")])
def test_a_training_goes_on_and_its_metrics_are_all_there_when_the_server_is_back(
    server, at, fault, capsys, away, back
):
    at(20, lambda: server.signal(signal.Signals[away]))
    at(EPOCHS - 50, server.start if away == "SIGKILL" else lambda: server.signal(signal.SIGCONT))
    result = pretrain(settings())
    longest = assert_whole(result.run_id)
    assert the_run().info.status == "FINISHED"
    assert "loss_against_time.png" in {file.path for file in MlflowClient().list_artifacts(result.run_id)}
    read.read_model(result.run_id, "encoder")
    assert "the tracking server does not answer: metrics are kept" in " ".join(capsys.readouterr().err.split())
    fault(
        "tracking server goes away amid a training",
        f"mlflow server: {away} after epoch 20 of {EPOCHS}, {back} {PACE * (EPOCHS - 70):.0f} s later",
        f"finished; each of {EPOCHS} points there once, with its time; no epoch took more than {longest / 1000:.1f} s",
    )


@pytest.mark.slow
def test_a_server_that_stays_away_ends_the_run_in_a_sentence_and_it_goes_on_later(server, at, fault, monkeypatch):
    monkeypatch.setattr(metric_queue, "PATIENCE", 3)
    at(20, lambda: server.signal(signal.SIGKILL))
    begun = time.monotonic()
    with pytest.raises(
        InputError, match="expected a tracking server that answers, found none for 3 s; .* --resume"
    ) as error:
        pretrain(settings())
    took = time.monotonic() - begun
    assert took < 0.05 * EPOCHS + 120  # of which each attempt to say so to the server takes some
    server.start()
    wait_until_healthy(server.port)
    store.open_store()
    run = the_run()
    assert run.info.run_id in str(error.value)
    before = losses(run.info.run_id)
    left = (resume.folder(run.info.run_id) / metric_queue.FILE).read_text().splitlines()
    assert {point.step for point in before} | {json.loads(line)[3] for line in left} == set(range(1, EPOCHS + 1))
    assert len(before) < EPOCHS
    result = pretrain(PretrainSettings(resume=run.info.run_id))
    assert result.run_id == run.info.run_id
    assert the_run().info.status == "FINISHED"
    assert_whole(run.info.run_id)
    assert not resume.folder(run.info.run_id).exists()
    fault(
        "tracking server stays away",
        f"mlflow server killed after epoch 20 of {EPOCHS}; waited for 3 s instead of 300",
        f"exit 2: {error.value}; --resume: finished, each point there once, with its first time",
    )
